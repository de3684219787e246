// test/contract/render-limits.test.ts - a game that eats memory, its own or a graphics card's. Method: two guests wait for a sign and eat 700 MB each,
// one with a limit of 500 MB, one without: the first is ended, the second and this process go on.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fenceIn, findFence, listsOf, removeFence } from '../../src/render/x11/fence.ts';
import { killAll, pidsOf } from '../../src/render/x11/processes.ts';
import { canBound } from '../../src/render/x11/wall.ts';
import { sleep, tracesOf } from './render-rig.ts';
import { type Guest, playGuest } from './render-sandbox/guest.ts';

const EATS = ['eat=700'];

/** Lets a guest eat; resolves with what became of it. */
async function feed(guest: Guest): Promise<'ended' | 'full'> {
  let ended = false;
  guest.run.onExit(({ crashed }) => {
    ended = crashed;
  });
  writeFileSync(join(guest.folder, 'home/hungry'), '');
  while (!ended && !existsSync(join(guest.folder, 'home/full'))) await sleep(50);
  return ended ? 'ended' : 'full';
}

test('a game that eats more memory than it may is ended; other sessions and the node live', async () => {
  const [greedy, free] = [await playGuest('auto', EATS, {}, { memoryMb: 500 }), await playGuest('auto', EATS)];
  try {
    expect(await feed(greedy)).toBe('ended');
    expect(free.pids().length).toBeGreaterThanOrEqual(4);
    expect(await feed(free)).toBe('full'); // The control: without a limit the same meal goes down.
  } finally {
    await Promise.all([greedy.run.close(), free.run.close()]);
  }
  expect([tracesOf(greedy), tracesOf(free)]).toEqual([[], []]);
  const fence = findFence();
  const groups =
    fence.by === 'cgroup2' ? [fence.base] : fence.by === 'cgroup1' ? [fence.memory, fence.cpu, fence.pids] : [];
  const left = groups.flatMap((base) =>
    base === undefined ? [] : [join(base, greedy.folder.split('/').at(-1) ?? '')],
  );
  expect(left.filter((path) => existsSync(path))).toEqual([]);
});

// Where no group can be had nobody finds it, as THREATS says.
test('a process that hides its mark is found by its control group', async () => {
  const [name, fence] = [`nearcade-hides-${process.pid}`, findFence()];
  const [sh = '', ...enter] = fenceIn(fence, name, { memoryMb: 100 });
  const hides = spawn(sh, [...enter, '/usr/bin/env', '-i', '/bin/sh', '-c', 'echo up; sleep 86396; :']);
  const ended = once(hides, 'exit');
  await once(hides.stdout, 'data');
  expect(pidsOf({ mark: name })).toEqual([]); // The control: without the group nobody finds it.
  const whose = { mark: name, lists: listsOf(fence, name) };
  expect(pidsOf(whose).includes(hides.pid ?? 0)).toBe(fence.by !== 'rlimit');
  if (fence.by === 'rlimit') hides.kill('SIGKILL');
  expect(await killAll(whose)).toEqual([]);
  expect(await ended).toEqual([null, 'SIGKILL']);
  removeFence(fence, name);
});

// Method: no card is at hand, so the reading is ours: it counts the session's own processes, 300 MB each.
test('a game that holds more of a card than its share is ended, and says so', async () => {
  const cardUse = async (pids: readonly number[]): Promise<number> => 300 * pids.length;
  const [greedy, free] = [
    await playGuest('auto', [], {}, { cardMemoryMb: 500 }, cardUse),
    await playGuest('auto', [], {}, { cardMemoryMb: 500_000 }, cardUse),
  ];
  try {
    const exit = await new Promise((done) => greedy.run.onExit(done));
    expect(exit).toMatchObject({ crashed: true, detail: expect.stringMatching(/^it held \d+00 MB of .* is 500 MB$/) });
    expect(free.pids().length).toBeGreaterThan(0); // The control: the same reading under a larger share.
  } finally {
    await Promise.all([greedy.run.close(), free.run.close()]);
  }
  expect([tracesOf(greedy), tracesOf(free)]).toEqual([[], []]);
});

// Method: both write 80 MB. One file of that size is refused where a session has 64 MB; many small ones end it.
test('a game that fills the disk beyond its share is ended; one file cannot be larger than the share', async () => {
  const limits = { diskMb: 64 };
  const [large, many] = [
    await playGuest('auto', ['file=80'], {}, limits),
    await playGuest('auto', ['files=80'], {}, limits),
  ];
  const free = await playGuest('auto', ['file=80', 'files=80']);
  try {
    expect([...large.got.values(), ...free.got.values()]).toEqual([false, true, true]);
    const exit = await new Promise((done) => many.run.onExit(done));
    expect(exit).toMatchObject({ crashed: true, detail: expect.stringContaining('its share, 64 MB') });
    expect(free.pids().length).toBeGreaterThan(0); // The control: more than that without a limit.
  } finally {
    await Promise.all([large.run.close(), many.run.close(), free.run.close()]);
  }
  expect([tracesOf(large), tracesOf(many), tracesOf(free)]).toEqual([[], [], []]);
});

// Method: a session of 500 MB may have a quarter of that in each of its folders that are memory; 150 MB do not fit.
test('folders that are memory have a size behind the wall', async () => {
  expect(canBound()).toBe(true); // Debian's bubblewrap.
  const act = (place: string): string => `full=${place}:150`;
  const places = ['/tmp', '/var/tmp', '/dev/shm', '/run'];
  const inside = await playGuest('require', places.map(act), {}, { memoryMb: 500 });
  const outside = await playGuest('off', [act('/var/tmp')], {}, { memoryMb: 500 });
  await Promise.all([inside.run.close(), outside.run.close()]);
  expect([...inside.got.values()]).toEqual([true, true, true, true]);
  expect([...outside.got.values()]).toEqual([false]); // The control: without the wall it is the machine's folder.
});

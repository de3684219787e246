// test/contract/render-limits.test.ts - a game that eats memory. Method: two guests wait for a sign and eat 700 MB each,
// one with a limit of 500 MB, one without: the first is ended, the second and this process go on.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findFence } from '../../src/render/x11/fence.ts';
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

// test/contract/render-x11.test.ts - real games on real displays: input arrives, sessions do not see each other, nothing
// is left, saves come back, an end and a crash are told apart.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { OutageError } from '../../src/base/assert.ts';
import { systemRandom } from '../../src/observe/clock.ts';
import type { Library } from '../../src/render/library.ts';
import { packSave, unpackSave } from '../../src/render/saves/save-pack.ts';
import { Display } from '../../src/render/x11/display.ts';
import { Sandbox, sweepLeftovers } from '../../src/render/x11/sandbox.ts';
import { changed, command, library, noPointer, type Played, play, SIZE, sleep, tracesOf } from './render-rig.ts';

const VIEW = { x: 0, y: 0, width: 640, height: 320 };
const AMMO = { x: 20, y: 338, width: 70, height: 40 };
const isRoot = process.getuid?.() === 0;

let games: Library;
beforeAll(async () => {
  games = await library();
});

/** The process of a session that runs this program. */
function pidOf(played: Played, program: string): number {
  const found = played.pids().find((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === program);
  if (found === undefined) throw new Error(`no ${program} in this session`);
  return found;
}

describe('freedoom', () => {
  let doom: Played;
  beforeAll(async () => {
    doom = await play(games, command('freedoom'));
    await sleep(2_000); // The level melts in.
  });
  afterAll(() => doom.run.close());

  test('fills the screen exactly', async () => {
    expect(await doom.eyes.windows()).toEqual([expect.objectContaining({ width: SIZE.width, height: SIZE.height })]);
  });

  test('a shot costs a bullet; without one the count stays', async () => {
    const before = await doom.look();
    await sleep(500);
    const still = await doom.look();
    expect(changed(before, still, AMMO)).toBe(0);
    doom.send({ kind: 'mouse-button', button: 0, down: true, pointer: noPointer });
    await sleep(120);
    doom.send({ kind: 'mouse-button', button: 0, down: false, pointer: noPointer });
    await sleep(700);
    expect(changed(still, await doom.look(), AMMO)).toBeGreaterThan(0.05);
  });

  test('a step moves the view; standing does not', async () => {
    const before = await doom.look();
    await sleep(400);
    const still = await doom.look();
    expect(changed(before, still, VIEW)).toBeLessThan(0.06);
    await doom.press('KeyW', 700);
    await sleep(300);
    expect(changed(still, await doom.look(), VIEW)).toBeGreaterThan(0.12);
  });

  test('the mouse turns the view', async () => {
    const before = await doom.look();
    for (let step = 0; step <= 20; step++) {
      doom.run.motion({ seq: step + 1, pointer: { ...noPointer, totalX: 20 * step }, pads: [], touches: [] });
      await sleep(10);
    }
    await sleep(200);
    expect(changed(before, await doom.look(), VIEW)).toBeGreaterThan(0.2);
  });

  test('a gamepad walks and turns by the keys and mouse that its manifest names', async () => {
    expect(doom.run.virtualPads).toBe(true);
    const before = await doom.look();
    const stick = (x: number, y: number) =>
      doom.run.motion({ seq: 100, pointer: noPointer, pads: [{ pad: 0, axes: [0, y, x, 0] }], touches: [] });
    stick(20_000, 32_000);
    await sleep(500);
    stick(0, 0);
    await sleep(200);
    expect(changed(before, await doom.look(), VIEW)).toBeGreaterThan(0.2);
  });

  test('its programs get no more of us than a path, cannot gain rights, and run as a user of their own when we are root', () => {
    const pid = pidOf(doom, 'crispy-doom');
    const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
    const inherited = Object.entries(process.env).filter(
      ([name, value]) => name.length > 3 && name !== 'PATH' && environment.includes(`${name}=${value}\0`),
    );
    expect(inherited.map(([name]) => name).filter((name) => !['LANG', 'HOME', 'USER'].includes(name))).toEqual([]);
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    expect(status).toMatch(/NoNewPrivs:\s+1/);
    expect(/Uid:\s+(\d+)/.exec(status)?.[1] === '0').toBe(false);
    expect(statSync(doom.folder).mode & 0o777).toBe(0o700);
  });

  test('text is written with keys that had no letter', async () => {
    const spare = (await doom.eyes.spareKeycodes()).length;
    doom.send({ kind: 'text', text: '中' });
    await sleep(100);
    expect(await doom.eyes.spareKeycodes()).toHaveLength(spare - 1);
  });

  test('while it runs its traces are there; after the end none is', async () => {
    expect(tracesOf(doom).length).toBeGreaterThanOrEqual(7); // Folder, owner, socket; Xvfb, sound, recorder, game.
    await doom.run.close();
    expect(tracesOf(doom)).toEqual([]);
  });
});

describe('neverball', () => {
  test('Enter leaves the menu, the mouse moves by what it is told, and nothing is left', async () => {
    const ball = await play(games, command('neverball'));
    try {
      const isPlay = (pixels: Uint8Array): number => {
        let orange = 0;
        for (let y = 140; y < 180; y++) {
          for (let x = 250; x < 390; x++) {
            const at = 4 * (y * SIZE.width + x);
            if ((pixels[at + 2] ?? 0) > 170 && (pixels[at] ?? 255) < 110) orange++;
          }
        }
        return orange / (40 * 140);
      };
      let seen = 0;
      for (let tries = 0; tries < 40 && seen < 0.4; tries++) {
        await sleep(100);
        seen = isPlay(await ball.look());
      }
      expect(seen).toBeGreaterThan(0.4); // 'Play' is chosen.
      await sleep(600);
      expect(isPlay(await ball.look())).toBeGreaterThan(0.4);
      await ball.press('Enter');
      for (let tries = 0; tries < 40 && seen > 0.1; tries++) {
        await sleep(100);
        seen = isPlay(await ball.look());
      }
      expect(seen).toBeLessThan(0.1);
      const from = await ball.eyes.pointer();
      ball.run.motion({ seq: 1, pointer: noPointer, pads: [], touches: [] });
      ball.run.motion({ seq: 2, pointer: { ...noPointer, totalX: 45, totalY: 30 }, pads: [], touches: [] });
      await sleep(100);
      const to = await ball.eyes.pointer();
      expect([to.rootX - from.rootX, to.rootY - from.rootY]).toEqual([45, 30]);
    } finally {
      await ball.run.close();
    }
    expect(tracesOf(ball)).toEqual([]);
  });
});

describe('two sessions side by side', () => {
  test('each has a display, a folder and a user of its own; keys and cookies of one are nothing to the other', async () => {
    const [one, two] = await Promise.all([play(games, command('freedoom')), play(games, command('freedoom'))]);
    try {
      await sleep(2_000);
      expect(one.display).not.toBe(two.display);
      expect(one.folder).not.toBe(two.folder);
      if (isRoot) expect(statSync(one.folder).uid).not.toBe(statSync(two.folder).uid);
      const cookie = readFileSync(one.authority).subarray(-16);
      await expect(Display.open({ display: two.display, cookie })).rejects.toThrow(OutageError);
      const control = await Display.open({ display: one.display, cookie });
      control.close();
      const [oneBefore, twoBefore] = [await one.look(), await two.look()];
      one.send({ kind: 'mouse-button', button: 0, down: true, pointer: noPointer });
      await sleep(900);
      expect(changed(oneBefore, await one.look(), AMMO)).toBeGreaterThan(0.05);
      expect(changed(twoBefore, await two.look(), AMMO)).toBe(0);
      await one.run.close();
      expect(tracesOf(one)).toEqual([]);
      expect(two.pids().length).toBeGreaterThanOrEqual(4); // The end of one is not the end of the other.
    } finally {
      await Promise.all([one.run.close(), two.run.close()]);
    }
    expect(tracesOf(two)).toEqual([]);
  });
});

describe('saves', () => {
  test('a saved game comes back in another session, and nothing else of the home does', async () => {
    const first = await play(games, command('freedoom'));
    let worthy = 0;
    first.run.onSaveWorthy(() => worthy++);
    await sleep(2_000);
    expect(await first.run.packSave()).toBeUndefined();
    for (const code of ['F2', 'Enter', 'KeyN', 'KeyC', 'Enter']) {
      await first.press(code);
      await sleep(250);
    }
    let save: Uint8Array | undefined;
    for (let tries = 0; tries < 40 && save === undefined; tries++) {
      await sleep(100);
      save = await first.run.packSave();
    }
    for (let tries = 0; tries < 70 && worthy === 0; tries++) await sleep(100);
    expect(worthy).toBeGreaterThan(0);
    await first.run.close();
    const files = unpackSave(save ?? new Uint8Array(0));
    if (!files.ok) throw new Error('there is a save');
    expect(files.value.map(({ path }) => path)).toEqual([
      '.local/share/crispy-doom/savegames/freedoom1.wad/doomsav0.dsg',
    ]);

    const second = await play(games, command('freedoom', { save: save ?? new Uint8Array(0) }));
    try {
      const again = unpackSave((await second.run.packSave()) ?? new Uint8Array(0));
      expect(again).toEqual(files);
      await sleep(2_000);
      for (const code of ['F3', 'Enter']) {
        await second.press(code);
        await sleep(400);
      }
      expect(second.pids().length).toBeGreaterThanOrEqual(4);
    } finally {
      await second.run.close();
    }
  });

  test('a save that holds files of other places is refused, and nothing is left', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('nearcade-game_'));
    const evil = packSave([{ path: '.config/autostart', bytes: new Uint8Array(1) }]);
    if (!evil.ok) throw new Error('packs');
    await expect(games.start(command('freedoom', { save: evil.value }))).rejects.toThrow('foreign files');
    await expect(games.start(command('freedoom', { save: evil.value.with(0, 0) }))).rejects.toThrow('damaged');
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('nearcade-game_'))).toEqual(before);
  });
});

describe('an end and a crash', () => {
  const exitOf = (played: Played): Promise<{ crashed: boolean; detail: string }> =>
    new Promise((resolve) => played.run.onExit(resolve));

  test('a game that is left by its menu has ended; one that is killed, or loses its display, has crashed', async () => {
    const left = await play(games, command('freedoom'));
    await sleep(2_000);
    const ended = exitOf(left);
    await left.press('F10');
    await sleep(300);
    await left.press('KeyY');
    expect(await ended).toEqual({ crashed: false, detail: 'ended with 0' });
    await left.run.close();

    const killed = await play(games, command('freedoom'));
    const crashed = exitOf(killed);
    process.kill(pidOf(killed, 'crispy-doom'), 'SIGSEGV');
    expect(await crashed).toMatchObject({ crashed: true });
    await killed.run.close();

    const blind = await play(games, command('freedoom'));
    const lost = exitOf(blind);
    process.kill(pidOf(blind, 'Xvfb'), 'SIGKILL');
    expect(await lost).toMatchObject({ crashed: true });
    await blind.run.close();
    for (const one of [left, killed, blind]) expect(tracesOf(one)).toEqual([]);
  });
});

describe('what does not come up', () => {
  test('a program that ends at once, and one that shows nothing, are refused and leave nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nearcade-manifests-'));
    if (isRoot)
      await expect((await library({ tempFolder: folder })).start(command('freedoom'))).rejects.toThrow('chmod o+x');
    chmodSync(folder, 0o755);
    const own = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../src/render/manifests/freedoom.json'), 'utf8'),
    ) as object;
    const write = (id: string, change: object): void =>
      writeFileSync(join(folder, `${id}.json`), JSON.stringify({ ...own, id, ...change }));
    write('falls', { command: ['/bin/sh', '-c', 'echo no such luck >&2; exit 3'], needs: [] });
    write('absent', { needs: ['/usr/games/no-such-game'] });
    write('wrong', { picture: 'large' });
    writeFileSync(join(folder, 'noise.json'), '{');
    const more = await library({ gamesFolder: folder, tempFolder: folder });
    rmSync(join(folder, 'noise.json'));
    expect(more.games.map(({ id }) => id)).toEqual(['arcade', 'freedoom', 'neverball', 'falls']);
    expect(more.missing.map(({ id }) => id).sort()).toEqual(['absent', 'noise', 'wrong']);
    expect(more.missing.find(({ id }) => id === 'absent')?.reason).toContain('crispy-doom freedoom');
    await expect(more.start(command('falls'))).rejects.toThrow('no such luck');
    expect(readdirSync(folder).filter((name) => name.startsWith('nearcade-game_'))).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  test('a folder of games that is not there stops the opening', async () => {
    await expect(library({ gamesFolder: '/nonexistent' })).rejects.toThrow('/nonexistent');
  });
});

test('the node goes on while a folder with 20,000 files is wiped', async () => {
  const temp = mkdtempSync('/dev/shm/nearcade-many-');
  chmodSync(temp, 0o755);
  const sandbox = new Sandbox(temp, systemRandom, { by: 'none', reason: 'nothing is started' });
  for (let file = 0; file < 20_000; file++) writeFileSync(join(sandbox.home, String(file)), '');
  let seenMeanwhile = false;
  let over = false;
  const end = sandbox.end().finally(() => {
    over = true;
  });
  while (!over && !seenMeanwhile) {
    await setImmediate();
    const left = existsSync(sandbox.home) ? readdirSync(sandbox.home).length : 0;
    seenMeanwhile = left > 0 && left < 20_000;
  }
  await end;
  expect(seenMeanwhile).toBe(true);
  expect(readdirSync(temp)).toEqual([]);
  rmSync(temp, { recursive: true });
});

test('what was left before a reboot is wiped, in whatever container it was; what lives in another one stays', async () => {
  const temp = mkdtempSync(join(tmpdir(), 'nearcade-reboot-'));
  onTestFinished(() => rmSync(temp, { recursive: true }));
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const leave = (name: string, owner: string): void => {
    mkdirSync(join(temp, name, 'home'), { recursive: true });
    writeFileSync(join(temp, `${name}.owner`), `${owner}\n`);
  };
  leave('nearcade-game_before', '1 1 pid:[1] 00000000-0000-4000-8000-000000000000');
  leave('nearcade-game_beside', `1 1 pid:[1] ${boot}`);
  expect(await sweepLeftovers(temp)).toBe(1);
  expect(readdirSync(temp).sort()).toEqual(['nearcade-game_beside', 'nearcade-game_beside.owner']);
});

/** Another process that opens a library and plays; it prints one line of JSON when the game is up. */
const CHILD = `
const root = process.argv[1];
const { openLibrary } = await import(root + '/src/render/library.ts');
const { systemClock, systemRandom } = await import(root + '/src/observe/clock.ts');
const { silentLog } = await import(root + '/src/observe/log.ts');
const library = await openLibrary({ clock: systemClock, random: systemRandom, log: silentLog, tempFolder: process.argv[2] });
const settings = { codecs: ['h264'], picture: { width: 640, height: 400, fps: 30 } };
const run = await library.start({ game: 'freedoom', tag: 1, settings });
process.stdout.write(JSON.stringify(run.video) + '\\n');
process.stdin.once('data', async () => { await run.close(); process.stdout.write('closed\\n'); process.exit(0); });
`;
const ROOT = join(import.meta.dirname, '../..');

/** `before`: a program and its arguments that start the process, such as `unshare`. */
function otherProcess(tempFolder: string, uid?: number, before: readonly string[] = []) {
  const [program = process.execPath, ...args] = [
    ...[...before, process.execPath],
    ...['--input-type=module', '-e', CHILD, ROOT, tempFolder],
  ];
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  const lines: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => lines.push(...chunk.toString().trim().split('\n')));
  const line = async (index: number): Promise<string> => {
    for (let tries = 0; tries < 400 && lines.length <= index && child.exitCode === null; tries++) await sleep(50);
    return lines[index] ?? '';
  };
  return { child, line };
}

function folderAndDisplay(json: string): Pick<Played, 'folder' | 'display'> {
  const video = JSON.parse(json) as { display: string; authority: string };
  return { display: video.display, folder: join(video.authority, '../..') };
}

test('when the process that plays is killed, its programs die with it, and the next opening wipes the rest', async () => {
  const temp = mkdtempSync(join(tmpdir(), 'nearcade-killed-'));
  chmodSync(temp, 0o755);
  const { child, line } = otherProcess(temp);
  onTestFinished(() => void child.kill('SIGKILL'));
  const session = folderAndDisplay(await line(0));
  expect(tracesOf(session).length).toBeGreaterThanOrEqual(7);
  child.kill('SIGKILL');
  for (let tries = 0; tries < 40 && tracesOf(session).some((trace) => trace.startsWith('process')); tries++)
    await sleep(50);
  expect(tracesOf(session).filter((trace) => trace.startsWith('process'))).toEqual([]);
  expect(existsSync(session.folder)).toBe(true);
  await library({ tempFolder: temp });
  expect(existsSync(session.folder)).toBe(false);
  expect(tracesOf(session)).toEqual([]);
  rmSync(temp, { recursive: true });
});

test.runIf(isRoot)(
  'a folder of displays that only root may write, as on a fresh machine, is opened for the session',
  async () => {
    const temp = mkdtempSync(join(tmpdir(), 'nearcade-fresh-'));
    chmodSync(temp, 0o755);
    const fresh = 'mount -t tmpfs -o mode=755 none /tmp/.X11-unix && exec "$@"';
    const { child, line } = otherProcess(temp, undefined, ['unshare', '--mount', 'sh', '-c', fresh, 'sh']);
    onTestFinished(() => void child.kill('SIGKILL'));
    expect(JSON.parse(await line(0))).toMatchObject({ display: expect.stringMatching(/^:\d+$/) });
    child.stdin.write('end\n');
    expect(await line(1)).toBe('closed');
    rmSync(temp, { recursive: true });
  },
);

/** Whether a user without rights can read the repository and run our Node: not so where the checkout lies in a 0700 home. */
const reachable =
  isRoot &&
  spawnSync(
    process.execPath,
    ['-e', `require('node:fs').readFileSync(${JSON.stringify(join(ROOT, 'package.json'))})`],
    { uid: 65_533, gid: 65_533 },
  ).status === 0;

test.runIf(reachable)('without root it plays as well, and leaves nothing', async () => {
  const temp = mkdtempSync(join(tmpdir(), 'nearcade-plain-'));
  const own = join(temp, 'own');
  mkdirSync(own);
  chmodSync(temp, 0o755);
  spawnSync('chown', ['65533:65533', own]);
  // The display of an operator's own desktop, of the same user, at the number that Xvfb would take.
  const number = [...Array(100).keys()].find((n) => !existsSync(`/tmp/.X11-unix/X${n}`)) ?? 99;
  const desktop = createServer().listen(`/tmp/.X11-unix/X${number}`);
  onTestFinished(() => void desktop.close());
  await once(desktop, 'listening');
  chownSync(`/tmp/.X11-unix/X${number}`, 65_533, 65_533);
  const { ino } = statSync(`/tmp/.X11-unix/X${number}`);
  const { child, line } = otherProcess(own, 65_533);
  onTestFinished(() => void child.kill('SIGKILL'));
  const session = folderAndDisplay(await line(0));
  expect(statSync(session.folder).uid).toBe(65_533);
  expect(tracesOf(session).length).toBeGreaterThanOrEqual(7);
  // What a game may leave: a folder that is shut to its own user, paths longer than any call takes.
  const leave = 'mkdir -p shut && touch shut/file && chmod 0 shut; for i in $(seq 30); do mkdir $0 && cd $0; done';
  spawnSync('sh', ['-c', leave, 'd'.repeat(200)], { cwd: join(session.folder, 'home'), uid: 65_533, gid: 65_533 });
  expect(statSync(join(session.folder, 'home/shut')).mode & 0o777).toBe(0);
  child.stdin.write('end\n');
  expect(await line(1)).toBe('closed');
  expect(tracesOf(session)).toEqual([]);
  expect(statSync(`/tmp/.X11-unix/X${number}`).ino).toBe(ino);
  rmSync(temp, { recursive: true });
});

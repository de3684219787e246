// Goal: a full disk ends no session and leaves nothing half written; no new session begins while room is short. Method:
// /dev/full stands where a file would be written, for a mark of a slot and for a save.
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bytesLeft, DiskRoom } from '../../../src/agent/disk-room.ts';
import { dropDrafts, openKeptSaves } from '../../../src/agent/kept-saves.ts';
import { markedProcess } from '../../../src/agent/process-mark.ts';
import { SaveKeeper } from '../../../src/agent/save-keeper.ts';
import type { SlotToAgent } from '../../../src/agent/slot-messages.ts';
import { type PoolOptions, SlotPool } from '../../../src/agent/slot-pool.ts';
import type { SlotProcess } from '../../../src/agent/slot-process.ts';
import { OutageError } from '../../../src/base/assert.ts';
import type { SessionId } from '../../../src/base/ids.ts';
import { type Log, silentLog } from '../../../src/observe/log.ts';

const FULL = '/dev/full';
const MB = 1024 * 1024;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nearcade-full-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

/** A log that keeps the names of its events. */
function namedLog(): { log: Log; events: string[] } {
  const events: string[] = [];
  const note = (_: object, event: string): void => void events.push(event);
  const log: Log = { ...silentLog, error: note, warn: note, info: note, child: () => log };
  return { log, events };
}

function openPool(log: Log, isShort: () => boolean, onGone: (slot: SlotProcess) => void): SlotPool {
  const module = join(folder, 'slot.mjs');
  writeFileSync(module, "process.on('message', () => {}); process.on('disconnect', () => process.exit(3));\n");
  const setup = { node: '0x', hub: '', encoder: 'auto', sandbox: 'off', limits: {}, drawnBy: 'processor' };
  return new SlotPool({
    ...{ module, folder, logs: folder, ports: [{ first: 1, last: 1 }], log, logLevel: 'info' },
    setup: { ...setup, journal: folder, saves: folder } as PoolOptions['setup'],
    disk: {
      get isShort() {
        return isShort();
      },
      look: () => {},
    },
    sweep: () => Promise.resolve(0),
    net: () => ({ addresses: [], forwards: [], only: false }),
    clockMs: () => 0,
    onMessage: () => {},
    onGone,
  });
}

test('a slot that a full disk cannot mark is not run, and replaced when there is room again', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { log, events } = namedLog();
  const mark = join(folder, '0.pid');
  const gone = Promise.withResolvers<void>();
  const pool = openPool(
    log,
    () => false,
    () => {
      if (!existsSync(mark)) symlinkSync(FULL, mark);
      gone.resolve();
    },
  );
  pool.open();
  process.kill(markedProcess(mark) ?? 0, 'SIGKILL');
  await gone.promise;
  vi.advanceTimersByTime(500);
  expect(events).toContain('slot.not-started');
  expect(markedProcess(mark)).toBeUndefined();
  vi.advanceTimersByTime(2_000);
  expect(markedProcess(mark)).toBeGreaterThan(0);
  await pool.close();
});

test('a node that cannot even start its first slot says so at once', () => {
  symlinkSync(FULL, join(folder, '0.pid'));
  const pool = openPool(
    silentLog,
    () => false,
    () => {},
  );
  expect(() => pool.open()).toThrow('ENOSPC');
});

test('no session begins while the disk is short, and the operator is told once of each change', () => {
  const said: string[] = [];
  let left = 300 * MB;
  const room = new DiskRoom({
    ...{ folders: ['/data', '/tmp'], log: silentLog, tell: (sentence) => said.push(sentence) },
    freeBytes: (path) => (path === '/data' ? left : 900 * MB),
  });
  const looks = [127, 100, 200, 256, 200].map((mb) => {
    left = mb * MB;
    room.look();
    return room.isShort;
  });
  expect(looks).toEqual([true, true, true, false, false]);
  expect(said).toEqual([expect.stringContaining('/data has 127 MB left'), expect.stringContaining('has room again')]);
});

const session = `s_${'0'.repeat(26)}` as SessionId;
const save = { session, token: 'token', bytes: Buffer.from('far') };

test('a save that does not fit leaves no draft; drafts of killed slots go at the next start', async () => {
  const saves = openKeptSaves(folder, 'http://127.0.0.1:1', () => Date.now());
  symlinkSync(FULL, join(folder, `${session}.save.draft`));
  await expect(saves.keep(save)).rejects.toBeInstanceOf(OutageError);
  expect(readdirSync(folder)).toEqual([]);
  await saves.keep(save);
  writeFileSync(join(folder, `${session}.save.draft`), 'half');
  await dropDrafts(folder);
  expect(readdirSync(folder)).toEqual([`${session}.save`]);
  expect(readFileSync(join(folder, `${session}.save`), 'utf8')).toBe('token\nfar');
});

test.each([
  ['the hub takes it', () => Promise.resolve('stored' as const), ['save.not-kept'], 1],
  ['the hub is away too', () => Promise.reject(new OutageError('away')), ['save.not-kept', 'save.waits'], 0],
])('a save that this disk cannot take goes to the hub at once: %s', async (_, bring, logged, saved) => {
  const { log, events } = namedLog();
  const said: SlotToAgent[] = [];
  let worthy = (): void => {};
  const run = {
    onSaveWorthy: (listener: () => void) => {
      worthy = listener;
    },
    packSave: () => Promise.resolve(save.bytes),
  };
  const keeper = new SaveKeeper({
    ...{ session, token: 'token', log, send: (message) => said.push(message) },
    run: run as unknown as ConstructorParameters<typeof SaveKeeper>[0]['run'],
    saves: {
      keep: () => Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })),
      bring,
      deliver: () => Promise.reject(new Error('there is nothing to deliver')),
    },
  });
  worthy();
  keeper.beat(0); // Nobody waits for this one: what it throws would end the process.
  await keeper.save();
  expect([...new Set(events)]).toEqual(logged);
  expect(said.length > 0).toBe(saved > 0);
});

test('a disk that can hold few more files has no room, whatever it says of bytes; one that makes places as needed has', () => {
  const disk = (files: number, ffree: number) => ({
    ...statfsSync(folder),
    bavail: 1_000_000,
    bsize: 4_096,
    files,
    ffree,
  });
  const left = (files: number, ffree: number): number => bytesLeft(folder, () => disk(files, ffree));
  expect(left(65_536, 60_000)).toBe(60_000 * 16_384);
  expect(left(65_536, 10)).toBe(10 * 16_384);
  expect(left(0, 0)).toBe(1_000_000 * 4_096);
});

// Goal: what a session holds of the disk is known, and who holds more than its share is told of. Method: real files, one of
// which has lost its name.
import { ChildProcess } from 'node:child_process';
import { closeSync, linkSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { diskUseMb } from '../../../../src/render/x11/disk-use.ts';
import { watchUse } from '../../../../src/render/x11/watch-use.ts';

const MB = 1_048_576;

test('files count, in folders below too, and those that are open without a name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nearcade-disk-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'home'));
  const open = ['home/kept', 'gone'].map((name) => openSync(join(folder, name), 'w'));
  for (const fd of open) writeSync(fd, Buffer.alloc(3 * MB, 1));
  rmSync(join(folder, 'gone'));
  const used = await diskUseMb(folder, []);
  expect([used, await diskUseMb(folder, [process.pid])]).toEqual([4, 7]); // Folders take some kilobytes themselves.
  for (const fd of open) closeSync(fd);
  expect(await diskUseMb(folder, [process.pid])).toBe(4);
  expect(await diskUseMb(join(folder, 'none'), [process.pid])).toBe(0);
});

test('files without a byte count as well: they use up the places that a disk has for files', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nearcade-disk-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (let made = 0; made < 2_000; made++) closeSync(openSync(join(folder, `${made}`), 'w'));
  expect(await diskUseMb(folder, [])).toBe(32); // 16 KB each, as ext4 makes places; the folder itself is one more.
});

test('a file of several names counts once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nearcade-disk-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'one'), Buffer.alloc(3 * MB, 1));
  for (const name of ['two', 'a name\nof two lines']) linkSync(join(folder, 'one'), join(folder, name));
  expect(await diskUseMb(folder, [])).toBe(4);
});

// An enemy's million files are slow to walk over, for a disk that others play from.
test('one look is one walk', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nearcade-disk-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const walks = vi.spyOn(ChildProcess.prototype as unknown as { spawn(): unknown }, 'spawn');
  onTestFinished(() => walks.mockRestore());
  await diskUseMb(folder, []);
  expect(walks).toHaveBeenCalledTimes(1);
});

test('who holds more than its share is told of once, and a session that ended not at all', async () => {
  const held = [10, 500, 501, 900];
  const looks: number[] = [];
  const told: number[] = [];
  const over = Promise.withResolvers<void>();
  const read = async (): Promise<number> => {
    looks.push(held[looks.length] ?? 0);
    return looks.at(-1) ?? 0;
  };
  const onOver = (usedMb: number): void => {
    told.push(usedMb);
    over.resolve();
  };
  watchUse({ limitMb: 500, read, onOver }, 1);
  await over.promise;
  expect([told, looks]).toEqual([[501], [10, 500, 501]]);
  const late = Promise.withResolvers<number>();
  const stop = watchUse({ limitMb: 500, read: () => late.promise, onOver }, 1);
  stop();
  late.resolve(999);
  await late.promise;
  expect(told).toEqual([501]);
});

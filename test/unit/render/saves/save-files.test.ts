// test/unit/render/saves/save-files.test.ts - what a game leaves on the disk is read without following it anywhere.
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSaveFiles, saveFingerprint, writeHomeFiles } from '../../../../src/render/saves/save-files.ts';

let folder = '';
let home = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nearcade-saves-'));
  home = join(folder, 'home');
  mkdirSync(join(home, 'saves/deep'), { recursive: true });
  writeFileSync(join(folder, 'secret'), 'secret');
  writeFileSync(join(home, 'saves/one'), 'one');
  writeFileSync(join(home, 'saves/deep/two'), 'two');
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (...saves: string[]): Record<string, string> =>
  Object.fromEntries(readSaveFiles(home, saves).map(({ path, bytes }) => [path, Buffer.from(bytes).toString()]));

test('reads files and whole folders; what is not there is left out', () => {
  expect(read('saves')).toEqual({ 'saves/one': 'one', 'saves/deep/two': 'two' });
  expect(read('saves/one', 'nothing', 'no/such/folder')).toEqual({ 'saves/one': 'one' });
});

test('a link to a file or folder outside is not followed, wherever it lies on the way', () => {
  symlinkSync(join(folder, 'secret'), join(home, 'saves/link'));
  symlinkSync(folder, join(home, 'saves/out'));
  symlinkSync(folder, join(home, 'other'));
  expect(read('saves')).toEqual({ 'saves/one': 'one', 'saves/deep/two': 'two' });
  expect(read('other/secret', 'other')).toEqual({});
});

test('a second name for a file of somebody else is left out', () => {
  linkSync(join(folder, 'secret'), join(home, 'saves/hard'));
  expect(Object.keys(read('saves'))).not.toContain('saves/hard');
});

test('a pipe does not hold us up', () => {
  execFileSync('mkfifo', [join(home, 'saves/pipe')]);
  expect(Object.keys(read('saves')).sort()).toEqual(['saves/deep/two', 'saves/one']);
});

test('files are written with their folders, for their owner only, and come back as they were', () => {
  const given: string[] = [];
  const files = [
    { path: 'a/b/c', bytes: new Uint8Array([1, 2, 3]) },
    { path: 'a/d', bytes: new Uint8Array(0) },
  ];
  writeHomeFiles(home, files, (path) => given.push(path.slice(home.length + 1)));
  expect(readSaveFiles(home, ['a']).map(({ path, bytes }) => ({ path, bytes: new Uint8Array(bytes) }))).toEqual(files);
  expect(statSync(join(home, 'a/b/c')).mode & 0o777).toBe(0o600);
  expect(statSync(join(home, 'a/b')).mode & 0o777).toBe(0o700);
  expect(given).toEqual(['a', 'a/b', 'a/b/c', 'a/d']);
});

test('the fingerprint changes with a file, and only then', () => {
  const before = saveFingerprint(home, ['saves']);
  expect(saveFingerprint(home, ['saves'])).toBe(before);
  utimesSync(join(home, 'saves/one'), 1, 1);
  expect(saveFingerprint(home, ['saves'])).not.toBe(before);
});

test('of ten thousand files only so many are looked at', () => {
  const many = mkdtempSync('/dev/shm/nearcade-saves-');
  for (let file = 0; file < 10_000; file++) writeFileSync(join(many, String(file)), '');
  const [name = ''] = many.split('/').slice(-1);
  expect(saveFingerprint('/dev/shm', [name]).split('\n')).toHaveLength(8_000);
  expect(readSaveFiles('/dev/shm', [name])).toHaveLength(2_000);
  rmSync(many, { recursive: true });
});

test('the fingerprint follows no link on the way either', () => {
  symlinkSync(folder, join(home, 'out'));
  mkdirSync(join(folder, 'saves'));
  writeFileSync(join(folder, 'saves/theirs'), '');
  expect(saveFingerprint(home, ['out/saves'])).toBe('');
  expect(saveFingerprint(folder, ['saves'])).toContain('saves/theirs'); // The control: it is there.
});

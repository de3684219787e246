import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeFolder } from '../../../src/observe/make-folder.ts';

const base = mkdtempSync(join(tmpdir(), 'nearcade-folder-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

test('a folder is made with those above it, and once more changes nothing', () => {
  const path = join(base, 'a', 'b');
  makeFolder(path, 0o700);
  makeFolder(path, 0o700);
  expect(statSync(path).mode & 0o777).toBe(0o700);
});

test('where none can be made, it says so: below a file, and where the kernel takes none', () => {
  writeFileSync(join(base, 'file'), '');
  expect(() => makeFolder(join(base, 'file', 'a'), 0o700)).toThrow(/ENOTDIR/);
  expect(() => makeFolder(join(base, 'file'), 0o700)).toThrow(/EEXIST/);
  expect(() => makeFolder('/proc/nearcade/data', 0o700)).toThrow(/ENOENT/);
  expect(existsSync('/proc/nearcade')).toBe(false);
});

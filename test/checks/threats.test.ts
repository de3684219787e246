// Goal: every test that docs/THREATS.md names exists. Method: look for its name in its file.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const NAMED = /`(test\/[^`]+\.ts)`: ([^;|]+(?:;[^;|`]+)*?)(?=; `test\/| \|)/g;

function named(text: string): { file: string; name: string }[] {
  return [...text.matchAll(NAMED)].map(([, file = '', name = '']) => ({ file, name: name.trim() }));
}
function isThere({ file, name }: { file: string; name: string }): boolean {
  const path = join(root, file);
  return existsSync(path) && readFileSync(path, 'utf8').replaceAll("\\'", "'").includes(name);
}

test('the tests that the threats name are there', () => {
  const tests = named(readFileSync(join(root, 'docs/THREATS.md'), 'utf8'));
  expect(tests.length).toBeGreaterThan(40);
  expect(tests.filter((each) => !isThere(each))).toEqual([]);
});
test('one that is not there is found', () => {
  const row =
    '| a | b | c | `test/checks/threats.test.ts`: one that is not there is found; `test/checks/none.ts`: gone |';
  expect(named(row).map(isThere)).toEqual([true, false]);
});

// Goal: what a kiosk may read is written down. Method: every field that `stats()` names is a word of docs/PLAYER-API.md,
// and every part of the address is, too.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(join(import.meta.dirname, '../..', path), 'utf8');
const page = read('docs/PLAYER-API.md');
const isTold = (name: string): boolean => new RegExp(`\`${name}[\`:]|\`[^\`]*\\b${name}\\b[^\`]*\``).test(page);

/** Names before a colon, and names that stand for themselves, in the objects that become JSON. */
function fieldsOf(source: string): string[] {
  const body = source.slice(source.indexOf('function sessionJson'), source.indexOf('declare global'));
  const named = [...body.matchAll(/^ {4,}(\w+):/gm)].map((match) => match[1] ?? '');
  const short = [...body.matchAll(/^ {4}(\w+),$/gm)].map((match) => match[1] ?? '');
  return [...new Set([...named, ...short])];
}

test('every field of the stats is explained', () => {
  const fields = fieldsOf(read('clients/web/src/player/stats.ts'));
  expect(fields.length).toBeGreaterThan(60); // The reader finds them.
  expect(fields).toEqual(expect.arrayContaining(['session', 'rttMs', 'clickToFrame', 'costWei', 'receipt']));
  expect(fields.filter((name) => !isTold(name))).toEqual([]);
});

test('every part of the address is explained', () => {
  const parts = [...read('clients/web/src/pages/play/deep-link.ts').matchAll(/search\.(\w+)/g)].map(
    (match) => match[1] ?? '',
  );
  expect(new Set(parts)).toEqual(new Set(['game', 'auto', 'path', 'seed', 'size', 'fps', 'kbps', 'node']));
  expect([...new Set(parts)].filter((name) => !isTold(name))).toEqual([]);
});

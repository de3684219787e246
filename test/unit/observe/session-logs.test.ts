// Goal: what a node logs about a session can be read by session, and neither fills the disk nor stops a game.
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sessionLogs } from '../../../src/observe/session-logs.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'nc-logs-')), 'logs');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const idOf = (number: number): string => `s_${String(number).padStart(26, '0')}`;
const lineOf = (number: number, event: string): string => `{"session":"${idOf(number)}","event":"${event}"}\n`;

test('lines are kept by the session that they name, in their order, by several writers', () => {
  const [agent, slot] = [sessionLogs(folder), sessionLogs(folder)];
  agent.keep(lineOf(1, 'one'));
  slot.keep(lineOf(2, 'two'));
  slot.keep(lineOf(1, 'three'));
  agent.keep('{"event":"node.ready"}\n');
  expect(agent.read(idOf(1), 1_000)).toEqual([lineOf(1, 'one').trim(), lineOf(1, 'three').trim()]);
  expect(slot.read(idOf(2), 1_000)).toEqual([lineOf(2, 'two').trim()]);
  expect(slot.read(idOf(3), 1_000)).toEqual([]);
  expect(statSync(join(folder, `${idOf(1)}.jsonl`)).mode & 0o777).toBe(0o600);
});

test('the newest lines that fit are read', () => {
  const logs = sessionLogs(folder);
  for (let n = 0; n < 9; n++) logs.keep(lineOf(1, `event ${n}`));
  const bytes = lineOf(1, 'event 0').length - 1;
  expect(logs.read(idOf(1), 3 * bytes)).toEqual([6, 7, 8].map((n) => lineOf(1, `event ${n}`).trim()));
  expect(logs.read(idOf(1), bytes - 1)).toEqual([]);
});

test('a session that says too much, and many sessions, are cut off', () => {
  const logs = sessionLogs(folder);
  const long = lineOf(1, 'x'.repeat(10_000));
  for (let n = 0; n < 60; n++) logs.keep(long);
  expect(statSync(join(folder, `${idOf(1)}.jsonl`)).size).toBeLessThan(300_000);
  for (let n = 2; n <= 230; n++) {
    logs.keep(lineOf(n, 'one'));
    utimesSync(join(folder, `${idOf(n)}.jsonl`), n, n);
  }
  logs.keep(lineOf(999, 'last'));
  const names = readdirSync(folder);
  expect(names).toHaveLength(200);
  expect(names).toContain(`${idOf(230)}.jsonl`);
  expect(names).not.toContain(`${idOf(3)}.jsonl`);
});

test('a folder that cannot be made stops nothing', () => {
  writeFileSync(folder, 'a file where the folder should be');
  const logs = sessionLogs(folder);
  expect(() => logs.keep(lineOf(1, 'one'))).not.toThrow();
  expect(logs.read(idOf(1), 1_000)).toEqual([]);
});

// test/contract/usage.test.ts - what is typed wrong ends with 2, one line that says what is missing, and how it is written; what
// the machine lacks ends with 1.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const CLI = join(import.meta.dirname, '../../src/main/cli.ts');
const folder = mkdtempSync(join(tmpdir(), 'usage-'));
afterAll(() => rmSync(folder, { recursive: true }));

function typed(line: string) {
  const words = ['--disable-warning=ExperimentalWarning', CLI, ...line.split(' ')];
  const { status, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' });
  return { status, said: stderr };
}

test.each([
  ['up', '--slots none', '--slots'],
  ['up', '--http 0.0.0.0:0', '--public-play-money'],
  ['hub', '--http 0.0.0.0:0', '--public-play-money'],
  ['hub', '--smtp-from a@b.example', '--smtp and --smtp-from'],
  ['hub', '--chain dbc-mainnet', '--chain-rpc'],
  ['hub', '--public-url http://h.example --tls auto', 'https://'],
  ['relay', '--nonsense', '--nonsense'],
  ['node', '', '--hub'],
  ['node', '--hub http://h.example --advertise-only', '--advertise ADDRESS'],
  ['node stop', 'now', 'now'],
  ['node bench', '--slots', '--slots'],
  ['node settle', '', '--chain-rpc'],
  ['node install-service', '', '--hub'],
  ['node install-service', '--hub http://h.example --user root', '--user'],
  ['admin', 'pause', '--reason'],
  ['admin', 'suspend somebody', 'suspend'],
  ['audit', '', 'name one session'],
  ['backup', '', 'name one file'],
  ['restore', '', 'name one file'],
  ['economics', '--burn-policy none', 'none'],
  ['doctor', '--nonsense', '--nonsense'],
])(
  './nearcade %s %s',
  (command, rest, missing) => {
    const { status, said } = typed(`${command} ${rest}`.trim());
    expect({ status, said }).toEqual({ status: 2, said: expect.stringContaining(missing) });
    expect(said).toContain(`\nusage: ./nearcade ${command} `);
    expect(said).not.toMatch(/\n {4}at /);
  },
  30_000,
);

test('a folder without a node is nothing that was typed wrong', () => {
  expect(typed(`node stop --data ${folder}`)).toMatchObject({ status: 1, said: expect.not.stringContaining('usage:') });
}, 30_000);

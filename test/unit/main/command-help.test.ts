// Goal: whatever is typed after ./nearcade, what is said is true of the very command that was meant. Method: the real table.
import { expect, test } from 'vitest';
import { load } from '../../../src/config/load.ts';
import { askedFor, helpText, usageText } from '../../../src/main/command-help.ts';
import { commands } from '../../../src/main/commands.ts';

const asked = (line: string) => askedFor(commands, line.split(' ').filter(Boolean));

test.each<[string, object]>([
  ['', { kind: 'usage' }],
  ['--help', { kind: 'usage' }],
  ['-v', { kind: 'version' }],
  ['up --slots 2', { kind: 'run', name: 'up', argv: ['--slots', '2'] }],
  ['up --help', { kind: 'help', name: 'up' }],
  ['help up', { kind: 'help', name: 'up' }],
  ['node --hub http://h', { kind: 'run', name: 'node', argv: ['--hub', 'http://h'] }],
  ['node stop --now', { kind: 'run', name: 'node stop', argv: ['--now'] }],
  ['node settle --help', { kind: 'help', name: 'node settle' }],
  ['node stpo', { kind: 'unknown', word: 'node stpo', meant: 'node stop' }],
  ['node frob', { kind: 'unknown', word: 'node frob' }],
  ['dokter', { kind: 'unknown', word: 'dokter', meant: 'doctor' }],
  ['constructor', { kind: 'unknown' }],
])("'%s' is understood", (line, meaning) => expect(asked(line)).toMatchObject(meaning));

test('the list names each command once, and those that only others start not at all', () => {
  const lines = usageText(commands).split('\n');
  expect(lines.filter((line) => /^ {2}node stop {2}/.test(line))).toHaveLength(1);
  expect(lines.filter((line) => /^ {2}postgres/.test(line))).toHaveLength(0);
});

test('the help of a command has its own flags, and an admin finds the acts there', () => {
  const help = (name: string) => helpText(commands[name] as (typeof commands)[string]);
  expect(help('node settle')).toContain('--chain-rpc URL[,URL...]');
  expect(help('node settle')).not.toContain('--slots');
  expect(help('admin')).toContain('suspend player|node|operator ADDRESS');
});

// Goal: an example never shows what would be refused. Method: each is read as it would be typed.
const examples = Object.entries(commands).flatMap(([name, { examples = [] }]) =>
  examples.map(([line]) => [name, line] as const),
);
test.each(examples)("an example of '%s' can be typed: %s", (name, line) => {
  const words = [...line.matchAll(/"[^"]*"|\S+/g)].map(([word]) => word.replaceAll('"', ''));
  const typed = words.slice(words.indexOf('./nearcade') + 1).map((word) => {
    const ids: Readonly<Record<string, string>> = { 't_...': `t_${'a'.repeat(26)}`, '0x...': `0x${'a'.repeat(40)}` };
    return ids[word] ?? word;
  });
  const meaning = askedFor(commands, typed);
  expect(meaning).toMatchObject({ kind: 'run', name });
  const argv = meaning.kind === 'run' ? meaning.argv : [];
  const read = load(commands[name]?.settings ?? {}, { argv, env: {}, file: undefined, otherKeys: new Set() });
  expect(read).toMatchObject({ ok: true });
});

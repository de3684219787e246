// Goal: what a person sets for the node beside `up` reaches it as it was written. Method: `up`'s flags through the loader,
// what is handed on through the node's.
import { expect, test } from 'vitest';
import { load } from '../../../src/config/load.ts';
import { nodeSettings, upSettings } from '../../../src/config/settings.ts';
import { nodeWishes } from '../../../src/main/up.ts';

const common = { env: {}, file: undefined, otherKeys: new Set<string>() };

test('limits, slots, ports and the rest come to the node, and nothing that nobody set', () => {
  const argv = [
    ...['--slots', '2', '--session-memory-mb', '2048', '--session-cpus', '1', '--name', 'a = b', '--bench', 'off'],
    ...['--ice-ports', '40000-40063', '--advertise', '203.0.113.7,[2001:db8::7]', '--advertise-only'],
    ...['--encoder', 'x264', '--data', 'elsewhere'],
  ];
  const typed = load(upSettings, { ...common, argv });
  const wishes = typed.ok ? nodeWishes(typed.value) : [];
  const read = load(nodeSettings, { ...common, argv: wishes });
  expect(read).toMatchObject({
    ok: true,
    value: {
      values: {
        ...{ slots: 2, sessionMemoryMb: 2048, sessionCpus: 1, name: 'a = b', bench: 'off', encoder: 'x264' },
        ...{ icePorts: { first: 40000, last: 40063 }, advertise: ['203.0.113.7', '[2001:db8::7]'] },
        advertiseOnly: true,
      },
    },
  });
  expect(wishes.join()).not.toMatch(/data|region|games/);
  const plain = load(upSettings, { ...common, argv: [] });
  expect(plain.ok ? nodeWishes(plain.value) : undefined).toEqual([]);
});

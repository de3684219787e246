import { expect, test } from 'vitest';
import { load, variableOf } from '../../../src/config/load.ts';
import { hostPort, integer, list, nameText, portRange, text, toggle } from '../../../src/config/setting.ts';

const settings = {
  http: hostPort('http', 'page', { fallback: '127.0.0.1:8080' }),
  slots: integer('slots', 'sessions', [1, 64]),
  secret: text('relay-secret', 'shared', { secret: true }),
  ports: portRange('relay-ports', 'allocations'),
  loud: toggle('loud', 'say more'),
  name: nameText('name', 'what players see'),
  peers: list('allow-peer', 'ranges', 'CIDR'),
};
const read = (argv: string[], env: Record<string, string> = {}, file?: string) =>
  load(settings, { argv, env, file, otherKeys: new Set(['data']) });

test('flags win over variables, variables over the file, the file over defaults', () => {
  const file = 'http = "h:1"\nslots = 2\n';
  expect(read([], {}, file)).toMatchObject({ ok: true, value: { values: { http: { host: 'h', port: 1 }, slots: 2 } } });
  expect(read([], { NEARCADE_SLOTS: '3' }, file)).toMatchObject({ value: { values: { slots: 3 } } });
  expect(read(['--slots', '4'], { NEARCADE_SLOTS: '3' }, file)).toMatchObject({ value: { values: { slots: 4 } } });
  expect(read([])).toMatchObject({ value: { values: { http: { host: '127.0.0.1', port: 8080 }, loud: false } } });
});

test('a switch needs no value, a list is split, a range is checked', () =>
  expect(read(['--loud', '--allow-peer', '10.0.0.0/8, ::1/128', '--relay-ports=5-9', 'word'])).toMatchObject({
    ok: true,
    value: { values: { loud: true, peers: ['10.0.0.0/8', '::1/128'], ports: { first: 5, last: 9 } }, rest: ['word'] },
  }));

test.each<[string[], Record<string, string>, string | undefined, string]>([
  [['--slots', '65'], {}, undefined, "--slots is '65'; it must be 1..64"],
  [['--slots'], {}, undefined, '--slots needs a value: 1..64'],
  [['--sluts', '1'], {}, undefined, 'unknown flag --sluts; did you mean --slots?'],
  [['--colour=1'], {}, undefined, 'unknown flag --colour; --help lists the flags'],
  [['--slots', '--loud'], {}, undefined, '--slots needs a value: 1..64'],
  [[], { NEARCADE_HTTP: 'x' }, undefined, "NEARCADE_HTTP is 'x'; it must be HOST:PORT"],
  [[], {}, 'slots = "many"', "nearcade.toml: slots is 'many'"],
  [[], {}, 'colour = 1', 'nearcade.toml: unknown key colour'],
  [[], {}, 'slots = = 1', 'nearcade.toml: '],
  [['--name', 'a\tb'], {}, undefined, "--name is 'a\tb'; it must be 1..80 characters, one line"],
  [['--name', 'x'.repeat(81)], {}, undefined, 'it must be 1..80 characters, one line'],
  [['--relay-ports', '9-5'], {}, undefined, "--relay-ports is '9-5'"],
])('%j %j %j stops the start', (argv, env, file, words) => {
  const result = read(argv, env, file);
  expect(result.ok ? [] : result.error).toEqual([expect.stringContaining(words)]);
});

test('a word too many stops the start, and a flag with one dash is told what it lacks', () => {
  const of = (...argv: string[]) => {
    const result = load(settings, { argv, env: {}, file: undefined, otherKeys: new Set(), wordsMost: 1 });
    return result.ok ? [] : result.error;
  };
  expect(of('one')).toEqual([]);
  expect(of('one', 'two')).toEqual(["nothing is expected here: 'two'; flags begin with --"]);
  expect(of('--sluts', '4', 'one')).toEqual(['unknown flag --sluts; did you mean --slots?']); // Its value is no word.
  expect(of('one', '-slots')).toEqual(["nothing is expected here: '-slots'; did you mean --slots?"]);
});

test('what a person set is kept as it was written', () => {
  const result = read(['--slots', '4'], { NEARCADE_LOUD: 'true' }, 'http = "h:1"');
  expect(result.ok ? [...result.value.given] : []).toEqual([
    ['http', 'h:1'],
    ['slots', '4'],
    ['loud', 'true'],
  ]);
});

test('a wrong secret is not printed', () => {
  const result = read(['--relay-secret', 'x'.repeat(401)]);
  expect(result.ok ? '' : result.error.join()).toBe("--relay-secret is '...'; it must be 1..400 characters");
});
test('keys of other commands may stand in the file', () => expect(read([], {}, 'data = "d"').ok).toBe(true));
test('variables are named after keys', () => expect(variableOf('relay-ports')).toBe('NEARCADE_RELAY_PORTS'));

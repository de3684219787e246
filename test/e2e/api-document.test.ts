// Goal: whoever holds the OpenAPI document can drive the hub and cannot break it. Method: `./nearcade up`; every operation comes
// from its document. Each is asked by everybody who may not, with everything that it does not take, then by chance with what a
// program might send, twice at once; the database is read before and after, and every answer is held against the document and
// docs/ERRORS.md.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../src/base/random.ts';
import type { Answer, Caller } from '../support/api/client.ts';
import { misfit, type Operation } from '../support/api/document.ts';
import { likely } from '../support/api/likely.ts';
import { ApiWorld, freshKey } from '../support/api/world.ts';
import { brokenBodies } from '../support/broken-bodies.ts';

const LONG = process.env.NEARCADE_LONG === '1';
const SEED = Number(process.env.SEED ?? 7);
const BROKEN_MOST = LONG ? 60 : 6;
const STEPS = LONG ? 4_000 : 250;
const random = seededRandom(SEED);
let world: ApiWorld;

beforeAll(async () => {
  process.stdout.write(`api document, SEED=${SEED}\n`);
  world = await ApiWorld.start();
});
afterAll(async () => {
  await world?.stop();
});

const isOfCafe = ({ path }: Operation): boolean => path.startsWith('/api/cafe/{cafe}');
/** Acts leave a line; what is posted and changes nothing is read. */
const isAct = (operation: Operation): boolean =>
  isOfCafe(operation) && operation.method === 'POST' && !operation.path.endsWith('/price');
/** What a café of this kind has, by the names of the document. */
const KNOWN: Readonly<Record<string, readonly unknown[]>> = {
  zone: ['hall', 'vip'],
  group: ['guest', 'gold'],
  package: ['three-hours', 'lunch', 'overnight'],
  minor: ['1', '100', '2500'],
  pay: ['cash', 'cash', 'card'],
  seats: [['1', '2'], ['10']],
  to: ['1', '2', '3', '10'],
  with: ['1', '2', '3', '10'],
  untilMs: [Date.now() + 3_600_000],
  atMs: [Date.now() + 3_600_000],
  typedAtMs: [Date.now()],
  days: [3],
  minutes: [1, 60],
  count: [3, []],
  acts: [['*'], ['kiosk.doubled']],
  url: ['https://example.invalid/'],
};
const codeOf = ({ text }: Answer): string => (JSON.parse(text) as { code?: string }).code ?? '';

const sure: Readonly<Record<string, () => string>> = {
  cafe: () => world.cafe,
  session: () => `s_${'0'.repeat(26)}`,
  node: () => `0x${'1'.repeat(40)}`,
  id: () => `w_${'0'.repeat(26)}`,
  member: () => String(world.seen.of('member').find((value) => typeof value === 'string') ?? `m_${'0'.repeat(26)}`),
};
/** The address of an operation with good values, but for what `change` says. */
function addressOf({ path, parameters }: Operation, change: Readonly<Record<string, string>> = {}): string {
  const inside = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(change[name] ?? sure[name]?.() ?? 'x'),
  );
  const asked = parameters.filter((one) => one.in === 'query' && (one.required === true || one.name in change));
  const today = new Date().toISOString().slice(0, 10);
  const good: Readonly<Record<string, string>> = { date: today, from: today, to: today, nonce: '1' };
  const text = new URLSearchParams(asked.map(({ name }) => [name, change[name] ?? good[name] ?? '1'])).toString();
  return text === '' ? inside : `${inside}?${text}`;
}
/** A body that the schema takes. */
function bodyOf(operation: Operation): Record<string, unknown> {
  const { body: schema = {} } = operation;
  for (let tries = 0; tries < 50; tries++) {
    const body = likely(schema, '', world.seen, random) as Record<string, unknown>;
    if (misfit(schema, body) === undefined) return 'key' in body ? { ...body, key: freshKey() } : body;
  }
  throw new Error(`no body for ${operation.name}`);
}
/** Somebody whom an operation lets in as far as its body. */
function insider(operation: Operation): Caller {
  if (isOfCafe(operation)) return world.some('owner');
  if (operation.tags.includes('admin')) return world.some('admin');
  if (operation.tags.includes('kiosk')) return world.some('nobody');
  return world.some(operation.security.includes('login') ? 'player' : 'nobody');
}

type Try = {
  readonly send: () => Promise<Answer>;
  readonly status: number | readonly number[];
  readonly code: string | readonly string[];
  readonly line?: string;
};
/** Asks what must all be refused, some at once: so it is, nothing changes, and each leaves its line. What is not so is a fault. */
async function refused(what: string, tries: readonly Try[]): Promise<void> {
  const { faults } = world;
  const [before, seq] = [await world.state(), await world.lastSeq()];
  for (let from = 0; from < tries.length; from += 16) {
    const some = tries.slice(from, from + 16);
    const answers = await Promise.all(some.map(({ send }) => send()));
    for (const [at, answer] of answers.entries()) {
      const { status = 0, code = '' } = some[at] ?? {};
      const isSo = [status].flat().includes(answer.status) && [code].flat().includes(codeOf(answer));
      if (!isSo)
        faults.push(`${what} #${from + at}: not ${status} ${code} but ${answer.status} ${answer.text.slice(0, 200)}`);
    }
  }
  const lines = await world.linesSince(seq);
  if (lines.own === 0 && (await world.state()) !== before) faults.push(`${what}: something changed`);
  const [left, due] = [lines.theirs.toSorted(), tries.flatMap(({ line }) => line ?? []).toSorted()];
  if (left.join() !== due.join()) faults.push(`${what}: lines ${left.join(', ')} instead of ${due.join(', ')}`);
}
/** No fault since the last time; a failure says by which seed. */
function faultless(): void {
  const found = world.faults.splice(0);
  expect(
    found.slice(0, 40).map((one) => one.slice(0, 600)),
    `SEED=${SEED}: ${found.length} faults`,
  ).toEqual([]);
}

/** Everybody who may not, and what they are told. */
function strangersTo(operation: Operation): readonly Try[] {
  const { security, roles, tags, method } = operation;
  const raw = operation.body === undefined ? undefined : JSON.stringify(bodyOf(operation));
  const name = isAct(operation) ? operation.path.slice('/api/cafe/{cafe}/'.length).replaceAll('/', '.') : '';
  const by =
    (caller: Caller, path = addressOf(operation)) =>
    () =>
      world.ask(operation, path, caller, raw);
  if (security.length === 0) return [];
  const none: Try = { send: by(world.some('nobody')), status: 401, code: ['LOGIN_REQUIRED', 'TOKEN_UNKNOWN'] };
  if (security.includes('saveToken')) return [none];
  const evil = { ...insider(operation).headers, origin: 'https://evil.example' };
  const tries: Try[] = [none];
  if (method !== 'GET' && !operation.path.endsWith('/price')) {
    tries.push({ send: by({ who: 'evil page', headers: evil }), status: 403, code: 'ORIGIN_REFUSED' });
  }
  if (tags.includes('admin')) tries.push({ send: by(world.some('player')), status: 403, code: 'FORBIDDEN' });
  if (!isOfCafe(operation)) return tries;
  const key = { who: 'forged key', headers: { authorization: `Bearer nck_${'0'.repeat(26)}` } };
  const badKey = { who: 'broken key', headers: { authorization: 'Bearer nck_x' } };
  tries.push({ send: by(key), status: 401, code: 'TOKEN_UNKNOWN' });
  tries.push({ send: by(badKey), status: [401, 403], code: ['LOGIN_REQUIRED', 'TOKEN_UNKNOWN', 'ORIGIN_REFUSED'] });
  for (const stranger of ['stranger', 'player', 'admin']) {
    tries.push({ send: by(world.some(stranger)), status: 404, code: 'NOT_FOUND' });
  }
  const there = addressOf(operation, { cafe: world.other });
  tries.push({ send: by(world.some('owner'), there), status: 404, code: 'NOT_FOUND' });
  tries.push({ send: by(world.some('key manager'), there), status: 401, code: 'TOKEN_UNKNOWN' });
  for (const role of ['owner', 'manager', 'cashier', 'technician', 'auditor']) {
    if (roles?.includes(role) !== false) continue;
    const kinds = [role, `key ${role}`];
    for (const kind of kinds) {
      const line = isAct(operation) ? `${name} ROLE_TOO_LOW` : `${readOf(operation)} ROLE_TOO_LOW`;
      tries.push({ send: by(world.some(kind)), status: 403, code: 'ROLE_TOO_LOW', line });
    }
  }
  return tries;
}
/** How the audit names a reading. */
function readOf({ path }: Operation): string {
  const [, , , , part = 'settings'] = path.split('/');
  if (/^(?:floor|plays|live|price)/.test(part)) return 'read.floor';
  if (/^(?:members|codes)/.test(part)) return 'read.members';
  if (/^(?:receipts|shifts)/.test(part)) return 'read.receipts';
  return part.startsWith('audit') ? 'read.audit' : part === 'reports' ? 'read.reports' : 'read.settings';
}

test('whoever may not is told so, and nothing changes', async () => {
  for (const operation of world.document.operations) {
    if (isOfCafe(operation)) expect(operation.roles, `${operation.name} says for whom it is`).toBeDefined();
    await refused(operation.name, strangersTo(operation));
  }
  faultless();
});

const ODD = [
  '',
  '-1',
  '0',
  '1.5',
  'NaN',
  '9'.repeat(400),
  "'; drop table cafe; --",
  '2026-02-30',
  '\u202eabc',
  'a\u0001b',
];
/** What an operation does not take. */
function brokenFor(operation: Operation): readonly Try[] {
  const tries: Try[] = [];
  const name = operation.path.slice('/api/cafe/{cafe}/'.length).replaceAll('/', '.');
  const bad = (raw: string, type?: string, code = 'MESSAGE_MALFORMED', status = 400): Try => ({
    send: () => world.ask(operation, addressOf(operation), insider(operation), raw, type),
    ...{ status, code },
    ...(isAct(operation) ? { line: `${name} ${code}` } : {}),
  });
  const { body } = operation;
  if (body !== undefined) {
    const good = bodyOf(operation);
    const broken = brokenBodies(body, good, random, BROKEN_MOST);
    tries.push(...broken.map((one) => bad(JSON.stringify(one.body) ?? '')));
    const text = JSON.stringify(good);
    tries.push(bad(text.slice(0, -1)), bad(''), bad('null'), bad('[]'), bad(text.replace(/}$/, ',"n":NaN}')));
    tries.push(
      bad(text.replace(/^\{/, '{"__proto__":{"x":1},')),
      bad(text, 'text/plain'),
      bad(text, 'application/x-www-form-urlencoded'),
    );
    tries.push(bad(`{"x":"${'0'.repeat(2_000_000)}"}`, undefined, 'MESSAGE_TOO_LARGE', 413));
  }
  return tries;
}

test('what is malformed is refused, and nothing changes', async () => {
  for (const operation of world.document.operations) await refused(operation.name, brokenFor(operation));
  faultless();
});

test('what is asked in an address is refused when it is malformed', async () => {
  const before = await world.state();
  for (const operation of world.document.operations) {
    for (const { name, in: place } of operation.parameters) {
      for (const value of ODD) {
        if (place === 'path' && value === '') continue;
        const raw = operation.body === undefined ? undefined : JSON.stringify(bodyOf(operation));
        await world.ask(operation, addressOf(operation, { [name]: value }), insider(operation), raw);
      }
    }
  }
  faultless();
  expect(await world.state()).toBe(before);
});

const WORKERS = [
  'owner',
  'manager',
  'cashier',
  'technician',
  'auditor',
  'key manager',
  'key cashier',
  'key technician',
];
/** Not by chance: it would end the test's own means. */
const SPARED = /\/staff$|\/logout$|\/seats\/unpair$|\/seats\/remove$/;
/** Versions of seats, members and the shift as the last answers had them. */
const versions = new Map<string, number>();
function noteVersions(answer: unknown): void {
  if (typeof answer !== 'object' || answer === null) return;
  const { seat, member, shift, version, settingsVersion } = answer as Record<string, unknown>;
  const [of] = [seat, member, shift].filter((id) => typeof id === 'string');
  if (typeof of === 'string' && typeof version === 'number') versions.set(of, version);
  if (typeof settingsVersion === 'number') versions.set('settings', settingsVersion);
  for (const inner of Object.values(answer)) noteVersions(inner);
}
/** The body with the versions that are, nine times of ten. */
function asSeen(body: Record<string, unknown>): Record<string, unknown> {
  if (random.below(10) === 0) return body;
  const pairs = [
    ['version', body.seat ?? body.member ?? body.shift ?? 'settings'],
    ['toVersion', body.to],
    ['withVersion', body.with],
  ] as const;
  const right = pairs.flatMap(([field, of]) => {
    const version = versions.get(String(of));
    return field in body && version !== undefined ? [[field, version] as const] : [];
  });
  return { ...body, ...Object.fromEntries(right) };
}

/** What acts of somebody who works there answered, against the lines that they left. */
function linesFault(name: string, answers: readonly Answer[], left: readonly string[]): string | undefined {
  const done = answers.filter(({ status }) => status === 200);
  const repeats = done.map(({ text }) => (JSON.parse(text) as { repeated: boolean }).repeated).toSorted();
  if (done.length > 0 && repeats.join() !== [false, ...done.slice(1).map(() => true)].join())
    return `repeated: ${repeats}`;
  const failed = answers.filter(({ status }) => status !== 200).map((answer) => `${name} ${codeOf(answer)}`);
  const due = [...(done.length > 0 ? [`${name} done`] : []), ...failed].toSorted().join();
  const is = left.toSorted().join();
  return due === is ? undefined : `lines ${is} instead of ${due}`;
}

async function actByChance(operation: Operation): Promise<void> {
  const { faults } = world;
  const by = world.some(WORKERS[random.below(WORKERS.length)] ?? 'owner');
  const name = operation.path.slice('/api/cafe/{cafe}/'.length).replaceAll('/', '.');
  const body = asSeen(bodyOf(operation));
  const raw = JSON.stringify(body);
  const [before, seq] = [await world.state(), await world.lastSeq()];
  const times = 1 + random.below(2);
  const answers = await Promise.all(
    Array.from({ length: times }, () => world.ask(operation, addressOf(operation), by, raw)),
  );
  const lines = await world.linesSince(seq);
  const isDone = answers.some(({ status }) => status === 200);
  const fault = linesFault(name, answers, lines.theirs);
  if (fault !== undefined) faults.push(`${operation.name} by ${by.who}: ${fault}; sent ${raw.slice(0, 300)}`);
  if (!isDone && lines.own === 0 && (await world.state()) !== before)
    faults.push(`${operation.name}: refused, and changed`);
  for (const { text, status } of answers) {
    if (status !== 200) continue;
    if (typeof body.id === 'string') world.seen.add('id', body.id);
    noteVersions(JSON.parse(text));
    world.seen.learn(JSON.parse(text));
  }
  if (!isDone || random.below(3) > 0) return;
  const other = world.document.operation('POST /api/cafe/{cafe}/message');
  const again = JSON.stringify({ key: body.key, text: 'another act' });
  const line = 'message IDEMPOTENCY_MISMATCH';
  const send = () => world.ask(other, addressOf(other), world.some('owner'), again);
  await refused(`${operation.name}, its key again`, [{ send, status: 409, code: 'IDEMPOTENCY_MISMATCH', line }]);
}

async function askByChance(operation: Operation): Promise<void> {
  const asked = operation.parameters.filter((one) => one.in === 'query' && random.below(2) === 0);
  const change = Object.fromEntries(
    asked.map(({ name, schema }) => [name, String(likely(schema, name, world.seen, random))]),
  );
  const raw = operation.body === undefined ? undefined : JSON.stringify(bodyOf(operation));
  if (raw?.includes('"rotate"') === true) return; // Everybody would be logged out.
  const ask = () => world.ask(operation, addressOf(operation, change), insider(operation), raw);
  const [answer] = await Promise.all(random.below(2) === 0 ? [ask()] : [ask(), ask()]);
  if (answer?.type === 'application/json' && answer.status === 200) {
    const value = JSON.parse(answer.text) as object;
    world.seen.learn(value);
    if (/\/(?:floor|members|shifts)$/.test(operation.path)) noteVersions(value);
  }
}

test(`${STEPS} requests by chance: each answer is documented, and changes what it says`, async () => {
  const { operations } = world.document;
  noteVersions(await world.read('/floor'));
  noteVersions(await world.read('/members'));
  const info = await world.read('');
  versions.set('settings', Number(info.version));
  world.seen.add('settings', info.settings);
  for (const [name, values] of Object.entries(KNOWN)) for (const value of values) world.seen.add(name, value);
  const inAct = operations.filter((one) => isAct(one) && !SPARED.test(one.path));
  const others = operations.filter((one) => !isAct(one) && !SPARED.test(one.path));
  for (let step = 0; step < STEPS; step++) {
    const list = random.below(3) === 0 ? others : inAct;
    const operation = list[random.below(list.length)];
    if (operation === undefined) continue;
    await (isAct(operation) ? actByChance(operation) : askByChance(operation));
  }
  const never = inAct.filter(({ name }) => world.answered.get(name)?.has(200) !== true).map(({ path }) => path);
  process.stdout.write(`never done: ${never.join(' ')}\n`);
  faultless();
});

// Goal: whatever is wrong with a request about a café is refused with a code, changes nothing and leaves one line in the audit.
// Method: the endpoints come from the OpenAPI document. Each has one good body, the control; every flaw is planted in it, the
// database is read before and after, and in the end the good body itself does its act, once, though it was sent twice.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../src/base/random.ts';
import { openStores } from '../../src/main/hub-stores.ts';
import { systemClock } from '../../src/observe/clock.ts';
import { silentLog } from '../../src/observe/log.ts';
import type { CafeActAnswer, CafeActName } from '../../src/protocol/cafe-acts.ts';
import { cafeRoles } from '../../src/protocol/cafe-shapes.ts';
import { errorCodes } from '../../src/protocol/error-codes.ts';
import { addressOf } from '../../src/protocol/typed-data.ts';
import type { Database } from '../../src/storage/database.ts';
import { brokenBodies, type Schema, sampleOf } from '../support/broken-bodies.ts';
import { cafeSettings } from '../support/cafe/settings.ts';
import { bodyOf } from '../support/hub/body.ts';
import { FakePlayer } from '../support/hub/fake-player.ts';
import { type TestHub, testHub } from '../support/hub/service.ts';
import { type TestServer, testServer } from '../support/postgres.ts';

const LONG = process.env.NEARCADE_LONG === '1';
const SEED = Number(process.env.SEED ?? 11);
/** Broken bodies of one endpoint; an address and an account have their rates, so they come from many. */
const BROKEN_MOST = LONG ? 2_000 : 20;
const OWNERS = LONG ? 150 : 20;
const random = seededRandom(SEED);
const idle = { minutes: 5, graceSeconds: 30, guestsGoOn: true };
const settings = cafeSettings({ curfew: [], ageBands: [], idle });
const reason = 'because';
const folder = mkdtempSync(join(tmpdir(), 'nc-bad-'));

type Operation = {
  readonly summary?: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
};
type Answered = {
  readonly status: number;
  readonly body: CafeActAnswer & { readonly code?: string; readonly facts?: object };
};

let server: TestServer;
let database: Database;
let hub: TestHub;
let [cafe, other] = ['', ''];
let aheadMs = 0;
const owners: FakePlayer[] = [];
const staff = new Map<string, FakePlayer>();
let paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {};
let counted = 0;
const key = (): string => `bad-key-${String(++counted).padStart(8, '0')}`;
const fresh = (): string => `x${String(++counted)}`;
const pathOf = (act: string, id = cafe): string => `/api/cafe/${id}/${act.replaceAll('.', '/')}`;
const schemaOf = (operation?: Operation): Schema | undefined =>
  operation?.requestBody?.content['application/json'].schema;

/** Sends a body; each time from another address. */
async function send(path: string, body: unknown, by: FakePlayer, origin = hub.url): Promise<Answered> {
  const from = `198.51.${++counted % 250}.${counted % 199}`;
  const headers = { 'content-type': 'application/json', 'x-forwarded-for': from, origin };
  const response = await by.fetch(path, { method: 'POST', body: JSON.stringify(body), headers });
  return { status: response.status, body: (await response.json()) as Answered['body'] };
}
let turn = 0;
const someOwner = (): FakePlayer => owners[++turn % owners.length] ?? who('owner');
function who(role: string): FakePlayer {
  const found = staff.get(role);
  if (found === undefined) throw new Error(`no ${role}`);
  return found;
}
/** Does an act that must succeed. */
async function done(act: CafeActName, body: object, id = cafe): Promise<CafeActAnswer> {
  const answer = await send(pathOf(act, id), { key: key(), ...body }, id === cafe ? someOwner() : who('stranger'));
  expect(answer, act).toMatchObject({ status: 200 });
  return answer.body;
}

/** Everything that the database has of cafés and of coins, as one text; the audit apart. */
async function state(): Promise<string> {
  const tables = ['cafe', 'cafe_thing', 'cafe_act', 'cafe_entry', 'cafe_receipt', 'account', 'transfer', 'session'];
  const one = (table: string) =>
    `select '${table} ' || count(*) || ' ' || md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as text from ${table} t`;
  const rows = await database.query<{ text: string }>(tables.map(one).join(' union all '));
  return rows.map(({ text }) => text).join('\n');
}
/** Lines of the audit since one: `act outcome`. */
async function linesSince(seq: number): Promise<readonly string[]> {
  const rows = await database.query<{ line: string }>(
    `select act || ' ' || outcome as line from cafe_audit where seq > $1 order by seq`,
    [seq],
  );
  return rows.map(({ line }) => line);
}
async function lastLine(): Promise<number> {
  const [row] = await database.query<{ seq: number | null }>('select max(seq) as seq from cafe_audit');
  return row?.seq ?? 0;
}

/** Requests that must all be refused so: nothing changes, and each leaves its line, or none where nobody is known. */
async function refused(
  what: string,
  requests: readonly (() => Promise<Answered>)[],
  expected: { readonly status: number; readonly code: string; readonly line?: string },
): Promise<void> {
  const [before, seq] = [await state(), await lastLine()];
  for (let from = 0; from < requests.length; from += 20) {
    const answers = await Promise.all(requests.slice(from, from + 20).map((request) => request()));
    for (const answer of answers) {
      expect(answer, `${what}, SEED=${SEED}`).toMatchObject({ status: expected.status, body: { code: expected.code } });
    }
  }
  expect(await state(), what).toBe(before);
  expect(await linesSince(seq), what).toEqual(expected.line === undefined ? [] : requests.map(() => expected.line));
}

const guest = { who: { kind: 'guest' }, buy: { kind: 'minutes', minutes: 60 }, pay: 'cash' };
const first = <T>(list: readonly T[]): T => {
  const [one] = list;
  if (one === undefined) throw new Error('nothing there');
  return one;
};
async function seat(): Promise<{ seat: string; version: number }> {
  const name = fresh();
  const { seats } = await done('seats.add', { seats: [{ seat: name, name: '', zone: 'hall' }] });
  return { seat: name, version: first(seats).version };
}
/** An act on a fresh seat; the seat as it is afterwards. */
async function after(act: CafeActName, at: object | Promise<object>, more: object = {}) {
  const { seats } = await done(act, { ...(await at), ...more });
  const { seat: name, version } = first(seats);
  return { seat: name, version };
}
const seated = () => after('start', seat(), guest);
const floorShift = async () =>
  (await bodyOf<{ shift?: { shift: string; version: number } }>(someOwner().fetch(pathOf('floor')))).shift;
/** The open shift, as whoever closes it names it. */
async function till() {
  const { shift: id, version } = (await floorShift()) ?? { shift: `h_${'0'.repeat(26)}`, version: 1 };
  return { shift: id, version };
}
async function shift(open: boolean): Promise<void> {
  const isOpen = (await floorShift()) !== undefined;
  if (!isOpen && open) await done('shift.open', { floatMinor: '5000' });
  if (isOpen && !open) await done('shift.close', { ...(await till()), count: [], reason });
}
const member = async () => (await done('members.add', { name: 'Lin', group: 'guest' })).member;
const sold = async () => first((await done('codes.sell', { minor: '100', pay: 'cash', days: 3 })).receipts).number;
/** A batch of three: its id, and its codes as they were shown once. */
async function cards() {
  const { secret = '' } = await done('codes.batch', { name: 'Cards', count: 3, minor: '100', days: 3 });
  const { batches } = await bodyOf<{ batches: { batch: string }[] }>(someOwner().fetch(pathOf('codes/batches')));
  return { batch: first(batches).batch, codes: secret.split('\n') };
}
async function waitingCode(): Promise<string> {
  const device = new FakePlayer(hub.url);
  const hello = { deviceKey: addressOf(device.sessionKey) };
  return (await bodyOf<{ code: string }>(device.post('/api/cafe-kiosk', hello))).code;
}
const version = async () => (await bodyOf<{ version: number }>(someOwner().fetch(`/api/cafe/${cafe}`))).version;

/** The good body of every act, and what must be done before it can be. */
const controls: Readonly<Record<CafeActName, () => Promise<object>>> = {
  settings: async () => ({ version: await version(), settings }),
  staff: async () => ({ wallet: `0x${'9'.repeat(40)}`, role: 'cashier', reason }),
  'seats.add': async () => ({ seats: [{ seat: fresh(), name: '', zone: 'hall', place: { x: 1, y: 2 } }] }),
  'seats.edit': async () => ({ ...(await seat()), name: 'window', zone: 'vip' }),
  'seats.remove': async () => ({ ...(await seat()), reason }),
  'seats.pair': async () => ({ ...(await seat()), code: await waitingCode() }),
  'seats.unpair': async () => ({ ...(await after('seats.pair', seat(), { code: await waitingCode() })), reason }),
  'seats.enrol': async () => ({ seats: [{ seat: (await seat()).seat, host: `pc-${fresh().toLowerCase()}` }] }),
  'seats.unenrol': async () => {
    const at = await seat();
    await done('seats.enrol', { seats: [{ seat: at.seat, host: `pc-${fresh().toLowerCase()}` }] });
    return { seat: at.seat, reason };
  },
  'seats.consent': async () => who('owner').consentTo([new FakePlayer(hub.url), new FakePlayer(hub.url)]),
  start: async () => ({ ...(await seat()), ...guest, ageBand: 'any', guardian: false }),
  extend: async () => ({ ...(await seated()), buy: { kind: 'minutes', minutes: 30 }, pay: 'cash' }),
  pause: async () => ({ ...(await seated()), reason }),
  resume: async () => after('pause', seated(), { reason }),
  move: async () => {
    const [from, to] = [await seated(), await seat()];
    return { ...from, to: to.seat, toVersion: to.version };
  },
  swap: async () => {
    const [one, two] = [await seated(), await seated()];
    return { ...one, with: two.seat, withVersion: two.version };
  },
  stop: async () => ({ ...(await seated()), pay: 'cash' }),
  credit: async () => {
    const at = await seated();
    aheadMs += 10 * 60_000;
    return { ...at, minutes: 5, reason };
  },
  break: async () => ({ ...(await seat()), reason }),
  mend: async () => after('break', seat(), { reason }),
  reserve: async () => ({ ...(await seat()), label: 'Lin', untilMs: Date.now() + aheadMs + 3_600_000 }),
  unreserve: async () => after('reserve', seat(), { label: 'Lin', untilMs: Date.now() + aheadMs + 3_600_000 }),
  'end-at': async () => ({ seats: [(await seated()).seat], atMs: Date.now() + aheadMs + 3_600_000 }),
  message: async () => ({ seats: [(await seat()).seat], text: 'hello' }),
  'members.add': async () => ({ name: 'Wu', group: 'gold', pin: '2468', note: 'x' }),
  'members.edit': async () => ({ member: (await member())?.member, version: 1, name: 'Wu', group: 'guest' }),
  'members.top-up': async () => ({ member: (await member())?.member, minor: '100', bonusMinor: '10', pay: 'cash' }),
  'codes.sell': async () => ({ minor: '100', pay: 'card', days: 3 }),
  'codes.batch': async () => ({ name: 'Cards', count: 3, minor: '100', days: 3 }),
  'codes.activate': async () => ({ code: (await cards()).codes[0], pay: 'cash' }),
  'codes.withdraw': async () => ({ batch: (await cards()).batch, reason }),
  'shift.open': async () => shift(false).then(() => ({ floatMinor: '5000' })),
  'shift.paid-in': async () => ({ minor: '10', reason }),
  'shift.paid-out': async () => ({ minor: '10', reason }),
  'shift.close': async () => ({ ...(await till()), count: [{ minor: '100', pieces: 3 }], reason, note: 'x' }),
  void: async () => ({ receipt: await sold(), reason }),
  refund: async () => ({ receipt: await sold(), minor: '10', reason }),
  'api-keys.add': async () => ({ id: fresh(), role: 'cashier' }),
  'api-keys.remove': async () => {
    const id = fresh();
    await done('api-keys.add', { id, role: 'cashier' });
    return { id, reason };
  },
  'webhooks.add': async () => ({ id: fresh(), url: 'https://example.org/', acts: ['start'] }),
  'webhooks.remove': async () => {
    const id = fresh();
    await done('webhooks.add', { id, url: 'https://example.org/', acts: ['kiosk.doubled'] });
    return { id, reason };
  },
};

/** Things of the other café, by the field that names them, and how this café refuses them. */
const foreign: Readonly<Record<string, { value: unknown; status: number; code: string }>> = {
  seat: { value: 'FOREIGN', status: 404, code: 'SEAT_UNKNOWN' },
  to: { value: 'FOREIGN', status: 404, code: 'SEAT_UNKNOWN' },
  with: { value: 'FOREIGN', status: 404, code: 'SEAT_UNKNOWN' },
  seats: { value: ['FOREIGN'], status: 404, code: 'SEAT_UNKNOWN' },
  receipt: { value: 0, status: 404, code: 'RECEIPT_UNKNOWN' },
  member: { value: '', status: 404, code: 'MEMBER_UNKNOWN' },
  batch: { value: `k_${'0'.repeat(26)}`, status: 404, code: 'NOT_FOUND' },
};
/** Well formed, and more than there is. */
const tooMuch: Partial<Record<CafeActName, { body: object; code: string }>> = {
  'shift.paid-in': { body: { minor: '10000000000' }, code: 'AMOUNT_TOO_LARGE' },
  'members.top-up': { body: { bonusMinor: '999999999999' }, code: 'AMOUNT_TOO_LARGE' },
  'codes.batch': { body: { minor: '10000000000' }, code: 'AMOUNT_TOO_LARGE' },
  'shift.paid-out': { body: { minor: '9999999999' }, code: 'WALLET_TOO_LOW' },
  refund: { body: { minor: '9999999999' }, code: 'ALREADY_REVERSED' },
  credit: { body: { minutes: 600 }, code: 'CREDIT_TOO_LARGE' },
  reserve: { body: { untilMs: 2 ** 52 }, code: 'CLOCK_OUT_OF_RANGE' },
  'end-at': { body: { atMs: 2 ** 52 }, code: 'CLOCK_OUT_OF_RANGE' },
  start: { body: { typedAtMs: 1 }, code: 'CLOCK_OUT_OF_RANGE' },
  stop: { body: { typedAtMs: 2 ** 52 }, code: 'CLOCK_OUT_OF_RANGE' },
};

beforeAll(async () => {
  server = await testServer();
  database = await server.fresh();
  if (server.url.kind !== 'url') throw new Error('a database has an address');
  const wish = { data: folder, url: server.url.url, supervised: false, currency: 'PLAY' } as const;
  const clock = { ...systemClock, wallMs: () => systemClock.wallMs() + aheadMs };
  hub = await testHub({ stores: await openStores(wish, silentLog), clock, trustProxy: true });
  const people = [...cafeRoles, 'stranger', ...Array.from({ length: OWNERS }, (_, n) => `owner ${n}`)];
  for (const name of people) staff.set(name, await new FakePlayer(hub.url).login());
  const make = async (by: FakePlayer) => (await send('/api/cafe', { key: key(), settings }, by)).body as never;
  [cafe, other] = [
    ((await make(who('owner'))) as { cafe: string }).cafe,
    ((await make(who('stranger'))) as { cafe: string }).cafe,
  ];
  for (const role of people.filter((name) => name !== 'owner' && name !== 'stranger')) {
    await done('staff', { wallet: who(role).address, role: role.split(' ')[0], reason: 'hired' });
  }
  owners.push(...people.filter((name) => name.startsWith('owner ')).map(who));
  await done('seats.add', { seats: [{ seat: 'FOREIGN', name: '', zone: 'hall' }] }, other);
  await done('shift.open', { floatMinor: '0' }, other);
  const theirs = await done('members.add', { name: 'Theirs', group: 'guest' }, other);
  Object.assign(foreign.member ?? {}, { value: theirs.member?.member });
  for (let n = 0; n < 40; n++) {
    const receipt = first((await done('codes.sell', { minor: '1', pay: 'cash', days: 1 }, other)).receipts).number;
    Object.assign(foreign.receipt ?? {}, { value: receipt });
  }
  ({ paths } = await bodyOf<{ paths: typeof paths }>(fetch(`${hub.url}/openapi.json`)));
});
afterAll(async () => {
  expect(hub.faults).toEqual([]);
  await hub.remove();
  await database.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Acts of the document: by their summary, `name: for roles`. */
function actsOf(): readonly {
  readonly act: CafeActName;
  readonly roles: readonly string[];
  readonly schema: Schema;
}[] {
  return Object.entries(paths).flatMap(([path, { post }]) => {
    const [, act, roles] = /^([a-z.-]+): for (.+)$/.exec(post?.summary ?? '') ?? [];
    const schema = schemaOf(post);
    if (act === undefined || roles === undefined || schema === undefined) return [];
    expect(path).toBe(pathOf(act, '{cafe}'));
    return [{ act: act as CafeActName, roles: roles.split(', '), schema }];
  });
}

async function checkAct({ act, roles, schema }: ReturnType<typeof actsOf>[number]): Promise<void> {
  expect(Object.keys(controls), 'an act without a control').toContain(act);
  if (act !== 'shift.open') await shift(true);
  const good = { key: key(), ...(await controls[act]()) } as Record<string, unknown>;
  const path = pathOf(act);
  const ask =
    (change: object, by = someOwner(), to = path) =>
    () =>
      send(to, { ...good, key: key(), ...change }, by);

  const broken = brokenBodies(schema, good, random, BROKEN_MOST);
  expect(broken.length, act).toBeGreaterThan(5);
  const malformed = { status: 400, code: 'MESSAGE_MALFORMED', line: `${act} MESSAGE_MALFORMED` };
  await refused(
    `${act} broken`,
    broken.map(
      ({ body }) =>
        () =>
          send(path, body, someOwner()),
    ),
    malformed,
  );

  const weak = cafeRoles.filter((role) => !roles.includes(role));
  expect(weak, act).toContain('auditor');
  const low = { status: 403, code: 'ROLE_TOO_LOW', line: `${act} ROLE_TOO_LOW` };
  await refused(
    `${act} by a weak role`,
    weak.map((role) => ask({}, who(role))),
    low,
  );
  const nowhere = [ask({}, who('stranger')), ask({}, someOwner(), pathOf(act, other))];
  await refused(`${act} elsewhere`, nowhere, { status: 404, code: 'NOT_FOUND' });
  await refused(`${act} unknown`, [ask({}, new FakePlayer(hub.url))], { status: 401, code: 'LOGIN_REQUIRED' });
  const evil = () => send(path, { ...good, key: key() }, someOwner(), 'https://evil.example');
  await refused(`${act} from another page`, [evil], { status: 403, code: 'ORIGIN_REFUSED' });

  for (const [field, { value, status, code }] of Object.entries(foreign)) {
    if (!(field in good) || act === 'seats.add' || act === 'seats.enrol') continue; // Their lists are of other things.
    await refused(`${act} of another café`, [ask({ [field]: value })], { status, code, line: `${act} ${code}` });
  }
  for (const field of Object.keys(good).filter((name) => /version$/i.test(name))) {
    const seen = Number(good[field]);
    const stale = [ask({ [field]: seen + 1 }), ...(seen === 0 ? [] : [ask({ [field]: seen - 1 })])];
    await refused(`${act} stale ${field}`, stale, { status: 409, code: 'STALE_VERSION', line: `${act} STALE_VERSION` });
  }
  const much = tooMuch[act];
  if (much !== undefined) {
    const { httpStatus } = errorCodes[much.code as keyof typeof errorCodes];
    await refused(`${act} too much`, [ask(much.body)], {
      status: httpStatus,
      code: much.code,
      line: `${act} ${much.code}`,
    });
  }

  // The control, clicked twice: done once, with one line, and the same is answered.
  const [seq, before] = [await lastLine(), await state()];
  const clicker = act === 'seats.consent' ? who('owner') : someOwner(); // Only the payer signs.
  const twice = await Promise.all([send(path, good, clicker), send(path, good, clicker)]);
  expect(
    twice.map(({ status }) => status),
    `${act} ${JSON.stringify(twice)}`,
  ).toEqual([200, 200]);
  expect(twice.map(({ body }) => body.repeated).toSorted(), act).toEqual([false, true]);
  expect(await linesSince(seq), act).toEqual([`${act} done`]);
  expect(await state(), act).not.toBe(before);
  const another = { text: 'another act under the same key', key: good.key };
  const mismatch = { status: 409, code: 'IDEMPOTENCY_MISMATCH', line: 'message IDEMPOTENCY_MISMATCH' };
  await refused(`${act}'s key again`, [() => send(pathOf('message'), another, someOwner())], mismatch);
}

test('every act of the document refuses what is wrong and does what is right, once', { timeout: 300_000 }, async () => {
  const acts = actsOf();
  expect(acts.map(({ act }) => act).toSorted()).toEqual(Object.keys(controls).toSorted());
  for (const one of acts) await checkAct(one);
});

/** A device on a seat of its own. */
async function paired(): Promise<{ device: FakePlayer; at: { seat: string; version: number } }> {
  const device = new FakePlayer(hub.url);
  const hello = await device.post('/api/cafe-kiosk', { deviceKey: addressOf(device.sessionKey) });
  device.cookie = (hello.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const { code } = (await hello.json()) as { code: string };
  return { device, at: await after('seats.pair', seat(), { code }) };
}

/** Good bodies of what is posted and is no act. */
const otherControls: Readonly<Record<string, () => Promise<{ path: string; body: object; by: FakePlayer }>>> = {
  '/api/cafe': async () => ({ path: '/api/cafe', body: { key: key(), settings }, by: who('manager') }),
  '/api/cafe/{cafe}/price': async () => {
    const { seat: number } = await seat();
    return { path: pathOf('price'), body: { seat: number, ...guest }, by: who('owner') };
  },
  '/api/cafe-kiosk': async () => {
    const device = new FakePlayer(hub.url);
    return { path: '/api/cafe-kiosk', body: { deviceKey: addressOf(device.sessionKey) }, by: device };
  },
  '/api/cafe-kiosk/start': async () => {
    const { device } = await paired();
    const { code } = await done('codes.sell', { minor: '100', pay: 'cash', days: 3 });
    return { path: '/api/cafe-kiosk/start', body: { by: 'code', code: code?.code }, by: device };
  },
  '/api/cafe-kiosk/enrol': async () => {
    const { secret = '' } = await done('seats.enrol', { seats: [{ seat: (await seat()).seat, host: fresh() }] });
    const [id, name, shown] = secret.trim().split('\t').at(-1)?.split('.') ?? [];
    const device = new FakePlayer(hub.url);
    const body = { cafe: id, seat: name, secret: shown, deviceKey: addressOf(device.sessionKey) };
    return { path: '/api/cafe-kiosk/enrol', body, by: device };
  },
  '/api/cafe-kiosk/here': async () => ({
    ...{ path: '/api/cafe-kiosk/here', body: { line: 1 } },
    by: (await paired()).device,
  }),
  '/api/cafe-kiosk/join': async () => {
    const { device } = await paired();
    const { link } = await bodyOf<{ link: string }>(device.fetch('/api/cafe-kiosk'));
    const added = (await done('members.add', { name: 'Lin', group: 'guest', pin: '2468' })).member;
    await done('members.top-up', { member: added?.member, minor: '100', pay: 'cash' });
    const body = { link, number: added?.number, pin: '2468' };
    return { path: '/api/cafe-kiosk/join', body, by: new FakePlayer(hub.url) };
  },
  '/api/cafe-kiosk/back': async () => {
    const { device, at } = await paired();
    await done('start', { ...at, ...guest });
    expect((await send('/api/cafe-kiosk/idle', {}, device)).status).toBe(200);
    return { path: '/api/cafe-kiosk/back', body: { by: 'guest' }, by: device };
  },
};

test('what is posted beside the acts is refused when it is malformed, and taken when it is not', async () => {
  await shift(true);
  const posts = Object.entries(paths).filter(
    ([path, { post }]) =>
      path.startsWith('/api/cafe') && schemaOf(post) !== undefined && !/: for /.test(post?.summary ?? ''),
  );
  expect(posts.map(([path]) => path)).toEqual(expect.arrayContaining(Object.keys(otherControls)));
  for (const [name, { post }] of posts) {
    const schema = schemaOf(post) ?? {};
    const control = await otherControls[name]?.();
    // What has no control here is tried with a body made from its schema: a shape is checked before anything is asked.
    const made = { path: name.replace('{cafe}', cafe), body: sampleOf(schema, random), by: new FakePlayer(hub.url) };
    const { path, body, by } = control ?? made;
    const broken = brokenBodies(schema, body, random, 60);
    const sends = broken.map((one) => () => send(path, one.body, by));
    await refused(name, sends, { status: 400, code: 'MESSAGE_MALFORMED' });
    const evil = () => send(path, body, by, 'https://evil.example');
    const isQuestion = post?.summary?.endsWith('changes nothing') === true;
    if (!isQuestion) await refused(`${name} from another page`, [evil], { status: 403, code: 'ORIGIN_REFUSED' });
    if (control !== undefined) expect((await send(path, body, by)).status, name).toBe(200);
  }
});

test('a seat that starts by code: unknown codes and strangers change nothing, two clicks start once', async () => {
  const control = otherControls['/api/cafe-kiosk/start'];
  if (control === undefined) throw new Error('a control');
  const { path, body, by } = await control();
  const unknown = { by: 'code', code: '00000000' };
  await refused('a code that nobody sold', [() => send(path, unknown, by)], {
    status: 404,
    code: 'CODE_UNKNOWN',
    line: 'kiosk.start CODE_UNKNOWN',
  });
  const stranger = new FakePlayer(hub.url);
  await refused('no device', [() => send(path, body, stranger)], { status: 401, code: 'TOKEN_UNKNOWN' });
  const seq = await lastLine();
  const twice = await Promise.all([send(path, body, by), send(path, body, by)]);
  expect(twice.map(({ status }) => status)).toEqual([200, 200]);
  expect(twice.map(({ body: answer }) => answer.repeated).toSorted()).toEqual([false, true]);
  expect(await linesSince(seq)).toEqual(['kiosk.start done']);
});

// Goal: no text ends the hub. Method: text that the database refuses, in places where any text may stand, as escapes and in an
// address; beside it an emoji, which is a pair of surrogates.
test('text that nothing can keep is refused, and an emoji is not', async () => {
  await shift(true);
  const make = (name: string) => send('/api/cafe', { key: key(), settings: { ...settings, name } }, who('technician'));
  for (const name of ['a\u0000b', 'half \ud83d', '\udc00 half']) {
    await refused(`a café named ${JSON.stringify(name)}`, [() => make(name)], {
      status: 400,
      code: 'MESSAGE_MALFORMED',
    });
    expect((await make(name)).body.facts, 'the shape refuses it, before the store has to').not.toEqual({
      field: 'value',
    });
  }
  expect((await make('Café \u{1f3ae} 電玩')).status).toBe(200);
  const { seats } = await done('message', { seats: [(await seat()).seat], text: 'ready \u{1f600}' });
  expect(seats[0]?.message?.text).toBe('ready \u{1f600}');
  expect((await who('auditor').fetch(`${pathOf('audit')}?act=%00`)).status).toBe(400);
  expect(hub.faults).toEqual([]);
});

test('what is read is refused with a malformed address or question, and leaves no trace', async () => {
  const odd = ['', '-1', '0', '1.5', '9'.repeat(400), "'; drop table cafe; --", '2026-02-30x'];
  const right: Readonly<Record<string, string>> = {
    member: (await member())?.member ?? '',
    refused: 'true',
    payments: 'true',
    before: '100',
    date: '2026-03-02',
    from: '2026-03-01',
    to: '2026-03-02',
    number: '1',
    minor: '10',
    batch: `k_${'0'.repeat(26)}`,
  };
  const [before, seq] = [await state(), await lastLine()];
  for (const [path, { get }] of Object.entries(paths)) {
    if (!path.startsWith('/api/cafe/{cafe}') || get === undefined || path.endsWith('/live')) continue;
    const questions = (get.parameters ?? []).filter((one) => one.in === 'query');
    const good = Object.fromEntries(questions.map(({ name }) => [name, right[name] ?? 'x']));
    const read = async (query: Record<string, string>, by = someOwner(), id = cafe) => {
      const text = new URLSearchParams(query).toString();
      const from = { 'x-forwarded-for': `198.52.${++counted % 250}.1` };
      const [, ...rest] = path.split('{cafe}');
      const inside = rest.join('').replace(/\{(\w+)\}/g, (_, name: string) => right[name] ?? '');
      return (await by.fetch(`/api/cafe/${encodeURIComponent(id)}${inside}?${text}`, { headers: from })).status;
    };
    for (const { name, schema } of questions) {
      // An address is text: 'true', '1' and the like are read as what the schema asks for.
      const isText = schema.type === 'string';
      const wrong = isText ? odd.filter((value) => !Compile(schema as never).Check(value)) : ['perhaps', '2026-02-30x'];
      if (/^(date|from|to)$/.test(name)) wrong.push('2026-02-30', '2026-13-01'); // Whatever the schema says.
      expect(wrong.length, `${path} ${name}`).toBeGreaterThan(0);
      for (const value of wrong) expect(await read({ ...good, [name]: value }), `${path} ${name} ${value}`).toBe(400);
    }
    expect([await read(good, who('stranger')), await read(good, new FakePlayer(hub.url))], path).toEqual([404, 401]);
    for (const id of ['x', '../..', `f_${'0'.repeat(26)}`]) {
      expect([400, 404], `${path} ${id}`).toContain(await read(good, who('owner'), id));
    }
    expect(await read(good), path).toBe(200);
  }
  expect(await state()).toBe(before);
  expect(await linesSince(seq)).toEqual([]);
});

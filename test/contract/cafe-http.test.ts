// test/contract/cafe-http.test.ts - the café over real HTTP: every act refused in every way it can be, live floors, kiosks,
// programs with keys, signed webhooks, and the document that describes it all.
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { powers } from '../../src/cafe/roles.ts';
import { type CafeActAnswer, type CafeActName, cafeActs } from '../../src/protocol/cafe-acts.ts';
import { cafeRoles } from '../../src/protocol/cafe-shapes.ts';
import type { CafeAuditLine, SeatView } from '../../src/protocol/cafe-things.ts';
import { mayCall, mayPost } from '../../src/server/hooks/deliveries.ts';
import { cafeSettings } from '../support/cafe/settings.ts';
import { bodyOf } from '../support/hub/body.ts';
import { FakePlayer } from '../support/hub/fake-player.ts';
import { aheadClock, type TestHub, testHub } from '../support/hub/service.ts';

const clock = aheadClock();
let hub: TestHub;
let cafe: string;
const staff = new Map<string, FakePlayer>();
let keys = 0;
const key = () => `http-key-${String(++keys).padStart(6, '0')}`;
const who = (role: string): FakePlayer => {
  const found = staff.get(role);
  if (found === undefined) throw new Error(`no ${role}`);
  return found;
};
const path = (act: string, id = cafe) => `/api/cafe/${id}/${act.replaceAll('.', '/')}`;
async function act(name: CafeActName, body: object, by: FakePlayer | string = 'cashier', id = cafe) {
  const player = typeof by === 'string' ? who(by) : by;
  const response = await player.post(path(name, id), { key: key(), ...body });
  return { status: response.status, body: (await response.json()) as CafeActAnswer & { code?: string } };
}
async function ok(name: CafeActName, body: object, by: FakePlayer | string = 'cashier'): Promise<CafeActAnswer> {
  const done = await act(name, body, by);
  expect(done, name).toMatchObject({ status: 200 });
  return done.body;
}
const version = async (seat: string): Promise<number> => {
  const floor = await bodyOf<{ seats: { seat: string; version: number }[] }>(who('owner').fetch(path('floor')));
  return floor.seats.find((one) => one.seat === seat)?.version ?? 0;
};
const audit = async (): Promise<CafeAuditLine[]> =>
  (await bodyOf<{ lines: CafeAuditLine[] }>(who('auditor').fetch(path('audit')))).lines;
const rev = async (): Promise<number> => (await bodyOf<{ rev: number }>(who('owner').fetch(path('floor')))).rev;

async function newCafe(owner: FakePlayer): Promise<string> {
  const settings = cafeSettings({ curfew: [], ageBands: [] });
  return (await bodyOf<{ cafe: string }>(owner.post('/api/cafe', { key: key(), settings }))).cafe;
}

beforeAll(async () => {
  hub = await testHub({ clock });
  for (const role of [...cafeRoles, 'stranger']) staff.set(role, await new FakePlayer(hub.url).login());
  cafe = await newCafe(who('owner'));
  for (const role of cafeRoles.slice(1)) {
    await ok('staff', { wallet: who(role).address, role, reason: 'hired' }, 'owner');
  }
  const seats = Array.from({ length: 20 }, (_, i) => ({ seat: String(i + 1), name: '', zone: 'hall' }));
  await ok('seats.add', { seats }, 'manager');
  await ok('shift.open', { floatMinor: '1000' });
});
afterAll(async () => {
  expect(hub.faults).toEqual([]);
  await hub.remove();
});

const guest = { who: { kind: 'guest' }, buy: { kind: 'minutes', minutes: 60 }, pay: 'cash' };
const reason = 'because';
const member = `m_${'0'.repeat(26)}`;
/** A body for each act that is well formed; what it names need not exist. */
const bodies: Record<CafeActName, () => object> = {
  settings: () => ({ version: 1, settings: cafeSettings() }),
  staff: () => ({ wallet: `0x${'9'.repeat(40)}`, role: 'cashier', reason }),
  'seats.add': () => ({ seats: [{ seat: '1', name: '', zone: 'hall' }] }),
  'seats.edit': () => ({ version: 1, seat: '1', name: 'x', zone: 'hall' }),
  'seats.remove': () => ({ version: 1, seat: '1', reason }),
  'seats.pair': () => ({ version: 1, seat: '1', code: '000000' }),
  'seats.unpair': () => ({ version: 1, seat: '1', reason }),
  'seats.enrol': () => ({ seats: [{ seat: '1', host: 'pc-01' }] }),
  'seats.unenrol': () => ({ seat: '1', reason }),
  'seats.consent': () => who('owner').consentTo([who('owner')]),
  start: () => ({ version: 1, seat: '1', ...guest }),
  extend: () => ({ version: 1, seat: '1', buy: guest.buy, pay: 'cash' }),
  pause: () => ({ version: 1, seat: '1', reason }),
  resume: () => ({ version: 1, seat: '1' }),
  move: () => ({ version: 1, seat: '1', to: '2', toVersion: 1 }),
  swap: () => ({ version: 1, seat: '1', with: '2', withVersion: 1 }),
  stop: () => ({ version: 1, seat: '1', pay: 'cash' }),
  credit: () => ({ version: 1, seat: '1', minutes: 5, reason }),
  break: () => ({ version: 1, seat: '1', reason }),
  mend: () => ({ version: 1, seat: '1' }),
  reserve: () => ({ version: 1, seat: '1', label: 'x', untilMs: Date.now() + 60_000 }),
  unreserve: () => ({ version: 1, seat: '1' }),
  'end-at': () => ({ atMs: null }),
  message: () => ({ seats: ['1'], text: 'hello' }),
  'members.add': () => ({ name: 'A', group: 'guest' }),
  'members.edit': () => ({ version: 1, member, name: 'A', group: 'guest' }),
  'members.top-up': () => ({ member, minor: '10', pay: 'cash' }),
  'codes.sell': () => ({ minor: '10', pay: 'cash', days: 1 }),
  'codes.batch': () => ({ name: 'Cards', count: 3, minor: '10', days: 1 }),
  'codes.activate': () => ({ code: '00000000', pay: 'cash' }),
  'codes.withdraw': () => ({ batch: `k_${'0'.repeat(26)}`, reason }),
  'shift.open': () => ({ floatMinor: '10' }),
  'shift.paid-in': () => ({ minor: '10', reason }),
  'shift.paid-out': () => ({ minor: '10', reason }),
  'shift.close': () => ({ shift: `h_${'0'.repeat(26)}`, version: 1, count: [], reason }),
  void: () => ({ receipt: 1, reason }),
  refund: () => ({ receipt: 1, minor: '10', reason }),
  'api-keys.add': () => ({ id: 'x', role: 'cashier' }),
  'api-keys.remove': () => ({ id: 'x', reason }),
  'webhooks.add': () => ({ id: 'x', url: 'https://example.org/', acts: ['start'] }),
  'webhooks.remove': () => ({ id: 'x', reason }),
};
const names = Object.keys(cafeActs) as CafeActName[];

// Goal: a refusal changes nothing and leaves one audit line. Method: each act, by each kind of wrong caller and body; the
// café's `rev`, which grows with every change, stands still.
test('every act: wrong role, stranger, no login, other origin, malformed, negative, huge', async () => {
  const [before, firstLine] = [await rev(), (await audit())[0]?.seq ?? 0];
  const expected: string[] = [];
  for (const name of names) {
    const weak = cafeRoles.find((role) => !powers[name].includes(role)) ?? 'auditor';
    const [low, broken, strange, naked, foreign] = await Promise.all([
      act(name, bodies[name](), weak),
      act(name, { ...bodies[name](), surprise: 1 }, 'owner'),
      act(name, bodies[name](), 'stranger'),
      fetch(`${hub.url}${path(name)}`, { method: 'POST', headers: { origin: hub.url } }),
      who('owner').fetch(path(name), { method: 'POST', headers: { origin: 'https://evil.example' } }),
    ]);
    expect(low, name).toMatchObject({ status: 403, body: { code: 'ROLE_TOO_LOW' } });
    expect(broken, name).toMatchObject({ status: 400, body: { code: 'MESSAGE_MALFORMED' } });
    expect(strange, name).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect([naked.status, foreign.status], name).toEqual([401, 403]);
    expected.push(`${name} ROLE_TOO_LOW`, `${name} MESSAGE_MALFORMED`);
    for (const field of Object.keys(bodies[name]()).filter((one) => /[mM]inor$/.test(one))) {
      for (const amount of ['-1', '1.5', '1e9', '0x10', '01', '9'.repeat(13), 5]) {
        const odd = await act(name, { ...bodies[name](), [field]: amount }, 'owner');
        expect(odd, `${name} ${field} ${amount}`).toMatchObject({ status: 400 });
        expected.push(`${name} MESSAGE_MALFORMED`);
      }
    }
  }
  expect(await rev()).toBe(before);
  const lines: CafeAuditLine[] = [];
  for (let older = 2 ** 30; older > firstLine + 1; older = lines.at(-1)?.seq ?? 0) {
    const page = await who('auditor').fetch(`${path('audit')}?before=${older}`);
    lines.push(...((await page.json()) as { lines: CafeAuditLine[] }).lines);
  }
  const written = lines.filter(({ seq }) => seq > firstLine).map(({ act: name, outcome }) => `${name} ${outcome}`);
  expect(written.toSorted()).toEqual(expected.toSorted());
});

test('a name is one line that can be seen; every script and every face is welcome', async () => {
  const odd = [
    ' ',
    '\n',
    '\t',
    'two\nlines',
    '\u001b[31mred',
    '\u202egro.live',
    'a\u2066b',
    'x'.repeat(81),
    'x'.repeat(10_000),
  ];
  const before = await rev();
  for (const name of odd) {
    const added = await act('members.add', { name, group: 'guest' });
    expect(added, JSON.stringify(name)).toMatchObject({ status: 400, body: { code: 'MESSAGE_MALFORMED' } });
  }
  expect((await act('start', { ...bodies.start(), who: { kind: 'guest', label: 'a\nb' } })).status).toBe(400);
  for (const why of ['   ', 'two\nlines', '\u202e5 dnuf', 'bell\u0007']) {
    expect((await act('break', { ...bodies.break(), reason: why })).status, JSON.stringify(why)).toBe(400);
  }
  expect(await rev()).toBe(before);
  const lines = (await audit()).filter(({ act: name }) => name === 'members.add');
  expect(lines.slice(0, odd.length).map(({ outcome }) => outcome)).toEqual(odd.map(() => 'MESSAGE_MALFORMED'));
  for (const name of ['陳小明', 'محمد علي', 'יעל', 'O’Neill-Łuć', '=1+1', '👩‍👩‍👧', "Robert'); --", '__proto__']) {
    expect((await ok('members.add', { name, group: 'guest' })).member, name).toMatchObject({ name });
  }
});

// Goal: a body that is not even read is a refused act like any other. Method: each kind, by somebody who may act, by one who works
// elsewhere, and by nobody; the audit has the lines of the first alone.
test('a body that cannot be read is refused and leaves its line', async () => {
  const json = { 'content-type': 'application/json' };
  const bodies = [
    ['{"key":', json, 400, 'MESSAGE_MALFORMED'],
    ['', json, 400, 'MESSAGE_MALFORMED'],
    ['{"key":"key-000000","__proto__":{"minor":"1"}}', json, 400, 'MESSAGE_MALFORMED'],
    ['minor=1', { 'content-type': 'application/x-www-form-urlencoded' }, 400, 'MESSAGE_MALFORMED'],
    [JSON.stringify({ minor: '1'.repeat(70_000) }), json, 413, 'MESSAGE_TOO_LARGE'],
  ] as const;
  const [before, firstLine] = [await rev(), (await audit())[0]?.seq ?? 0];
  for (const [body, headers, status, code] of bodies) {
    const send = async (by: FakePlayer) => {
      const answered = await by.fetch(path('codes.sell'), { method: 'POST', body, headers: { ...headers } });
      return { status: answered.status, body: await answered.json() };
    };
    expect(await send(who('cashier')), body.slice(0, 20)).toMatchObject({ status, body: { code } });
    expect(await send(who('stranger'))).toMatchObject({ status: 404 });
    expect(await send(new FakePlayer(hub.url))).toMatchObject({ status: 401 });
  }
  const fresh = (await audit()).filter(({ seq }) => seq > firstLine).toReversed();
  expect(fresh.map(({ act: name, outcome }) => `${name} ${outcome}`)).toEqual(
    bodies.map(([, , , code]) => `codes.sell ${code}`),
  );
  expect(await rev()).toBe(before);
});

test("another café's seat, receipt and member are not there", async () => {
  const other = await newCafe(who('stranger'));
  const before = await rev();
  expect(await act('start', bodies.start(), 'cashier', other)).toMatchObject({ status: 404 });
  expect(await act('start', { ...bodies.start(), seat: '1', version: 1 }, 'stranger', other)).toMatchObject({
    status: 404,
    body: { code: 'SEAT_UNKNOWN' },
  });
  expect(await act('refund', bodies.refund(), 'stranger', other)).toMatchObject({ body: { code: 'RECEIPT_UNKNOWN' } });
  expect(await rev()).toBe(before);
});

test('a double click starts once; a stale page is told; the answer to a repeat is the same', async () => {
  const body = { key: key(), version: await version('3'), seat: '3', ...guest };
  const [one, two] = await Promise.all([
    who('cashier').post(path('start'), body),
    who('cashier').post(path('start'), body),
  ]);
  const answers = [
    await bodyOf<CafeActAnswer>(Promise.resolve(one)),
    await bodyOf<CafeActAnswer>(Promise.resolve(two)),
  ];
  expect(answers.map(({ repeated }) => repeated).toSorted()).toEqual([false, true]);
  expect(answers[0]?.receipts).toEqual(answers[1]?.receipts);
  expect(await act('stop', { seat: '3', version: 1, pay: 'cash' })).toMatchObject({
    status: 409,
    body: { code: 'STALE_VERSION' },
  });
});

test('what is read is for those who may read it', async () => {
  expect((await who('cashier').fetch(path('audit'))).status).toBe(403);
  expect((await who('technician').fetch(path('members'))).status).toBe(403);
  expect((await who('stranger').fetch(path('floor'))).status).toBe(404);
  expect(await bodyOf(who('manager').fetch('/api/cafe'))).toMatchObject({
    cafes: [{ cafe, name: 'Ximen', role: 'manager' }],
  });
  expect(await bodyOf(who('auditor').fetch(`/api/cafe/${cafe}`))).toMatchObject({ role: 'auditor', version: 1 });
  const price = { seat: '4', ...guest };
  const asked = await bodyOf<{ dueMinor: string; packages: string[] }>(who('cashier').post(path('price'), price));
  expect(Number(asked.dueMinor)).toBeGreaterThan(0);
  expect(asked.packages).toContain('three-hours');
  const today = (await bodyOf<{ today: string }>(who('auditor').fetch(`/api/cafe/${cafe}`))).today;
  const day = await bodyOf<{ agrees: object }>(who('auditor').fetch(`${path('reports/day')}?date=${today}`));
  expect(new Set(Object.values(day.agrees)).size).toBe(1);
  const csv = await (await who('auditor').fetch(`/api/cafe/${cafe}/reports/receipts.csv?date=${today}`)).text();
  expect(csv).toMatch(/^number,kind,at/);
  expect((await who('auditor').fetch(`${path('reports/heat')}?from=2026-01-01&to=2027-01-01`)).status).toBe(400);
});

/** Reads server-sent events one by one. */
async function* events(response: Response): AsyncGenerator<Record<string, unknown> & { t: string }> {
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += new TextDecoder().decode(chunk as Uint8Array);
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const data = text.slice(0, end).replace(/^data: /, '');
      text = text.slice(end + 2);
      if (data.startsWith('{')) yield JSON.parse(data);
    }
  }
}

/** The first message that is meant; signs of life come between. */
async function until(live: ReturnType<typeof events>, meant: (message: Record<string, unknown>) => boolean) {
  for (;;) {
    const { value } = await live.next();
    if (value === undefined) throw new Error('the stream ended');
    if (meant(value)) return value;
  }
}

test('a floor is told what changes, in order, from a whole', async () => {
  const stop = new AbortController();
  const live = events(await who('cashier').fetch(path('live'), { signal: stop.signal }));
  const whole = (await live.next()).value;
  expect(whole).toMatchObject({ t: 'floor', spend: { ladder: 'fine' } });
  await ok('break', { seat: '5', version: await version('5'), reason: 'no sound' }, 'technician');
  const change = await until(live, ({ t }) => t === 'seats');
  expect(change).toMatchObject({ t: 'seats', from: whole?.rev, seats: [{ seat: '5', state: 'out-of-order' }] });
  stop.abort();
  expect((await who('stranger').fetch(path('live'))).status).toBe(404);
});

test('a device becomes a seat by six digits, starts by code and by PIN, and waits after five wrong ones', async () => {
  const deviceKey = `0x${'ab'.repeat(20)}`;
  const device = new FakePlayer(hub.url);
  const hello = await device.post('/api/cafe-kiosk', { deviceKey });
  device.cookie = (hello.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  expect(hello.headers.get('set-cookie')).toMatch(/HttpOnly.*SameSite=Strict/);
  const { code } = (await hello.json()) as { code: string };
  expect(await bodyOf(device.fetch('/api/cafe-kiosk'))).toMatchObject({ t: 'kiosk', doubled: false });
  const wrong = code === '000001' ? '000002' : '000001';
  expect(await act('seats.pair', { seat: '6', version: await version('6'), code: wrong })).toMatchObject({
    body: { code: 'PAIRING_UNKNOWN' },
  });
  const stop = new AbortController();
  const live = events(await device.fetch('/api/cafe-kiosk/live', { signal: stop.signal }));
  expect((await live.next()).value).not.toHaveProperty('seat');
  await ok('seats.pair', { seat: '6', version: await version('6'), code });
  const paired = await until(live, ({ seat }) => seat !== undefined);
  expect(paired).toMatchObject({ cafe, seat: { seat: '6', device: { paired: true, online: true } } });

  const sold = await ok('codes.sell', { minor: '100', pay: 'cash', days: 3 });
  const started = await device.post('/api/cafe-kiosk/start', { by: 'code', code: sold.code?.code });
  expect(await bodyOf(Promise.resolve(started))).toMatchObject({
    seats: [{ seat: '6', state: 'in-use', tab: { who: 'code' } }],
  });
  await until(live, ({ state }) => state === 'in-use');
  await ok('stop', { seat: '6', version: await version('6'), pay: 'code' });
  // The floor hears that a device is gone, and that it is back, though nobody acted.
  const desk = new AbortController();
  const floor = events(await who('cashier').fetch(path('live'), { signal: desk.signal }));
  const { rev } = (await floor.next()).value ?? {};
  const shows = (online: boolean) => (message: Record<string, unknown>) =>
    (message.seats as SeatView[] | undefined)?.some(({ seat, device: of }) => seat === '6' && of.online === online) ??
    false;
  stop.abort();
  expect(await until(floor, shows(false))).toMatchObject({ t: 'seats', from: rev, rev });
  const again = new AbortController();
  const back = events(await device.fetch('/api/cafe-kiosk/live', { signal: again.signal }));
  await back.next();
  expect(await until(floor, shows(true))).toMatchObject({ t: 'seats', from: rev, rev });
  again.abort();
  desk.abort();

  const added = await ok('members.add', { name: 'Lin', group: 'guest', pin: '2468' });
  const id = added.member?.member ?? '';
  await ok('members.top-up', { member: id, minor: '50', pay: 'card' });
  // From a phone, which has no cookie of the seat, by the link of the seat's QR code.
  const phone = new FakePlayer(hub.url);
  const { link } = await bodyOf<{ link: string }>(device.fetch('/api/cafe-kiosk'));
  const join = async (change: object) => {
    const answer = await phone.post('/api/cafe-kiosk/join', {
      link,
      number: added.member?.number,
      pin: '2468',
      ...change,
    });
    return [answer.status, ((await answer.json()) as { code?: string }).code];
  };
  expect(await join({ link: `${link}x` })).toEqual([410, 'LINK_OVER']);
  expect(await join({ pin: '1111' })).toEqual([401, 'PIN_WRONG']);
  expect(await join({ number: '%' })).toEqual([400, 'MESSAGE_MALFORMED']);
  expect(await join({})).toEqual([200, undefined]);
  expect(await join({})).toEqual([410, 'LINK_OVER']);
  expect((await audit())[0]).toMatchObject({ act: 'kiosk.start', by: { kind: 'seat', seat: '6' } });
  const idle = async (by: FakePlayer) => (await by.post('/api/cafe-kiosk/idle')).status;
  expect([await idle(phone), await idle(device)]).toEqual([401, 403]); // Not a seat; a site without such a rule.
  await ok('stop', { seat: '6', version: await version('6'), pay: 'wallet' });
  const pin = async (digits: string) =>
    (await device.post('/api/cafe-kiosk/start', { by: 'member', number: added.member?.number, pin: digits })).status;
  expect((await device.post('/api/cafe-kiosk/start', { by: 'member', number: 999, pin: '2468' })).status).toBe(401);
  expect([await pin('1111'), await pin('2468')]).toEqual([401, 200]);
  await ok('stop', { seat: '6', version: await version('6'), pay: 'wallet' });
  const tries = [];
  for (let i = 0; i < 6; i++) tries.push(await pin('0000'));
  expect([tries, await pin('2468')]).toEqual([[401, 401, 401, 401, 401, 429], 429]);
  await ok('seats.unpair', { seat: '6', version: await version('6'), reason: 'broken' });
  expect(await bodyOf(device.fetch('/api/cafe-kiosk'))).not.toHaveProperty('seat');
});

test('a PC without a disk is its seat by its line of the enrolment file; a second one with it stops both', async () => {
  const hosts = { seats: [{ seat: '9', host: '52:54:00:aa:bb:cc' }] };
  const { secret: file = '' } = await ok('seats.enrol', hosts, 'technician');
  const [id, seat, secret] = file.trim().split('\t').at(-1)?.split('.') ?? [];
  const deviceKey = `0x${'cd'.repeat(20)}`;
  /** A PC that has just booted: its browser knows nothing. */
  const boot = async (shown: object) => {
    const pc = new FakePlayer(hub.url);
    const answer = await pc.post('/api/cafe-kiosk/enrol', { cafe: id, seat, secret, deviceKey, ...shown });
    pc.cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    return { pc, status: answer.status, body: (await answer.json()) as { code?: string } };
  };
  expect(await boot({ secret: 'x'.repeat(43) })).toMatchObject({ status: 401, body: { code: 'TOKEN_UNKNOWN' } });
  expect(await boot({ secret: 'x' })).toMatchObject({ status: 400 });
  const foreign = await fetch(`${hub.url}/api/cafe-kiosk/enrol`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'https://evil.example' },
    body: JSON.stringify({ cafe: id, seat, secret, deviceKey }),
  });
  expect(foreign.status).toBe(403);
  const [one, two] = [await boot({}), await boot({})];
  expect([one, two]).toMatchObject([
    { status: 200, body: { cafe, seat: { seat: '9', device: { paired: true } }, doubled: false } },
    { status: 200 },
  ]);
  expect(one.pc.cookie).toBe(two.pc.cookie);

  const stops = [new AbortController(), new AbortController()];
  const lines = await Promise.all(
    [one.pc, two.pc].map(async (pc, i) =>
      events(await pc.fetch('/api/cafe-kiosk/live', { signal: stops[i]?.signal ?? null })),
    ),
  );
  /** Reads a line and answers as a page does, until something is meant. */
  const follow = async (
    pc: FakePlayer,
    live: ReturnType<typeof events>,
    meant: (message: Record<string, unknown>) => boolean,
  ) => {
    const proofs: Promise<unknown>[] = [];
    const found = await until(live, (message) => {
      if (typeof message.prove === 'number') proofs.push(pc.post('/api/cafe-kiosk/here', { line: message.prove }));
      return meant(message);
    });
    await Promise.all(proofs);
    return found;
  };
  const [first, second] = lines;
  if (first === undefined || second === undefined) throw new Error('two lines');
  await Promise.all([follow(one.pc, first, () => true), follow(two.pc, second, () => true)]);
  clock.aheadMs += 6_000; // A page that is reloaded has two lines for a moment; these two stay.
  await Promise.all([
    follow(one.pc, first, ({ doubled }) => doubled === true),
    follow(two.pc, second, ({ doubled }) => doubled === true),
  ]);
  const floor = await bodyOf<{ seats: { seat: string; device: object }[] }>(who('owner').fetch(path('floor')));
  expect(floor.seats.find((one) => one.seat === '9')?.device).toMatchObject({ online: true, doubled: true });
  expect((await one.pc.post('/api/cafe-kiosk/start', { by: 'code', code: '00000000' })).status).toBe(403);
  stops[1]?.abort();
  expect(await follow(one.pc, first, ({ doubled }) => doubled === false)).not.toHaveProperty('prove');
  expect((await one.pc.post('/api/cafe-kiosk/start', { by: 'code', code: '00000000' })).status).toBe(404);
  stops[0]?.abort();
});

test('a member’s history is its own receipts; a list of codes shows none that could be used', async () => {
  const read = async (name: string, role = 'cashier') => {
    const response = await who(role).fetch(path(name));
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const [one, two] = [
    await ok('members.add', { name: 'Zhao', group: 'guest' }),
    await ok('members.add', { name: 'Qian', group: 'guest' }),
  ].map(({ member }) => member);
  expect((two?.number ?? 0) - (one?.number ?? 0)).toBe(1);
  await ok('members.top-up', { member: one?.member, minor: '70', pay: 'card' });
  await ok('members.top-up', { member: two?.member, minor: '90', pay: 'card' });
  expect((await read(`members/${one?.member}`)).body).toMatchObject({
    member: { name: 'Zhao', realMinor: '70' },
    receipts: [{ kind: 'top-up', totalMinor: '70' }],
  });
  expect((await read(`members?q=${two?.number}`)).body).toMatchObject({ members: [{ name: 'Qian' }], more: false });
  expect(await read('members/m_00000000000000000000000000')).toMatchObject({
    status: 404,
    body: { code: 'MEMBER_UNKNOWN' },
  });

  const sold = (await ok('codes.sell', { minor: '120', pay: 'cash', days: 3 })).code?.code ?? '';
  const { body } = await read(`codes?q=${sold}`);
  expect(body).toMatchObject({ codes: [{ ends: sold.slice(-4), soldMinor: '120', leftMinor: '120' }] });
  expect(JSON.stringify((await read('codes')).body)).not.toContain(sold);
  expect((await read(`codes?q=${sold.slice(0, 4)}`)).body).toMatchObject({ codes: [] }); // Not by its beginning.
  for (const name of [`members/${one?.member}`, 'codes']) {
    expect((await read(name, 'auditor')).status).toBe(200);
    expect(await read(name, 'technician')).toMatchObject({ status: 403, body: { code: 'ROLE_TOO_LOW' } });
    const by = { wallet: who('technician').address };
    expect((await audit())[0]).toMatchObject({ act: 'read.members', outcome: 'ROLE_TOO_LOW', by });
    expect(await read(name, 'stranger')).toMatchObject({ status: 404 });
  }
});

test('a program works with its key and role, and not after it was removed', async () => {
  const { secret = '' } = await ok('api-keys.add', { id: 'pos', role: 'cashier' }, 'owner');
  const call = (name: string, body?: object, token = secret) =>
    fetch(`${hub.url}${path(name)}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify({ key: key(), ...body }) }),
    });
  expect((await call('floor')).status).toBe(200);
  expect((await call('start', { seat: '7', version: await version('7'), ...guest })).status).toBe(200);
  expect((await audit())[0]).toMatchObject({ act: 'start', by: { kind: 'api-key', id: 'pos', role: 'cashier' } });
  expect((await call('refund', bodies.refund())).status).toBe(403);
  expect((await call('floor', undefined, `nck_${'0'.repeat(26)}`)).status).toBe(401);
  expect(await act('api-keys.add', { id: 'boss', role: 'owner' }, 'owner')).toMatchObject({ status: 403 });
  await ok('api-keys.remove', { id: 'pos', reason: 'lost' }, 'manager');
  expect((await call('floor')).status).toBe(401);
});

test('a webhook is called after its acts, signed; a failing one is said to fail', async () => {
  const calls: { body: string; signature: string }[] = [];
  let arrived = () => {};
  const read = (request: IncomingMessage) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      calls.push({ body, signature: String(request.headers['x-nearcade-signature']) });
      arrived();
    });
  };
  const server = createServer((request, response) => {
    read(request);
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  const { secret = '' } = await ok('webhooks.add', { id: 'screen', url, acts: ['break', 'mend'] }, 'owner');
  const called = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  await ok('message', { seats: ['8'], text: 'not this one' });
  await ok('break', { seat: '8', version: await version('8'), reason: 'smoke' });
  await called;
  const [call] = calls;
  expect(JSON.parse(call?.body ?? '{}')).toMatchObject({ cafe, act: 'break', answer: { seats: [{ seat: '8' }] } });
  expect(call?.signature).toBe(
    `sha256=${createHmac('sha256', secret)
      .update(call?.body ?? '')
      .digest('hex')}`,
  );
  server.close();
});

test('a webhook leads into no private network', async () => {
  for (const url of [
    'http://10.0.0.1/hook',
    'https://169.254.169.254/latest',
    'https://[fd00::1]/',
    'https://example.com:0/',
    'http://[',
  ]) {
    const [before, lines] = [await rev(), (await audit())[0]?.seq ?? 0];
    const added = await act('webhooks.add', { id: 'inner', url, acts: ['start'] }, 'owner');
    expect(added, url).toMatchObject({ status: 400, body: { code: 'HOOK_ADDRESS_BAD' } });
    expect(await rev()).toBe(before);
    const fresh = (await audit()).filter(({ seq }) => seq > lines);
    expect(fresh).toMatchObject([{ act: 'webhooks.add', outcome: 'HOOK_ADDRESS_BAD' }]);
  }

  for (const address of [
    '10.0.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '::ffff:10.0.0.1',
    'fd00::1',
    '0.0.0.0',
    'nonsense',
  ]) {
    expect(mayCall(address, true), address).toBe(false);
  }
  for (const host of ['10.0.0.1', '[::ffff:10.0.0.1]', '0x0a000001', '167772161', '[fe80::1]', '169.254.169.254']) {
    expect([mayPost(`https://${host}/`, true), mayPost(`https://${host}/`, false)], host).toEqual([false, false]);
  }
  for (const url of [
    'http://203.0.114.9/',
    'http://example.org/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://localhost/',
  ]) {
    expect([mayPost(url, true), mayPost(url, false)], url).toEqual([true, false]);
  }
  for (const url of ['http://[', 'https://', 'nonsense']) expect(mayPost(url, true), url).toBe(false);
  expect([mayPost('https://example.org/a', false), mayPost('https://203.0.114.9:8443/', false)]).toEqual([true, true]);
  expect([mayCall('127.0.0.1', true), mayCall('127.0.0.1', false), mayCall('203.0.114.9', false)]).toEqual([
    true,
    false,
    true,
  ]);
});

test('all of it is in the document', async () => {
  const { paths } = await bodyOf<{ paths: Record<string, Record<string, object>> }>(fetch(`${hub.url}/openapi.json`));
  for (const name of names) expect(paths[`/api/cafe/{cafe}/${name.replaceAll('.', '/')}`]?.post, name).toBeDefined();
  for (const read of ['floor', 'live', 'members', 'receipts', 'audit', 'shifts', 'reports/day', 'reports/heat']) {
    expect(paths[`/api/cafe/{cafe}/${read}`]?.get, read).toBeDefined();
  }
});

test('the audit is read to its end by what each answer says of the next, and as one file', async () => {
  for (let n = 0; n < 110; n++) await act('message', { seats: ['77'], text: String(n) });
  const lines: CafeAuditLine[] = [];
  for (let next: number | undefined = 10 ** 11; next !== undefined; ) {
    const page: { lines: CafeAuditLine[]; next?: number } = await bodyOf(
      who('auditor').fetch(`${path('audit')}?before=${next}`),
    );
    lines.push(...page.lines);
    next = page.next;
  }
  expect(lines.length).toBeGreaterThan(110);
  const file = await who('auditor').fetch(`/api/cafe/${cafe}/audit.csv`);
  expect(file.headers.get('content-disposition')).toContain('audit-all.csv');
  const rows = (await file.text()).trimEnd().split('\r\n');
  expect(rows.slice(1).map((row) => Number(row.split(',')[0]))).toEqual(lines.map(({ seq }) => seq));
});

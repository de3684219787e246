// Goal: a café's own program runs a whole day over the API, by the document alone, and its webhooks tell it the same day. Method:
// `./nearcade up`; each body is held against the document before it is sent, each answer and each call after it came; receivers
// that are well, refuse twice, redirect and never answer.
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CafeActAnswer } from '../../src/protocol/cafe-acts.ts';
import type { CafeInfo, CafeReceiptList, DayReport, Floor } from '../../src/protocol/cafe-api.ts';
import { type Answer, type Caller, logIn, walletOf } from '../support/api/client.ts';
import { misfit } from '../support/api/document.ts';
import { ApiWorld, freshKey } from '../support/api/world.ts';
import { cafeSettings } from '../support/cafe/settings.ts';

type Call = { readonly at: string; readonly body: string; readonly signature: string };
type Told = { readonly cafe: string; readonly act: string; readonly rev: number; readonly answer: CafeActAnswer };
let world: ApiWorld;
let receiver: Server;
const calls: Call[] = [];
/** How a place answers; 204 unless it is here. */
const manners: Record<string, (response: ServerResponse) => void> = {};
let heard = (): void => {};
let [cafe, program]: [string, Caller] = ['', { who: '', headers: {} }];
let [owner, cashier]: Caller[] = [];
const acts: { readonly act: string; readonly rev: number }[] = [];

beforeAll(async () => {
  receiver = createServer((request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    request.on('data', (piece) => {
      body += piece;
    });
    request.on('end', () => {
      calls.push({ at: request.url ?? '', body, signature: String(request.headers['x-nearcade-signature']) });
      const answer = manners[request.url ?? ''] ?? ((to: ServerResponse) => to.writeHead(204).end());
      answer(response);
      heard();
    });
  });
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
  world = await ApiWorld.bare();
  [owner, cashier] = [await logIn(world.url, 'day owner'), await logIn(world.url, 'day cashier')];
});
afterAll(async () => {
  receiver?.closeAllConnections();
  receiver?.close();
  await world?.stop();
});

const addressOfHook = (place: string): string => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}${place}`;
/** Waits until so many calls came to a place. */
async function called(at: string, count: number): Promise<readonly Call[]> {
  const there = () => calls.filter((call) => call.at === at);
  while (there().length < count) {
    await new Promise<void>((done) => {
      heard = done;
    });
  }
  return there();
}

/** One operation of the document by its name, with what it says that is sent; any answer but a refusal. */
async function ask(name: string, by: Caller | undefined, body?: object, query = ''): Promise<Answer> {
  const operation = world.document.operation(name);
  if (body !== undefined) expect(misfit(operation.body ?? {}, body), `${name} ${JSON.stringify(body)}`).toBeUndefined();
  const path = operation.path.replace('{cafe}', cafe) + query;
  const answer = await world.ask(operation, path, by ?? program, body && JSON.stringify(body));
  expect(world.faults).toEqual([]);
  return answer;
}
async function get<T>(part: string, query = '', by: Caller | undefined = program): Promise<T> {
  const answer = await ask(`GET /api/cafe/{cafe}${part}`, by, undefined, query);
  expect(answer.status, `${part} ${answer.text}`).toBe(200);
  return (answer.type === 'text/csv' ? answer.text : JSON.parse(answer.text)) as T;
}
/** An act that must be done, by the program unless somebody else is named. */
async function act(name: string, body: object, by: Caller | undefined = program): Promise<CafeActAnswer> {
  const answer = await ask(`POST /api/cafe/{cafe}/${name}`, by, { key: freshKey(), ...body });
  expect(answer.status, `${name} ${answer.text}`).toBe(200);
  const done = JSON.parse(answer.text) as CafeActAnswer;
  acts.push({ act: name.replaceAll('/', '.'), rev: done.rev });
  return done;
}
const seatIn = ({ seats }: Pick<CafeActAnswer, 'seats'>, number = '1') => {
  const found = seats.find(({ seat }) => seat === number);
  if (found === undefined) throw new Error(`seat ${number}`);
  return { seat: number, version: found.version };
};
const at = async (number: string) => seatIn(await get<Floor>('/floor'), number);
const guest = { who: { kind: 'guest' }, pay: 'cash' };
const hour = { kind: 'minutes', minutes: 60 };

test('an owner opens a site, hires, furnishes it, and makes keys and a webhook', async () => {
  const settings = cafeSettings({ curfew: [], ageBands: [] });
  const made = await ask('POST /api/cafe', owner, { key: freshKey(), settings });
  cafe = (JSON.parse(made.text) as { cafe: string }).cafe;
  const { secret = '' } = await act('api-keys/add', { id: 'till', role: 'cashier' }, owner);
  program = { who: 'program', headers: { authorization: `Bearer ${secret}` } };
  await act('staff', { wallet: walletOf('day cashier').address, role: 'cashier', reason: 'hired' }, owner);
  const seats = ['1', '2', '3', '4'].map((seat) => ({ seat, name: '', zone: 'hall' }));
  await act('seats/add', { seats }, owner);
});

test('a webhook goes where it may, names acts that there are, and is signed', async () => {
  const add = async (url: string, names: readonly string[]) => {
    const body = { key: freshKey(), id: 'odd', url, acts: names };
    const operation = world.document.operation('POST /api/cafe/{cafe}/webhooks/add');
    const answer = await world.ask(
      operation,
      operation.path.replace('{cafe}', cafe),
      owner ?? program,
      JSON.stringify(body),
    );
    return (JSON.parse(answer.text) as { code?: string }).code;
  };
  for (const url of [
    'https://example.com:0/',
    'https://10.0.0.1/',
    'https://[::ffff:192.168.0.1]/',
    'http://0/',
    'https://[::]/',
  ]) {
    expect(await add(url, ['*']), url).toBe('HOOK_ADDRESS_BAD');
  }
  for (const url of [
    'ftp://example.com/',
    'https://exa\tmple.com/',
    'https://example.com/\u202e',
    'https://',
    'https://a b/',
  ]) {
    expect(['MESSAGE_MALFORMED', 'HOOK_ADDRESS_BAD'], url).toContain(await add(url, ['*']));
  }
  expect(await add('https://example.com/', ['strat'])).toBe('MESSAGE_MALFORMED');
  expect((await get<CafeInfo>('')).webhooks).toEqual([]);
});

test('the program runs the day', async () => {
  const { secret = '' } = await act('webhooks/add', { id: 'all', url: addressOfHook('/all'), acts: ['*'] }, owner);
  acts.splice(0, acts.length - 1); // A webhook hears of its own adding, and of what comes after it.
  const none = await ask('POST /api/cafe/{cafe}/shift/open', program, { key: freshKey(), floatMinor: '2000' });
  expect([none.status, none.text], 'a program has no drawer').toEqual([403, expect.stringContaining('FORBIDDEN')]);
  await act('shift/open', { floatMinor: '2000' }, cashier);
  // A guest for an hour, half an hour more, to another seat, a pause, out.
  const wish = { seat: '1', ...guest, buy: hour };
  const price = JSON.parse((await ask('POST /api/cafe/{cafe}/price', program, wish)).text) as { dueMinor: string };
  const started = await act('start', { ...(await at('1')), ...guest, buy: hour });
  expect(started.receipts[0]?.totalMinor).toBe(price.dueMinor);
  const extended = await act('extend', { ...seatIn(started), buy: { kind: 'minutes', minutes: 30 }, pay: 'card' });
  const two = await at('2');
  const moved = await act('move', { ...seatIn(extended), to: '2', toVersion: two.version });
  const paused = await act('pause', { ...seatIn(moved, '2'), reason: 'on the phone' });
  const resumed = await act('resume', seatIn(paused, '2'));
  const stopped = await act('stop', { ...seatIn(resumed, '2'), pay: 'cash' });
  expect(stopped.receipts[0]?.kind).toBe('settle');
  // A device is paired; whoever bought a code starts there alone.
  const device = walletOf('day device').address;
  const hello = await ask(
    'POST /api/cafe-kiosk',
    { who: 'device', headers: { origin: world.url } },
    { deviceKey: device },
  );
  const cookie = String([hello.headers['set-cookie']].flat()[0]).split(';')[0] ?? '';
  const seatDevice = { who: 'device', headers: { origin: world.url, cookie } };
  const { code: digits } = JSON.parse(hello.text) as { code: string };
  await act('seats/pair', { ...(await at('3')), code: digits });
  const { code } = await act('codes/sell', { minor: '100', pay: 'cash', days: 3 });
  const here = await ask('POST /api/cafe-kiosk/start', seatDevice, { by: 'code', code: code?.code });
  expect(here.status, here.text).toBe(200);
  acts.push({ act: 'kiosk.start', rev: (JSON.parse(here.text) as CafeActAnswer).rev });
  await act('stop', { ...(await at('3')), pay: 'code' });
  // A member tops up, plays from the wallet; somebody pays later; a void.
  const { member } = await act('members/add', { name: 'Lin', group: 'gold', pin: '2468' });
  await act('members/top-up', { member: member?.member, minor: '500', pay: 'cash' });
  const sat = await act('start', {
    ...(await at('4')),
    who: { kind: 'member', member: member?.member },
    buy: { kind: 'open' },
    pay: 'wallet',
  });
  await act('stop', { ...seatIn(sat, '4'), pay: 'wallet' });
  const late = await act('start', { ...(await at('1')), ...guest, buy: { kind: 'open' }, pay: 'later' });
  await act('stop', { ...seatIn(late), pay: 'cash' });
  const { receipts } = await act('codes/sell', { minor: '50', pay: 'card', days: 3 });
  await act('void', { receipt: receipts[0]?.number, reason: 'typed twice' });
  // A key that is sent again acts once.
  const again = { key: freshKey(), text: 'closing soon' };
  const twice = await Promise.all([1, 2].map(() => ask('POST /api/cafe/{cafe}/message', program, again)));
  const repeated = twice.map(({ text }) => JSON.parse(text) as CafeActAnswer);
  expect(repeated.map((one) => one.repeated).toSorted()).toEqual([false, true]);
  acts.push({ act: 'message', rev: repeated[0]?.rev ?? 0 });
  // The cashier counts and closes; owner and program read the same day.
  const { shift } = await get<Floor>('/floor');
  const expected = Number(shift?.expectedMinor);
  await act(
    'shift/close',
    { shift: shift?.shift, version: shift?.version, count: [{ minor: '1', pieces: expected }] },
    cashier,
  );
  const { today } = await get<CafeInfo>('');
  const day = await get<DayReport>('/reports/day', `?date=${today}`, owner);
  const { ledgerMinor, receiptsMinor, shiftsMinor } = day.agrees;
  expect(new Set([ledgerMinor, receiptsMinor, shiftsMinor]).size, JSON.stringify(day.agrees)).toBe(1);
  expect(day.varianceMinor).toBe('0');
  const found = await get<CafeReceiptList>('/receipts', `?date=${today}`);
  const sum = found.receipts.reduce((total, { totalMinor }) => total + BigInt(totalMinor), 0n);
  expect(sum.toString()).toBe(receiptsMinor);
  const low = await ask('GET /api/cafe/{cafe}/reports/day', program, undefined, `?date=${today}`);
  expect([low.status, low.text], 'a cashier reads no report').toEqual([403, expect.stringContaining('ROLE_TOO_LOW')]);
  for (const { path, method } of world.document.operations) {
    const part = path.slice('/api/cafe/{cafe}'.length);
    if (method === 'GET' && /^\/reports\/\w+\.csv$/.test(part) && !part.includes('heat')) {
      expect(await get<string>(part, `?date=${today}`, owner)).toContain('\r\n');
    }
  }
  expect((await ask('GET /api/cafe/{cafe}/live', program)).text).toContain('"t":"floor"');

  const told = await called('/all', acts.length);
  expect(told.map(({ body }) => JSON.parse(body) as Told).map((one) => [one.act, one.rev])).toEqual(
    acts.map((one) => [one.act, one.rev]),
  );
  for (const { body, signature } of told) {
    expect(misfit(world.document.webhooks.cafeAct ?? {}, JSON.parse(body))).toBeUndefined();
    expect(signature).toBe(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
  }
});

test('who refuses twice gets its calls in their order; a redirect is not followed; who never answers keeps nobody waiting', async () => {
  let refusals = 2;
  manners['/slow'] = (response) => void response.writeHead(refusals-- > 0 ? 500 : 204).end();
  manners['/moved'] = (response) => void response.writeHead(307, { location: addressOfHook('/elsewhere') }).end();
  manners['/silent'] = () => {};
  for (const id of ['slow', 'moved', 'silent']) {
    await act('webhooks/add', { id, url: addressOfHook(`/${id}`), acts: ['message'] }, owner);
  }
  const from = calls.filter((call) => call.at === '/all').length;
  for (const text of ['one', 'two']) await act('message', { text });
  await called('/all', from + 2);
  const slow = (await called('/slow', 4)).map(({ body }) => (JSON.parse(body) as Told).rev);
  expect(slow).toEqual([slow[0], slow[0], slow[0], (slow[0] ?? 0) + 1]);
  const moved = await called('/moved', 4);
  expect(calls.filter((call) => call.at === '/elsewhere')).toEqual([]);
  expect(new Set(moved.slice(0, 3).map(({ body }) => body)).size, 'tried three times').toBe(1);
  expect((await get<CafeInfo>('')).webhooks.find(({ id }) => id === 'moved')?.failing).toBe(true);
});

test('a webhook that was taken back is called no more, and added again it has another secret', async () => {
  const secrets: (string | undefined)[] = [];
  manners['/gone'] = (response) => void response.writeHead(500).end();
  const add = () => act('webhooks/add', { id: 'gone', url: addressOfHook('/gone'), acts: ['message'] }, owner);
  secrets.push((await add()).secret);
  for (const text of ['one', 'two', 'three']) await act('message', { text });
  await called('/gone', 1);
  await act('webhooks/remove', { id: 'gone', reason: 'another secret' }, owner);
  const seen = calls.filter(({ at: place }) => place === '/gone').length;
  delete manners['/gone'];
  secrets.push((await add()).secret);
  expect((await get<CafeInfo>('')).webhooks.find(({ id }) => id === 'gone')?.failing, 'a new one has not failed').toBe(
    false,
  );
  await act('message', { text: 'four' });
  const [next, ...more] = (await called('/gone', seen + 1)).slice(seen);
  expect(more).toEqual([]);
  const { answer } = JSON.parse(next?.body ?? '{}') as Told;
  expect(answer.seats[0]?.message?.text).toBe('four');
  expect(new Set(secrets).size).toBe(2);
  const hmac = createHmac('sha256', secrets[1] ?? '').update(next?.body ?? '');
  expect(next?.signature).toBe(`sha256=${hmac.digest('hex')}`);
});

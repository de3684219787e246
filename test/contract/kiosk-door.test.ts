// test/contract/kiosk-door.test.ts - what anybody may send to a kiosk's address, without a login: it keeps no seat out and takes
// no more than its part. Over real sockets, from several addresses.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CafeActAnswer } from '../../src/protocol/cafe-acts.ts';
import { bounds } from '../../src/protocol/limits.ts';
import { cafeSettings } from '../support/cafe/settings.ts';
import { bodyOf } from '../support/hub/body.ts';
import { FakePlayer } from '../support/hub/fake-player.ts';
import { type TestHub, testHub } from '../support/hub/service.ts';

const deviceKey = `0x${'a'.repeat(40)}`;
let hub: TestHub;
let owner: FakePlayer;
let cafe: string;
let keys = 0;
const key = () => `door-key-${String(++keys).padStart(6, '0')}`;
beforeAll(async () => {
  hub = await testHub({ trustProxy: true });
  owner = await new FakePlayer(hub.url).login();
  const settings = cafeSettings({ curfew: [], ageBands: [] });
  cafe = (await bodyOf<{ cafe: string }>(owner.post('/api/cafe', { key: key(), settings }))).cafe;
  const seats = ['1', '2'].map((seat) => ({ seat, name: '', zone: 'hall' }));
  await act('seats/add', { seats });
});
afterAll(async () => {
  expect(hub.faults).toEqual([]);
  await hub.remove();
});

const act = (name: string, body: object) =>
  bodyOf<CafeActAnswer>(owner.post(`/api/cafe/${cafe}/${name}`, { key: key(), ...body }));

/** Asks from an address, as a page of the hub; `cookie` as it stands. */
function ask(from: string, path: string, body?: object, cookie = '', signal?: AbortSignal): Promise<Response> {
  const origin = hub.url;
  const headers = { origin, cookie, 'x-forwarded-for': from, 'content-type': 'application/json' };
  const wish = { headers, ...(signal && { signal }) };
  return fetch(
    `${hub.url}${path}`,
    body === undefined ? wish : { ...wish, method: 'POST', body: JSON.stringify(body) },
  );
}
const cookieOf = (answer: Response): string => (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
const hello = (from: string, cookie = '') => ask(from, '/api/cafe-kiosk', { deviceKey }, cookie);
const codeIn = async (answer: Response): Promise<string> => ((await answer.json()) as { code: string }).code;

// Goal: who put a cookie into a browser beforehand is not that seat later, and clones of one disk become devices of their own.
test('an unpaired device is given a cookie of its own, a paired one keeps its', async () => {
  const planted = 'nearcade-seat=d_00000000000000000000000000';
  const [one, two] = [await hello('192.0.2.1', planted), await hello('192.0.2.1', planted)];
  expect(new Set([planted, cookieOf(one), cookieOf(two)]).size).toBe(3);
  const code = await codeIn(one);
  const { seats } = await bodyOf<{ seats: { version: number }[] }>(owner.fetch(`/api/cafe/${cafe}/floor`));
  await act('seats/pair', { seat: '1', version: seats[0]?.version, code });
  const seatOf = async (cookie: string) => await (await ask('192.0.2.1', '/api/cafe-kiosk', undefined, cookie)).json();
  expect(await seatOf(cookieOf(one))).toMatchObject({ seat: { seat: '1' } });
  for (const other of [planted, cookieOf(two)]) expect(await seatOf(other)).not.toHaveProperty('seat');
  expect(cookieOf(await hello('192.0.2.1', cookieOf(one)))).toBe(cookieOf(one));
});

test('one address, of IPv6 with all that share its first half, has its part of the codes', async () => {
  const answers: number[] = [];
  for (let n = 0; n < 251; n++) answers.push((await hello(`2001:db8:1:2::${n.toString(16)}`)).status);
  expect(answers.indexOf(429)).toBe(250);
  expect((await hello('2001:db8:1:3::1')).status).toBe(200);
});

test('who shows wrong lines of an enrolment keeps the PC of that seat out for no moment', async () => {
  const { secret: file } = await act('seats/enrol', { seats: [{ seat: '2', host: 'pc-02' }] });
  const secret =
    file
      ?.split('\n')
      .find((row) => row.startsWith('pc-02'))
      ?.split('\t')[2]
      ?.split('.')[2] ?? '';
  const enrol = async (from: string, shown: string) =>
    (await ask(from, '/api/cafe-kiosk/enrol', { cafe, seat: '2', secret: shown, deviceKey })).status;
  const wrong = [];
  for (let n = 0; n < 130; n++) wrong.push(await enrol('192.0.2.2', 'A'.repeat(43)));
  expect(new Set(wrong)).toEqual(new Set([401, 429]));
  expect(await enrol('192.0.2.3', secret)).toBe(200);
});

test('an address has so many lines, whatever cookies it makes up; who hangs up makes room', async () => {
  const stop = new AbortController();
  const live = (from: string, n: number) =>
    ask(from, '/api/cafe-kiosk/live', undefined, `nearcade-seat=made-up-${n}`, stop.signal);
  const most = bounds.kioskLinesPerAddress;
  for (let n = 0; n < most; n++) expect((await live('192.0.2.4', n)).status).toBe(200);
  expect((await live('192.0.2.4', most)).status).toBe(429);
  expect((await live('192.0.2.5', most)).status).toBe(200);
  stop.abort();
  const again = new AbortController();
  const open = async () =>
    (await ask('192.0.2.4', '/api/cafe-kiosk/live', undefined, 'nearcade-seat=again', again.signal)).status;
  await expect.poll(open).toBe(200);
  again.abort();
});

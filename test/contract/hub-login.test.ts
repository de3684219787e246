// test/contract/hub-login.test.ts - who somebody is, over HTTP: each refusal beside the same act done right.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/observe/clock.ts';
import type { LoginRequest, Problem } from '../../src/protocol/http-api.ts';
import { timings } from '../../src/protocol/limits.ts';
import { loginText } from '../../src/protocol/login.ts';
import { signDigest, textDigest } from '../../src/protocol/typed-data.ts';
import { PROTOCOL_VERSION } from '../../src/protocol/version.ts';
import { FakePlayer } from '../support/hub/fake-player.ts';
import { type TestHub, testHub } from '../support/hub/service.ts';

let hub: TestHub;
beforeAll(async () => {
  hub = await testHub();
});
afterAll(async () => {
  expect(hub.faults).toEqual([]);
  await hub.remove();
});

type Given = { nonce: string; issuedAt: string; expiresAt: string };
const nonceFor = async (who: FakePlayer): Promise<Given> =>
  (await (await who.post('/api/login/nonce', { address: who.address })).json()) as Given;

/** A login request, signed over what it says; `lie` changes it after the signing. */
async function request(who: FakePlayer, change: Partial<LoginRequest> = {}, lie: Partial<LoginRequest> = {}) {
  const given = await nonceFor(who);
  const domain = new URL(who.origin).host;
  const facts = { domain, address: who.address, uri: who.origin, ...given, ...change };
  const signature = signDigest(textDigest(loginText({ ...facts, chainId: 0n })), who.key);
  return { ...facts, signature, ...lie };
}
const codeOf = async (response: Response): Promise<string> =>
  response.ok ? 'ok' : `${response.status} ${((await response.json()) as Problem).code}`;
const login = async (who: FakePlayer, body: unknown) => codeOf(await who.post('/api/login', body));

test('a signed text logs in, once', async () => {
  const who = new FakePlayer(hub.url);
  const body = await request(who);
  expect(await login(who, body)).toBe('ok');
  expect(await login(who, body)).toBe('401 LOGIN_NONCE_UNKNOWN');
});

const other = new FakePlayer('http://unused');
test.each<[string, Partial<LoginRequest>, Partial<LoginRequest>, string]>([
  ['another page', { uri: 'https://evil.example' }, {}, '401 LOGIN_TEXT_MISMATCH'],
  ['another domain', { domain: 'evil.example' }, {}, '401 LOGIN_TEXT_MISMATCH'],
  ['another address than the nonce is for', { address: other.address }, {}, '401 LOGIN_TEXT_MISMATCH'],
  ['another time', { expiresAt: '2099-01-01T00:00:00Z' }, {}, '401 LOGIN_TEXT_MISMATCH'],
  ['a nonce never given', { nonce: 'a'.repeat(26) }, {}, '401 LOGIN_NONCE_UNKNOWN'],
  ["another's signature", {}, { signature: `0x${'11'.repeat(65)}` }, '401 LOGIN_BAD_SIGNATURE'],
  ['a signature that is none', {}, { signature: '0x12' as `0x${string}` }, '400 MESSAGE_MALFORMED'],
])('%s is refused', async (_, change, lie, code) => {
  const who = new FakePlayer(hub.url);
  expect(await login(who, await request(who, change, lie))).toBe(code);
});

test('what is right but too late is refused: nonce, ticket, login; in time it is taken', async () => {
  let skipMs = 0;
  const clock = {
    monotonicMs: () => systemClock.monotonicMs() + skipMs,
    wallMs: () => systemClock.wallMs() + skipMs,
  };
  const late = await testHub({ clock });
  const who = new FakePlayer(late.url);
  const body = await request(who);
  skipMs += timings.loginNonceMs + 1_000;
  expect(await login(who, body)).toBe('401 LOGIN_NONCE_UNKNOWN');
  await who.login();
  const hello = async (ticket: string) => {
    const page = await who.knock();
    page.send({ t: 'hello', v: PROTOCOL_VERSION, ticket });
    const answer = await page.any(({ t }) => t === 'welcome' || t === 'refused', 'an answer');
    page.cut();
    return answer.t === 'refused' ? answer.code : answer.t;
  };
  const ticket = await who.ticket();
  skipMs += timings.socketTicketMs + 1_000;
  expect(await hello(ticket)).toBe('TICKET_UNKNOWN');
  expect(await hello('x'.repeat(28))).toBe('TICKET_UNKNOWN');
  expect(await hello(await who.ticket())).toBe('welcome');
  skipMs += timings.loginMs + 1_000;
  expect(await codeOf(await who.post('/api/socket-ticket'))).toBe('401 LOGIN_REQUIRED');
  expect(late.faults).toEqual([]);
  await late.remove();
});

test('the text counts on this chain only', async () => {
  const who = new FakePlayer(hub.url);
  const body = await request(who);
  const signature = signDigest(textDigest(loginText({ ...body, chainId: 1n })), who.key);
  expect(await login(who, { ...body, signature })).toBe('401 LOGIN_BAD_SIGNATURE');
});

test('the cookie is for this browser only, and ends with logging out', async () => {
  const who = new FakePlayer(hub.url);
  const response = await who.post('/api/login', await request(who));
  const cookie = response.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/^nearcade=l_[0-9a-z]{26}; .*Path=\/; HttpOnly; SameSite=Lax$/);
  who.cookie = cookie.split(';')[0] ?? '';
  expect(await codeOf(await who.fetch('/api/me'))).toBe('ok');
  expect(await codeOf(await who.post('/api/logout'))).toBe('ok');
  expect(await codeOf(await who.fetch('/api/me'))).toBe('401 LOGIN_REQUIRED');
  expect(await codeOf(await new FakePlayer(hub.url).fetch('/api/me'))).toBe('401 LOGIN_REQUIRED');
});

test('over HTTPS the cookie is bound to the host', async () => {
  const behind = await testHub({ publicUrl: 'https://play.example' });
  const who = new FakePlayer(behind.url);
  who.fetch = (path, init = {}) =>
    fetch(`http://127.0.0.1:${behind.port}${path}`, { ...init, headers: { ...init.headers, origin: behind.url } });
  const response = await who.post('/api/login', await request(who));
  expect(response.headers.get('set-cookie')).toMatch(/^__Host-nearcade=.*; HttpOnly; Secure; SameSite=Lax$/);
  await behind.remove();
});

test('a new account has play money, once', async () => {
  const who = await new FakePlayer(hub.url).login();
  const balance = async () => ((await (await who.fetch('/api/me')).json()) as { balanceWei: string }).balanceWei;
  expect(await balance()).toBe((1_000n * 10n ** 18n).toString());
  await who.login();
  expect(await balance()).toBe((1_000n * 10n ** 18n).toString());
});

test.each(['/api/login/nonce', '/api/login', '/api/logout', '/api/socket-ticket', '/api/operator/node-tokens'])(
  'a page elsewhere cannot write to %s',
  async (path) => {
    const who = await new FakePlayer(hub.url).login();
    const body = path.startsWith('/api/login') ? { address: who.address } : undefined;
    const full = path === '/api/login' ? await request(who) : body;
    for (const origin of ['https://evil.example', 'null', `${hub.url}.evil.example`]) {
      const init = { method: 'POST', headers: { origin, 'content-type': 'application/json' } };
      const response = await who.fetch(
        path,
        full === undefined ? { method: 'POST', headers: { origin } } : { ...init, body: JSON.stringify(full) },
      );
      expect(await codeOf(response)).toBe('403 ORIGIN_REFUSED');
    }
    expect(await codeOf(await who.post(path, full))).toBe('ok');
  },
);

test('a ticket opens one socket', async () => {
  const who = await new FakePlayer(hub.url).login();
  const ticket = await who.ticket();
  const first = await who.knock();
  first.send({ t: 'hello', v: PROTOCOL_VERSION, ticket });
  expect((await first.next('welcome')).player).toBe(who.player);
  const second = await who.knock();
  second.send({ t: 'hello', v: PROTOCOL_VERSION, ticket });
  expect((await second.next('refused')).code).toBe('TICKET_UNKNOWN');
  expect((await second.gone()).reason).toBe('no such ticket');
  first.close();
});

test('a page of another version is told, and which', async () => {
  const page = await (await new FakePlayer(hub.url).login()).knock();
  page.send({ t: 'hello', v: PROTOCOL_VERSION + 1, ticket: 'x'.repeat(20) });
  expect(await page.next('refused')).toMatchObject({ code: 'VERSION_UNKNOWN', facts: { hub: PROTOCOL_VERSION } });
});

test('who says anything before hello is told to log in', async () => {
  const page = await (await new FakePlayer(hub.url).login()).knock();
  page.send({ t: 'ping', n: 1 });
  expect((await page.next('refused')).code).toBe('LOGIN_REQUIRED');
  page.close();
});

test.each([['https://evil.example'], ['null'], ['http://127.0.0.1']])(
  'a page of %s opens no socket',
  async (origin) => {
    const who = await new FakePlayer(hub.url).login();
    await expect(who.knock({ origin })).rejects.toThrow('403');
  },
);

test('a browser opens no socket for nodes or relays', async () => {
  const who = await new FakePlayer(hub.url).login();
  for (const path of ['/ws/node', '/ws/relay', '/ws/other']) {
    const response = await fetch(`${hub.url}${path}`, { headers: { origin: hub.url } });
    expect(response.status).toBe(404);
  }
  expect(who.cookie).not.toBe('');
});

test('own limits: a cap is kept, nonsense is refused', async () => {
  const who = await new FakePlayer(hub.url).login();
  expect(await codeOf(await who.post('/api/me/cap', { capWei: '5000000' }, 'PUT'))).toBe('ok');
  expect(((await (await who.fetch('/api/me')).json()) as { capWei: string }).capWei).toBe('5000000');
  for (const capWei of ['-1', '1.5', 7, 'x', '9'.repeat(40)]) {
    expect(await codeOf(await who.post('/api/me/cap', { capWei }, 'PUT'))).toBe('400 MESSAGE_MALFORMED');
  }
  expect(await codeOf(await who.post('/api/me/cap', { capWei: null, more: 1 }, 'PUT'))).toBe('400 MESSAGE_MALFORMED');
});

test('one address and one account can ask only so often', async () => {
  const quiet = await testHub();
  const who = await new FakePlayer(quiet.url).login();
  const codes = await Promise.all(Array.from({ length: 200 }, async () => codeOf(await who.fetch('/api/me'))));
  expect(codes.filter((code) => code === 'ok').length).toBeGreaterThanOrEqual(100);
  expect(codes.filter((code) => code === '429 RATE_TOO_HIGH').length).toBeGreaterThan(50);
  expect(await codeOf(await (await new FakePlayer(quiet.url).login()).fetch('/api/me'))).toBe('ok');
  const flood = await Promise.all(
    Array.from({ length: 900 }, async () => (await fetch(`${quiet.url}/healthz`)).status),
  );
  expect(flood.filter((status) => status === 429).length).toBeGreaterThan(100);
  await quiet.remove();
});

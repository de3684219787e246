// test/contract/hub-http.test.ts - health, documents, headers, the page, and what a stranger can read.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { GameId } from '../../src/base/ids.ts';
import type { Market, OperatorNodes } from '../../src/protocol/http-api.ts';
import type { Machine } from '../../src/protocol/node-messages.ts';
import { bodyOf } from '../support/hub/body.ts';
import { ARCADE, FakeNode, MACHINE } from '../support/hub/fake-node.ts';
import { FakePlayer } from '../support/hub/fake-player.ts';
import { nodeToken, type TestHub, testHub } from '../support/hub/service.ts';
import { until } from '../support/hub/talker.ts';

let hub: TestHub;
let page: string;
const SCRIPT = `export const x = '${'y'.repeat(2_000)}';`;
beforeAll(async () => {
  page = mkdtempSync(join(tmpdir(), 'nearcade-page-'));
  mkdirSync(join(page, 'assets'));
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>Nearcade</title>');
  writeFileSync(join(page, 'robots.txt'), 'User-agent: *\n');
  writeFileSync(join(page, 'assets', 'main-1a2b.js'), SCRIPT);
  writeFileSync(join(page, 'assets', 'main-1a2b.js.br'), brotliCompressSync(SCRIPT));
  hub = await testHub({ pageFolder: page });
});
afterAll(async () => {
  expect(hub.faults).toEqual([]);
  await hub.remove();
  rmSync(page, { recursive: true, force: true });
});

/** What makes a machine one of the dearest row. */
const LARGE: Pick<Machine, 'gpus' | 'gpuMemoryMb' | 'encoders'> = {
  gpus: ['A card'],
  gpuMemoryMb: [24_564],
  encoders: [{ name: 'h264_nvenc', codec: 'h264', msPerFrame: 2 }],
};

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${hub.url}${path}`, { headers });

test('alive, ready, counted', async () => {
  expect(await (await get('/healthz')).json()).toEqual({ ok: true });
  expect(await (await get('/readyz')).json()).toEqual({ ready: true, store: true, relay: false, nodes: 0 });
  const metrics = await (await get('/metrics')).text();
  expect(metrics).toContain('nearcade_players 0');
  expect(metrics).not.toMatch(/0x[0-9a-f]{40}|127\.0\.0\.1/);
});

test('not ready when the store is away', async () => {
  const sick = await testHub();
  sick.parts.stores.ready = async () => false;
  const response = await fetch(`${sick.url}/readyz`);
  expect([response.status, ((await response.json()) as { ready: boolean }).ready]).toEqual([503, false]);
  await sick.remove();
});

test('the config says what is there', async () => {
  const before = await bodyOf<{ games: unknown[]; nodes: object; playMoney: boolean }>(get('/api/config'));
  expect(before).toMatchObject({ games: [], playMoney: true, nodes: { online: 0, freeSlots: 0, regions: [] } });
  const node = await new FakeNode(hub.url, { token: await nodeToken(hub), slots: 3, region: 'tw' }).joined();
  const after = await bodyOf<{ games: { id: string }[] }>(get('/api/config'));
  expect(after).toMatchObject({
    nodes: { online: 1, freeSlots: 3, regions: ['tw'] },
    relays: { udp: false, tcp: false, tls: false },
    price: { microUsdPerDbc: 2_000, source: 'fixed' },
  });
  expect(after.games.map(({ id }) => id)).toEqual(['arcade']);
  node.stop();
});

test('every answer carries the headers that keep other code out', async () => {
  for (const path of ['/', '/api/config', '/nowhere', '/docs/']) {
    const { headers } = await get(path, { accept: 'text/html' });
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(headers.get('content-security-policy')).not.toMatch(
      /unsafe-eval|script-src[^;]*unsafe-inline|upgrade-insecure/,
    );
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    expect(headers.get('permissions-policy')).toContain('gamepad=(self)');
    expect(headers.get('x-request-id')).toMatch(/^r_[0-9a-z]{26}$/);
    expect(headers.get('strict-transport-security')).toBeNull();
  }
  const host = new URL(hub.url).host;
  expect((await get('/')).headers.get('content-security-policy')).toContain(`connect-src 'self' ws://${host}`);
});

test('the page for its places, files as they are, and 404 for what is missing', async () => {
  for (const path of ['/', '/play?game=arcade&auto=1', '/node/machines']) {
    const response = await get(path, { accept: 'text/html' });
    expect([response.status, await response.text()]).toEqual([200, '<!doctype html><title>Nearcade</title>']);
    expect(response.headers.get('cache-control')).toBe('no-cache');
  }
  const script = await get('/assets/main-1a2b.js', { 'accept-encoding': 'br' });
  expect(script.headers.get('content-encoding')).toBe('br');
  expect(script.headers.get('cache-control')).toContain('immutable');
  expect(await script.text()).toBe(SCRIPT);
  expect(await (await get('/robots.txt')).text()).toContain('User-agent');
  for (const path of ['/assets/gone.js', '/api/nowhere', '/ws/play', '/favicon.ico']) {
    const response = await get(path, { accept: 'text/html' });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'NOT_FOUND' });
  }
  expect((await get('/..%2f..%2fetc%2fpasswd')).status).toBeGreaterThanOrEqual(400);
});

test('the interface describes itself, and the page about it needs nothing from elsewhere', async () => {
  const document = await bodyOf<{ openapi: string; paths: Record<string, object> }>(get('/openapi.json'));
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining(['/api/config', '/api/login', '/api/me', '/api/sessions/{session}/receipt', '/readyz']),
  );
  const docs = await (await get('/docs/')).text();
  expect(docs).toContain('swagger');
  expect(docs).not.toMatch(/(?:src|href)="https?:/);
  const scripts = [...docs.matchAll(/src="([^"]+)"/g)].map((match) => match[1] ?? '');
  expect(scripts.length).toBeGreaterThan(0);
  for (const script of scripts) expect((await get(`/docs/${script.replace('./', '')}`)).status).toBe(200);
});

test('malformed and oversized bodies are refused in our words', async () => {
  const who = await new FakePlayer(hub.url).login();
  const post = async (body: string, type = 'application/json') => {
    const response = await who.fetch('/api/login/nonce', { method: 'POST', body, headers: { 'content-type': type } });
    return [response.status, ((await response.json()) as { code: string }).code];
  };
  expect(await post('{')).toEqual([400, 'MESSAGE_MALFORMED']);
  expect(await post('{"address":1}')).toEqual([400, 'MESSAGE_MALFORMED']);
  expect(await post('x', 'text/plain')).toEqual([400, 'MESSAGE_MALFORMED']);
  expect(await post(`{"address":"${'0'.repeat(100_000)}"}`)).toEqual([413, 'MESSAGE_TOO_LARGE']);
  expect(await post('{"__proto__":{"x":1},"address":"0x1"}')).toEqual([400, 'MESSAGE_MALFORMED']);
});

test("receipts and timelines are their owner's", async () => {
  const who = await new FakePlayer(hub.url).login();
  const nobody = `s_${'0'.repeat(26)}`;
  for (const kind of ['receipt', 'timeline']) {
    expect((await who.fetch(`/api/sessions/${nobody}/${kind}`)).status).toBe(404);
    expect((await who.fetch(`/api/sessions/nonsense/${kind}`)).status).toBe(400);
    expect((await get(`/api/sessions/${nobody}/${kind}`)).status).toBe(401);
  }
  expect(await bodyOf(who.fetch('/api/sessions'))).toEqual({ sessions: [] });
});

test('an operator sees, prices and drains own machines only', async () => {
  const [owner, stranger] = [await new FakePlayer(hub.url).login(), await new FakePlayer(hub.url).login()];
  const made = await bodyOf<{ token: string; command: string }>(owner.post('/api/operator/node-tokens'));
  expect(made.command).toBe(`./nearcade node --hub ${hub.url} --token ${made.token}`);
  const byName = await new FakePlayer(hub.url.replace('127.0.0.1', 'localhost')).login();
  const named = await bodyOf<{ token: string; command: string }>(byName.post('/api/operator/node-tokens'));
  // A hub that shows only loopback is named as the operator's own browser found it.
  expect(named.command).toBe(`./nearcade node --hub ${byName.origin} --token ${named.token}`);
  const node = await new FakeNode(hub.url, { name: 'Own-1', token: made.token, slots: 2 }).joined();
  const list = await bodyOf<{ nodes: object[] }>(owner.fetch('/api/operator/nodes'));
  expect(list.nodes).toMatchObject([
    { node: node.node, name: 'Own-1', state: 'online', slots: 2, earnedWei: '0', agentVersion: '0.1.0' },
  ]);
  expect(await bodyOf(stranger.fetch('/api/operator/nodes'))).toMatchObject({ nodes: [] });
  const ask = (who: FakePlayer, premiumBps: unknown) =>
    who.post(`/api/operator/nodes/${node.node}/premium`, { premiumBps }, 'PUT');
  expect((await ask(stranger, 2_500)).status).toBe(404);
  for (const bad of [-1, 10_001, 1.5, '5']) expect((await ask(owner, bad)).status).toBe(400);
  const page = await new FakePlayer(hub.url).connect();
  const rateOf = async () =>
    (await page.plan()).candidates.find((each) => each.node === node.node)?.quote.rateWeiPerHour ?? '';
  const before = BigInt(await rateOf());
  expect((await ask(owner, 2_500)).status).toBe(204);
  expect(BigInt(await rateOf()) * 4n).toBe(before * 5n);
  expect(await bodyOf(owner.fetch('/api/operator/nodes'))).toMatchObject({ nodes: [{ premiumBps: 2_500 }] });
  page.close();
  expect((await stranger.post(`/api/operator/nodes/${node.node}/drain`)).status).toBe(404);
  expect((await owner.post(`/api/operator/nodes/${node.node}/drain`)).status).toBe(204);
  const drain = await node.talk.next('drain');
  expect(drain.deadlineMs).toBeGreaterThan(Date.now());
  expect(drain.leavesInMs).toBeGreaterThan(300_000); // A machine's own clock may be wrong.
  expect(await node.talk.next('drain')).toEqual({ t: 'drain', deadlineMs: drain.deadlineMs }); // What older agents read.
  expect(await bodyOf(owner.fetch('/api/operator/nodes'))).toMatchObject({ nodes: [{ stage: 'draining' }] });
  node.stop();
});

test('a machine does not name its price row: cards, encoders and the encoder in play decide', async () => {
  const join = async (change: Partial<Machine>) => {
    const hello = { machine: { ...MACHINE, gpuClass: 'gpu-large', ...change } };
    return new FakeNode(hub.url, { token: await nodeToken(hub), hello }).joined();
  };
  const page = await new FakePlayer(hub.url).connect();
  const perHour = async (node: FakeNode) =>
    (await page.plan()).candidates.find((each) => each.node === node.node)?.quote.rateMicroUsdPerHour;
  expect(await perHour(await join({}))).toBe(100_000);
  expect(await perHour(await join({ ...LARGE, encoders: [] }))).toBe(100_000);
  const node = await join(LARGE);
  expect(await perHour(node)).toBe(280_000);
  await page.play({ node: node.node }); // Its game is encoded by x264, whatever opened at its start.
  await until(() => hub.hub.nodes.get(node.node)?.machine.gpuClass === 'cpu', 'the encoder in play counts');
  expect(await perHour(node)).toBe(100_000);
  page.close();
  node.stop();
});

test('the market counts machines that take players, by class, and says where the own ones stand', async () => {
  const [owner, other] = [await new FakePlayer(hub.url).login(), await new FakePlayer(hub.url).login()];
  const market = (who: FakePlayer) => bodyOf<Market>(who.fetch('/api/operator/market'));
  const large = async (who: FakePlayer) => (await market(who)).classes.find(({ gpuClass }) => gpuClass === 'gpu-large');
  const join = async (who: FakePlayer, name: string, premiumBps: number) => {
    const { token } = await bodyOf<{ token: string }>(who.post('/api/operator/node-tokens'));
    const hello = { machine: { ...MACHINE, ...LARGE, name } };
    const node = await new FakeNode(hub.url, { name, token, hello }).joined();
    expect((await who.post(`/api/operator/nodes/${node.node}/premium`, { premiumBps }, 'PUT')).status).toBe(204);
    return node;
  };
  expect((await get('/api/operator/market')).status).toBe(401);
  expect(await large(owner)).toEqual({ gpuClass: 'gpu-large', machines: 0, baseMicroUsdPerHour: 280_000 });
  const mine = await join(owner, 'Dear-1', 2_000);
  const theirs = [await join(other, 'Cheap-1', 0), await join(other, 'Cheap-2', 500)];
  expect(await large(owner)).toMatchObject({ machines: 3, medianPremiumBps: 500 });
  expect((await market(owner)).yours).toEqual([{ node: mine.node, gpuClass: 'gpu-large', percentile: 83 }]);
  expect((await market(owner)).policy).toMatchObject({
    name: 'seed-2024',
    tier: 0,
    tiers: [{ burnBps: 3_000 }, {}, {}],
  });
  expect((await market(other)).yours.map(({ percentile }) => percentile).toSorted()).toEqual([17, 50]);
  expect((await other.post(`/api/operator/nodes/${theirs[0]?.node}/drain`)).status).toBe(204);
  expect(await large(owner)).toMatchObject({ machines: 2, medianPremiumBps: 500 });
  for (const node of [mine, ...theirs]) node.stop();
});

test('an operator reads how many cards a machine rents out, each of which needs a stake', async () => {
  const owner = await new FakePlayer(hub.url).login();
  const { token } = await bodyOf<{ token: string }>(owner.post('/api/operator/node-tokens'));
  const cards = { gpus: ['A card', 'A card', 'Intel 0x4680'], gpuMemoryMb: [24_564, 24_564, 0] };
  const hello = { machine: { ...MACHINE, ...LARGE, ...cards, name: 'Cards-1' } };
  const node = await new FakeNode(hub.url, { name: 'Cards-1', token, hello }).joined();
  const { nodes } = await bodyOf<OperatorNodes>(owner.fetch('/api/operator/nodes'));
  expect(nodes).toMatchObject([{ node: node.node, cards: 2, staked: true }]); // This hub asks for none.
  node.stop();
});

test('how far a machine is comes from the hub: what it found, and nothing of a machine that is gone', async () => {
  const owner = await new FakePlayer(hub.url).login();
  const { token } = await bodyOf<{ token: string }>(owner.post('/api/operator/node-tokens'));
  const join = async (encoders: Machine['encoders'], more: object = {}) => {
    const hello = { machine: { ...MACHINE, name: 'Steps-1', encoders } };
    return new FakeNode(hub.url, { name: 'Steps-1', hello, ...more }).joined();
  };
  const seen = async () =>
    (
      await bodyOf<{ nodes: { stage: string; checks: object[]; seenAtMs: number }[] }>(
        owner.fetch('/api/operator/nodes'),
      )
    ).nodes[0];
  const without = await join([], { token });
  expect(await seen()).toMatchObject({ stage: 'checking' });
  expect((await seen())?.checks).toContainEqual(expect.objectContaining({ check: 'encoder', verdict: 'bad' }));
  const node = await join([{ name: 'libx264', codec: 'h264', msPerFrame: 5 }]);
  expect(await seen()).toMatchObject({ stage: 'active' });
  expect((await seen())?.checks).toContainEqual(expect.objectContaining({ check: 'encoder', verdict: 'ok', value: 5 }));
  without.stop();
  const stoppedMs = Date.now();
  node.stop();
  await vi.waitFor(async () => expect(await seen()).toMatchObject({ stage: 'offline', checks: [] }), 10_000);
  // When it was last heard, not when it joined.
  await vi.waitFor(async () => expect((await seen())?.seenAtMs).toBeGreaterThanOrEqual(stoppedMs), 10_000);
});

test('a machine that its operator takes out is shut out at once, its players go elsewhere, its token is of no use', async () => {
  const [owner, stranger] = [await new FakePlayer(hub.url).login(), await new FakePlayer(hub.url).login()];
  const { token } = await bodyOf<{ token: string }>(owner.post('/api/operator/node-tokens'));
  const wish = { name: 'Stolen-1', token, hello: { games: [{ ...ARCADE, id: 'only-there' as GameId }] } };
  const node = await new FakeNode(hub.url, wish).joined();
  const page = await new FakePlayer(hub.url).connect();
  const play = page.playOf(await page.plan({ game: 'only-there' as GameId }));
  page.send(play);
  const { session } = await page.next('started');
  const take = (who: FakePlayer) => who.post(`/api/operator/nodes/${node.node}`, undefined, 'DELETE');
  expect((await take(stranger)).status).toBe(404);
  expect(hub.hub.nodes.get(node.node)?.presence.state).toBe('here');
  expect((await take(owner)).status).toBe(204);
  await node.talk.gone();
  expect((await page.next('node.lost')).session).toBe(session);
  expect(hub.hub.nodes.has(node.node)).toBe(false);
  for (const [code, again] of [
    ['NODE_NOT_BOUND', {}],
    ['TOKEN_UNKNOWN', { token }],
  ] as const) {
    const knock = new FakeNode(hub.url, { name: 'Stolen-1', ...again });
    expect(await knock.talk.next('refused')).toMatchObject({ code });
    knock.stop();
  }
  expect((await take(owner)).status).toBe(404);
  page.close();
});

// Node ends what stays unfinished in so long; how it does is its own business, that it is asked to is ours.
test('whoever begins a body and never ends it holds a socket for five minutes, not for ever', async () => {
  const made = vi.spyOn(http, 'createServer');
  const other = await testHub();
  const limits = made.mock.results.map(({ value: { headersTimeout, requestTimeout } }) => ({
    ...{ headersTimeout, requestTimeout },
  }));
  made.mockRestore();
  await other.remove();
  expect(limits).toContainEqual({ headersTimeout: 10_000, requestTimeout: 300_000 });
});

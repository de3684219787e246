// test/contract/hub-relay.test.ts - relays register with the shared secret, and pages are told exactly the way they asked
// for, with a credential for exactly this node.
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { messageCodec } from '../../src/protocol/codec.ts';
import { type HubToRelay, hubToRelay, type RelayToHub, relayHelloText } from '../../src/protocol/relay-messages.ts';
import type { IceServer, Path } from '../../src/protocol/shapes.ts';
import { PROTOCOL_VERSION } from '../../src/protocol/version.ts';
import { readUsername } from '../../src/relay/credentials.ts';
import { FakeNode } from '../support/hub/fake-node.ts';
import { FakePlayer, freshKey, measured, type PageSocket } from '../support/hub/fake-player.ts';
import { nodeToken, RELAY_SECRET, type TestHub, testHub } from '../support/hub/service.ts';
import { Talker, until } from '../support/hub/talker.ts';

const codec = messageCodec<HubToRelay, RelayToHub>(hubToRelay);
type RelayTalk = Talker<HubToRelay, RelayToHub>;
const SHARD = { udp: 'turn:127.0.0.1:24900?transport=udp', tcp: 'turn:127.0.0.1:24900?transport=tcp' };

let hub: TestHub;
let node: FakeNode;
let page: PageSocket;
const open: { close(): void }[] = [];
beforeEach(async () => {
  hub = await testHub();
  node = await new FakeNode(hub.url, { token: await nodeToken(hub), slots: 2 }).joined();
  page = await new FakePlayer(hub.url).connect();
});
afterEach(async () => {
  for (const each of open.splice(0)) each.close();
  node.stop();
  page.close();
  expect(hub.faults).toEqual([]);
  await hub.remove();
});

/** A relay that says hello with `secret`. */
async function relay(secret = RELAY_SECRET, name = 'relay-1'): Promise<RelayTalk> {
  const decode = (bytes: Uint8Array): HubToRelay => {
    const message = codec.decode(bytes);
    if (!message.ok) throw new Error('the hub sent what is no message');
    return message.value;
  };
  const talk: RelayTalk = new Talker(`${hub.url.replace('http', 'ws')}/ws/relay`, {}, { decode, encode: codec.encode });
  open.push(talk);
  const { nonce } = await talk.next('challenge');
  talk.send({
    t: 'hello',
    v: PROTOCOL_VERSION,
    proof: createHmac('sha256', secret).update(relayHelloText(name, nonce)).digest('base64url'),
    name,
    region: 'tw',
    realm: 'nearcade',
    shards: [SHARD],
    relayAddress: '127.0.0.1',
    portFirst: 24_910,
    portLast: 24_950,
  });
  return talk;
}

async function probe(path: Path): Promise<IceServer[] | string> {
  const [candidate] = (await page.plan()).candidates;
  const re = freshKey();
  page.send({ t: 'probe', re, ticket: candidate?.ticket ?? '', path });
  const answer = await page.answer('peer', re);
  return typeof answer === 'string' ? answer : answer.ice;
}

test('a relay proves the secret, or stays out', async () => {
  expect(await (await relay('guessed')).next('refused')).toMatchObject({ code: 'TOKEN_UNKNOWN' });
  expect(hub.hub.relays.size).toBe(0);
  const good = await relay();
  await good.next('welcome');
  expect(hub.hub.relays.size).toBe(1);
  const again = await relay();
  await again.next('welcome');
  expect((await good.gone()).reason).toContain('same name');
  expect(hub.hub.relays.size).toBe(1);
  again.close();
  await until(() => hub.hub.relays.size === 0, 'the relay to be forgotten');
});

test('without a relay a relayed path is refused, the direct one is not', async () => {
  expect((await page.plan()).relays).toBe(false);
  expect(await probe('relay')).toBe('RELAY_UNAVAILABLE');
  expect(await probe('direct')).toEqual([]);
  expect(await page.tryPlay({ path: 'relay' })).toBe('RELAY_UNAVAILABLE');
  expect(hub.hub.seats.size).toBe(0);
  await (await relay()).next('welcome');
  expect((await page.plan()).relays).toBe(true);
  expect(await probe('relay')).toHaveLength(1);
});

test('a probe over a relay gets one URL and a credential for this node and this probe', async () => {
  const talk = await relay();
  await talk.next('welcome');
  const ice = await probe('relay');
  if (typeof ice === 'string') throw new Error(ice);
  expect(ice.map(({ urls }) => urls)).toEqual([[SHARD.udp]]);
  const identity = readUsername(ice[0]?.username ?? '', { scopeRequired: true });
  if (!identity.ok) throw new Error('the user name is well formed');
  expect(identity.value.scope).toEqual([{ ip: new Uint8Array([127, 0, 0, 1]), portFirst: 24_500, portLast: 24_600 }]);
  expect(identity.value.expiresAtS).toBeGreaterThan(Date.now() / 1_000 + 500);
  const { peer } = await node.talk.next('probe.open', ({ path }) => path === 'relay');
  expect(identity.value.session).toBe(`s_${peer.slice(2)}`);
  page.send({ t: 'peer.close', peer });
  expect((await talk.next('end')).session).toBe(identity.value.session);
  expect(await probe('relay-tcp')).toMatchObject([{ urls: [SHARD.tcp] }]);
});

test.each<[Parameters<PageSocket['tryPlay']>[0], Path, 'all' | 'relay', string[]]>([
  [{ path: 'direct' }, 'direct', 'all', []],
  [{ path: 'relay' }, 'relay', 'relay', [SHARD.udp]],
  [{ path: 'relay-tcp' }, 'relay-tcp', 'relay', [SHARD.tcp]],
  [{ path: 'auto' }, 'direct', 'all', [SHARD.udp, SHARD.tcp]],
])('play %j', async (wish, path, policy, urls) => {
  await (await relay()).next('welcome');
  const started = await page.play(wish);
  expect(started).toMatchObject({ path, policy });
  expect(started.ice.flatMap((server) => server.urls)).toEqual(urls);
});

test('auto takes the relay when it is the shorter way, and then stays on it', async () => {
  await (await relay()).next('welcome');
  const started = await page.play({ measurements: [measured(node.node, 40), measured(node.node, 12, 'relay')] });
  expect(started).toMatchObject({ path: 'relay', policy: 'relay', choice: { reason: 'only' } });
});

test('credentials end with the session, and the relay is told', async () => {
  const talk = await relay();
  await talk.next('welcome');
  const started = await page.play({ path: 'relay' });
  page.send({ t: 'end', session: started.session });
  expect((await talk.next('end')).session).toBe(started.session);
});

test('a long session keeps its way: allocations are extended, fresh credentials are given', async () => {
  const talk = await relay();
  await talk.next('welcome');
  const started = await page.play({ path: 'relay' });
  const live = hub.hub.sessions.get(started.session);
  if (live === undefined) throw new Error('the session lives');
  const laterMs = 240_000;
  live.refreshAtMs = performance.now(); // As if four minutes had passed.
  expect((await talk.next('extend')).expiresAtS).toBeGreaterThan(Date.now() / 1_000 + 590);
  const { ice } = await page.next('ice', ({ session }) => session === started.session);
  const fresh = readUsername(ice[0]?.username ?? '', { scopeRequired: true });
  expect(fresh).toMatchObject({ ok: true, value: { session: started.session } });
  await until(() => live.refreshAtMs > performance.now() + laterMs - 2_000, 'the next one to be set');
});

test('what a relay carried is a witness in the receipt', async () => {
  const talk = await relay();
  await talk.next('welcome');
  const started = await page.play({ path: 'relay' });
  const usage = (session: typeof started.session, bytes: number): RelayToHub => ({
    t: 'usage',
    sessions: [{ session, toPlayerBytes: bytes, toNodeBytes: bytes / 10 }],
  });
  talk.send(usage(`s_${'0'.repeat(26)}` as typeof started.session, 999));
  talk.send(usage(started.session, 1_000_000));
  talk.send({ t: 'status', allocations: 1, load: 0.1, draining: true });
  await until(() => [...hub.hub.relays.values()].some(({ draining }) => draining), 'the usage to arrive');
  page.send({ t: 'end', session: started.session });
  await page.next('ended');
  const receipt = await (await page.who.fetch(`/api/sessions/${started.session}/receipt`)).json();
  expect(receipt).toMatchObject({ path: 'relay', relay: { toPlayerBytes: 1_000_000, toNodeBytes: 100_000 } });
});

// A drain: who is carried by that relay, and nobody else, is given another one and offered a way over it; the receipt adds up.
test('a relay that drains has its own sessions move; the receipt counts what both carried', async () => {
  const [first, second] = [await relay(RELAY_SECRET, 'relay-1'), await relay(RELAY_SECRET, 'relay-2')];
  await Promise.all([first.next('welcome'), second.next('welcome')]);
  const { session } = await page.play({ path: 'relay' });
  const usage = (bytes: number): RelayToHub => ({
    t: 'usage',
    sessions: [{ session, toPlayerBytes: bytes, toNodeBytes: bytes / 10 }],
  });
  const live = hub.hub.sessions.get(session);
  const restarts = () => node.talk.heard.filter(({ t }) => t === 'restart').length;
  first.send(usage(500_000));
  await until(() => live?.relay === 'relay-1', 'the usage to arrive');
  second.send({ t: 'status', allocations: 0, load: 0, draining: true });
  await until(() => [...hub.hub.relays.values()].some(({ draining }) => draining), 'the other one to drain');
  second.send({ t: 'status', allocations: 0, load: 0, draining: false });
  await until(() => [...hub.hub.relays.values()].every(({ draining }) => !draining), 'it to be back');
  expect(restarts()).toBe(0); // The control: the drain of a relay that does not carry it moves nobody.

  first.send({ t: 'status', allocations: 1, load: 0.1, draining: true });
  expect((await page.next('ice')).session).toBe(session);
  await until(() => restarts() === 1, 'the node to be asked for an offer');
  second.send(usage(300_000));
  await until(() => live?.relay === 'relay-2', 'the new way to be seen');
  page.send({ t: 'end', session });
  await page.next('ended');
  const receipt = await (await page.who.fetch(`/api/sessions/${session}/receipt`)).json();
  expect(receipt).toMatchObject({ path: 'relay', relay: { toPlayerBytes: 800_000, toNodeBytes: 80_000 } });
});

test('a relay that dies: whom it carried is given another one at once, or nothing where there is none', async () => {
  const [first, second] = [await relay(RELAY_SECRET, 'relay-1'), await relay(RELAY_SECRET, 'relay-2')];
  await Promise.all([first.next('welcome'), second.next('welcome')]);
  const { session } = await page.play({ path: 'relay' });
  const live = hub.hub.sessions.get(session);
  const restarts = () => node.talk.heard.filter(({ t }) => t === 'restart').length;
  first.send({ t: 'usage', sessions: [{ session, toPlayerBytes: 1_000, toNodeBytes: 10 }] });
  await until(() => live?.relay === 'relay-1', 'the usage to arrive');
  first.close();
  expect((await page.next('ice')).session).toBe(session);
  await until(() => restarts() === 1, 'the node to be asked for an offer');
  second.send({ t: 'usage', sessions: [{ session, toPlayerBytes: 1_000, toNodeBytes: 10 }] });
  await until(() => live?.relay === 'relay-2', 'the new way to be seen');
  second.close();
  await until(() => hub.hub.relays.size === 0, 'the last relay to be gone');
  expect(restarts()).toBe(1);
});

test('a node that proved no address cannot be reached through a relay', async () => {
  node.stop();
  node = await new FakeNode(hub.url, { slots: 2, hello: { media: [] } }).joined();
  await (await relay()).next('welcome');
  expect(await probe('relay')).toBe('RELAY_UNAVAILABLE');
});

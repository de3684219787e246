// test/contract/hub-nodes.test.ts - who may join the pool, and what the hub does with nodes that come, go and come back.
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checksOf } from '../../src/app/node-checks.ts';
import { timings } from '../../src/protocol/limits.ts';
import { FakeNode, type NodeWish } from '../support/hub/fake-node.ts';
import { FakePlayer, freshKey } from '../support/hub/fake-player.ts';
import { nodeToken, type TestHub, testHub } from '../support/hub/service.ts';
import { until } from '../support/hub/talker.ts';

let hub: TestHub;
beforeEach(async () => {
  hub = await testHub();
});
afterEach(async () => {
  expect(hub.faults).toEqual([]);
  await hub.remove();
});

/** What the hub says to a node that tries to join: 'welcome' or the refusal's code. */
async function attempt(wish: NodeWish): Promise<string> {
  const node = new FakeNode(hub.url, wish);
  const answer = await node.talk.any(({ t }) => t === 'welcome' || t === 'refused', 'an answer to hello');
  node.stop();
  await node.talk.gone();
  return answer.t === 'refused' ? answer.code : answer.t;
}

test('a token binds one machine; afterwards its key is enough', async () => {
  const token = await nodeToken(hub);
  expect(await attempt({ name: 'a' })).toBe('NODE_NOT_BOUND');
  expect(await attempt({ name: 'a', token: 'never-given-to-anybody' })).toBe('TOKEN_UNKNOWN');
  expect(await attempt({ name: 'a', token })).toBe('welcome');
  expect(await attempt({ name: 'a' })).toBe('welcome');
  expect(await attempt({ name: 'a', token })).toBe('welcome');
  expect(await attempt({ name: 'b', token })).toBe('NODE_TOKEN_USED');
  expect(await attempt({ name: 'b', token: await nodeToken(hub, 'the-second-token-of-all') })).toBe('welcome');
});

test('what nobody sees in a name goes: it stands in what players and operators read', async () => {
  const name = 'rack\t3\n\u202e';
  const node = await new FakeNode(hub.url, { token: await nodeToken(hub), name }).joined();
  expect(hub.hub.nodes.get(node.node)?.machine.name).toBe('rack 3');
  expect(await hub.parts.stores.nodes.find(node.node)).toMatchObject({ name: 'rack 3' });
  node.stop();
});

test('a token that is over binds nothing', async () => {
  const hash = createHash('sha256').update('token-of-yesterday').digest('hex');
  await hub.parts.stores.nodes.addToken(hash, hub.hub.ports.seals.digest('x') as never, Date.now() - 1);
  expect(await attempt({ token: 'token-of-yesterday' })).toBe('TOKEN_UNKNOWN');
});

test('the signature is over this hub and this challenge', async () => {
  const token = await nodeToken(hub);
  expect(await attempt({ token, signedOrigin: 'http://evil.example' })).toBe('NODE_BAD_SIGNATURE');
  expect(await attempt({ token, hello: { signature: `0x${'22'.repeat(65)}` } })).toBe('NODE_BAD_SIGNATURE');
  const other = new FakeNode('http://127.0.0.1:9', { name: 'other' });
  expect(await attempt({ token, hello: { node: other.node } })).toBe('NODE_BAD_SIGNATURE');
  expect(await attempt({ token, hello: { v: 99 } })).toBe('VERSION_UNKNOWN');
  expect(await attempt({ token, signedOrigin: hub.url.replace('127.0.0.1', 'localhost') })).toBe('welcome');
});

test('two machines with one key: the later one is refused, the first keeps its place and its game', async () => {
  const token = await nodeToken(hub);
  const [first, second] = ['the-boot-of-the-first', 'the-boot-of-the-second'];
  const a = await new FakeNode(hub.url, { token, hello: { boot: first } }).joined();
  const page = await new FakePlayer(hub.url).connect();
  const { session } = await page.play();
  await until(() => a.running.has(session), 'the game to run');
  const b = await new FakeNode(hub.url, { hello: { boot: second } }).joined();
  await a.talk.gone();
  const back = await new FakeNode(hub.url, { hello: { boot: first } }, a.running).joined();
  await b.talk.gone();
  expect(await attempt({ hello: { boot: second } })).toBe('NODE_TWIN');
  expect(await attempt({ hello: { boot: 'the-second-started-anew' } })).toBe('NODE_TWIN');
  expect(hub.hub.nodes.get(a.node)?.places.voice.boot).toBe(first);
  expect(hub.hub.sessions.get(session)).toMatchObject({ nodeLost: false, ending: undefined });
  expect(checksOf(hub.hub.nodes.get(a.node) as never, hub.hub.nodes.get(a.node)?.places.twin?.atMs ?? 0)[0]).toEqual({
    ...{ check: 'identity', says: '127.0.0.1', verdict: 'bad', value: 2, limit: 1 },
  });
  back.stop();
  await until(() => hub.hub.nodes.get(a.node)?.link === undefined, 'the first to leave');
  expect(await attempt({ hello: { boot: second } })).toBe('welcome'); // Nobody is there: the place is free.
  page.close();
});

test('a clock that is off is measured when the machine joins; one that does not say its time is not judged', async () => {
  const token = await nodeToken(hub);
  const clockOf = async (hello: object) => {
    const node = await new FakeNode(hub.url, { token, hello }).joined();
    const record = hub.hub.nodes.get(node.node);
    return record && checksOf(record, 0).find(({ check }) => check === 'clock');
  };
  expect(await clockOf({})).toBeUndefined();
  expect(await clockOf({ atMs: Date.now() })).toMatchObject({ verdict: 'ok' });
  expect(await clockOf({ atMs: Date.now() - 60_000 })).toMatchObject({ verdict: 'less', limit: 2_000 });
  expect(await clockOf({ atMs: 0 })).toMatchObject({ verdict: 'less', value: 3_600_000 });
});

test('a machine that says nothing useful first gets nothing', async () => {
  const node = new FakeNode(hub.url, { token: await nodeToken(hub), obliging: false });
  await node.talk.opened();
  node.status();
  expect((await node.talk.next('refused')).code).toBe('LOGIN_REQUIRED');
  node.stop();
});

test('a second socket of the same machine takes the place of the first', async () => {
  const token = await nodeToken(hub);
  const first = await new FakeNode(hub.url, { token }).joined();
  const second = await new FakeNode(hub.url, { token }).joined();
  expect((await first.talk.gone()).reason).toBe('the same machine joined again');
  const page = await new FakePlayer(hub.url).connect();
  expect((await page.plan()).candidates).toHaveLength(1);
  expect(hub.hub.nodes.get(second.node)?.presence.state).toBe('here');
  second.stop();
});

test('addresses that a node did not prove are not believed', async () => {
  const media = [
    { address: '127.0.0.1', portFirst: 24_500, portLast: 24_600 },
    { address: '10.9.8.7', portFirst: 24_500, portLast: 24_600 },
    { address: '169.254.169.254', portFirst: 80, portLast: 80 },
    { address: '8.8.8.8', portFirst: 53, portLast: 53 },
  ];
  const node = await new FakeNode(hub.url, { token: await nodeToken(hub), hello: { media } }).joined();
  expect(hub.hub.nodes.get(node.node)?.scope).toEqual(media.slice(0, 1));
  node.stop();
});

test('loopback proves nothing behind a proxy that we do not trust', async () => {
  const token = await nodeToken(hub);
  const node = await new FakeNode(hub.url, { token, headers: { 'x-forwarded-for': '198.51.99.7' } }).joined();
  expect(hub.hub.nodes.get(node.node)?.scope).toEqual([]);
  node.stop();
});

test('a node that falls silent is lost in time, and its heartbeat keeps another there', async () => {
  const silent = await new FakeNode(hub.url, { token: await nodeToken(hub), name: 'silent', beating: false }).joined();
  const steady = await new FakeNode(hub.url, {
    token: await nodeToken(hub, 'token-for-the-steady'),
    name: 'steady',
  }).joined();
  const startedMs = performance.now();
  await until(() => hub.hub.nodes.get(silent.node)?.presence.state === 'lost', 'the silent node to be lost');
  expect(performance.now() - startedMs).toBeLessThan(3_000);
  expect(hub.hub.nodes.get(steady.node)?.presence.state).toBe('here');
  const page = await new FakePlayer(hub.url).connect();
  expect((await page.plan()).candidates.map(({ node }) => node)).toEqual([steady.node]);
  steady.stop();
});

// Goal: a hub that stood still loses nobody who spoke meanwhile. Method: block its process for longer than its patience,
// with heartbeats on the way. Control: the test above, where nothing was on the way.
test('a hub that was stopped for a while does not take its own silence for the node’s', async () => {
  const machine = await new FakeNode(hub.url, { token: await nodeToken(hub), beating: false }).joined();
  const lost: string[] = [];
  const record = hub.hub.nodes.get(machine.node);
  for (let i = 0; i < 6; i++) machine.status(); // In the kernel, unread, while we stand still.
  const untilMs = performance.now() + timings.nodeSilenceMs + 500;
  while (performance.now() < untilMs);
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (record?.presence.state !== 'here') lost.push(String(record?.presence.state));
  }
  expect(lost).toEqual([]);
  machine.stop();
});

test('a draining node takes nobody new and tells those it has; started again it serves', async () => {
  const token = await nodeToken(hub);
  let node = await new FakeNode(hub.url, { token, slots: 2 }).joined();
  const page = await new FakePlayer(hub.url).connect();
  const started = await page.play();
  const beforeMs = Date.now();
  node.status({ draining: true, leavesInMs: 3_600_000 });
  const { session, deadlineMs } = await page.next('node.leaving');
  expect(session).toBe(started.session);
  expect(deadlineMs).toBeGreaterThanOrEqual(beforeMs + 3_600_000); // Its own time, not ten minutes.
  const reloaded = await page.who.connect();
  reloaded.send({ t: 'resume', re: freshKey(), session, token: started.token });
  expect((await reloaded.next('node.leaving')).deadlineMs).toBe(deadlineMs);
  const late = await new FakePlayer(hub.url).connect();
  await expect(late.plan()).rejects.toThrow('NO_NODE');
  node.stop();
  node = await new FakeNode(hub.url, { slots: 2 }).joined();
  expect((await late.plan()).candidates).toHaveLength(1);
  node.stop();
});

// Found by SEED=10203 of test/sim/hub-world.test.ts: a node that came back while it wiped was given a session too many.
test('a node that joins takes nobody until its first heartbeat says what is free', async () => {
  const token = await nodeToken(hub);
  const node = await new FakeNode(hub.url, { token, beating: false, firstBeat: false }).joined();
  const page = await new FakePlayer(hub.url).connect();
  expect((await page.plan()).candidates.map(({ freeSlots }) => freeSlots)).toEqual([0]);
  expect(await page.tryPlay()).toBe('NODES_BUSY');
  node.status();
  await node.read();
  expect((await page.plan()).candidates.map(({ freeSlots }) => freeSlots)).toEqual([1]);
  node.stop();
});

test('games, and what is not there, are told apart', async () => {
  const page = await new FakePlayer(hub.url).connect();
  await expect(page.plan()).rejects.toThrow('NO_NODE');
  const node = await new FakeNode(hub.url, { token: await nodeToken(hub) }).joined();
  expect((await page.plan()).candidates).toHaveLength(1);
  await expect(page.plan({ game: 'nothing' as never })).rejects.toThrow('GAME_UNKNOWN');
  await expect(page.plan({ avoid: [node.node] })).rejects.toThrow('NO_NODE');
  node.stop();
});

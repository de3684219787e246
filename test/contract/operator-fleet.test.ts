// test/contract/operator-fleet.test.ts - many machines at once: tags, premium, drain with its end, and planned maintenance that
// outlives the hub. A whole hub over real sockets; its wall clock is moved by hand.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/observe/clock.ts';
import type { Fleet } from '../../src/protocol/operator-api.ts';
import { toWire } from '../../src/protocol/voucher.ts';
import { bodyOf } from '../support/hub/body.ts';
import { FakeNode } from '../support/hub/fake-node.ts';
import { FakePlayer } from '../support/hub/fake-player.ts';
import { type TestHub, testHub } from '../support/hub/service.ts';
import { until } from '../support/hub/talker.ts';

const MIN = 60_000;
let aheadMs = 0;
const clock = { monotonicMs: () => systemClock.monotonicMs(), wallMs: () => systemClock.wallMs() + aheadMs };
let hub: TestHub;
let owner: FakePlayer;
let stranger: FakePlayer;
let node: FakeNode;
let second: FakeNode;
const bind = async (name: string, slots = 2) => {
  const { token } = await bodyOf<{ token: string }>(owner.post('/api/operator/node-tokens'));
  return new FakeNode(hub.url, { name, token, slots }).joined();
};
beforeEach(async () => {
  aheadMs = 0;
  hub = await testHub({ clock });
  [owner, stranger] = [await new FakePlayer(hub.url).login(), await new FakePlayer(hub.url).login()];
  [node, second] = [await bind('Own-1'), await bind('Own-2')];
});
afterEach(async () => {
  node.stop();
  second.stop();
  expect(hub.faults).toEqual([]);
  await hub.remove();
});

const fleet = async (who = owner) => bodyOf<Fleet>(who.fetch('/api/operator/fleet'));
const stages = async (who = owner) =>
  (await bodyOf<{ nodes: { stage: string }[] }>(who.fetch('/api/operator/nodes'))).nodes.map(({ stage }) => stage);
const act = async (nodes: readonly string[], what: object, who = owner) => {
  const answer = await who.post('/api/operator/fleet', { nodes, act: what });
  return [answer.status, await answer.json()] as const;
};
const plan = async (fromMin: number, untilMin: number, nodes: readonly string[] = [node.node], who = owner) => {
  const nowMs = Math.ceil(clock.wallMs());
  const body = { nodes, fromMs: nowMs + fromMin * MIN, untilMs: nowMs + untilMin * MIN };
  const answer = await who.post('/api/operator/windows', body);
  return [answer.status, (await answer.json()) as { ids: string[]; code?: string; facts?: object }] as const;
};

test('one act on many machines; when one of them is somebody else’s, it is done to none', async () => {
  const both = [node.node, second.node];
  expect(await act(both, { t: 'premium', premiumBps: 1_500 }, stranger)).toMatchObject([404, { code: 'NOT_FOUND' }]);
  expect(await act([...both, `0x${'ab'.repeat(20)}`], { t: 'premium', premiumBps: 1_500 })).toMatchObject([404, {}]);
  const premiums = async () =>
    (await bodyOf<{ nodes: { premiumBps: number }[] }>(owner.fetch('/api/operator/nodes'))).nodes.map(
      ({ premiumBps }) => premiumBps,
    );
  expect(await premiums()).toEqual([0, 0]);
  expect(await act(both, { t: 'premium', premiumBps: 1_500 })).toEqual([200, { done: both, left: [] }]);
  expect(await premiums()).toEqual([1_500, 1_500]);
  expect(await act(both, { t: 'tag', tag: 'rack 1' })).toMatchObject([200, { done: both }]);
  expect(await act([second.node], { t: 'tag', tag: '機房' })).toMatchObject([200, {}]);
  expect(await act([node.node], { t: 'untag', tag: 'rack 1' })).toMatchObject([200, {}]);
  const tags = async (who?: FakePlayer) =>
    Object.fromEntries((await fleet(who)).nodes.map((each) => [each.node, each.tags]));
  expect(await tags()).toEqual({ [node.node]: [], [second.node]: ['rack 1', '機房'] });
  expect(await tags(stranger)).toEqual({});
  for (const tag of ['a', 'b', 'c', 'd', 'e', 'f']) await act([second.node], { t: 'tag', tag });
  expect(await act(both, { t: 'tag', tag: 'one more' })).toEqual([200, { done: [node.node], left: [second.node] }]);
  for (const bad of [
    { t: 'tag', tag: 'a,b' },
    { t: 'tag', tag: '' },
    { t: 'tag', tag: 'rack\u202e1' },
    { t: 'tag', tag: 'a\u0007' },
    { t: 'drain', minutes: -1 },
    { t: 'evict' },
  ]) {
    expect(await act(both, bad)).toMatchObject([400, { code: 'MESSAGE_MALFORMED' }]);
  }
  expect((await fetch(`${hub.url}/api/operator/fleet`)).status).toBe(401);
});

test('a drain says when the last game ends: by its deadline, or sooner by the player’s money', async () => {
  const of = async (one: FakeNode) => (await fleet()).nodes.find((each) => each.node === one.node);
  expect((await fleet()).nodes.every((each) => !('leavesAtMs' in each))).toBe(true);
  const nowMs = clock.wallMs();
  await act([second.node], { t: 'drain', minutes: 5 }); // Both players come to the first one.
  const empty = await of(second);
  expect(empty?.leavesAtMs).toBeGreaterThan(nowMs);
  expect(empty).not.toHaveProperty('lastEndsAtMs');
  const [rich, poor] = [await new FakePlayer(hub.url).connect(), await new FakePlayer(hub.url).connect()];
  const { session } = await rich.play();
  const { consent, signature } = poor.who.consent({ maxAmount: 10n * 10n ** 18n }); // Some minutes.
  await poor.play({ consent: toWire(consent), consentSignature: signature });
  await act([node.node], { t: 'drain', minutes: 30 });
  const both = await of(node);
  expect(both?.leavesAtMs).toBeGreaterThanOrEqual(Math.floor(nowMs + 30 * MIN));
  expect(both?.lastEndsAtMs).toBe(both?.leavesAtMs);
  for (const page of [rich, poor]) expect((await page.next('node.leaving')).deadlineMs).toBe(both?.leavesAtMs);
  rich.close();
  node.end(session, 'player-left');
  await until(() => !hub.hub.sessions.has(session), 'the first game to end');
  const last = await of(node);
  expect(last?.leavesAtMs).toBe(both?.leavesAtMs);
  expect(last?.lastEndsAtMs).toBeGreaterThan(nowMs);
  expect(last?.lastEndsAtMs).toBeLessThan(last?.leavesAtMs ?? 0);
  second.stop();
  await until(() => hub.hub.nodes.get(second.node)?.presence.state === 'lost', 'the idle machine to be lost');
  expect(await act([second.node], { t: 'drain', minutes: 5 })).toEqual([200, { done: [], left: [second.node] }]);
  poor.close();
});

// Goal: a drain and its end are the machine's to remember. Method: a heartbeat that crossed the drain, a hub that restarts, a
// machine that comes back with a deadline and then leaves sooner.
test('a drain keeps its deadline over a hub that restarts, and no later one takes its place', async () => {
  const leaves = async () => (await fleet()).nodes.find((each) => each.node === node.node)?.leavesAtMs ?? 0;
  await act([node.node], { t: 'drain', minutes: 30 });
  const asked = await leaves();
  node.status({ draining: false });
  await node.read();
  expect([(await stages())[0], await leaves()]).toEqual(['draining', asked]);
  await act([node.node], { t: 'drain', minutes: 60 });
  expect(await leaves()).toBe(asked);
  await hub.kill();
  hub = await testHub({ stores: hub.parts.stores, clock });
  Object.assign(owner, { origin: hub.url });
  const beforeMs = clock.wallMs();
  const hello = { draining: true, leavesInMs: 20 * MIN };
  node = await new FakeNode(hub.url, { name: 'Own-1', slots: 2, hello }).joined();
  const said = await leaves();
  expect(said).toBeGreaterThanOrEqual(beforeMs + 20 * MIN);
  expect(said).toBeLessThanOrEqual(Math.ceil(clock.wallMs()) + 20 * MIN);
  expect((await stages())[0]).toBe('draining');
  node.status({ draining: true, leavesInMs: 5 * MIN });
  await node.read();
  expect(await leaves()).toBeLessThan(said);
});

test('maintenance: nobody new before, games end kindly at its start, and the machine serves again by itself', async () => {
  expect(await plan(20, 40, [node.node], stranger)).toMatchObject([404, { code: 'NOT_FOUND' }]);
  expect(await plan(5, 40)).toMatchObject([409, { code: 'MAINTENANCE_BAD', facts: { fault: 'soon' } }]);
  expect((await fleet()).windows).toEqual([]);
  second.stop(); // Only the first one serves.
  await until(() => hub.hub.nodes.get(second.node)?.presence.state === 'lost', 'the second machine to be lost');
  const page = await new FakePlayer(hub.url).connect();
  const { session } = await page.play();
  const [status, { ids }] = await plan(20, 40);
  expect([status, ids.length]).toEqual([200, 1]);
  expect((await fleet()).windows).toMatchObject([{ id: ids[0], node: node.node }]);
  expect((await fleet(stranger)).windows).toEqual([]);
  const late = await new FakePlayer(hub.url).connect();
  expect((await late.plan()).candidates).toHaveLength(1);

  aheadMs += 11 * MIN;
  expect(await page.next('node.leaving')).toMatchObject({ session });
  expect((await stages())[0]).toBe('maintenance'); // Not a drain: nobody need start it again.
  await expect(late.plan()).rejects.toThrow('NO_NODE');
  const leaving = (await fleet()).nodes.find((each) => each.node === node.node);
  expect(leaving?.lastEndsAtMs).toBeLessThanOrEqual(leaving?.leavesAtMs ?? 0);

  aheadMs += 10 * MIN;
  expect(await page.next('ended')).toMatchObject({ session, reason: 'node-drained' });
  expect((await stages())[0]).toBe('maintenance');

  // It is switched off meanwhile: no trouble. It comes back too early: still left alone.
  node.die();
  await until(() => hub.hub.nodes.get(node.node)?.presence.state === 'lost', 'the machine to be off');
  node = await new FakeNode(hub.url, { name: 'Own-1', slots: 2 }).joined();
  expect((await stages())[0]).toBe('maintenance');
  await expect(late.plan()).rejects.toThrow('NO_NODE');
  const report = await bodyOf<{ nodes: { troubles: { kind: string }[] }[] }>(owner.fetch('/api/operator/report'));
  expect(report.nodes[0]?.troubles.map(({ kind }) => kind)).toEqual(['cut']);

  aheadMs += 20 * MIN;
  await until(() => hub.hub.upkeep.size === 0, 'the plan to be over');
  expect((await late.plan()).candidates.map((each) => each.node)).toEqual([node.node]);
  expect((await fleet()).windows).toEqual([]);
  page.close();
  late.close();
});

test('a plan outlives the hub, and is taken back by its operator only', async () => {
  const [, { ids }] = await plan(20, 40, [node.node, second.node]);
  await hub.kill();
  aheadMs += 25 * MIN;
  hub = await testHub({ stores: hub.parts.stores, clock });
  node = await new FakeNode(hub.url, { name: 'Own-1', slots: 2 }).joined();
  second = await new FakeNode(hub.url, { name: 'Own-2', slots: 2 }).joined();
  for (const who of [owner, stranger]) Object.assign(who, { origin: hub.url });
  expect(await stages()).toEqual(['maintenance', 'maintenance']);
  const cancel = async (id: string, who: FakePlayer) =>
    (await who.post(`/api/operator/windows/${id}`, undefined, 'DELETE')).status;
  expect(await cancel(ids[0] ?? '', stranger)).toBe(404);
  expect(await stages()).toEqual(['maintenance', 'maintenance']);
  expect(await cancel(ids[0] ?? '', owner)).toBe(204);
  expect(await cancel(ids[0] ?? '', owner)).toBe(404);
  expect((await stages()).filter((stage) => stage === 'maintenance')).toHaveLength(1);
  expect((await fleet()).windows).toHaveLength(1);
});

// test/contract/hub-faults.test.ts - what breaks, and what the page is told: nodes and players that vanish, a hub that is
// killed, tabs that take over, full houses, games that go on elsewhere.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OutageError } from '../../src/base/assert.ts';
import { fakeChain } from '../support/hub/fake-chain.ts';
import { FakeNode, type NodeWish } from '../support/hub/fake-node.ts';
import { FakePlayer, freshKey, measured, type PageSocket, type Started } from '../support/hub/fake-player.ts';
import { nodeToken, type TestHub, testHub } from '../support/hub/service.ts';
import { until } from '../support/hub/talker.ts';

let hub: TestHub;
const open: { stop(): void }[] = [];
beforeEach(async () => {
  hub = await testHub();
});
afterEach(async () => {
  for (const each of open.splice(0)) each.stop();
  expect(hub.faults).toEqual([]);
  await hub.remove();
});

async function nodeOf(wish: NodeWish = {}): Promise<FakeNode> {
  const token = await nodeToken(hub, `token-that-binds-${wish.name ?? 'the-one'}`);
  const node = await new FakeNode(hub.url, { token, ...wish }).joined();
  open.push(node);
  return node;
}
const connect = async (name?: string): Promise<PageSocket> => {
  const page = await new FakePlayer(hub.url, name).connect();
  open.push({ stop: () => page.close() });
  return page;
};
const receiptOf = async (page: PageSocket, { session }: Started) =>
  (await (await page.who.fetch(`/api/sessions/${session}/receipt`)).json()) as Record<string, unknown>;

test('a killed node: its player knows within 3 s, pays nothing for the outage, and goes on elsewhere', async () => {
  const [first, second] = [await nodeOf({ name: 'first' }), await nodeOf({ name: 'second' })];
  const page = await connect();
  const plan = await page.plan();
  const play = page.playOf(plan, { measurements: [measured(first.node, 5), measured(second.node, 9)] });
  page.send(play);
  const started = await page.next('started');
  expect(started.node).toBe(first.node);
  page.signOpen(started);
  first.tick(started.session, 10_000);
  page.tick(started.session, 1, 10_000);
  await page.next('state', ({ state }) => state.billedMs === 10_000);

  const killedMs = performance.now();
  first.die();
  const lost = await page.next('node.lost');
  expect(performance.now() - killedMs).toBeLessThan(3_000);
  expect(lost).toMatchObject({ session: started.session, node: first.node });

  const again = await page.plan({ avoid: [first.node] });
  expect(again.candidates.map(({ node }) => node)).toEqual([second.node]);
  const next = page.playOf(again, { continues: started.session });
  page.send(next);
  const moved = await page.next('started', ({ re }) => re === next.re);
  expect(performance.now() - killedMs).toBeLessThan(5_000);
  expect(moved).toMatchObject({ node: second.node, continues: started.session, resumed: false });
  expect(await page.next('ended')).toMatchObject({ session: started.session, reason: 'node-lost', receipt: true });
  expect(await receiptOf(page, started)).toMatchObject({ billedMs: 10_000, reason: 'node-lost' });
});

test('a node that comes back in time keeps its session', async () => {
  const node = await nodeOf();
  const page = await connect();
  const started = await page.play();
  await node.talk.next('open');
  node.die();
  await until(() => hub.hub.nodes.get(node.node)?.presence.state === 'away', 'the hub to notice');
  const back = await new FakeNode(hub.url, {}, node.running).joined();
  open.push(back);
  // The hub says again what may have been lost: the signature over the open.
  expect(await back.talk.next('open')).toMatchObject({ session: started.session });
  back.tick(started.session, 5_000);
  page.tick(started.session, 1, 5_000);
  await page.next('state', ({ state }) => state.billedMs === 5_000);
  expect(page.all('node.lost')).toEqual([]);
});

test('a node that comes back without its session has lost it', async () => {
  const node = await nodeOf();
  const page = await connect();
  const started = await page.play();
  node.die();
  open.push(await new FakeNode(hub.url).joined());
  expect(await page.next('node.lost')).toMatchObject({ session: started.session });
});

test('a session that is over at the hub is ended on a node that still runs it', async () => {
  const node = await nodeOf();
  const page = await connect();
  const started = await page.play();
  const running = new Map(node.running);
  node.die();
  await page.next('node.lost');
  page.send({ t: 'end', session: started.session });
  await page.next('ended');
  const back = await new FakeNode(hub.url, { obliging: false }, running).joined();
  open.push(back);
  expect(await back.talk.next('end')).toMatchObject({ session: started.session });
});

test('a reloaded page: same session, a new peer connection, counters to go on from', async () => {
  const node = await nodeOf();
  const page = await connect();
  const started = await page.play();
  node.tick(started.session, 5_000);
  page.tick(started.session, 1, 5_000);
  await page.next('state', ({ state }) => state.billedMs === 5_000);
  page.cut();
  const reloaded = await page.who.connect();
  reloaded.send({ t: 'resume', re: freshKey(), session: started.session, token: started.token });
  const resumed = await reloaded.next('started');
  expect(resumed).toMatchObject({ session: started.session, resumed: true, goodMs: 5_000, lease: started.lease });
  expect(resumed.peer).not.toBe(started.peer);
  expect(await node.talk.next('attach')).toEqual({
    t: 'attach',
    session: started.session,
    peer: resumed.peer,
    codecs: ['h264', 'vp8'],
  });
  node.talk.send({ t: 'sdp', peer: resumed.peer, kind: 'offer', sdp: 'v=0 again' });
  expect((await reloaded.next('sdp')).sdp).toBe('v=0 again');
  reloaded.close();
});

test('a page that still has its picture keeps its peer connection', async () => {
  const node = await nodeOf();
  const page = await connect();
  const started = await page.play();
  page.cut();
  const back = await page.who.connect();
  back.send({ t: 'resume', re: freshKey(), session: started.session, token: started.token, peer: started.peer });
  expect((await back.next('started')).peer).toBe(started.peer);
  back.send({ t: 'restart', session: started.session });
  await node.talk.next('restart');
  expect(node.talk.all('attach')).toEqual([]);
  node.talk.send({ t: 'sdp', peer: started.peer, kind: 'offer', sdp: 'v=0 restart' });
  expect((await back.next('sdp')).sdp).toBe('v=0 restart');
  back.close();
});

test('another tab takes the session over; the first is told and can do nothing to it any more', async () => {
  const node = await nodeOf();
  const first = await connect();
  const started = await first.play();
  const second = await first.who.connect();
  second.send({ t: 'resume', re: freshKey(), session: started.session, token: started.token });
  await second.next('started');
  expect(await first.next('refused')).toMatchObject({ code: 'SESSION_TAKEN_OVER', session: started.session });
  first.send({ t: 'restart', session: started.session });
  first.send({ t: 'ping', n: 1 });
  await first.next('pong');
  expect(node.talk.all('restart')).toEqual([]);
  second.send({ t: 'restart', session: started.session });
  await node.talk.next('restart');
  expect(node.talk.all('restart')).toEqual([]);
  node.talk.send({ t: 'sdp', peer: started.peer, kind: 'offer', sdp: 'v=0 for the old tab' });
  expect((await node.talk.next('refused')).code).toBe('PEER_UNKNOWN');
  expect(first.all('sdp')).toEqual([]);
  second.close();
});

test('a session is known by its token: a wrong one, or another player, gets nothing', async () => {
  await nodeOf();
  const page = await connect();
  const started = await page.play();
  const thief = await connect();
  const resume = (who: PageSocket, token: string, session = started.session) => {
    const re = freshKey();
    who.send({ t: 'resume', re, session, token });
    return who.answer('started', re);
  };
  expect(await resume(thief, started.token)).toBe('SESSION_UNKNOWN');
  expect(await resume(page, 'x'.repeat(43))).toBe('TOKEN_UNKNOWN');
  expect(await resume(page, started.token, `s_${'0'.repeat(26)}` as never)).toBe('SESSION_UNKNOWN');
  thief.send({ t: 'end', session: started.session });
  expect((await thief.next('refused')).code).toBe('SESSION_UNKNOWN');
  expect(hub.hub.sessions.get(started.session)?.ending).toBeUndefined();
  expect(await resume(page, started.token)).toMatchObject({ session: started.session, resumed: true });
});

test('nobody else reaches a peer connection', async () => {
  const [mine, other] = [await nodeOf({ name: 'mine' }), await nodeOf({ name: 'other' })];
  const page = await connect();
  const plan = await page.plan();
  const play = page.playOf(plan, { measurements: [measured(mine.node, 5), measured(other.node, 50)] });
  page.send(play);
  const started = await page.next('started');
  const thief = await connect();
  thief.send({ t: 'sdp', peer: started.peer, kind: 'answer', sdp: 'v=0 stolen' });
  expect((await thief.next('refused')).code).toBe('PEER_UNKNOWN');
  other.talk.send({ t: 'sdp', peer: started.peer, kind: 'offer', sdp: 'v=0 forged' });
  expect((await other.talk.next('refused')).code).toBe('PEER_UNKNOWN');
  page.send({ t: 'sdp', peer: started.peer, kind: 'answer', sdp: 'v=0 mine' });
  expect((await mine.talk.next('sdp')).sdp).toBe('v=0 mine');
  expect(page.all('sdp')).toEqual([]);
});

test('the same key starts one session, however often it is sent', async () => {
  const node = await nodeOf({ slots: 4 });
  const page = await connect();
  const play = page.playOf(await page.plan());
  for (let i = 0; i < 5; i++) page.send(play);
  const first = await page.next('started');
  page.send(play);
  const second = await page.next('started');
  expect(second).toMatchObject({ session: first.session, peer: first.peer, token: first.token, lease: first.lease });
  await node.talk.next('start');
  expect(node.talk.all('start')).toEqual([]);
  expect(hub.hub.seats.size).toBe(1);
});

test('one player plays one game at a time', async () => {
  await nodeOf({ slots: 4 });
  const page = await connect();
  await page.play();
  expect(await page.tryPlay()).toBe('ALREADY_PLAYING');
});

test('ten players, three seats: exactly three play', async () => {
  const node = await nodeOf({ slots: 3 });
  const pages = await Promise.all(Array.from({ length: 10 }, () => connect()));
  const plans = await Promise.all(pages.map((page) => page.plan()));
  const answers = await Promise.all(
    pages.map((page, i) => {
      const play = page.playOf(plans[i] as (typeof plans)[number]);
      page.send(play);
      return page.answer('started', play.re);
    }),
  );
  expect(answers.filter((answer) => typeof answer !== 'string')).toHaveLength(3);
  expect(answers.filter((answer) => answer === 'NODES_BUSY')).toHaveLength(7);
  expect(node.running.size).toBe(3);
});

test('a full house: a place in the line, its news, and the turn that comes', async () => {
  const node = await nodeOf();
  const [player, second, third] = [await connect(), await connect(), await connect()];
  const started = await player.play();
  const wait = async (page: PageSocket) => {
    const play = page.playOf(await page.plan(), { queue: true, measurements: [] });
    page.send(play);
    return play.re;
  };
  const re = await wait(second);
  expect(await second.next('queued')).toEqual({ t: 'queued', re, position: 1, length: 1 });
  await wait(third);
  expect(await third.next('queued')).toMatchObject({ position: 2, length: 2 });
  const newcomer = await connect();
  expect(await newcomer.tryPlay({ queue: false })).toBe('NODES_BUSY');

  // The second loses the connection and comes back: the place is kept, the news goes to the new socket.
  second.cut();
  const back = await second.who.connect();
  expect(await back.next('queued')).toMatchObject({ re, position: 1 });

  player.send({ t: 'end', session: started.session });
  await player.next('ended');
  expect(await back.next('started')).toMatchObject({ re, node: node.node });
  expect(await third.next('queued', ({ position }) => position === 1)).toMatchObject({ length: 1 });
  third.send({ t: 'queue.leave' });
  await until(() => hub.hub.line.length === 0, 'the line to be empty');
  back.close();
});

// Goal: nobody starts with terms that the contract would refuse, or that the page was not shown. Method: a chain whose tier
// changes between a plan and its play, and while two wait in line; who plans anew has its place still.
test('terms that changed since the plan: the page plans anew, and keeps its place in the line', async () => {
  const { part, keeper } = fakeChain();
  const terms = { burnPolicy: 1, gpuTier: 0, burnBps: 3_000, platformBps: 500, baseFloorWei: 0n };
  keeper.terms = terms;
  await hub.remove();
  hub = await testHub({ chain: part });
  const node = await nodeOf();
  const [player, second, third] = [await connect(), await connect(), await connect()];
  const early = player.playOf(await player.plan());
  keeper.terms = { ...terms, gpuTier: 1, burnBps: 7_000 };
  player.send(early);
  expect(await player.answer('started', early.re)).toBe('PLAN_EXPIRED');
  const started = await player.play();
  expect(started.quote).toMatchObject({ gpuTier: 1, burnBps: 7_000 });

  const wait = async (page: PageSocket) => {
    const play = page.playOf(await page.plan(), { queue: true, measurements: [] });
    page.send(play);
    await page.next('queued');
    return play;
  };
  const waiting = [await wait(second), await wait(third)] as const;
  keeper.terms = { ...terms, baseFloorWei: 60n * 10n ** 18n };
  player.send({ t: 'end', session: started.session });
  await player.next('ended');
  expect(await second.answer('started', waiting[0].re)).toBe('PLAN_EXPIRED');
  expect(await third.answer('started', waiting[1].re)).toBe('PLAN_EXPIRED'); // The turn passed over the second.
  third.send({ t: 'queue.leave' });
  expect(hub.hub.line.find(second.who.player)).toBeDefined();
  const again = await second.play();
  expect(again.quote).toMatchObject({ gpuTier: 0, baseWeiPerHour: (60n * 10n ** 18n).toString() });
  expect(again.node).toBe(node.node);
  expect(hub.hub.line.length).toBe(0);
});

test('a node that refuses a start: the page is told, the money is back', async () => {
  const node = await nodeOf({ obliging: false });
  const page = await connect();
  const started = await page.play();
  await node.talk.next('start');
  node.talk.send({ t: 'refused', session: started.session, code: 'anything at all' });
  expect(await page.next('refused')).toMatchObject({ code: 'NODE_REFUSED', session: started.session });
  expect(await page.next('ended')).toMatchObject({ reason: 'node-refused', receipt: true });
  const me = (await (await page.who.fetch('/api/me')).json()) as { heldWei: string; balanceWei: string };
  expect(me).toMatchObject({ heldWei: '0', balanceWei: (1_000n * 10n ** 18n).toString() });
  expect(hub.hub.seats.size).toBe(0);
});

test('a node that ends a session by itself', async () => {
  const node = await nodeOf();
  const page = await connect();
  const started = await page.play();
  await node.talk.next('open');
  node.end(started.session, 'game-crashed');
  expect(await page.next('ended')).toMatchObject({ session: started.session, reason: 'game-crashed' });
  expect(await node.talk.next('ended.kept')).toMatchObject({ session: started.session });
});

test('moving from a node that leaves: the old game is packed before the new one starts', async () => {
  const [leaving, staying] = [await nodeOf({ name: 'leaving' }), await nodeOf({ name: 'staying', load: 0.5 })];
  const page = await connect();
  const plan = await page.plan();
  const play = page.playOf(plan, { node: leaving.node });
  page.send(play);
  const started = await page.next('started');
  expect(started).toMatchObject({ node: leaving.node, choice: { reason: 'picked' } });
  leaving.status({ draining: true });
  await page.next('node.leaving');
  const next = page.playOf(await page.plan(), { continues: started.session });
  page.send(next);
  const moved = await page.next('started', ({ re }) => re === next.re);
  expect(moved).toMatchObject({ node: staying.node, continues: started.session });
  expect(await leaving.talk.next('end')).toMatchObject({ session: started.session, reason: 'moved' });
  expect(await page.next('ended')).toMatchObject({ session: started.session, reason: 'moved' });
});

test('nobody goes on with the session of another', async () => {
  await nodeOf({ slots: 4 });
  const [page, thief] = [await connect(), await connect()];
  const started = await page.play();
  expect(await thief.tryPlay({ continues: started.session })).toBe('SESSION_UNKNOWN');
  expect(hub.hub.sessions.get(started.session)?.ending).toBeUndefined();
});

test('a hub that is killed: nodes and pages find back, time and money go on', async () => {
  const node = await nodeOf();
  const page = await connect();
  const started = await page.play();
  await node.talk.next('open');
  node.tick(started.session, 10_000);
  page.tick(started.session, 1, 10_000);
  await page.next('state', ({ state }) => state.billedMs === 10_000);
  const { stores } = hub.parts;
  const port = hub.port;
  await hub.kill();
  await page.gone();

  hub = await testHub({ stores, http: { host: '127.0.0.1', port } });
  expect(hub.hub.sessions.size).toBe(1);
  const back = new FakePlayer(hub.url);
  Object.assign(back, {
    key: page.who.key,
    sessionKey: page.who.sessionKey,
    address: page.who.address,
    cookie: page.who.cookie,
  });
  // The login outlived the hub: its cookie still counts.
  const again = await back.connect();
  const resume = freshKey();
  again.send({ t: 'resume', re: resume, session: started.session, token: started.token, peer: started.peer });
  expect(await again.next('started')).toMatchObject({ resumed: true, goodMs: 10_000, peer: started.peer });

  for (const state of node.running.values()) state.goodMs = 15_000;
  const rejoined = await new FakeNode(hub.url, {}, node.running).joined();
  open.push(rejoined);
  rejoined.tick(started.session, 20_000);
  again.tick(started.session, 2, 20_000);
  await again.next('state', ({ state }) => state.billedMs === 20_000);
  expect(again.all('node.lost')).toEqual([]);
  again.send({ t: 'end', session: started.session });
  await again.next('ended');
  again.close();
});

test('a play repeated to a hub that was killed is the same session', async () => {
  const node = await nodeOf();
  const page = await connect();
  const play = page.playOf(await page.plan());
  page.send(play);
  const started = await page.next('started');
  const { stores } = hub.parts;
  const port = hub.port;
  await hub.kill();
  hub = await testHub({ stores, http: { host: '127.0.0.1', port } });
  open.push(await new FakeNode(hub.url, {}, node.running).joined());
  const again = await page.who.connect();
  again.send(play);
  expect(await again.next('started')).toMatchObject({ session: started.session, token: started.token });
  again.close();
});

test('the store is away for a moment: ticks are refused once a second, an end is written as soon as it is back', async () => {
  const node = await nodeOf();
  const page = await connect();
  const started = await page.play();
  await node.talk.next('open');
  const { money } = hub.parts.stores;
  const close = money.close.bind(money);
  let outages = 0;
  money.close = () => {
    outages += 1;
    return Promise.reject(new OutageError('the database is away'));
  };
  page.send({ t: 'end', session: started.session });
  await until(() => outages >= 2, 'two tries');
  expect(page.all('ended')).toEqual([]);
  money.close = close;
  expect(await page.next('ended')).toMatchObject({ session: started.session, receipt: true });
});

test('an unsigned or foreign consent starts nothing', async () => {
  await nodeOf();
  const [page, other] = [await connect(), new FakePlayer(hub.url)];
  const own = page.who.consent();
  const foreign = other.consent();
  expect(await page.tryPlay({ consentSignature: foreign.signature })).toBe('CONSENT_BAD');
  const { toWire } = await import('../../src/protocol/voucher.ts');
  expect(await page.tryPlay({ consent: toWire(foreign.consent), consentSignature: foreign.signature })).toBe(
    'CONSENT_BAD',
  );
  const small = page.who.consent({ maxRate: 1n, nonce: 2n });
  expect(await page.tryPlay({ consent: toWire(small.consent), consentSignature: small.signature })).toBe(
    'CONSENT_EXCEEDED',
  );
  expect(typeof (await page.tryPlay({ consent: toWire(own.consent), consentSignature: own.signature }))).toBe('object');
});

test('too far is no game; several unmeasured nodes are no choice', async () => {
  const first = await nodeOf({ name: 'first', slots: 2 });
  const page = await connect();
  expect(await page.tryPlay({ measurements: [measured(first.node, 180)] })).toBe('NO_NODE_NEAR');
  await nodeOf({ name: 'second' });
  expect(await page.tryPlay({ measurements: [] })).toBe('MEASUREMENT_MISSING');
  expect(await page.tryPlay({ measurements: [measured(first.node, 20)] })).toMatchObject({ node: first.node });
});

test('a plan for one machine names it and no other, and is refused where it cannot be had', async () => {
  await nodeOf({ name: 'first' });
  const second = await nodeOf({ name: 'second' });
  const page = await connect();
  const plan = await page.plan({ only: second.node });
  expect(plan.candidates.map(({ node }) => node)).toEqual([second.node]);
  const re = 'only-one-that-is-away' as never;
  page.send({ t: 'plan', re, game: 'arcade', only: `0x${'00'.repeat(20)}` } as never);
  expect(await page.answer('plan', re)).toBe('NO_NODE');
});

test('a plan is one player’s and lives a minute', async () => {
  await nodeOf();
  const [page, other] = [await connect(), await connect()];
  const plan = await page.plan();
  const stolen = other.playOf(plan);
  other.send(stolen);
  expect(await other.answer('started', stolen.re)).toBe('PLAN_EXPIRED');
});

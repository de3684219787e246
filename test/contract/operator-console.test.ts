// test/contract/operator-console.test.ts - the operator's console over a whole hub with real sockets. Each refusal stands beside
// the same request by the one who may.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { OperatorId, SessionId } from '../../src/base/ids.ts';
import { parseDbc } from '../../src/base/units.ts';
import type { EndedPlay, LivePlay, OperatorReport } from '../../src/protocol/operator-api.ts';
import { bodyOf } from '../support/hub/body.ts';
import { FakeNode, noBadMs } from '../support/hub/fake-node.ts';
import { FakePlayer } from '../support/hub/fake-player.ts';
import { type TestHub, testHub } from '../support/hub/service.ts';

let hub: TestHub;
let owner: FakePlayer;
let stranger: FakePlayer;
let node: FakeNode;
beforeEach(async () => {
  hub = await testHub();
  [owner, stranger] = [await new FakePlayer(hub.url).login(), await new FakePlayer(hub.url).login()];
  const { token } = await bodyOf<{ token: string }>(owner.post('/api/operator/node-tokens'));
  node = await new FakeNode(hub.url, { name: 'Own-1', token, slots: 2 }).joined();
});
afterEach(async () => {
  node.stop();
  expect(hub.faults).toEqual([]);
  await hub.remove();
});

test('a game that runs is shown with its picture, line and encoder, to its operator only, and without its player', async () => {
  const read = async (who: FakePlayer) => (await bodyOf<LivePlay>(who.fetch('/api/operator/sessions'))).sessions;
  expect(await read(owner)).toEqual([]);
  const page = await new FakePlayer(hub.url).connect();
  const { session, quote } = await page.play();
  expect(await read(owner)).toMatchObject([
    { session, node: node.node, nodeName: 'Own-1', game: 'arcade', rateWeiPerHour: quote.rateWeiPerHour, billedMs: 0 },
  ]);
  expect((await read(owner))[0]).not.toHaveProperty('seen');
  await node.talk.next('open');
  const line = { fps: 29.5, rttMs: 18.2, lossShare: 0.004, kbps: 8_000 };
  const sample = { ...line, path: 'direct' as const, receivedBytes: 5_000_000 };
  page.send({ t: 'tick', session, seq: 1, goodMs: 5_000, badMs: noBadMs, sample });
  node.tick(session, 5_000);
  await page.next('state', ({ state }) => state.billedMs === 5_000);
  const rows = await read(owner);
  expect(rows).toMatchObject([{ seen: line, encodeMs: 3, billedMs: 5_000, pageHere: true, nodeHere: true }]);
  const player = page.who.address.slice(2);
  expect(JSON.stringify(rows)).not.toContain(player);
  expect(await read(stranger)).toEqual([]);
  node.die();
  await vi.waitFor(async () => expect(await read(owner)).toMatchObject([{ nodeHere: false }]), 10_000);
  expect((await fetch(`${hub.url}/api/operator/sessions`)).status).toBe(401);
  page.close();
});

// Goal: what a machine wrote down about a game is for its operator. Method: a node that answers, one that does not, a stranger.
test('the log of a session is asked of its machine, for its operator only', async () => {
  const session = `s_${'7'.repeat(26)}` as SessionId;
  const path = `/api/operator/nodes/${node.node}/sessions/${session}/log`;
  const lines = ['{"event":"session.starting"}', '{"event":"session.ended"}'];
  const [asked, again] = [owner.fetch(path), owner.fetch(path)];
  await node.talk.next('log.ask');
  await node.talk.next('log.ask');
  node.talk.send({ t: 'log', session, lines });
  expect([await bodyOf(asked), await bodyOf(again)]).toEqual([{ lines }, { lines }]);
  expect((await stranger.fetch(path)).status).toBe(404);
  expect((await fetch(`${hub.url}${path}`)).status).toBe(401);
  node.talk.send({ t: 'log', session, lines }); // Nobody asked: dropped.
  node.stop();
  await vi.waitFor(async () => {
    const answer = await owner.fetch(path);
    expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'NODE_LOST' }]);
  }, 10_000);
});

test('the last sessions of the machines, newest first, without who played', async () => {
  const { session, player } = await played();
  const ended = async (who: FakePlayer) => bodyOf<EndedPlay>(who.fetch('/api/operator/ended'));
  const { sessions } = await ended(owner);
  expect(sessions).toMatchObject([
    { session, node: node.node, nodeName: 'Own-1', reason: 'player-left', billedMs: 20_000 },
  ]);
  expect(JSON.stringify(sessions)).not.toContain(player.slice(2));
  expect(await ended(stranger)).toEqual({ sessions: [] });
});

/** Plays and pays 20 s on the machine; answers the session. */
async function played(): Promise<{ session: string; player: string }> {
  const page = await new FakePlayer(hub.url).connect();
  const started = await page.play();
  await node.talk.next('open', ({ session }) => session === started.session);
  node.tick(started.session, 20_000);
  page.tick(started.session, 1, 20_000);
  await page.next('state', ({ state }) => state.billedMs === 20_000);
  page.send({ t: 'end', session: started.session });
  await page.next('ended');
  page.close();
  return { session: started.session, player: page.who.address };
}

/** A CSV file as rows of named cells. */
function rowsOf(csv: string): Record<string, string>[] {
  const [head = '', ...lines] = csv.replace('\uFEFF', '').split('\r\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const cells = line.split(',');
      return Object.fromEntries(head.split(',').map((name, at) => [name, cells[at] ?? '']));
    });
}

test('both tables have every ended session; in each gross - burn - platform = net, and the nets are what was earned', async () => {
  const sessions = [await played(), await played()];
  const csv = async (file: string, who = owner) => {
    const answer = await who.fetch(`/api/operator/${file}.csv`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    return rowsOf(Buffer.from(await answer.arrayBuffer()).toString('utf8'));
  };
  const earnings = await csv('earnings');
  expect(earnings.map(({ session }) => session)).toEqual(sessions.map(({ session }) => session).toReversed());
  const wei = (text = '') => {
    const read = parseDbc(text);
    return read.ok ? read.value : -1n;
  };
  let netWei = 0n;
  for (const { gross, burn, platform, net, currency, paid_ms } of earnings) {
    expect(wei(gross) - wei(burn) - wei(platform)).toBe(wei(net));
    expect(wei(net)).toBeGreaterThan(0n);
    expect([currency, paid_ms]).toEqual(['PLAY', '20000']);
    netWei += wei(net);
  }
  const { earnedWei } = await bodyOf<{ earnedWei: string }>(owner.fetch('/api/operator/earnings'));
  expect(netWei.toString()).toBe(earnedWei);
  const list = await csv('sessions');
  expect(list).toMatchObject(
    sessions
      .toReversed()
      .map(({ session }) => ({ session, machine: 'Own-1', reason: 'player-left', free_rtt_ms: '0' })),
  );
  for (const { player } of sessions) expect(JSON.stringify([earnings, list])).not.toContain(player.slice(2));
  for (const file of ['earnings', 'sessions']) {
    expect(await csv(file, stranger)).toEqual([]);
    expect((await fetch(`${hub.url}/api/operator/${file}.csv`)).status).toBe(401);
  }
});

test('the report names use, and each event that cost a machine points; a drained machine may go', async () => {
  const report = async (who = owner) => bodyOf<OperatorReport>(who.fetch('/api/operator/report'));
  const page = await new FakePlayer(hub.url).connect();
  const { session } = await page.play();
  await node.talk.next('open');
  node.tick(session, 20_000);
  page.tick(session, 1, 20_000);
  await page.next('state', ({ state }) => state.billedMs === 20_000);
  node.die();
  await page.next('node.lost');
  page.send({ t: 'end', session });
  await page.next('ended');
  node = await new FakeNode(hub.url, { name: 'Own-1', slots: 2 }).joined();
  const first = await report();
  expect(first).toMatchObject({ days: 7, scoreDays: 30 });
  expect(first.nodes).toMatchObject([
    { name: 'Own-1', sessions: 1, paidMs: 20_000, troubles: [{ kind: 'away', points: 1 }], score: 99 },
  ]);
  expect(first.nodes[0]?.share).toBeGreaterThan(0);
  expect(first.nodes[0]?.days).toHaveLength(7);
  expect(await report(stranger)).toMatchObject({ nodes: [], share: 0 });
  expect((await fetch(`${hub.url}/api/operator/report`)).status).toBe(401);
  node.status({ draining: true });
  await node.read();
  node.die();
  await vi.waitFor(() => expect(hub.hub.nodes.get(node.node)?.presence.state).toBe('lost'), 10_000);
  const away = await hub.parts.stores.operators.away(owner.address as string as OperatorId, 0, 9);
  expect(away).toMatchObject([
    { node: node.node, untilMs: undefined, planned: true },
    { node: node.node, untilMs: expect.any(Number), planned: false },
  ]);
  expect((await report()).nodes).toMatchObject([{ troubles: [{ kind: 'away', points: 1 }], score: 99 }]);
});

// test/contract/hub-play.test.ts - one play over real sockets: a scripted page, a scripted node, a whole hub between them.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeNode } from '../support/hub/fake-node.ts';
import { FakePlayer, freshKey } from '../support/hub/fake-player.ts';
import { nodeToken, type TestHub, testHub } from '../support/hub/service.ts';

let hub: TestHub;
beforeEach(async () => {
  hub = await testHub();
});
afterEach(async () => {
  expect(hub.faults).toEqual([]);
  await hub.remove();
});

test('from login to receipt: plan, probe, play, signaling both ways, ticks, end', async () => {
  const node = await new FakeNode(hub.url, { token: await nodeToken(hub) }).joined();
  const page = await new FakePlayer(hub.url).connect();

  const plan = await page.plan();
  expect(plan.candidates.map((candidate) => candidate.node)).toEqual([node.node]);
  const [candidate] = plan.candidates;
  if (candidate === undefined) throw new Error('a candidate');
  expect(candidate.freeSlots).toBe(1);
  expect(BigInt(candidate.quote.rateWeiPerHour)).toBeGreaterThan(0n);

  const re = freshKey();
  page.send({ t: 'probe', re, ticket: candidate.ticket, path: 'direct' });
  const { peer } = await page.next('peer');
  expect((await node.talk.next('probe.open')).peer).toBe(peer);
  node.talk.send({ t: 'sdp', peer, kind: 'offer', sdp: 'v=0 offer' });
  expect(await page.next('sdp')).toEqual({ t: 'sdp', peer, kind: 'offer', sdp: 'v=0 offer' });
  page.send({ t: 'sdp', peer, kind: 'answer', sdp: 'v=0 answer' });
  expect((await node.talk.next('sdp')).sdp).toBe('v=0 answer');
  page.send({ t: 'candidate', peer, candidate: null });
  expect((await node.talk.next('candidate')).candidate).toBeNull();
  page.send({ t: 'peer.close', peer });
  await node.talk.next('peer.close');

  const started = await page.play();
  expect(started.choice).toMatchObject({ node: node.node, path: 'direct', reason: 'only' });
  const start = await node.talk.next('start');
  expect(start).toMatchObject({ session: started.session, peer: started.peer, lease: started.lease, save: false });
  await node.talk.next('open');
  node.talk.send({ t: 'sdp', peer: started.peer, kind: 'offer', sdp: 'v=0 game' });
  expect((await page.next('sdp')).sdp).toBe('v=0 game');

  for (let second = 5; second <= 20; second += 5) {
    node.tick(started.session, second * 1_000);
    page.tick(started.session, second / 5, second * 1_000);
  }
  await page.next('state', ({ state }) => state.billedMs === 20_000);
  const owed = (BigInt(started.quote.rateWeiPerHour) * 20_000n) / 3_600_000n;
  page.voucher(started, 1, 20_000, owed - (owed % 1_000n));
  await node.talk.next('voucher');
  page.send({ t: 'end', session: started.session });
  await node.talk.next('end');
  await node.talk.next('ended.kept');
  expect(await page.next('ended')).toEqual({
    t: 'ended',
    session: started.session,
    reason: 'player-left',
    receipt: true,
  });

  const response = await page.who.fetch(`/api/sessions/${started.session}/receipt`);
  expect(response.status).toBe(200);
  const receipt = (await response.json()) as { billedMs: number; costWei: string };
  expect(receipt.billedMs).toBe(20_000);
  expect(BigInt(receipt.costWei)).toBe(owed - (owed % 1_000n));
  node.stop();
});

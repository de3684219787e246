// Goal: what a session does over minutes: who is waited for, how long, what is counted, when it must end. Method: the real
// session with time that the test moves.
import { expect, test } from 'vitest';
import { timings } from '../../../src/protocol/limits.ts';
import { peerId } from '../../support/agent/player.ts';
import { SessionWorld } from '../../support/agent/session-world.ts';

/** Long enough for a machine with ten times its load. */
const soon = { timeout: 15_000 };

const AFK_MS = timings.afkWarningMs + timings.afkGraceMs;

test('a tick every 5 s, cumulative, and the same on the disk', async () => {
  const world = new SessionWorld();
  await world.play();
  await world.pass(21_000, { paying: true });
  const ticks = world.said.filter(({ t }) => t === 'tick');
  expect(ticks.map((tick) => tick.t === 'tick' && tick.seq)).toEqual([1, 2, 3, 4, 5]);
  expect(ticks.at(-1)).toMatchObject({ goodMs: 20_000, badMs: { 'no-frame-yet': 0 } });
  expect(world.written.filter(({ t }) => t === 'tick')).toEqual(ticks);
});

test('unpaid time ends at 15 s and a twentieth; paid time goes on', async () => {
  const world = new SessionWorld();
  await world.play();
  await world.pass(60_000, { paying: true });
  expect(world.over).toBe(false);
  const paidMs = 60_000;
  expect(world.session.running.goodMs).toBe(paidMs);
  await world.pass(60_000);
  const ended = await world.end();
  expect(ended?.reason).toBe('voucher-shortfall');
  const unpaidMs = (ended?.goodMs ?? 0) - paidMs;
  expect(unpaidMs).toBeGreaterThan(15_000 + 0.05 * (ended?.goodMs ?? 0));
  expect(unpaidMs).toBeLessThan(15_000 + 0.05 * (ended?.goodMs ?? 0) + 2_000);
  expect(ended?.voucher?.servedMs).toBe(String(paidMs));
});

test('pictures below the promise are not counted as served, so they need no voucher', async () => {
  const world = new SessionWorld();
  world.sending = 0.8;
  await world.play();
  await world.pass(60_000);
  expect(world.over).toBe(false);
  expect(world.session.running.goodMs).toBe(0);
});

test('bye stops the count at once; coming back goes on; 120 s alone end it with the save', async () => {
  const world = new SessionWorld();
  await world.play();
  await world.pass(10_000, { paying: true });
  const servedMs = world.session.running.goodMs;
  world.peer.say({ t: 'bye' });
  await world.pass(60_000);
  expect(world.session.running.goodMs).toBe(servedMs);
  world.session.message({ t: 'attach', session: world.player.session, peer: peerId(), codecs: ['h264'] });
  world.peer.become('connected');
  await world.pass(5_000, { paying: true });
  expect(world.session.running.goodMs).toBeGreaterThan(servedMs);
  expect(world.peers[0]?.closed).toBe(true);
  world.worthy('far');
  world.peer.become('lost');
  await world.pass(timings.sessionCloseMs - 500);
  expect(world.over).toBe(false);
  await world.pass(1_000);
  expect((await world.end())?.reason).toBe('player-lost');
  expect(world.saves.at(-1)).toBe('far');
  expect(world.closedGames).toBe(1);
});

test('nobody comes: 30 s', async () => {
  const world = new SessionWorld();
  world.session.begin();
  world.session.message(world.player.signedOpen());
  await world.settle();
  await world.pass(timings.firstFrameMs + 500);
  expect(await world.end()).toMatchObject({ reason: 'first-frame-timeout', goodMs: 0 });
});

test('an empty chair ends after nine minutes although markers come; a key or an answer keeps it', async () => {
  const world = new SessionWorld({ open: { maxAmount: 100n * 10n ** 18n } }); // Half an hour costs 25.
  await world.play();
  const idle = async (ms: number) => {
    for (let left = ms; left > 0; left -= 5_000) {
      await world.pass(5_000, { paying: true });
      world.peer.key({ kind: 'marker' });
    }
  };
  await idle(AFK_MS - 10_000);
  world.peer.key({ kind: 'key', hid: 4, down: true });
  await idle(AFK_MS - 10_000);
  world.session.message({ t: 'awake', session: world.player.session });
  await idle(AFK_MS - 10_000);
  expect(world.over).toBe(false);
  await idle(20_000);
  expect((await world.end())?.reason).toBe('afk');
});

test('a consent that ends in play ends the session', async () => {
  const nowS = BigInt(Math.floor(Date.now() / 1_000));
  const world = new SessionWorld({ consent: { validUntil: nowS + 20n } });
  await world.play();
  await world.pass(30_000, { paying: true });
  expect((await world.end())?.reason).toBe('consent-ended');
});

test('snapshots follow the game, at most one in 15 s', async () => {
  const world = new SessionWorld();
  await world.play();
  for (let i = 0; i < 60; i++) {
    world.worthy(`second ${i}`);
    await world.pass(1_000, { paying: true });
  }
  expect(world.saves.length).toBeGreaterThanOrEqual(4);
  expect(world.saves.length).toBeLessThanOrEqual(5);
  expect(world.said.filter(({ t }) => t === 'saved')).toHaveLength(world.saves.length);
});

test('the first reason counts, and the second end changes nothing', async () => {
  const world = new SessionWorld();
  await world.play();
  await world.pass(3_000);
  world.session.end('moved');
  world.session.end('player-left');
  world.peer.say(world.player.voucher(world.session.running.goodMs));
  expect(await world.end()).toMatchObject({ reason: 'moved', voucher: { seq: '1' } });
  expect(world.said.filter(({ t }) => t === 'ended')).toHaveLength(1);
  expect(world.over).toBe(true);
  expect(world.peer.told).toContainEqual({ t: 'ending', reason: 'moved' });
});

test('a flood of vouchers is refused by rate, and the last good one is kept', async () => {
  const world = new SessionWorld();
  await world.play();
  await world.pass(5_000);
  const servedMs = world.session.running.goodMs;
  for (let i = 0; i < 200; i++) world.peer.say(world.player.voucher(servedMs));
  await expect.poll(() => world.peer.told.filter(({ t }) => t.startsWith('voucher')).length, soon).toBe(200);
  const kept = world.peer.told.filter(({ t }) => t === 'voucher.kept');
  expect(kept.length).toBeGreaterThan(0);
  expect(kept.length).toBeLessThan(10);
  expect(world.peer.told).toContainEqual({ t: 'voucher.refused', seq: 200, code: 'RATE_TOO_HIGH' });
});

// Goal: a slot serves one session by the signatures it holds, keeps the operator's money, survives pages and hubs that
// come and go, and ends with a save and a last word. Method: scripted hub, scripted page, real agent and slot process.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openClaims } from '../../src/agent/claims.ts';
import { Stage } from '../support/agent/node.ts';
import { Player, peerId } from '../support/agent/player.ts';

/** Long enough for a machine with ten times its load. */
const soon = { timeout: 15_000 };

let stage: Stage;
beforeEach(async () => {
  stage = new Stage();
  await stage.open();
});
afterEach(() => stage.dispose());

const filesOf = (folder: string) => (existsSync(folder) ? readdirSync(folder) : []);

test('start, signature, answer: ready, ticks; a voucher is on the disk before it is acknowledged', async () => {
  const { player, page } = await stage.play();
  await page.say({ control: player.voucher(1_000) });
  const kept = await page.control('voucher.kept');
  expect(kept.seq).toBe(1);
  expect(filesOf(join(stage.data, 'journal'))).toContain(`${player.session}.voucher`);
  expect(await stage.hub.next('voucher')).toMatchObject({ session: player.session, voucher: { servedMs: '1000' } });
  const first = await stage.hub.next('tick', ({ goodMs }) => goodMs > 0);
  expect(first).toMatchObject({ session: player.session, epoch: 1, encodeMs: 5 });
  expect(first.goodMs).toBeLessThan(6_000);
  expect(first.framesSent).toBeGreaterThan(60);
});

test('nothing is served before the session key has signed', async () => {
  const player = new Player(stage.node?.node ?? '');
  stage.hub.send(player.start());
  await stage.answer(player.peer);
  const early = await stage.hub.next('tick', ({ seq }) => seq >= 2);
  expect(early).toMatchObject({ framesSent: 0, goodMs: 0 });
  stage.hub.send(player.signedOpen());
  await stage.hub.next('ready');
});

test.each<[string, (node: string) => { start: ReturnType<Player['start']> }, string]>([
  [
    'a stranger signed the consent',
    (node) => {
      const player = new Player(node);
      return { start: player.start({ consentSignature: player.signedOpen().signature }) };
    },
    'CONSENT_BAD',
  ],
  [
    'the consent is over',
    (node) => ({ start: new Player(node, { consent: { validUntil: 1n } }).start() }),
    'CONSENT_BAD',
  ],
  ['the open is for another node', () => ({ start: new Player(`0x${'22'.repeat(20)}`).start() }), 'OPEN_BAD'],
  [
    'the rate is above the consent',
    (node) => ({ start: new Player(node, { consent: { maxRate: 1n } }).start() }),
    'OPEN_BAD',
  ],
  [
    'the consent does not speak for the key',
    (node) => ({ start: new Player(node, { open: { key: `0x${'44'.repeat(20)}` } }).start() }),
    'OPEN_BAD',
  ],
  [
    'a proof leads elsewhere',
    (node) => {
      const consent = { sessionKey: `0x${'55'.repeat(20)}` } as const;
      const player = new Player(node, { consent, open: { key: `0x${'44'.repeat(20)}` } });
      return { start: player.start({ keyProof: [`0x${'66'.repeat(32)}`] }) };
    },
    'OPEN_BAD',
  ],
  [
    'the lease is another',
    (node) => ({ start: new Player(node).start({ lease: `0x${'33'.repeat(32)}` as never }) }),
    'OPEN_BAD',
  ],
])('a start is refused when %s', async (_, make, code) => {
  const { start } = make(stage.node?.node ?? '');
  stage.hub.send(start);
  expect(await stage.hub.next('refused')).toMatchObject({ session: start.session, code });
  // The slot is replaced, and the right start is served: the control.
  await stage.slotFree();
  await stage.play();
});

// Goal: what the operator could claim alone is what the slot checked. Method: a hub that says a start again with another Open,
// calls a running session kept, and gives an old session's name to a new one.
test('a hub cannot change, lose or overwrite what is kept of a session', async () => {
  const player = new Player(stage.node?.node ?? '');
  const other = new Player(stage.node?.node ?? '');
  stage.hub.send(player.start());
  stage.hub.send({ ...other.start(), session: player.session, peer: player.peer });
  stage.hub.send(player.signedOpen());
  const page = await stage.answer(player.peer);
  await stage.hub.next('ready');
  await page.say({ control: player.voucher(500) });
  await page.control('voucher.kept');
  const claim = () => openClaims(join(stage.data, 'claims')).find(player.session);
  expect(await claim()).toMatchObject({ lease: player.lease });
  stage.hub.keepsEnds = false;
  stage.hub.send({ t: 'ended.kept', session: player.session });
  stage.hub.send({ t: 'end', session: player.session, reason: 'player-left' });
  await stage.hub.next('ended');
  await stage.slotFree();
  expect(filesOf(join(stage.data, 'journal'))).toContain(`${player.session}.voucher`);
  stage.hub.send({ t: 'ended.kept', session: player.session });
  await expect.poll(async () => (await claim())?.highest?.voucher.servedMs, soon).toBe(500n);

  stage.hub.send({ ...other.start(), session: player.session });
  stage.hub.send({ ...other.signedOpen(), session: player.session });
  expect(await stage.hub.next('ended')).toMatchObject({ session: player.session, reason: 'node-refused' });
  expect(await claim()).toMatchObject({ lease: player.lease, highest: { voucher: { servedMs: 500n } } });
});

test('an open that a stranger signed ends the session before it served', async () => {
  const player = new Player(stage.node?.node ?? '');
  stage.hub.send(player.start());
  stage.hub.send(player.signedOpen('stranger'));
  expect(await stage.hub.next('refused')).toMatchObject({ session: player.session, code: 'OPEN_BAD' });
});

test('vouchers that are no good are refused by name and leave the good one', async () => {
  const { player, page } = await stage.play();
  await page.say({ control: player.voucher(500) });
  await page.control('voucher.kept');
  const bad = [
    [player.voucher(600, { by: 'stranger' }), 'VOUCHER_BAD_SIGNATURE'],
    [player.voucher(600, { lease: `0x${'44'.repeat(32)}` }), 'VOUCHER_BAD_SIGNATURE'],
    [player.voucher(600, { amount: 0n }), 'VOUCHER_TOO_LOW'],
    [player.voucher(400), 'VOUCHER_TOO_LOW'],
    [player.voucher(600, { seq: 1n }), 'VOUCHER_TOO_LOW'],
    [player.voucher(3_600_000), 'VOUCHER_TOO_HIGH'],
  ] as const;
  for (const [control, code] of bad) {
    await page.say({ control });
    expect(await page.control('voucher.refused')).toMatchObject({ code });
  }
  await page.say({ control: player.voucher(700) });
  await page.control('voucher.kept');
  stage.hub.send({ t: 'end', session: player.session, reason: 'player-left' });
  expect(await stage.hub.next('ended')).toMatchObject({ reason: 'player-left', voucher: { servedMs: '700' } });
});

test('a reloaded page takes over the running game; the old peer goes when the new one is there', async () => {
  const { player, page } = await stage.play();
  const peer = peerId();
  stage.hub.send({ t: 'attach', session: player.session, peer, codecs: ['h264'] });
  const second = await stage.answer(peer);
  await second.next((said) => 'attached' in said);
  await stage.hub.next('peer.closed', ({ peer: closed }) => closed === player.peer);
  const before = (await stage.hub.next('tick')).framesSent;
  expect((await stage.hub.next('tick')).framesSent).toBeGreaterThan(before);
  expect(page.closed).toBe(true);
});

test('restart: a new offer with fresh ICE credentials on the same peer', async () => {
  const { player } = await stage.play();
  stage.hub.send({ t: 'restart', session: player.session });
  expect((await stage.hub.next('sdp', ({ peer }) => peer === player.peer)).sdp).toContain('restart:true');
});

test('the hub goes and comes: play, vouchers and counts go on, and the hello says so', async () => {
  const { player, page } = await stage.play();
  await stage.hub.stop();
  await page.say({ control: player.voucher(800) });
  expect(await page.control('voucher.kept')).toMatchObject({ seq: 1 });
  await stage.hub.start();
  const hello = await stage.hub.next('hello');
  expect(hello.running).toMatchObject([{ session: player.session, lease: player.lease, epoch: 1 }]);
  expect(await stage.hub.next('voucher')).toMatchObject({ voucher: { servedMs: '800' } });
  await stage.hub.next('tick', ({ seq }) => seq >= 2);
});

test('a session that ends while the hub is away is told at each hello until the hub has kept it', async () => {
  const { player, page } = await stage.play();
  await page.say({ control: player.voucher(600) });
  await page.control('voucher.kept');
  await stage.hub.stop();
  await page.say({ exit: 'quit' });
  await page.control('ending');
  await expect.poll(() => filesOf(join(stage.data, 'journal')), soon).toContain(`${player.session}.ended`);
  stage.hub.clear();
  stage.hub.keepsEnds = false;
  for (const kept of [false, true]) {
    stage.hub.keepsEnds = kept;
    await stage.hub.start();
    const ended = await stage.hub.next('ended');
    expect(ended).toMatchObject({ session: player.session, reason: 'game-exited', voucher: { servedMs: '600' } });
    if (!kept) await stage.hub.stop();
  }
  await expect.poll(() => filesOf(join(stage.data, 'journal')), soon).toEqual([]);
});

test('an end packs the save, brings it to the hub, tells the last voucher and frees the slot', async () => {
  stage.hub.saves.set('unused', new Uint8Array());
  const { player, page } = await stage.play();
  await page.say({ save: 'level 3' });
  await stage.hub.next('saved');
  expect(Buffer.from(stage.hub.saves.get(player.session) ?? []).toString()).toBe('level 3');
  await page.say({ save: 'level 4' });
  stage.hub.send({ t: 'end', session: player.session, reason: 'player-left' });
  expect(await page.control('ending')).toMatchObject({ reason: 'player-left' });
  await page.say({ control: player.voucher(900) });
  const ended = await stage.hub.next('ended');
  expect(ended).toMatchObject({ session: player.session, reason: 'player-left', voucher: { servedMs: '900' } });
  expect(Buffer.from(stage.hub.saves.get(player.session) ?? []).toString()).toBe('level 4');
  await stage.slotFree();
  expect(filesOf(join(stage.data, 'journal'))).toEqual([]);
  expect(filesOf(join(stage.data, 'saves'))).toEqual([]);
});

test('a save that the hub cannot take waits on the disk and goes when the hub is back', async () => {
  const { player, page } = await stage.play();
  await page.say({ save: 'level 5' });
  await stage.hub.next('saved');
  stage.hub.saveStatus = 503;
  await page.say({ save: 'level 6' });
  stage.hub.send({ t: 'end', session: player.session, reason: 'player-left' });
  await stage.hub.next('ended');
  expect(filesOf(join(stage.data, 'saves'))).toEqual([`${player.session}.save`]);
  stage.hub.saveStatus = 200;
  await stage.hub.stop();
  await stage.hub.start();
  await stage.hub.next('hello');
  await expect.poll(() => Buffer.from(stage.hub.saves.get(player.session) ?? []).toString(), soon).toBe('level 6');
  await expect.poll(() => filesOf(join(stage.data, 'saves')), soon).toEqual([]);
});

test('a save is put back before the game starts', async () => {
  const player = new Player(stage.node?.node ?? '');
  stage.hub.saves.set(player.session, Buffer.from('level 7'));
  stage.hub.send(player.start({ save: true }));
  stage.hub.send(player.signedOpen());
  await stage.answer(player.peer);
  await stage.hub.next('ready');
  stage.hub.saves.clear();
  stage.hub.send({ t: 'end', session: player.session, reason: 'player-left' });
  await stage.hub.next('ended');
  expect(Buffer.from(stage.hub.saves.get(player.session) ?? []).toString()).toBe('level 7');
});

test('a page that pays nothing is served 15 s and a little, then the session ends', async () => {
  const { player, page } = await stage.play();
  expect(await page.control('ending')).toMatchObject({ reason: 'voucher-shortfall' });
  const ended = await stage.hub.next('ended');
  expect(ended.session).toBe(player.session);
  expect(ended.goodMs).toBeGreaterThan(15_000);
  expect(ended.goodMs).toBeLessThan(18_000);
}, 40_000);

test.each([
  ['quit', 'game-exited'],
  ['crashed', 'game-crashed'],
] as const)('a game that %s ends its session with that reason', async (exit, reason) => {
  const { page } = await stage.play();
  await page.say({ exit });
  expect(await stage.hub.next('ended')).toMatchObject({ reason });
});

test('a game that does not start is refused with the reason in words', async () => {
  const player = new Player(stage.node?.node ?? '');
  stage.hub.send(player.start({ game: 'unstartable' as never }));
  expect(await stage.hub.next('refused')).toMatchObject({ session: player.session, detail: 'no such display' });
});

// Goal: the book charges what both sides call good, never more than it holds, and says what happens. Method: one session
// on the memory store, told as a story with a clock in hand. Faults at random are the simulation's job (test/sim).
import { expect, test } from 'vitest';
import type { NodeId, OperatorId, PlayerId } from '../../../../src/base/ids.ts';
import { chart } from '../../../../src/billing/ledger.ts';
import { priceWei } from '../../../../src/billing/pricing.ts';
import { timings } from '../../../../src/protocol/limits.ts';
import { addressOf, recoverSigner, signDigest } from '../../../../src/protocol/typed-data.ts';
import { consentDigest } from '../../../../src/protocol/voucher.ts';
import { MemoryMoneyStore } from '../../../../src/storage/memory-money-store.ts';
import {
  address,
  bookOver,
  domain,
  openCommand,
  Played,
  quoteOf,
  RATE,
  said,
  sessionId,
  sign,
  startPlay,
  WALL_MS,
} from '../../../support/money.ts';

const GIFT = 1_000n * 10n ** 18n;
const fresh = () => {
  const store = new MemoryMoneyStore('PLAY');
  return { store, book: bookOver(store) };
};
const accounts = chart('PLAY');

/** Ticks of both sides every 5 s up to `untilMs`, all good. */
async function playOn(book: ReturnType<typeof bookOver>, played: Played, fromMs: number, untilMs: number) {
  const effects = [];
  for (let ms = fromMs; ms <= untilMs; ms += timings.tickMs) {
    for (const answer of [
      await book.nodeTick(played.command.node, played.nodeTick(ms), ms, WALL_MS + ms),
      await book.playerTick(played.playerTick(ms), ms, WALL_MS + ms),
    ]) {
      if (!answer.ok) throw new Error(answer.error.code);
      effects.push(...answer.value);
    }
  }
  return effects;
}

test('37 min 13 s at 50 DBC/h cost the agreed wei, burn the agreed share, and the rest comes back', async () => {
  const { store, book } = fresh();
  const played = await startPlay(book);
  await playOn(book, played, 5_000, 2_230_000);
  await book.nodeTick(played.command.node, played.nodeTick(2_233_000), 2_233_000, WALL_MS + 2_233_000);
  await book.playerTick(played.playerTick(2_233_000), 2_233_000, WALL_MS + 2_233_000);
  const receipt = said(await book.close(played.opened.session, 'player-left', 2_234_000, WALL_MS + 2_234_000));
  expect(receipt).toMatchObject({
    billedMs: 2_233_000,
    costWei: '31013888888888888000',
    burnWei: '9304166666666666000',
    platformWei: '1085486111111111000',
    operatorWei: '20624236111111111000',
    reason: 'player-left',
  });
  const { ledger } = store;
  expect(ledger.balance(accounts.player(played.command.player))).toBe(GIFT - 31_013_888_888_888_888_000n);
  expect(ledger.balance(accounts.held(played.opened.session))).toBe(0n);
  expect(ledger.balance(accounts.operator(played.command.operator))).toBe(20_624_236_111_111_111_000n);
  expect(ledger.balance(accounts.burn('seed-2024'))).toBe(9_304_166_666_666_666_000n);
});

test('the smaller count is billed, and nothing before the player signed the Open', async () => {
  const { book } = fresh();
  const command = openCommand();
  await book.welcomeGift(command.player, GIFT);
  const opened = await book.open(command, 'hash', 0, WALL_MS);
  if (!opened.ok) throw new Error(opened.error.code);
  const played = new Played(command, opened.value);
  await book.nodeTick(command.node, played.nodeTick(10_000), 10_000, WALL_MS);
  await book.playerTick(played.playerTick(7_000, { gap: 3_000 }), 10_000, WALL_MS);
  expect(book.state(opened.value.session, 10_000)?.billedMs).toBe(0);
  expect(said(await book.acceptOpen(opened.value.session, sign(opened.value.open.consent, address(9))))).toBe(
    'OPEN_BAD',
  );
  expect(said(await book.acceptOpen(opened.value.session, played.openSignature))).toBe(undefined);
  expect(book.state(opened.value.session, 10_000)).toMatchObject({ billedMs: 7_000, badMs: { gap: 3_000 } });
});

test('the hold runs a minute ahead and grows by itself; closing twice gives the same receipt', async () => {
  const { store, book } = fresh();
  const played = await startPlay(book);
  const { session } = played.opened;
  expect(played.opened.heldWei).toBe(priceWei(RATE, 60_000n));
  await playOn(book, played, 5_000, 30_000);
  expect(book.state(session, 30_000)?.heldWei).toBe(priceWei(RATE, 60_000n).toString());
  await playOn(book, played, 35_000, 35_000);
  expect(book.state(session, 35_000)?.heldWei).toBe(priceWei(RATE, 95_000n).toString());
  const receipt = await book.close(session, 'player-left', 36_000, WALL_MS + 36_000);
  expect(await book.close(session, 'afk', 99_000, WALL_MS + 99_000)).toEqual(receipt);
  expect(await book.receipt(session, played.command.player)).toEqual(receipt);
  expect(await book.receipt(session, played.command.operator)).toEqual(receipt);
  expect(said(await book.receipt(session, address(77) as string as PlayerId))).toBe('FORBIDDEN');
  expect([...store.ledger.transfers().keys()].filter((key) => key.startsWith(session))).toEqual(
    ['hold/1', 'hold/2', 'burn', 'platform', 'operator', 'release'].map((part) => `${session}/${part}`),
  );
});

test('the player is warned a minute before the money ends, then play stops, and what was played is paid to the end', async () => {
  const store = new MemoryMoneyStore('PLAY');
  const book = bookOver(store);
  const command = openCommand();
  await book.welcomeGift(command.player, priceWei(RATE, 100_000n));
  const opened = await book.open(command, 'hash', 0, WALL_MS);
  if (!opened.ok) throw new Error(opened.error.code);
  const played = new Played(command, opened.value);
  await book.acceptOpen(opened.value.session, played.openSignature);
  const before = await playOn(book, played, 5_000, 35_000);
  expect(before.filter(({ kind }) => kind === 'money-warning')).toEqual([]);
  const during = await playOn(book, played, 40_000, 95_000);
  expect(during.filter(({ kind }) => kind !== 'state')).toEqual([
    { kind: 'money-warning', session: opened.value.session, leftMs: 60_000, limit: 'balance' },
  ]);
  expect(book.nextDueMs()).toBe(100_000);
  expect((await book.due(99_999, WALL_MS)).filter(({ kind }) => kind === 'end')).toEqual([]);
  expect(await book.due(100_000, WALL_MS + 100_000)).toEqual([
    { kind: 'end', session: opened.value.session, reason: 'funds-exhausted' },
  ]);
  await playOn(book, played, 105_000, 110_000); // The last ticks are late; what the money paid for is charged, no more.
  const receipt = said(await book.close(opened.value.session, 'funds-exhausted', 111_000, WALL_MS + 111_000));
  expect(receipt).toMatchObject({ billedMs: 100_000, costWei: priceWei(RATE, 100_000n).toString(), releasedWei: '0' });
});

test('money that comes in time calls the end off', async () => {
  const { store, book } = fresh();
  const command = openCommand();
  await store.post([
    {
      key: 'a' as never,
      from: accounts.issued,
      to: accounts.player(command.player),
      amountWei: priceWei(RATE, 70_000n),
      atMs: 0,
    },
  ]);
  const opened = await book.open(command, 'hash', 0, WALL_MS);
  if (!opened.ok) throw new Error(opened.error.code);
  const played = new Played(command, opened.value);
  await book.acceptOpen(opened.value.session, played.openSignature);
  await playOn(book, played, 5_000, 65_000);
  await book.welcomeGift(command.player, GIFT);
  expect(await book.due(70_000, WALL_MS + 70_000)).toEqual([]);
  expect(book.state(opened.value.session, 70_000)?.phase).toBe('playing');
});

test('the own cap of the day ends play, counts every session, and starts anew at midnight', async () => {
  const { book } = fresh();
  const beforeMidnight = Date.UTC(2026, 5, 1, 23, 59, 0);
  const player = address(1) as string as PlayerId;
  await book.setCap(player, priceWei(RATE, 90_000n), beforeMidnight);
  const played = await startPlay(book, {}, { nowMs: 0, wallMs: beforeMidnight });
  expect(said(await book.open(openCommand({ number: 2 }, beforeMidnight), 'h', 0, beforeMidnight))).toBe('CAP_REACHED');
  for (let ms = 5_000; ms <= 55_000; ms += 5_000) {
    await book.nodeTick(played.command.node, played.nodeTick(ms), ms, beforeMidnight + ms);
    await book.playerTick(played.playerTick(ms), ms, beforeMidnight + ms);
  }
  expect(book.state(played.opened.session, 55_000)).toMatchObject({ limit: 'cap', timeLeftMs: 35_000 });
  expect((await book.account(player, beforeMidnight + 55_000)).spentTodayWei).toBe(priceWei(RATE, 55_000n));
  for (let ms = 60_000; ms <= 80_000; ms += 5_000) {
    await book.nodeTick(played.command.node, played.nodeTick(ms), ms, beforeMidnight + ms);
    await book.playerTick(played.playerTick(ms), ms, beforeMidnight + ms);
  }
  const spent = priceWei(RATE, 80_000n) - priceWei(RATE, 55_000n);
  expect((await book.account(player, beforeMidnight + 80_000)).spentTodayWei).toBe(spent);
  await book.close(played.opened.session, 'player-left', 80_000, beforeMidnight + 80_000);
  expect((await book.account(player, beforeMidnight + 80_000)).spentTodayWei).toBe(spent);
});

test.each([
  [
    'a foreign signature',
    { consentSignature: sign(consentDigest(domain, openCommand().consent), address(9)) },
    'CONSENT_BAD',
  ],
  ['another payer', { player: address(9) as string as PlayerId }, 'CONSENT_BAD'],
])('a consent with %s opens nothing', async (_, change, code) => {
  const { book } = fresh();
  const command = { ...openCommand(), ...change };
  await book.welcomeGift(command.player, GIFT);
  expect(said(await book.open(command, 'h', 0, WALL_MS))).toBe(code);
  expect(book.running(command.player)).toEqual([]);
  await book.welcomeGift(openCommand().player, GIFT);
  expect((await book.open(openCommand(), 'h', 0, WALL_MS)).ok).toBe(true);
});

const second = BigInt(WALL_MS / 1_000);
test.each([
  ['that is over', { validUntil: second }, 'CONSENT_BAD'],
  ['that begins in a second', { validFrom: second + 1n }, 'CONSENT_BAD'],
  ['for a lower rate', { maxRate: RATE - 1n }, 'CONSENT_EXCEEDED'],
  ['for less than a minute', { maxAmount: priceWei(RATE, 59_000n) }, 'CONSENT_EXCEEDED'],
  [
    'that fits',
    { maxRate: RATE, maxAmount: priceWei(RATE, 60_000n), validFrom: second, validUntil: second + 1n },
    undefined,
  ],
])('a consent %s is judged', async (_, consent, code) => {
  const { book } = fresh();
  const command = openCommand({ consent });
  await book.welcomeGift(command.player, GIFT);
  const answer = await book.open(command, 'h', 0, WALL_MS);
  expect(answer.ok ? undefined : answer.error.code).toBe(code);
});

test('locks of one consent never add up to more than its maximum, and what was not used comes free', async () => {
  const { book } = fresh();
  const consent = { maxAmount: priceWei(RATE, 13n * 3_600_000n) };
  const first = await startPlay(book, { number: 1, consent });
  expect(first.open.maxAmount).toBe(priceWei(RATE, 12n * 3_600_000n));
  const second = await startPlay(book, { number: 2, consent });
  expect(second.open.maxAmount).toBe(consent.maxAmount - first.open.maxAmount);
  expect(said(await book.open(openCommand({ number: 3, consent }), 'h', 0, WALL_MS))).toBe('CONSENT_EXCEEDED');
  await book.close(first.opened.session, 'player-left', 1, WALL_MS);
  expect((await book.open(openCommand({ number: 4, consent }), 'h', 0, WALL_MS)).ok).toBe(true);
});

test('a nonce cannot carry two consents', async () => {
  const { book } = fresh();
  await startPlay(book, { number: 1 });
  const other = openCommand({ number: 2, consent: { maxAmount: 7n * RATE } });
  expect(said(await book.open(other, 'h', 0, WALL_MS))).toBe('CONSENT_BAD');
});

test('money for less than a minute opens nothing and says what is missing', async () => {
  const { book } = fresh();
  const command = openCommand();
  await book.welcomeGift(command.player, priceWei(RATE, 60_000n) - 1_000n);
  expect(await book.open(command, 'h', 0, WALL_MS)).toEqual({
    ok: false,
    error: { code: 'FUNDS_TOO_LOW', facts: { needWei: '833333333333333000', haveWei: '833333333333332000' } },
  });
});

test('the same key opens one session, with the token of the last try; another wish under it is refused', async () => {
  const { store, book } = fresh();
  const played = await startPlay(book);
  const again = await book.open({ ...openCommand(), session: sessionId(99) }, 'hash-2', 5, WALL_MS + 5);
  expect(again).toEqual({ ok: true, value: played.opened });
  expect(book.find(played.opened.session)?.resumeTokenHash).toBe('hash-2');
  expect(said(await book.open({ ...openCommand(), game: 'freedoom' }, 'h', 5, WALL_MS))).toBe('IDEMPOTENCY_MISMATCH');
  await book.close(played.opened.session, 'player-left', 9, WALL_MS);
  expect(said(await book.open(openCommand(), 'h', 10, WALL_MS))).toBe('SESSION_ENDED');
  expect(store.ledger.balance(accounts.player(played.command.player))).toBe(GIFT);
});

test('a voucher moves the bill like a tick, and only a good one', async () => {
  const { book } = fresh();
  const played = await startPlay(book);
  const { session } = played.opened;
  await book.nodeTick(played.command.node, played.nodeTick(30_000), 30_000, WALL_MS);
  const good = played.voucher(20_000);
  expect(said(await book.acceptVoucher(session, good.voucher, good.signature, 20_500))).toBe(undefined);
  expect(book.state(session, 20_500)?.billedMs).toBe(20_000);
  expect(said(await book.acceptVoucher(session, good.voucher, good.signature, 20_500))).toBe(undefined);
  const foreign = played.voucher(25_000);
  const signature = sign(`0x${foreign.signature.slice(42, 106)}`, address(9));
  expect(said(await book.acceptVoucher(session, foreign.voucher, signature, 25_000))).toBe('VOUCHER_BAD_SIGNATURE');
  const early = played.voucher(100_000);
  expect(said(await book.acceptVoucher(session, early.voucher, early.signature, 25_000))).toBe('VOUCHER_TOO_HIGH');
  const low = played.voucher(10_000);
  expect(said(await book.acceptVoucher(session, low.voucher, low.signature, 26_000))).toBe('VOUCHER_TOO_LOW');
  const receipt = await book.close(session, 'player-left', 31_000, WALL_MS);
  expect(receipt.ok && receipt.value.voucher).toMatchObject({ seq: '1', servedMs: '20000' });
});

test('the last tick follows the last voucher, says no new time, and its bytes are in the receipt all the same', async () => {
  const { book } = fresh();
  const played = await startPlay(book);
  const { session } = played.opened;
  await book.nodeTick(played.command.node, played.nodeTick(3_000), 3_000, WALL_MS);
  const last = played.voucher(3_000);
  expect(said(await book.acceptVoucher(session, last.voucher, last.signature, 3_000))).toBe(undefined);
  const tick = (receivedBytes: number) => ({
    ...played.playerTick(3_000, {}),
    sample: { fps: 30, rttMs: 9, lossShare: 0, kbps: 8_000, path: 'direct' as const, receivedBytes },
  });
  for (const bytes of [3_000_000, 2_000_000]) await book.playerTick(tick(bytes), 3_100, WALL_MS + 3_100);
  const receipt = await book.close(session, 'player-left', 3_200, WALL_MS + 3_200);
  expect(receipt.ok && [receipt.value.billedMs, receipt.value.receivedBytes]).toEqual([3_000, 3_000_000]);
});

test('real keys work the same', async () => {
  const key = new Uint8Array(32).fill(3);
  const store = new MemoryMoneyStore('PLAY');
  const book = bookOver(store, { recoverSigner: async (digest, signature) => recoverSigner(digest, signature) });
  const payer = addressOf(key);
  const base = openCommand({ consent: { payer } });
  const command = {
    ...base,
    player: payer as string as PlayerId,
    consentSignature: signDigest(consentDigest(domain, base.consent), key),
  };
  await book.welcomeGift(command.player, GIFT);
  expect((await book.open(command, 'h', 0, WALL_MS)).ok).toBe(true);
});

test('the node speaks for its own sessions only, and its last word counts', async () => {
  const { book } = fresh();
  const played = await startPlay(book);
  const { session } = played.opened;
  const other = address(0x999) as string as NodeId;
  await book.playerTick(played.playerTick(9_000), 9_000, WALL_MS);
  expect(said(await book.nodeTick(other, played.nodeTick(5_000), 5_000, WALL_MS))).toBe('FORBIDDEN');
  const ended = { t: 'ended' as const, session, reason: 'game-exited' as const, goodMs: 8_000 };
  expect(said(await book.nodeEnded(other, ended, 9_500, WALL_MS))).toBe('FORBIDDEN');
  expect(said(await book.nodeEnded(played.command.node, ended, 9_500, WALL_MS))).toBe(undefined);
  const receipt = await book.close(session, 'game-exited', 9_600, WALL_MS);
  expect(receipt.ok && receipt.value.billedMs).toBe(8_000);
  expect(said(await book.nodeTick(played.command.node, played.nodeTick(9_000), 10_000, WALL_MS))).toBe('SESSION_ENDED');
});

test('after a kill of the hub the session goes on from what was written, right to one tick', async () => {
  const { store, book } = fresh();
  const played = await startPlay(book);
  await playOn(book, played, 5_000, 40_000);
  const signed = played.voucher(40_000);
  await book.acceptVoucher(played.opened.session, signed.voucher, signed.signature, 40_000);
  const next = bookOver(store);
  const [back] = await next.recover(1_000_000, WALL_MS + 50_000);
  expect(back).toMatchObject({ session: played.opened.session, goodMs: 40_000, voucherSeq: 1 });
  expect(next.state(played.opened.session, 1_000_000)).toMatchObject({ phase: 'paused', billedMs: 40_000 });
  const running = {
    session: played.opened.session,
    lease: played.opened.lease,
    epoch: 1,
    seq: 99,
    servedMs: 55_000,
    goodMs: 55_000,
    voucherSeq: 1,
  };
  expect(said(await next.nodeBack(played.command.node, running, 1_000_100))).toBe(undefined);
  expect((await next.playerBack(played.opened.session, 1_000_200)).ok).toBe(true);
  await next.playerTick({ ...played.playerTick(55_000), seq: 1 }, 1_000_300, WALL_MS + 55_300);
  expect(next.state(played.opened.session, 1_000_300)).toMatchObject({ phase: 'playing', billedMs: 55_000 });
  const late = await book.playerTick(played.playerTick(60_000), 60_000, WALL_MS + 60_000);
  expect(book.find(played.opened.session)).toBe(undefined); // The old hub learns that it was replaced.
  expect(said(late)).toBe('SESSION_UNKNOWN');
});

test('a session whose player never shows a picture costs nothing and says why', async () => {
  const { book } = fresh();
  const played = await startPlay(book);
  const effects = await book.due(timings.firstFrameMs, WALL_MS + 30_000);
  expect(effects).toEqual(
    expect.arrayContaining([{ kind: 'end', session: played.opened.session, reason: 'first-frame-timeout' }]),
  );
  const again = await book.due(timings.firstFrameMs + 5_000, WALL_MS + 35_000);
  expect(again).toEqual([{ kind: 'end', session: played.opened.session, reason: 'first-frame-timeout' }]);
  const receipt = await book.close(played.opened.session, 'first-frame-timeout', 36_000, WALL_MS);
  expect(receipt.ok && [receipt.value.costWei, receipt.value.releasedWei]).toEqual(['0', '833333333333333000']);
});

test('lists, curves and earnings show what happened', async () => {
  const { book } = fresh();
  const played = await startPlay(book, { quote: quoteOf(RATE, RATE / 2n) });
  const sample = { fps: 30, rttMs: 9, lossShare: 0, kbps: 8_000, path: 'direct' as const, receivedBytes: 7 };
  await book.nodeTick(played.command.node, played.nodeTick(9_000), 9_000, WALL_MS + 9_000);
  await book.playerTick({ ...played.playerTick(8_000, { 'no-frame-yet': 900 }), sample }, 9_000, WALL_MS + 9_000);
  expect(await book.history(played.command.player, 5)).toMatchObject([{ billedMs: 8_000 }]);
  expect(said(await book.timeline(played.opened.session, played.command.operator))).toMatchObject({
    samples: [{ goodMs: 8_000, fps: 30, atMs: WALL_MS + 9_000 }],
  });
  expect(said(await book.timeline(played.opened.session, address(5) as string as OperatorId))).toBe('FORBIDDEN');
  const receipt = await book.close(played.opened.session, 'player-left', 10_000, WALL_MS + 10_000);
  expect(receipt.ok && [receipt.value.firstFrameAtMs, receipt.value.receivedBytes]).toEqual([WALL_MS + 1_000, 7]);
  expect(await book.history(played.command.player, 5)).toMatchObject([{ reason: 'player-left', billedMs: 8_000 }]);
  const earned = await book.earned(played.command.operator);
  expect(receipt.ok && earned.get(played.command.node)?.toString()).toBe(receipt.ok && receipt.value.operatorWei);
});

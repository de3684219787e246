// test/contract/money-store.ts - what every store of money must do. Run by ledger-memory and ledger-postgres.
import { expect, test } from 'vitest';
import { closingTransfers, writeReceipt } from '../../src/app/money/closing.ts';
import { LiveSession } from '../../src/app/money/live-session.ts';
import { proposeOpen } from '../../src/app/money/opening.ts';
import type { CounterRow, Counters, MoneyStore, Opening, SessionFacts } from '../../src/app/money/ports.ts';
import type { IdempotencyKey, PlayerId, SessionId } from '../../src/base/ids.ts';
import { seededRandom } from '../../src/base/random.ts';
import { NO_CAP } from '../../src/billing/day-cap.ts';
import { chart, type Transfer, transferKey } from '../../src/billing/ledger.ts';
import { priceWei } from '../../src/billing/pricing.ts';
import type { Receipt } from '../../src/protocol/receipt.ts';
import type { Signature } from '../../src/protocol/typed-data.ts';
import { NO_BAD_MS } from '../../src/session/good-time.ts';
import { newMeter } from '../../src/session/meter.ts';
import { newSession } from '../../src/session/session.ts';
import { address, domain, openCommand, RATE, sessionId, WALL_MS, type Wish } from '../support/money.ts';

const accounts = chart('PLAY');
const HOLD = priceWei(RATE, 60_000n);
const DAY = 20_605;
const player = (number: number) => address(number) as string as PlayerId;
const gift = (number: number, amountWei = 1_000n * 10n ** 18n): Transfer => ({
  key: transferKey('gift', player(number)),
  from: accounts.issued,
  to: accounts.player(player(number)),
  amountWei,
  atMs: 1,
});

function factsOf(wish: Wish, lockedWei = 0n, lockMs = 12 * 3_600_000): SessionFacts {
  const random = seededRandom(wish.number ?? 1);
  const facts = proposeOpen(openCommand(wish), { domain, lockedWei, lockMs, wallMs: WALL_MS, random });
  if (!facts.ok) throw new Error(facts.error.code);
  return facts.value;
}

const counters = (rev: number, goodMs = 0): Counters => ({
  rev,
  meter: {
    ...newMeter(1),
    player: { goodMs, badMs: { ...NO_BAD_MS, gap: rev } },
    nodeGoodMs: goodMs,
  },
  spend: { day: DAY, costAtStartWei: 0n },
  receivedBytes: rev,
});

function openingOf(facts: SessionFacts): Opening {
  const { session } = facts;
  const hold = {
    key: transferKey(session, 'hold', '1'),
    from: accounts.player(facts.player),
    to: accounts.held(session),
    amountWei: HOLD,
    session,
    atMs: WALL_MS,
  };
  return { facts, resumeTokenHash: 'hash', counters: counters(0), hold };
}

const holdMore = (facts: SessionFacts, number: number, amountWei: bigint): Transfer => ({
  ...openingOf(facts).hold,
  key: transferKey(facts.session, 'hold', String(number)),
  amountWei,
});

/** What closing a session with so much good time would write. */
function closingOf(facts: SessionFacts, fence: number, goodMs: number, heldWei = HOLD) {
  const row = {
    facts,
    counters: counters(9, goodMs),
    openSignature: `0x${'1'.repeat(130)}` as Signature,
    resumeTokenHash: 'hash',
    heldWei,
    holds: 1,
    fence,
  };
  const live = new LiveSession(row, newSession(0), { openedAtMs: 0, consentEndsAtMs: 1e9 });
  const terms = { currency: 'PLAY', domain, burned: 'play-money' } as const;
  const receipt: Receipt = writeReceipt(live, terms, 'player-left', WALL_MS + goodMs);
  return {
    session: facts.session,
    fence,
    counters: row.counters,
    transfers: closingTransfers(live, terms, WALL_MS + goodMs),
    receipt,
  };
}

const row = (session: SessionId, fence: number, state: Counters): CounterRow => ({
  session,
  fence,
  counters: state,
  samples: [],
});

/** Registers the suite over stores made by `fresh`; each test has one of its own. */
export function moneyStoreSuite(fresh: () => Promise<MoneyStore>): void {
  test('money moves once for one key, never below zero, never across a changed body', async () => {
    const store = await fresh();
    expect(await store.post([gift(1)])).toEqual({ ok: true, value: { moved: true } });
    expect(await store.post([gift(1)])).toEqual({ ok: true, value: { moved: false } });
    expect(await store.post([gift(1, 5_000n)])).toMatchObject({ ok: false, error: { code: 'key-reused' } });
    const pay = { ...gift(1), key: transferKey('pay'), from: accounts.player(player(1)), to: accounts.platform };
    expect(await store.post([{ ...pay, amountWei: 1_001n * 10n ** 18n }])).toEqual({
      ok: false,
      error: { code: 'too-little', account: accounts.player(player(1)), haveWei: 1_000n * 10n ** 18n },
    });
    expect(await store.post([gift(2), { ...pay, key: transferKey('gift', player(1)) }])).toMatchObject({ ok: false });
    expect((await store.purse(player(2), DAY)).freeWei).toBe(0n);
    expect((await store.purse(player(1), DAY)).freeWei).toBe(1_000n * 10n ** 18n);
  });

  test('amounts keep every digit up to 38', async () => {
    const store = await fresh();
    const huge = 10n ** 37n + 7_000n;
    expect(await store.post([gift(1, huge)])).toEqual({ ok: true, value: { moved: true } });
    expect((await store.purse(player(1), DAY)).freeWei).toBe(huge);
  });

  test('the same key from five callers at once moves money once', async () => {
    const store = await fresh();
    const answers = await Promise.all(Array.from({ length: 5 }, () => store.post([gift(1)])));
    expect(answers.filter((answer) => answer.ok && answer.value.moved)).toHaveLength(1);
    expect(answers.every(({ ok }) => ok)).toBe(true);
    expect((await store.purse(player(1), DAY)).freeWei).toBe(1_000n * 10n ** 18n);
  });

  test('transfers that cross each other in groups neither wait for ever nor lose anything', async () => {
    const store = await fresh();
    await store.post([gift(1), gift(2)]);
    const move = (at: number, from: number, to: number): Transfer => ({
      key: transferKey('move', String(at), String(from)),
      from: accounts.player(player(from)),
      to: accounts.player(player(to)),
      amountWei: 1_000n,
      atMs: at,
    });
    await Promise.all(Array.from({ length: 30 }, (_, at) => store.post(at % 2 ? [move(at, 1, 2)] : [move(at, 2, 1)])));
    const [one, two] = await Promise.all([store.purse(player(1), DAY), store.purse(player(2), DAY)]);
    expect([one.freeWei, two.freeWei]).toEqual([1_000n * 10n ** 18n, 1_000n * 10n ** 18n]);
  });

  test('a session opens with its hold and is found again, field by field', async () => {
    const store = await fresh();
    await store.post([gift(1)]);
    const facts = factsOf({ number: 1 });
    expect(await store.open(openingOf(facts))).toEqual({
      kind: 'opened',
      fence: 1,
      freeWei: 1_000n * 10n ** 18n - HOLD,
    });
    const expected = { facts, counters: counters(0), resumeTokenHash: 'hash', heldWei: HOLD, holds: 1, fence: 1 };
    expect(await store.session(facts.session)).toEqual(expected);
    expect(await store.sessionByKey(facts.player, facts.key)).toEqual(expected);
    expect(await store.sessionByKey(player(2), facts.key)).toBe(undefined);
    expect(await store.session(sessionId(99))).toBe(undefined);
    expect(await store.purse(facts.player, DAY)).toEqual({
      freeWei: 1_000n * 10n ** 18n - HOLD,
      heldWei: HOLD,
      spentWei: 0n,
      cap: NO_CAP,
    });
    expect(await store.consentLockedWei(facts.consentId)).toBe(facts.open.maxAmount);
  });

  test('one key opens one session, also when asked five times at once', async () => {
    const store = await fresh();
    const key = 'one-key-for-all' as IdempotencyKey;
    // Thirty times: each is the first session of its consent too, which five begin to write at the same moment.
    for (let who = 1; who <= 30; who++) {
      await store.post([gift(who)]);
      const numbers = [1, 2, 3, 4, 5].map((nth) => 10 * who + nth);
      const openings = numbers.map((number) => openingOf({ ...factsOf({ number, player: who }), key }));
      const kinds = (await Promise.all(openings.map((opening) => store.open(opening)))).map(({ kind }) => kind);
      expect(kinds.toSorted()).toEqual(['known', 'known', 'known', 'known', 'opened']);
      expect((await store.purse(player(who), DAY)).heldWei).toBe(HOLD);
    }
  });

  test('an open that fails leaves nothing behind', async () => {
    const store = await fresh();
    await store.post([gift(1, HOLD - 1_000n)]);
    const facts = factsOf({ number: 1 });
    expect(await store.open(openingOf(facts))).toEqual({ kind: 'too-little', freeWei: HOLD - 1_000n });
    expect(await store.session(facts.session)).toBe(undefined);
    expect(await store.consentLockedWei(facts.consentId)).toBe(0n);
    await store.post([{ ...gift(1, 1_000n), key: transferKey('more') }]);
    expect(await store.open(openingOf(facts))).toMatchObject({ kind: 'opened', freeWei: 0n });
  });

  test('locks of one consent stay within its maximum, one nonce carries one consent', async () => {
    const store = await fresh();
    await store.post([gift(1)]);
    const maxAmount = priceWei(RATE, 3_600_000n * 20n);
    const [first, second] = [1, 2].map((number) => factsOf({ number, consent: { maxAmount } }));
    if (first === undefined || second === undefined) throw new Error('two sessions');
    expect(await store.open(openingOf(first))).toMatchObject({ kind: 'opened' });
    expect(await store.open(openingOf(second))).toEqual({
      kind: 'consent-exceeded',
      leftWei: maxAmount - first.open.maxAmount,
    });
    const other = factsOf({ number: 3, consent: { maxAmount: 2n * maxAmount } });
    expect(await store.open(openingOf(other))).toEqual({ kind: 'consent-nonce-used' });
    await store.close(closingOf(first, 1, 30_000));
    expect(await store.consentLockedWei(first.consentId)).toBe(priceWei(RATE, 30_000n));
    expect(await store.open(openingOf(second))).toMatchObject({ kind: 'opened' });
  });

  test('a hold grows once for one key and never beyond the balance', async () => {
    const store = await fresh();
    await store.post([gift(1, HOLD + 5_000n)]);
    const facts = factsOf({ number: 1 });
    await store.open(openingOf(facts));
    const more = holdMore(facts, 2, 3_000n);
    const held = { kind: 'held', heldWei: HOLD + 3_000n, freeWei: 2_000n };
    expect(await store.hold(facts.session, 1, more)).toEqual(held);
    expect(await store.hold(facts.session, 1, more)).toEqual(held);
    expect(await store.hold(facts.session, 1, holdMore(facts, 3, 3_000n))).toEqual({
      kind: 'too-little',
      freeWei: 2_000n,
    });
    expect(await store.hold(facts.session, 2, holdMore(facts, 3, 1_000n))).toEqual({ kind: 'lost' });
    expect(await store.session(facts.session)).toMatchObject({ heldWei: HOLD + 3_000n, holds: 2 });
  });

  test('counters are written newest wins, only under the own fence, samples once', async () => {
    const store = await fresh();
    await store.post([gift(1), gift(2)]);
    const [one, two] = [factsOf({ number: 1 }), factsOf({ number: 2, player: 2 })];
    await store.open(openingOf(one));
    await store.open(openingOf(two));
    const full: Counters = {
      ...counters(5, 7_000),
      firstFrameAtMs: WALL_MS + 900,
      relay: { toPlayerBytes: 2 ** 40, toNodeBytes: 3 },
      voucher: {
        voucher: {
          lease: one.lease as string as `0x${string}`,
          seq: 3n,
          servedMs: 7_000n,
          amount: priceWei(RATE, 7_000n),
        },
        signature: `0x${'ab'.repeat(65)}`,
      },
    };
    const sample = { atMs: WALL_MS, goodMs: 7_000, costWei: '5000', fps: 30, rttMs: 8.5, lossShare: 0.25, kbps: 900 };
    const rows = [{ ...row(one.session, 1, full), samples: [sample] }, row(two.session, 7, counters(9))];
    expect(await store.saveCounters(rows)).toEqual(new Set([one.session]));
    expect(await store.saveCounters(rows)).toEqual(new Set([one.session]));
    expect(await store.saveCounters([row(one.session, 1, counters(4))])).toEqual(new Set([one.session]));
    expect((await store.session(one.session))?.counters).toEqual(full);
    expect((await store.session(two.session))?.counters).toEqual(counters(0));
    expect(await store.samples(one.session)).toEqual([sample]);
  });

  test('a close moves everything at once, once, and for ever', async () => {
    const store = await fresh();
    await store.post([gift(1)]);
    const facts = factsOf({ number: 1 });
    await store.open(openingOf(facts));
    expect(await store.close(closingOf(facts, 2, 30_000))).toEqual({ kind: 'lost' });
    const closing = closingOf(facts, 1, 30_000);
    const closed = await store.close(closing);
    const freeWei = 1_000n * 10n ** 18n - priceWei(RATE, 30_000n);
    expect(closed).toEqual({ kind: 'closed', receipt: closing.receipt, freeWei });
    expect(await store.close(closingOf(facts, 1, 59_000))).toEqual({ ...closed, kind: 'known' });
    expect(await store.hold(facts.session, 1, holdMore(facts, 2, 1_000n))).toEqual({ kind: 'lost' });
    expect(await store.saveCounters([row(facts.session, 1, counters(99))])).toEqual(new Set());
    expect((await store.session(facts.session))?.receipt).toEqual(closing.receipt);
    expect(await store.purse(facts.player, DAY)).toMatchObject({
      freeWei,
      heldWei: 0n,
      spentWei: priceWei(RATE, 30_000n),
    });
    expect((await store.purse(facts.player, DAY + 1)).spentWei).toBe(0n);
    expect(await store.earned(facts.operator)).toEqual(new Map([[facts.node, BigInt(closing.receipt.operatorWei)]]));
    expect(await store.paidTime(WALL_MS)).toEqual([{ node: facts.node, payer: facts.player, paidMs: 30_000 }]);
    expect(await store.paidTime(WALL_MS + 30_001)).toEqual([]);
    expect(await store.takeOver()).toEqual([]);
  });

  test('a take-over fences the hub before it off', async () => {
    const store = await fresh();
    await store.post([gift(1)]);
    const facts = factsOf({ number: 1 });
    await store.open(openingOf(facts));
    await store.setOpenSignature(facts.session, `0x${'2'.repeat(130)}`);
    await store.setResumeToken(facts.session, 'other');
    const [taken] = await store.takeOver();
    expect(taken).toMatchObject({ fence: 2, openSignature: `0x${'2'.repeat(130)}`, resumeTokenHash: 'other' });
    expect(await store.saveCounters([row(facts.session, 1, counters(5))])).toEqual(new Set());
    expect(await store.hold(facts.session, 1, holdMore(facts, 2, 1_000n))).toEqual({ kind: 'lost' });
    expect(await store.close(closingOf(facts, 1, 10_000))).toEqual({ kind: 'lost' });
    expect(await store.close(closingOf(facts, 2, 10_000))).toMatchObject({ kind: 'closed' });
  });

  test('lists show the newest first and what it cost', async () => {
    const store = await fresh();
    await store.post([gift(1)]);
    const [old, recent] = [factsOf({ number: 1 }), factsOf({ number: 2 }, 0n, 3_600_000)];
    const later = { ...recent, open: { ...recent.open, startedAtMs: recent.open.startedAtMs + 5n } };
    await store.open(openingOf(old));
    await store.open(openingOf(later));
    await store.close(closingOf(old, 1, 10_000));
    const shared = { game: 'arcade', nodeName: 'node-1' };
    const [newest, oldest] = await store.history(player(1), 9);
    expect(newest).toEqual({ ...shared, session: later.session, startedAtMs: WALL_MS + 5, billedMs: 0, costWei: '0' });
    expect(oldest).toEqual({
      ...shared,
      session: old.session,
      startedAtMs: WALL_MS,
      endedAtMs: WALL_MS + 10_000,
      reason: 'player-left',
      billedMs: 10_000,
      costWei: priceWei(RATE, 10_000n).toString(),
    });
    expect(await store.history(player(1), 1)).toEqual([newest]);
  });

  test('caps and notes are kept as they were set', async () => {
    const store = await fresh();
    const caps = [{ capWei: 5n }, { capWei: 5n, later: { capWei: null, fromDay: 9 } }, { capWei: null }] as const;
    for (const cap of caps) {
      await store.setCap(player(1), cap);
      expect((await store.purse(player(1), DAY)).cap).toEqual(cap);
    }
    expect(await store.note('a')).toBe(undefined);
    await store.setNote('a', 'one');
    await store.setNote('a', 'two');
    expect(await store.note('a')).toBe('two');
  });
}

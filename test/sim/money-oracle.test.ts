// Goal: the product computes what docs/MONEY.md says. Method: the page was written down a second time, in exact fractions
// and without the product's code (test/oracle); both must give the same numbers for anything we can think of.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PlayerId } from '../../src/base/ids.ts';
import { burnBpsOf, burnPolicies, burnPolicyNamed, tierFor } from '../../src/billing/burn-policy.ts';
import { firstTier, observeGpus } from '../../src/billing/gpu-tier.ts';
import { billedMs } from '../../src/billing/hold.ts';
import { chart } from '../../src/billing/ledger.ts';
import { priceWei, rateFromUsd } from '../../src/billing/pricing.ts';
import { splitCost } from '../../src/billing/split.ts';
import { judgePlayerSecond } from '../../src/session/good-second.ts';
import { shortfallExceeded } from '../../src/session/shortfall.ts';
import { MemoryMoneyStore } from '../../src/storage/memory-money-store.ts';
import { Fraction, whole } from '../oracle/fraction.ts';
import * as oracle from '../oracle/money.ts';
import { bookOver, openCommand, Played, quoteOf, said, WALL_MS } from '../support/money.ts';

const grains = (most: bigint) => fc.bigInt(0n, most / 1_000n).map((count) => count * 1_000n);
const rate = fc.bigInt(1n, 10n ** 19n).map((count) => count * 1_000n);

test('the oracle imports nothing from the product', () => {
  const folder = join(import.meta.dirname, '../oracle');
  for (const name of readdirSync(folder)) {
    expect(readFileSync(join(folder, name), 'utf8')).not.toMatch(/from '[^']*src\//);
  }
});

test('prices, affordable time and dollar rates agree', () => {
  fc.assert(
    fc.property(rate, fc.bigInt(0n, 10n ** 9n), grains(10n ** 24n), (perHour, ms, heldWei) => {
      expect(priceWei(perHour, ms)).toBe(oracle.price(perHour, ms));
      const facts = { rateWeiPerHour: perHour, billableMs: ms, heldWei };
      expect(billedMs(facts)).toBe(oracle.billed(perHour, ms, heldWei));
    }),
  );
  fc.assert(
    fc.property(fc.bigInt(1n, 10n ** 8n), fc.bigInt(1n, 10n ** 12n), (microUsd, nanoUsd) => {
      const exact = oracle.leg(new Fraction(microUsd, 1_000_000n), new Fraction(nanoUsd, 1_000_000_000n));
      expect(rateFromUsd(microUsd, nanoUsd)).toBe(exact);
    }),
  );
});

test('shares agree', () => {
  const bps = fc.bigInt(0n, 10_000n);
  fc.assert(
    fc.property(rate, fc.bigInt(0n, 1_000n), grains(10n ** 23n), bps, bps, (perHour, part, cost, burn, platform) => {
      const base = (perHour * part) / 1_000n;
      const parts = splitCost(cost, {
        rateWeiPerHour: perHour,
        baseWeiPerHour: base,
        burnBps: burn,
        platformBps: platform,
      });
      const exact = oracle.shares(cost, perHour, base, burn, platform);
      expect([parts.baseWei, parts.burnWei, parts.platformWei, parts.operatorWei]).toEqual([
        exact.base,
        exact.burn,
        exact.platform,
        exact.operator,
      ]);
    }),
  );
});

test('tiers agree, day by day', () => {
  const days = fc.array(fc.array(fc.nat(12_000), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.constantFrom('seed-2024', 'chain-2023', 'chain-2026'), days, (name, counts) => {
      const policy = burnPolicyNamed(name);
      if (policy === undefined) throw new Error(name);
      for (const gpus of counts.flat()) {
        expect(burnBpsOf(policy, tierFor(policy, gpus))).toBe(100 * oracle.burnPercent(name, gpus));
      }
      let state = firstTier(policy, 0);
      counts.forEach((day, at) => {
        for (const gpus of day) state = observeGpus(policy, state, gpus, at + 1);
      });
      const finished = counts.slice(0, -1).map((day) => Math.min(...day));
      expect(burnBpsOf(policy, state.tier)).toBe(100 * oracle.burnAfterDays(name, finished));
    }),
  );
});

test('good seconds and the brake of the node agree, at every edge', () => {
  const near = (value: number) => fc.integer({ min: value - 2, max: value + 2 });
  const facts = fc.record({
    elapsedMs: fc.integer({ min: 500, max: 3_000 }),
    connected: fc.constantFrom(true, true, true, false),
    seenBefore: fc.constantFrom(true, true, true, false),
    decoded: fc.oneof(near(24), near(48), fc.nat(400)),
    gapMs: fc.oneof(near(250), fc.nat(600)),
    rttMs: fc.oneof(near(100), fc.nat(300)),
    answerMs: fc.oneof(near(250), fc.nat(500)),
    promisedFps: fc.constantFrom(30, 60, 120),
    promisedRttMs: fc.constantFrom(20, 60),
  });
  fc.assert(
    fc.property(facts, (second) => {
      const promise = { fps: second.promisedFps, height: 720, rttCapMs: second.promisedRttMs };
      const verdict = judgePlayerSecond(
        {
          elapsedMs: second.elapsedMs,
          connected: second.connected,
          firstFrameSeen: second.seenBefore,
          framesDecoded: second.decoded,
          longestGapMs: second.gapMs,
          rttMs: second.rttMs,
          slowestAnswerMs: second.answerMs,
        },
        promise,
      );
      expect(verdict === 'good').toBe(oracle.goodForPlayer(second));
    }),
    { numRuns: 3_000 },
  );
  fc.assert(
    fc.property(fc.nat(10 ** 8), fc.nat(40_000), (servedMs, lessMs) => {
      const vouchedMs = Math.max(0, servedMs - lessMs);
      expect(shortfallExceeded(servedMs, vouchedMs)).toBe(oracle.nodeStops(servedMs, vouchedMs));
    }),
    { numRuns: 2_000 },
  );
});

// Goal: a whole session, from open to receipt, is what the page says. Method: random words of both sides through the
// production book, in any order, with money, cap or consent that may run out anywhere.
test('whole sessions agree, to the wei', { timeout: 120_000 }, async () => {
  const word = fc.record({ who: fc.constantFrom('player', 'node', 'voucher'), ms: fc.nat(400_000) });
  const story = fc.record({
    rate: fc.bigInt(10n ** 12n, 10n ** 17n).map((count) => count * 1_000n),
    part: fc.bigInt(500n, 1_000n),
    policy: fc.constantFrom(...burnPolicies),
    platformBps: fc.nat(5_000),
    owns: fc.integer({ min: 60, max: 500 }),
    cap: fc.option(fc.integer({ min: 60, max: 500 }), { nil: undefined }),
    signed: fc.integer({ min: 60, max: 500 }),
    dust: fc.bigInt(0n, 999n),
    words: fc.array(word, { maxLength: 30 }),
  });
  await fc.assert(
    fc.asyncProperty(story, async ({ rate: perHour, part, policy, platformBps, owns, cap, signed, dust, words }) => {
      const seconds = (count: number) => priceWei(perHour, BigInt(count) * 1_000n);
      const quote = quoteOf(perHour, (perHour * part) / 1_000n, policy, 0, platformBps);
      const store = new MemoryMoneyStore('PLAY');
      const book = bookOver(store, { lockMs: signed * 1_000 });
      const command = openCommand({ quote, consent: { maxAmount: seconds(signed) + dust, maxRate: perHour } });
      await book.welcomeGift(command.player, seconds(owns));
      if (cap !== undefined) await book.setCap(command.player, seconds(cap) + dust, WALL_MS);
      const opened = await book.open(command, 'h', 0, WALL_MS);
      if (!opened.ok) throw new Error(opened.error.code);
      const played = new Played(command, opened.value);
      await book.acceptOpen(opened.value.session, played.openSignature);
      const kept: { who: 'player' | 'node' | 'voucher'; ms: bigint }[] = [];
      for (const [at, { who, ms }] of words.entries()) {
        const nowMs = 400_000 + at;
        if (who === 'player') await book.playerTick(played.playerTick(ms), nowMs, WALL_MS + at);
        if (who === 'node') await book.nodeTick(command.node, played.nodeTick(ms), nowMs, WALL_MS + at);
        const signature = who === 'voucher' ? played.voucher(ms) : undefined;
        const taken =
          signature && (await book.acceptVoucher(opened.value.session, signature.voucher, signature.signature, nowMs));
        if (taken === undefined || taken.ok) kept.push({ who, ms: BigInt(ms) });
      }
      const receipt = said(await book.close(opened.value.session, 'player-left', 500_000, WALL_MS + 100));
      if (typeof receipt === 'string') throw new Error(receipt);
      const outcome = oracle.settle({
        rate: perHour,
        base: (perHour * part) / 1_000n,
        burnBps: BigInt(quote.burnBps),
        platformBps: BigInt(platformBps),
        ownsWei: seconds(owns),
        ...(cap !== undefined && { capWei: seconds(cap) + dust }),
        signedWei: seconds(signed),
        said: kept,
      });
      const { billedMs: ms, costWei, burnWei, platformWei, operatorWei } = receipt;
      expect([BigInt(ms), costWei, burnWei, platformWei, operatorWei]).toEqual([
        outcome.billedMs,
        ...[outcome.cost, outcome.burn, outcome.platform, outcome.operator].map(String),
      ]);
      expect(store.ledger.balance(chart('PLAY').player(command.player as PlayerId))).toBe(outcome.left);
    }),
    { numRuns: 1_500 },
  );
});

test('the worked examples of the page are true', () => {
  const dbc = 10n ** 18n;
  expect(oracle.price(50n * dbc, 2_233_000n)).toBe(31_013_888_888_888_888_000n);
  expect(oracle.leg(new Fraction(1n, 10n), new Fraction(3_333n, 1_000_000n))).toBe(30_003_000_300_030_003_000n);
  expect(oracle.billed(50n * dbc, 80_000n, dbc)).toBe(72_000n);
  expect(oracle.price(50n * dbc, 72_001n) - dbc).toBe(13_888_888_888_000n);
  expect(oracle.shares(oracle.price(50n * dbc, 2_233_000n), 50n * dbc, 50n * dbc, 3_000n, 500n)).toMatchObject({
    burn: 9_304_166_666_666_666_000n,
    platform: 1_085_486_111_111_111_000n,
    operator: 20_624_236_111_111_111_000n,
  });
  const operatorOf = (burnBps: bigint) => oracle.shares(70n * dbc, 70n * dbc, 50n * dbc, burnBps, 500n).operator;
  expect([3_000n, 7_000n, 10_000n].map(operatorOf)).toEqual(
    [52_250n, 33_250n, 19_000n].map((milli) => (milli * dbc) / 1_000n),
  );
  expect(3_600n * oracle.price(50n * dbc, 1_000n) + 3_200_000n).toBe(50n * dbc);
  expect([oracle.nodeStops(16_000, 1_000), oracle.nodeStops(17_000, 1_000)]).toEqual([false, true]);
  expect(whole(7).minus(new Fraction(1n, 2n)).floor()).toBe(6n);
});

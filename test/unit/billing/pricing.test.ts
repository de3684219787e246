import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GRAIN_WEI } from '../../../src/base/units.ts';
import { baseMicroUsd, rateLegs } from '../../../src/billing/price-table.ts';
import { affordableMs, LONGEST_MS, priceWei } from '../../../src/billing/pricing.ts';

const rate = fc.bigInt(0n, 10n ** 24n);
const ms = fc.bigInt(0n, 10n ** 10n);

// Goal: a player pays the same however often we tick. Method: cut a span at random, add up the pieces.
test('ticks of any length add up to the price of the whole', () => {
  fc.assert(
    fc.property(rate, fc.array(fc.bigInt(0n, 60_000n)), (rateWeiPerHour, cutsMs) => {
      let [playedMs, paidWei] = [0n, 0n];
      for (const cutMs of cutsMs) {
        paidWei += priceWei(rateWeiPerHour, playedMs + cutMs) - priceWei(rateWeiPerHour, playedMs);
        playedMs += cutMs;
      }
      expect(paidWei).toBe(priceWei(rateWeiPerHour, playedMs));
    }),
  );
});

test('a price is a multiple of the grain, less than a grain below the exact quotient', () => {
  fc.assert(
    fc.property(rate, ms, (rateWeiPerHour, goodMs) => {
      const wei = priceWei(rateWeiPerHour, goodMs);
      expect(wei % GRAIN_WEI).toBe(0n);
      const shortBy = rateWeiPerHour * goodMs - wei * 3_600_000n;
      expect(shortBy >= 0n && shortBy < GRAIN_WEI * 3_600_000n).toBe(true);
    }),
  );
});

// Goal: an amount pays for exactly so long. Method: that span is affordable, one millisecond more is not.
test('affordable time is the longest that an amount pays for', () => {
  fc.assert(
    fc.property(fc.bigInt(1n, 10n ** 24n), fc.bigInt(0n, 10n ** 27n), (rateWeiPerHour, amountWei) => {
      const longest = affordableMs(rateWeiPerHour, amountWei);
      expect(priceWei(rateWeiPerHour, longest) <= amountWei).toBe(true);
      if (longest < LONGEST_MS) expect(priceWei(rateWeiPerHour, longest + 1n) > amountWei).toBe(true);
    }),
  );
  expect(affordableMs(0n, 0n)).toBe(LONGEST_MS);
});

test('negative arguments are our bugs and stop us', () => {
  expect(() => priceWei(-1n, 0n)).toThrow('rate is not negative');
  expect(() => priceWei(1n, -1n)).toThrow('good time is not negative');
});

test('legs of a rate add up, an unknown class costs what a processor costs, nothing is below the floor', () => {
  const legs = rateLegs(100_000n, 4_000n, 2_000_000n);
  expect(legs).toEqual({
    baseWeiPerHour: 50n * 10n ** 18n,
    rateWeiPerHour: 70n * 10n ** 18n,
    rateMicroUsdPerHour: 140_000n,
  });
  expect(() => rateLegs(100_000n, 10_001n, 2_000_000n)).toThrow('premium');
  expect(baseMicroUsd('abacus')).toBe(baseMicroUsd('cpu'));
  expect(baseMicroUsd('cpu', { cpu: 1n })).toBe(20_000n);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { grain } from '../../../src/base/units.ts';
import { splitCost } from '../../../src/billing/split.ts';

const anyTerms = fc
  .record({
    rateWeiPerHour: fc.bigInt(1n, 10n ** 22n),
    premiumShare: fc.bigInt(0n, 10_000n),
    burnBps: fc.bigInt(0n, 10_000n),
    platformBps: fc.bigInt(0n, 10_000n),
  })
  .map(({ rateWeiPerHour, premiumShare, burnBps, platformBps }) => ({
    rateWeiPerHour,
    baseWeiPerHour: rateWeiPerHour - (rateWeiPerHour * premiumShare) / 10_000n,
    burnBps,
    platformBps,
  }));
const anyCost = fc.bigInt(0n, 10n ** 24n).map(grain);

test('parts are grains, none is negative, and they add up to the cost', () => {
  fc.assert(
    fc.property(anyTerms, anyCost, (terms, costWei) => {
      const { baseWei, burnWei, platformWei, operatorWei } = splitCost(costWei, terms);
      for (const wei of [baseWei, burnWei, platformWei, operatorWei])
        expect(wei >= 0n && wei % 1_000n === 0n).toBe(true);
      expect(burnWei + platformWei + operatorWei).toBe(costWei);
      expect(burnWei <= baseWei && baseWei <= costWei).toBe(true);
    }),
  );
});

// Goal: settling often never pays a part twice or backwards. Method: every part grows with the cost, so differences
// of consecutive settlements are payments, and they telescope.
test('no part ever falls as the cost grows', () => {
  fc.assert(
    fc.property(anyTerms, anyCost, anyCost, (terms, a, b) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      const [before, after] = [splitCost(low, terms), splitCost(high, terms)];
      expect(after.burnWei >= before.burnWei).toBe(true);
      expect(after.platformWei >= before.platformWei).toBe(true);
      expect(after.operatorWei >= before.operatorWei).toBe(true);
    }),
  );
});

test('a premium is never burned, even where all of the base is', () => {
  fc.assert(
    fc.property(anyCost, (costWei) => {
      const terms = { rateWeiPerHour: 2n, baseWeiPerHour: 1n, burnBps: 10_000n, platformBps: 0n };
      const { burnWei, operatorWei } = splitCost(costWei, terms);
      expect(burnWei).toBe(grain(costWei / 2n));
      expect(operatorWei).toBe(costWei - burnWei);
    }),
  );
});

test('a free session is split into nothing', () =>
  expect(splitCost(0n, { rateWeiPerHour: 0n, baseWeiPerHour: 0n, burnBps: 3_000n, platformBps: 500n })).toEqual({
    baseWei: 0n,
    burnWei: 0n,
    platformWei: 0n,
    operatorWei: 0n,
  }));

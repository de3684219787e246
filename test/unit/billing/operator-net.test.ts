// test/unit/billing/operator-net.test.ts - what an operator is shown before joining is what the ledger pays afterwards.
import { expect, test } from 'vitest';
import { burnPolicies } from '../../../src/billing/burn-policy.ts';
import { hourByTier, medianPremium, percentileOf } from '../../../src/billing/operator-net.ts';
import { splitCost } from '../../../src/billing/split.ts';

const DBC = 10n ** 18n;
const [seed] = burnPolicies;
const terms = { microUsdPerHour: 100_000n, premiumBps: 2_000n, nanoUsdPerDbc: 2_000_000n, platformBps: 500n };

test('50 DBC of base and 10 of premium at 30, 70 and 100 % burn', () => {
  const hours = hourByTier(terms, seed ?? { tiers: [] });
  expect(
    hours.map(({ costWei, burnWei, platformWei, operatorWei }) => [costWei, burnWei, platformWei, operatorWei]),
  ).toEqual([
    [60n * DBC, 15n * DBC, (225n * DBC) / 100n, (4_275n * DBC) / 100n],
    [60n * DBC, 35n * DBC, (125n * DBC) / 100n, (2_375n * DBC) / 100n],
    [60n * DBC, 50n * DBC, DBC / 2n, (95n * DBC) / 10n],
  ]);
});

test('every hour adds up and is split as a session is, at odd prices, too', () => {
  for (const nanoUsdPerDbc of [1n, 1_999_999n, 777_777_777n]) {
    for (const premiumBps of [0n, 1n, 3_333n, 10_000n]) {
      for (const policy of burnPolicies) {
        for (const hour of hourByTier({ ...terms, nanoUsdPerDbc, premiumBps }, policy)) {
          expect(hour.burnWei + hour.platformWei + hour.operatorWei).toBe(hour.costWei);
          const split = splitCost(hour.costWei, {
            rateWeiPerHour: hour.costWei,
            baseWeiPerHour: hour.baseWei,
            burnBps: BigInt(hour.burnBps),
            platformBps: 500n,
          });
          expect(split.operatorWei).toBe(hour.operatorWei);
        }
      }
    }
  }
});

test('the middle premium is one that somebody asks', () => {
  expect(medianPremium([])).toBeUndefined();
  expect(medianPremium([700])).toBe(700);
  expect(medianPremium([1_000, 0])).toBe(0);
  expect(medianPremium([10_000, 500, 0])).toBe(500);
});

test('a percentile counts those below, and equal ones half', () => {
  expect(percentileOf(500, [500])).toBe(50);
  expect(percentileOf(0, [0, 500, 1_000, 2_000])).toBe(13);
  expect(percentileOf(2_000, [0, 500, 1_000, 2_000])).toBe(88);
  expect(percentileOf(500, [500, 500, 500, 500])).toBe(50);
  expect(() => percentileOf(1, [2])).toThrow('among them');
});

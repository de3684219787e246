// Goal: every figure that was agreed on before a line of code stands, to the wei. Method: the table, row by row.
// Rate 50 DBC/h is 0.10 USD/h at 0.002 USD for a DBC; platform fee 5 % of what is not burned.
import { expect, test } from 'vitest';
import { WEI_PER_DBC } from '../../../src/base/units.ts';
import { burnBpsOf, burnPolicyNamed, tierFor } from '../../../src/billing/burn-policy.ts';
import { priceWei, rateFromUsd } from '../../../src/billing/pricing.ts';
import { splitCost } from '../../../src/billing/split.ts';
import { firstStakeWei, slash, stakeCapWei, stakePresets } from '../../../src/billing/stake.ts';

const RATE = 50n * WEI_PER_DBC;
const HOUR_MS = 3_600_000n;
const dbc = (text: string): bigint => {
  const [whole = '0', part = ''] = text.split('.');
  return BigInt(whole) * WEI_PER_DBC + BigInt(part.padEnd(18, '0'));
};
const terms = (burnBps: bigint, premiumWei = 0n) => ({
  rateWeiPerHour: RATE + premiumWei,
  baseWeiPerHour: RATE,
  burnBps,
  platformBps: 500n,
});

test.each([
  ['0.10 USD/h at 0.002000', 100_000n, 2_000_000n, 50_000_000_000_000_000_000n],
  ['0.10 USD/h at 0.004000', 100_000n, 4_000_000n, 25_000_000_000_000_000_000n],
  ['0.10 USD/h at 0.003333', 100_000n, 3_333_000n, 30_003_000_300_030_003_000n],
  ['0.10 USD/h at 0.001234567', 100_000n, 1_234_567n, 81_000_059_130_043_164_000n],
])('an hourly price in dollars becomes wei per hour: %s', (_, microUsd, nanoUsdPerDbc, wei) =>
  expect(rateFromUsd(microUsd, nanoUsdPerDbc)).toBe(wei),
);

test.each([
  ['1 s', 1_000n, 13_888_888_888_888_000n],
  ['10 s', 10_000n, 138_888_888_888_888_000n],
  ['60 s', 60_000n, 833_333_333_333_333_000n],
  ['37 min 13 s', 2_233_000n, 31_013_888_888_888_888_000n],
  ['37 min 13.9 s', 2_233_900n, 31_026_388_888_888_888_000n],
  ['1 h', HOUR_MS, 50_000_000_000_000_000_000n],
  ['1 h 1 s', 3_601_000n, 50_013_888_888_888_888_000n],
  ['10 h', 10n * HOUR_MS, 500_000_000_000_000_000_000n],
])('%s at 50 DBC/h costs the agreed wei', (_, goodMs, wei) => expect(priceWei(RATE, goodMs)).toBe(wei));

test('adding up 3,600 prices of one second falls 3,200,000 wei short, which is why prices are cumulative', () => {
  expect(3_600n * priceWei(RATE, 1_000n)).toBe(49_999_999_999_996_800_000n);
  expect(priceWei(RATE, HOUR_MS) - 3_600n * priceWei(RATE, 1_000n)).toBe(3_200_000n);
});

test.each([
  ['1 h, 30 % burned', HOUR_MS, terms(3_000n), '15', '1.75', '33.25'],
  ['1 h, 70 % burned', HOUR_MS, terms(7_000n), '35', '0.75', '14.25'],
  ['1 h, 100 % burned', HOUR_MS, terms(10_000n), '50', '0', '0'],
  ['1 h, chain-2026', HOUR_MS, terms(500n), '2.5', '2.375', '45.125'],
  ['2,233 s, 30 %', 2_233_000n, terms(3_000n), '9.304166666666666', '1.085486111111111', '20.624236111111111'],
  ['1 h, premium 20 DBC/h, 30 %', HOUR_MS, terms(3_000n, dbc('20')), '15', '2.75', '52.25'],
  ['1 h, premium 20 DBC/h, 70 %', HOUR_MS, terms(7_000n, dbc('20')), '35', '1.75', '33.25'],
  ['1 h, premium 20 DBC/h, 100 %', HOUR_MS, terms(10_000n, dbc('20')), '50', '1', '19'],
  ['a seat-day of 10 h, 30 %', 10n * HOUR_MS, terms(3_000n), '150', '17.5', '332.5'],
])('%s is split as agreed', (_, goodMs, split, burn, platform, operator) => {
  const costWei = priceWei(split.rateWeiPerHour, goodMs);
  const parts = splitCost(costWei, split);
  expect(parts).toMatchObject({ burnWei: dbc(burn), platformWei: dbc(platform), operatorWei: dbc(operator) });
  expect(parts.burnWei + parts.platformWei + parts.operatorWei).toBe(costWei);
});

test('a deposit of 100 DBC gives back what 2,233 s did not use', () =>
  expect(100n * WEI_PER_DBC - priceWei(RATE, 2_233_000n)).toBe(68_986_111_111_111_112_000n));

test.each([
  ['seed-2024', [0, 4_999, 5_000, 5_001, 9_999, 10_000, 10_001], [3_000, 3_000, 3_000, 7_000, 7_000, 10_000, 10_000]],
  ['chain-2023', [0, 4_999, 5_000, 9_999, 10_000], [3_000, 3_000, 7_000, 7_000, 10_000]],
  ['chain-2026', [0, 1_000_000], [500, 500]],
])('%s burns by its tiers', (name, gpus, bps) => {
  const policy = burnPolicyNamed(name);
  expect(policy && gpus.map((count) => burnBpsOf(policy, tierFor(policy, count)))).toEqual(bps);
});

test('the month of 1,000 cafés with 100 seats burns as the seed says, and more at its own tier', () => {
  const seatDays = 1_000n * 100n * 30n;
  const monthOf = (burnBps: bigint) => seatDays * splitCost(priceWei(RATE, 10n * HOUR_MS), terms(burnBps)).burnWei;
  expect(monthOf(3_000n)).toBe(450_000_000n * WEI_PER_DBC);
  expect(monthOf(10_000n)).toBe(1_500_000_000n * WEI_PER_DBC);
  expect(monthOf(500n)).toBe(75_000_000n * WEI_PER_DBC);
});

test('stakes, their cap and a slash are as agreed', () => {
  const [seed, chain] = stakePresets;
  if (seed === undefined || chain === undefined) throw new Error('both presets are there');
  expect([1, 8, 100].map((gpus) => firstStakeWei(seed, gpus))).toEqual([dbc('1000'), dbc('8000'), dbc('100000')]);
  expect([2_000_000n, 3_000_000n, 4_000_000n].map((nano) => stakeCapWei(chain, nano))).toEqual([
    dbc('100000'),
    dbc('100000'),
    dbc('75000'),
  ]);
  expect(stakeCapWei(chain, 40_000_000n)).toBe(dbc('10000')); // 300 USD are 7,500 DBC then: less than a GPU must have.
  expect(slash(dbc('1000'), 400n)).toEqual({ slashedWei: dbc('40'), playerWei: dbc('4') });
  expect(slash(dbc('1000'), 800n)).toEqual({ slashedWei: dbc('80'), playerWei: dbc('8') });
  expect(() => slash(dbc('1000'), 801n)).toThrow('bounded');
});

// test/unit/billing/economics.test.ts - the published café example, computed again.
import { expect, test } from 'vitest';
import { WEI_PER_DBC } from '../../../src/base/units.ts';
import { burnPolicyNamed } from '../../../src/billing/burn-policy.ts';
import { contradictions, type EconomicsInput, economics, seedCafes } from '../../../src/billing/economics.ts';
import { economicsReport } from '../../../src/main/economics.ts';

function policy(name: string) {
  const found = burnPolicyNamed(name);
  if (found === undefined) throw new Error(`there is a policy ${name}`);
  return found;
}
const dbc = (wei: bigint) => wei / WEI_PER_DBC;

test('the example burns 900,000 USD and 450,000,000 DBC a month at 30 %', () => {
  const { hours, rateWeiPerHour, byTier } = economics(seedCafes, policy('seed-2024'));
  expect(hours).toBe(30_000_000n);
  expect(rateWeiPerHour).toBe(50n * WEI_PER_DBC);
  expect(byTier.map(({ burnBps, burnMicroUsd, wei }) => [burnBps, burnMicroUsd, dbc(wei.burnWei)])).toEqual([
    [3_000n, 900_000_000_000n, 450_000_000n],
    [7_000n, 2_100_000_000_000n, 1_050_000_000n],
    [10_000n, 3_000_000_000_000n, 1_500_000_000n],
  ]);
});

test('its machines stand in the 100 % tier, where the operator gets nothing', () => {
  const { month } = economics(seedCafes, policy('seed-2024'));
  expect(month.burnBps).toBe(10_000n);
  expect([dbc(month.wei.burnWei), month.wei.operatorWei, month.wei.platformWei]).toEqual([1_500_000_000n, 0n, 0n]);
});

test('a premium is what is left of it there, and the flat policy burns 75,000,000 DBC', () => {
  const { month } = economics({ ...seedCafes, premiumBps: 4_000n }, policy('seed-2024'));
  expect(dbc(month.wei.operatorWei)).toBe((600_000_000n * 95n) / 100n);
  expect(dbc(economics(seedCafes, policy('chain-2026')).month.wei.burnWei)).toBe(75_000_000n);
});

test('the parts add up to the rent, for every tier', () => {
  for (const name of ['seed-2024', 'chain-2023', 'chain-2026']) {
    for (const { wei } of economics({ ...seedCafes, premiumBps: 1_234n, microUsdPerDbc: 3_333n }, policy(name))
      .byTier) {
      expect(wei.burnWei + wei.platformWei + wei.operatorWei).toBe(wei.costWei);
    }
  }
});

// By hand: 30,003,000,300,030,003,000 wei an hour for 0.10 USD at 0.003333; a third of it (3,333 bps) in grains.
test('an hour with a premium costs what one session of it costs, to the wei', () => {
  const input = { ...seedCafes, premiumBps: 3_333n, microUsdPerDbc: 3_333n };
  expect(economics(input, policy('seed-2024')).rateWeiPerHour).toBe(
    30_003_000_300_030_003_000n + 9_999_999_999_999_999_000n,
  );
});

test('its contradictions are shown with both numbers', () => {
  const found = contradictions(seedCafes, policy('seed-2024')).map(({ id, says, follows }) => [id, says, follows]);
  expect(found).toEqual([
    ['tier', 3_000n, 10_000n],
    ['operator-share', 6_650n, 0n],
    ['stake-per-gpu', 1_000n, 100_000n],
    ['stake-of-supply', 7_000_000_000n, 5_615_065_864n],
    ['price', 4_000n, 2_000n],
    ['burned-coins', 400_000_000n, 450_000_000n],
    ['machines', 70_000n, 41_666n],
  ]);
});

test('where the network is small enough, the burned share is no contradiction', () => {
  const found = contradictions({ ...seedCafes, activeGpus: 3_000n }, policy('seed-2024')).map(({ id }) => id);
  expect(found).not.toContain('tier');
  expect(found).toContain('stake-per-gpu');
});

test('an hour has its price also where a coin is worth a dollar, or nobody plays', () => {
  const hour = (change: Partial<EconomicsInput>) => {
    const input = { ...seedCafes, ...change };
    return economicsReport(input, economics(input, policy('seed-2024')), []).find((line) => line.includes('rent:'));
  };
  expect(hour({ microUsdPerDbc: 1_000_000n })).toMatch(/; 0\.1 DBC an hour$/);
  expect(hour({ hoursPerDay: 0n })).toMatch(/ 0 DBC a month; 50 DBC an hour$/);
});

import { expect, test } from 'vitest';
import { burnPolicyNamed } from '../../../src/billing/burn-policy.ts';
import { activeGpus, firstTier, observeGpus, type TierState } from '../../../src/billing/gpu-tier.ts';

const HOUR_MS = 3_600_000;
const policy = (name: string) => {
  const found = burnPolicyNamed(name);
  if (found === undefined) throw new Error(`no policy ${name}`);
  return found;
};
const walk = (name: string, counts: readonly (readonly [day: number, gpus: number])[]): TierState =>
  counts.reduce((state, [day, gpus]) => observeGpus(policy(name), state, gpus, day), firstTier(policy(name), 0));

test('a GPU is active with ten paid hours from three payers', () => {
  const hours = (...each: number[]) => each.map((paid) => paid * HOUR_MS);
  expect(activeGpus([{ gpus: 1, paidMsByPayer: hours(8, 1, 1) }])).toBe(1);
  expect(activeGpus([{ gpus: 1, paidMsByPayer: hours(8, 1, 0.9) }])).toBe(0);
  expect(activeGpus([{ gpus: 1, paidMsByPayer: hours(500, 500) }])).toBe(0);
  expect(activeGpus([{ gpus: 1, paidMsByPayer: hours(500, 500, 0) }])).toBe(0);
});
test('a machine counts only as many GPUs as it has and as were paid for', () => {
  const paidMsByPayer = [25, 5, 5].map((paid) => paid * HOUR_MS);
  expect(activeGpus([{ gpus: 8, paidMsByPayer }])).toBe(3);
  expect(activeGpus([{ gpus: 2, paidMsByPayer }])).toBe(2);
});
test('a count moves the tier only when its day is over, by the lowest count of that day', () => {
  expect(
    walk('seed-2024', [
      [1, 12_000],
      [1, 4_000],
      [1, 12_000],
    ]).tier,
  ).toBe(0);
  expect(
    walk('seed-2024', [
      [1, 12_000],
      [1, 4_000],
      [2, 12_000],
    ]).tier,
  ).toBe(0);
  expect(
    walk('seed-2024', [
      [1, 12_000],
      [1, 9_000],
      [2, 12_000],
    ]).tier,
  ).toBe(1);
  expect(
    walk('seed-2024', [
      [1, 12_000],
      [2, 12_000],
    ]).tier,
  ).toBe(2);
});
test('a push over the edge for one minute changes nothing', () =>
  expect(
    walk('seed-2024', [
      [1, 4_990],
      [1, 5_001],
      [1, 4_990],
      [2, 4_990],
    ]).tier,
  ).toBe(0));
test('a tier goes down again, unless the policy is a ratchet', () => {
  const rise: [number, number][] = [
    [1, 10_000],
    [2, 4_000],
    [3, 4_000],
  ];
  expect(walk('seed-2024', rise).tier).toBe(0);
  expect(walk('chain-2023', rise).tier).toBe(2);
});
test('a clock that steps back a day changes no tier', () => {
  const state = walk('seed-2024', [
    [5, 12_000],
    [4, 12_000],
  ]);
  expect(state).toEqual({ tier: 0, day: 5, lowestGpus: 12_000 });
});

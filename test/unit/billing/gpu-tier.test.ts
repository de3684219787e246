import { describe, expect, test } from 'vitest';
import { burnPolicyNamed } from '../../../src/billing/burn-policy.ts';
import {
  activeGpus,
  activityProof,
  firstTier,
  isWorthProving,
  observeGpus,
  type TierState,
} from '../../../src/billing/gpu-tier.ts';

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

describe('what is shown to the contract', () => {
  const DAY_MS = 24 * HOUR_MS;
  /** Leases newest first: payer and hours of each, one a day. */
  const leases = (...of: [string, number][]) =>
    of.map(([payer, hours], at) => ({
      ...{ lease: `0x${String(at).padStart(64, '0')}` as const, payer, paidMs: hours * HOUR_MS },
      endedAtMs: (100 - at) * DAY_MS,
    }));

  test('three payers and ten hours for each GPU; no more leases than it takes', () => {
    const played = leases(['a', 4], ['b', 4], ['a', 4], ['c', 1], ['a', 30]);
    expect(activityProof(played, 1)).toMatchObject({ gpus: 1, untilDay: 97 + 30 });
    expect(activityProof(played, 1)?.leases).toHaveLength(4);
    expect(activityProof(played, 4)).toMatchObject({ gpus: 4, untilDay: 96 + 30 });
    expect(activityProof(played, 8)).toMatchObject({ gpus: 4 }); // Paid for four.
  });

  test('two payers, less than ten hours, or no stake prove nothing', () => {
    expect(activityProof(leases(['a', 20], ['b', 20]), 1)).toBeUndefined();
    expect(activityProof(leases(['a', 3], ['b', 3], ['c', 3.9]), 1)).toBeUndefined();
    expect(activityProof(leases(['a', 20], ['b', 20], ['c', 20]), 0)).toBeUndefined();
  });

  test('a proof that the contract would refuse, or that brings a few days, is not sent', () => {
    const proof = { gpus: 2, untilDay: 130 };
    expect(isWorthProving(proof, undefined, 100)).toBe(true);
    expect(isWorthProving(proof, undefined, 130)).toBe(false); // It is over already.
    expect(isWorthProving(proof, { gpus: 2, untilDay: 100 }, 100)).toBe(true); // The last one ended.
    expect(isWorthProving(proof, { gpus: 1, untilDay: 130 }, 100)).toBe(true); // More GPUs.
    expect(isWorthProving(proof, { gpus: 1, untilDay: 131 }, 100)).toBe(false); // More, but for less long: refused.
    expect(isWorthProving(proof, { gpus: 3, untilDay: 110 }, 100)).toBe(false); // Fewer: refused.
    expect(isWorthProving(proof, { gpus: 2, untilDay: 124 }, 100)).toBe(false);
    expect(isWorthProving(proof, { gpus: 2, untilDay: 123 }, 100)).toBe(true);
  });
});

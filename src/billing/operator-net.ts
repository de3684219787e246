// src/billing/operator-net.ts - what an operator keeps of an hour that a player pays for, at each tier of a burn policy; and
// where a premium stands among those of the pool. Shown before anybody joins, so the page computes it by the very same rule.
import { assert } from '../base/assert.ts';
import type { BurnPolicy } from './burn-policy.ts';
import { rateLegs } from './price-table.ts';
import { type Split, splitCost } from './split.ts';

/** What an hour is made of. */
export type HourTerms = {
  /** Base price of the machine's class. */
  readonly microUsdPerHour: bigint;
  readonly premiumBps: bigint;
  readonly nanoUsdPerDbc: bigint;
  readonly platformBps: bigint;
};
/** One paid hour at one tier; `costWei` is the sum of burn, platform and operator. */
export type HourAtTier = Split & { readonly gpusFrom: number; readonly burnBps: number; readonly costWei: bigint };

/** A paid hour at each tier of the policy, in its order. */
export function hourByTier(terms: HourTerms, policy: Pick<BurnPolicy, 'tiers'>): readonly HourAtTier[] {
  const { microUsdPerHour, premiumBps, nanoUsdPerDbc, platformBps } = terms;
  const { baseWeiPerHour, rateWeiPerHour } = rateLegs(microUsdPerHour, premiumBps, nanoUsdPerDbc);
  return policy.tiers.map(({ gpusFrom, burnBps }) => ({
    ...{ gpusFrom, burnBps, costWei: rateWeiPerHour },
    ...splitCost(rateWeiPerHour, { rateWeiPerHour, baseWeiPerHour, burnBps: BigInt(burnBps), platformBps }),
  }));
}

/** The middle premium; of an even number the lower of the two in the middle, which somebody really asks. */
export function medianPremium(premiumsBps: readonly number[]): number | undefined {
  return premiumsBps.toSorted((a, b) => a - b)[Math.floor((premiumsBps.length - 1) / 2)];
}

/**
 * Where a premium stands: the share of machines that ask less, those that ask the same counted half.
 * @param premiumsBps of all machines, the own one among them
 * @returns whole percent, 50 for one that stands alone
 */
export function percentileOf(ownBps: number, premiumsBps: readonly number[]): number {
  assert(premiumsBps.includes(ownBps), 'the own premium is among them');
  const below = premiumsBps.filter((each) => each < ownBps).length;
  const same = premiumsBps.filter((each) => each === ownBps).length;
  return Math.round((100 * (below + same / 2)) / premiumsBps.length);
}

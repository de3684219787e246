// src/billing/split.ts - who gets what of a session's cost. Two legs: the base leg is the network's price and is burned
// by tier, the premium is the operator's own and never burned. Every part is a multiple of the grain and the parts add
// up to the cost. All of it is a function of the cumulative cost alone, so ledger, contract and receipt agree however
// often a session is settled.
import { assert } from '../base/assert.ts';
import { BPS_WHOLE, grain } from '../base/units.ts';

/** What a session froze when it opened. */
export type SplitTerms = {
  /** Base and premium together. */
  readonly rateWeiPerHour: bigint;
  /** The base leg, <= rate. */
  readonly baseWeiPerHour: bigint;
  readonly burnBps: bigint;
  /** Share of what is not burned. */
  readonly platformBps: bigint;
};
/** The parts of a cost; burn, platform and operator add up to it. */
export type Split = {
  /** The base leg, of which `burnWei` is a share. */
  readonly baseWei: bigint;
  readonly burnWei: bigint;
  readonly platformWei: bigint;
  /** Everything else: each rounding goes to the operator. */
  readonly operatorWei: bigint;
};

/**
 * Divides a cumulative cost.
 * @param costWei since the session began, a multiple of the grain
 * @returns parts that never fall as `costWei` grows, so a later settlement pays the difference
 */
export function splitCost(costWei: bigint, terms: SplitTerms): Split {
  const { rateWeiPerHour, baseWeiPerHour, burnBps, platformBps } = terms;
  assert(costWei >= 0n && costWei === grain(costWei), 'a cost is a multiple of the grain');
  assert(baseWeiPerHour >= 0n && baseWeiPerHour <= rateWeiPerHour, 'the base leg is part of the rate');
  assert(burnBps >= 0n && burnBps <= BPS_WHOLE, 'the burned share lies in 0..1');
  assert(platformBps >= 0n && platformBps <= BPS_WHOLE, 'the platform share lies in 0..1');
  const baseWei = rateWeiPerHour === 0n ? 0n : grain((costWei * baseWeiPerHour) / rateWeiPerHour);
  const burnWei = grain((baseWei * burnBps) / BPS_WHOLE);
  const platformWei = grain(((costWei - burnWei) * platformBps) / BPS_WHOLE);
  return { baseWei, burnWei, platformWei, operatorWei: costWei - burnWei - platformWei };
}

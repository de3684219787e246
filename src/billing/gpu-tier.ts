// src/billing/gpu-tier.ts - which tier is in force. Staking idle cards for a minute must not move every operator's
// income: a GPU counts only when several players paid for it, and the tier moves at most once a day, on the finished
// day's lowest count.
import { type BurnPolicy, tierFor } from './burn-policy.ts';

const PAID_MS_PER_GPU = 10 * 3_600_000; // Ten paid hours in the window make one GPU active.
const PAYERS_MIN = 3; // One friend's wallet is not a market.
/** How far back paid time counts. */
export const ACTIVE_WINDOW_MS = 30 * 24 * 3_600_000;

/** What one machine was paid for within the window. */
export type PaidMachine = {
  readonly gpus: number;
  /** Billed milliseconds by payer. */
  readonly paidMsByPayer: readonly number[];
};

/** How many GPUs count as active: each needs its ten paid hours, and the machine three different payers. */
export function activeGpus(machines: readonly PaidMachine[]): number {
  let count = 0;
  for (const { gpus, paidMsByPayer } of machines) {
    const payers = paidMsByPayer.filter((paidMs) => paidMs > 0);
    if (payers.length < PAYERS_MIN) continue;
    const paidMs = payers.reduce((sum, ms) => sum + ms, 0);
    count += Math.min(gpus, Math.floor(paidMs / PAID_MS_PER_GPU));
  }
  return count;
}

/** The tier in force and what is known of the running day. Days count from 1970 (day-cap.ts). */
export type TierState = { readonly tier: number; readonly day: number; readonly lowestGpus: number };

/** Where a new network starts: nobody has paid for a GPU yet. */
export function firstTier(policy: BurnPolicy, day: number): TierState {
  return { tier: tierFor(policy, 0), day, lowestGpus: Number.MAX_SAFE_INTEGER };
}

/**
 * Takes in a count of active GPUs.
 * @param day of the count; a day before `state.day` (a clock that stepped back) is taken as `state.day`
 */
export function observeGpus(policy: BurnPolicy, state: TierState, gpus: number, day: number): TierState {
  if (day <= state.day) return { ...state, lowestGpus: Math.min(state.lowestGpus, gpus) };
  const seen = state.lowestGpus !== Number.MAX_SAFE_INTEGER;
  const tier = seen ? tierFor(policy, state.lowestGpus) : state.tier;
  return { tier: policy.ratchet ? Math.max(tier, state.tier) : tier, day, lowestGpus: gpus };
}

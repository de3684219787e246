// src/billing/gpu-tier.ts - which tier is in force. Staking idle cards for a minute must not move every operator's
// income: a GPU counts only when several players paid for it, and the tier moves at most once a day, on the finished
// day's lowest count.
import type { Hash32 } from '../protocol/typed-data.ts';
import { type BurnPolicy, tierFor } from './burn-policy.ts';
import { dayOf } from './day-cap.ts';

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

/** A lease of one machine that the chain is done with. */
export type PaidLease = {
  readonly lease: Hash32;
  readonly payer: string;
  /** Milliseconds that were paid for. */
  readonly paidMs: number;
  readonly endedAtMs: number;
};
/** What a machine can show the contract: how many GPUs count, and the day from which they do no more. */
export type ActiveCount = { readonly gpus: number; readonly untilDay: number };

/** Leases in one proof: some 10,000 gas each, a tenth of a block together. */
export const PROOF_LEASES_MAX = 500;
/** A proof that lasts less than a week longer than the one before is not worth its gas. */
const RENEWED_BY_DAYS = 7;

/**
 * The fewest of a machine's newest leases that prove as many of its GPUs active as can be; undefined when they prove none.
 * @param newest leases of one machine that ended within the window, newest first
 * @param gpus that it has a stake for
 */
export function activityProof(
  newest: readonly PaidLease[],
  gpus: number,
): (ActiveCount & { readonly leases: readonly Hash32[] }) | undefined {
  const payers = new Set<string>();
  const leases: Hash32[] = [];
  let [paidMs, oldestMs] = [0, Number.POSITIVE_INFINITY];
  for (const lease of newest.slice(0, PROOF_LEASES_MAX)) {
    if (payers.size >= PAYERS_MIN && paidMs >= gpus * PAID_MS_PER_GPU) break;
    payers.add(lease.payer);
    leases.push(lease.lease);
    paidMs += lease.paidMs;
    oldestMs = Math.min(oldestMs, lease.endedAtMs);
  }
  const count = Math.min(gpus, Math.floor(paidMs / PAID_MS_PER_GPU));
  if (payers.size < PAYERS_MIN || count === 0) return undefined;
  return { gpus: count, untilDay: dayOf(oldestMs + ACTIVE_WINDOW_MS, 0), leases };
}

/** Whether the contract would take a proof, and it brings enough. `counted`: what the contract last said of the machine. */
export function isWorthProving(proof: ActiveCount, counted: ActiveCount | undefined, today: number): boolean {
  if (proof.untilDay <= today) return false;
  if (counted === undefined || counted.untilDay <= today) return true;
  if (proof.gpus < counted.gpus || proof.untilDay < counted.untilDay) return false;
  return proof.gpus > counted.gpus || proof.untilDay >= counted.untilDay + RENEWED_BY_DAYS;
}

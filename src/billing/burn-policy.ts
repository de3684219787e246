// src/billing/burn-policy.ts - how much of the base leg is burned, as dated data: the chain has changed its rule twice,
// so no share is a constant. A session freezes number and tier of the policy in its Open; numbers are never reused.
import { present } from '../base/assert.ts';

/** One step of a policy: from this many active GPUs on, this share of the base leg is burned. */
export type BurnTier = { readonly gpusFrom: number; readonly burnBps: number };
/** A burn rule with its history. */
export type BurnPolicy = {
  readonly name: string;
  /** What `Open.burnPolicy` carries. */
  readonly number: number;
  /** First day of the rule, as its source gives it. */
  readonly since: string;
  /** True where a reached tier stays although GPUs leave. */
  readonly ratchet: boolean;
  /** Ascending; the first starts at 0. `Open.gpuTier` is the index. */
  readonly tiers: readonly BurnTier[];
};

/** Every policy there ever was. */
export const burnPolicies: readonly BurnPolicy[] = [
  {
    name: 'seed-2024',
    number: 1,
    since: '2024-12-08',
    ratchet: false,
    tiers: [
      { gpusFrom: 0, burnBps: 3_000 },
      { gpusFrom: 5_001, burnBps: 7_000 },
      { gpusFrom: 10_000, burnBps: 10_000 },
    ],
  },
  {
    name: 'chain-2023',
    number: 2,
    since: '2023-08-01',
    ratchet: true,
    tiers: [
      { gpusFrom: 0, burnBps: 3_000 },
      { gpusFrom: 5_000, burnBps: 7_000 },
      { gpusFrom: 10_000, burnBps: 10_000 },
    ],
  },
  { name: 'chain-2026', number: 3, since: '2026-04-14', ratchet: false, tiers: [{ gpusFrom: 0, burnBps: 500 }] },
];

/** The policy of that name, or undefined. */
export function burnPolicyNamed(name: string): BurnPolicy | undefined {
  return burnPolicies.find((policy) => policy.name === name);
}

/** Index of the tier for a number of active GPUs, blind to the past (`ratchet` is applied by gpu-tier.ts). */
export function tierFor(policy: BurnPolicy, activeGpus: number): number {
  const above = policy.tiers.findIndex((tier) => tier.gpusFrom > activeGpus);
  return above === -1 ? policy.tiers.length - 1 : above - 1;
}

/** Share of the base leg that a tier burns, in basis points. `tier` is an index of the policy. */
export function burnBpsOf(policy: BurnPolicy, tier: number): number {
  return present(policy.tiers[tier], 'the policy has this tier').burnBps;
}

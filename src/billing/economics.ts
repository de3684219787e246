// src/billing/economics.ts - what a city of net cafés would turn over, burn and earn in a month, from its parameters, and
// what of a published example does not follow from it. The same pricing and split as for one session, on whole months;
// a page may import this file as it is.
import { assert } from '../base/assert.ts';
import { BPS_WHOLE, WEI_PER_DBC } from '../base/units.ts';
import { type BurnPolicy, burnBpsOf, tierFor } from './burn-policy.ts';
import { rateLegs } from './price-table.ts';
import { type Split, splitCost } from './split.ts';

/** Cafés, their seats, their prices, and the rule that burns. Whole numbers, none negative. */
export type EconomicsInput = {
  readonly cafes: bigint;
  readonly machinesPerCafe: bigint;
  readonly hoursPerDay: bigint;
  readonly daysPerMonth: bigint;
  /** Millionths of a dollar for an hour on one machine. */
  readonly microUsdPerHour: bigint;
  /** Millionths of a dollar for one DBC, > 0. */
  readonly microUsdPerDbc: bigint;
  /** The operator's own, on top of the base, in basis points of it. Never burned. */
  readonly premiumBps: bigint;
  /** Share of what is not burned. */
  readonly platformBps: bigint;
  /** GPUs that the network counts as active: they choose the tier. */
  readonly activeGpus: bigint;
};

/** One month under one burned share. USD in millionths, rounded down. */
export type EconomicsMonth = {
  readonly rateWeiPerHour: bigint;
  readonly burnBps: bigint;
  readonly costMicroUsd: bigint;
  readonly burnMicroUsd: bigint;
  readonly platformMicroUsd: bigint;
  readonly operatorMicroUsd: bigint;
  readonly wei: Split & { readonly costWei: bigint };
};

/** What the parameters come to. */
export type Economics = {
  readonly machines: bigint;
  /** Machine-hours a month. */
  readonly hours: bigint;
  readonly rateWeiPerHour: bigint;
  /** Machines in use at once, on average over the day; rounded down. */
  readonly averageInUse: bigint;
  /** The tier that so many active GPUs stand in, and its month. */
  readonly tier: number;
  readonly month: EconomicsMonth;
  /** Every tier of the policy, the first first: what the same month would be there. */
  readonly byTier: readonly EconomicsMonth[];
};

/** The café example of the article of 2024-12-08, as it gives its parameters. */
export const seedCafes: EconomicsInput = {
  cafes: 1_000n,
  machinesPerCafe: 100n,
  hoursPerDay: 10n,
  daysPerMonth: 30n,
  microUsdPerHour: 100_000n,
  microUsdPerDbc: 2_000n,
  premiumBps: 0n,
  platformBps: 500n,
  activeGpus: 70_000n,
};

/** What the same article says beside the example; each stands against something that can be computed. */
export const seedClaims = {
  burnBps: 3_000n,
  /** 'Over 400 million coins a month.' */
  burnedDbc: 400_000_000n,
  machines: 70_000n,
  stakedDbc: 7_000_000_000n,
  stakePerGpuDbc: 1_000n,
  /** '1,000 DBC, now worth 4 dollars.' */
  stakeMicroUsd: 4_000_000n,
  supplyDbc: 10_000_000_000n,
  /** 74,680,376 DBC are called 1.33 % of what is issued. */
  minersStakeDbc: 74_680_376n,
  minersShareBps: 133n,
} as const;

const HOURS_PER_DAY = 24n;

/** A month of `hours` machine-hours when `burnBps` of the base leg is burned. */
function monthAt(input: EconomicsInput, hours: bigint, burnBps: bigint): EconomicsMonth {
  const { microUsdPerHour, premiumBps, microUsdPerDbc } = input;
  const { baseWeiPerHour, rateWeiPerHour } = rateLegs(microUsdPerHour, premiumBps, microUsdPerDbc * 1_000n);
  const costWei = rateWeiPerHour * hours;
  const split = splitCost(costWei, { rateWeiPerHour, baseWeiPerHour, burnBps, platformBps: input.platformBps });
  const usd = (wei: bigint) => (wei * input.microUsdPerDbc) / WEI_PER_DBC;
  return {
    rateWeiPerHour,
    burnBps,
    costMicroUsd: usd(costWei),
    burnMicroUsd: usd(split.burnWei),
    platformMicroUsd: usd(split.platformWei),
    operatorMicroUsd: usd(split.operatorWei),
    wei: { ...split, costWei },
  };
}

/** Computes a month under a policy. */
export function economics(input: EconomicsInput, policy: BurnPolicy): Economics {
  assert(input.microUsdPerDbc > 0n, 'a DBC has a price');
  assert(
    Object.values(input).every((value) => value >= 0n),
    'no parameter is negative',
  );
  const machines = input.cafes * input.machinesPerCafe;
  const hours = machines * input.hoursPerDay * input.daysPerMonth;
  const tier = tierFor(policy, Number(input.activeGpus));
  const byTier = policy.tiers.map(({ burnBps }) => monthAt(input, hours, BigInt(burnBps)));
  const month = monthAt(input, hours, BigInt(burnBpsOf(policy, tier)));
  const averageInUse = (machines * input.hoursPerDay) / HOURS_PER_DAY;
  return { machines, hours, rateWeiPerHour: month.rateWeiPerHour, averageInUse, tier, month, byTier };
}

/** One place where the article does not agree with itself: what it says, and what follows from the rest of it. */
export type Contradiction = {
  readonly id: 'tier' | 'operator-share' | 'stake-per-gpu' | 'stake-of-supply' | 'price' | 'burned-coins' | 'machines';
  readonly says: bigint;
  readonly follows: bigint;
  readonly unit: 'bps' | 'DBC' | 'micro-usd' | 'machines';
};

/** Where the article's claims contradict its example under a policy, most harmful first. Empty for none. */
export function contradictions(input: EconomicsInput, policy: BurnPolicy): readonly Contradiction[] {
  const found = economics(input, policy);
  const claimed = monthAt(input, found.hours, seedClaims.burnBps);
  const share = (month: EconomicsMonth) =>
    month.wei.costWei === 0n ? 0n : (month.wei.operatorWei * BPS_WHOLE) / month.wei.costWei;
  const issuedDbc = (seedClaims.minersStakeDbc * BPS_WHOLE) / seedClaims.minersShareBps;
  const all: readonly Contradiction[] = [
    { id: 'tier', says: seedClaims.burnBps, follows: found.month.burnBps, unit: 'bps' },
    { id: 'operator-share', says: share(claimed), follows: share(found.month), unit: 'bps' },
    {
      id: 'stake-per-gpu',
      says: seedClaims.stakePerGpuDbc,
      follows: seedClaims.stakedDbc / seedClaims.machines,
      unit: 'DBC',
    },
    // More coins are said to be staked than were issued when the article was written.
    { id: 'stake-of-supply', says: seedClaims.stakedDbc, follows: issuedDbc, unit: 'DBC' },
    {
      id: 'price',
      says: seedClaims.stakeMicroUsd / seedClaims.stakePerGpuDbc,
      follows: input.microUsdPerDbc,
      unit: 'micro-usd',
    },
    { id: 'burned-coins', says: seedClaims.burnedDbc, follows: claimed.wei.burnWei / WEI_PER_DBC, unit: 'DBC' },
    { id: 'machines', says: seedClaims.machines, follows: found.averageInUse, unit: 'machines' },
  ];
  return all.filter(({ says, follows }) => says !== follows);
}

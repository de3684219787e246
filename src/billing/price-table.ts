// src/billing/price-table.ts - the network's base price by class of machine, in dollars per hour. Operators do not set it
// (the base leg is burned by tier and must not be bid to zero); what they may set is a premium on top.
import { assert } from '../base/assert.ts';
import { greater } from '../base/bigint.ts';
import { BPS_WHOLE, grain } from '../base/units.ts';
import { rateFromUsd } from './pricing.ts';

/** Millionths of a dollar per hour by class; `cpu` also serves a class that the table does not know. */
export const basePrices = {
  cpu: 100_000n,
  'gpu-small': 100_000n,
  'gpu-medium': 160_000n,
  'gpu-large': 280_000n,
} as const satisfies Record<string, bigint>;
/** A class of machine with its own price. */
export type GpuClass = keyof typeof basePrices;

const FLOOR_MICRO_USD = 20_000n; // Below two cents an hour even a full machine does not pay for its power.
/** The operator's premium is at most the base again. */
export const PREMIUM_BPS_MAX = 10_000n;

/** Both legs of a rate; `rateWeiPerHour` is their sum. */
export type RateLegs = {
  readonly baseWeiPerHour: bigint;
  readonly rateWeiPerHour: bigint;
  readonly rateMicroUsdPerHour: bigint;
};

/** Base price of a class in millionths of a dollar per hour, never below the floor. */
export function baseMicroUsd(gpuClass: string, table: Readonly<Record<string, bigint>> = basePrices): bigint {
  return greater(table[gpuClass] ?? table.cpu ?? FLOOR_MICRO_USD, FLOOR_MICRO_USD);
}

/**
 * The hourly rate of a machine at a price of DBC. Each leg is rounded down to the grain.
 * @param premiumBps operator's premium as a share of the base, 0..10,000
 * @param nanoUsdPerDbc billionths of a dollar for one DBC
 */
export function rateLegs(microUsdPerHour: bigint, premiumBps: bigint, nanoUsdPerDbc: bigint): RateLegs {
  assert(premiumBps >= 0n && premiumBps <= PREMIUM_BPS_MAX, 'a premium is at most the base again');
  const baseWeiPerHour = rateFromUsd(microUsdPerHour, nanoUsdPerDbc);
  const premiumWeiPerHour = grain((baseWeiPerHour * premiumBps) / BPS_WHOLE);
  return {
    baseWeiPerHour,
    rateWeiPerHour: baseWeiPerHour + premiumWeiPerHour,
    rateMicroUsdPerHour: microUsdPerHour + (microUsdPerHour * premiumBps) / BPS_WHOLE,
  };
}

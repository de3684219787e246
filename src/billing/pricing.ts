// src/billing/pricing.ts - what a span of good time costs, and how long an amount lasts. Integer arithmetic only.
// Why cumulative: rounding every tick would lose up to a grain per tick and make the total depend on the tick's length.
// We price the whole span; what a tick adds is the difference of two prices.
import { assert } from '../base/assert.ts';
import { lesser } from '../base/bigint.ts';
import { GRAIN_WEI, grain, WEI_PER_DBC } from '../base/units.ts';

const MS_PER_HOUR = 3_600_000n;
/** Longest span that the rules know: what `MsShape` lets through. Stands for 'no end' where the rate is 0. */
export const LONGEST_MS = 2n ** 52n;

/**
 * Price of a session's good time, rounded down to the grain in the player's favour.
 * @param rateWeiPerHour wei per hour, >= 0
 * @param goodMs whole good milliseconds since metering began, >= 0
 * @returns wei, a multiple of the grain, never falling as `goodMs` grows
 */
export function priceWei(rateWeiPerHour: bigint, goodMs: bigint): bigint {
  assert(rateWeiPerHour >= 0n, 'rate is not negative');
  assert(goodMs >= 0n, 'good time is not negative');
  return grain((rateWeiPerHour * goodMs) / MS_PER_HOUR);
}

/**
 * How much good time an amount pays for.
 * @returns the largest whole number of milliseconds whose price is not above `amountWei`, at most `LONGEST_MS`
 */
export function affordableMs(rateWeiPerHour: bigint, amountWei: bigint): bigint {
  assert(rateWeiPerHour >= 0n && amountWei >= 0n, 'rate and amount are not negative');
  if (rateWeiPerHour === 0n) return LONGEST_MS;
  // price(ms) <= amount exactly when rate * ms / hour stays below the next grain above the amount.
  const firstTooDear = (grain(amountWei) + GRAIN_WEI) * MS_PER_HOUR;
  return lesser((firstTooDear - 1n) / rateWeiPerHour, LONGEST_MS);
}

/**
 * An hourly price in dollars as wei per hour, rounded down to the grain.
 * @param microUsdPerHour millionths of a dollar per hour
 * @param nanoUsdPerDbc billionths of a dollar for one DBC (the unit of the chain's own price), > 0
 */
export function rateFromUsd(microUsdPerHour: bigint, nanoUsdPerDbc: bigint): bigint {
  assert(microUsdPerHour >= 0n && nanoUsdPerDbc > 0n, 'a price is positive');
  return grain((microUsdPerHour * 1_000n * WEI_PER_DBC) / nanoUsdPerDbc);
}

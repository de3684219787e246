// src/cafe/price.ts - money out of weight: exact, then at least the minimum, then a multiple of the rounding step. Each of the
// three is a line of the receipt.
import { assert, unreachable } from '../base/assert.ts';
import type { Rounding } from '../protocol/cafe-settings.ts';
import { HOUR_MS } from './tariff.ts';

/** How a price came about; the three lines add up to `totalMinor`. */
export type PriceLines = {
  /** The exact price, rounded down to a minor unit. */
  readonly exactMinor: bigint;
  /** What the minimum adds. */
  readonly minimumMinor: bigint;
  /** What rounding to the step adds (below zero: takes off), the cut of `exactMinor` included. */
  readonly roundingMinor: bigint;
  readonly totalMinor: bigint;
};

/** Terms of a site. */
export type PriceTerms = { readonly minimumMinor: bigint; readonly rounding: Rounding };

/** A fraction of minor units as a multiple of the step. Half a step is rounded up by 'nearest'. */
function toStep(numerator: bigint, denominator: bigint, { stepMinor, mode }: Rounding): bigint {
  const step = BigInt(stepMinor);
  const whole = denominator * step;
  switch (mode) {
    case 'up':
      return ((numerator + whole - 1n) / whole) * step;
    case 'down':
      return (numerator / whole) * step;
    case 'nearest':
      return ((2n * numerator + whole) / (2n * whole)) * step;
    default:
      return unreachable(mode);
  }
}

/** The largest multiple of the step that is not above an amount. */
export function floorToStep(minor: bigint, { stepMinor }: Rounding): bigint {
  return minor - (minor % BigInt(stepMinor));
}

/** Price of open play. No play costs nothing; any play at a price above zero costs the minimum at least. */
export function priceOf(weight: bigint, { minimumMinor, rounding }: PriceTerms): PriceLines {
  assert(weight >= 0n, 'weight is not negative');
  const exactMinor = weight / HOUR_MS;
  const short = weight > 0n && weight < minimumMinor * HOUR_MS;
  const rounded = short ? toStep(minimumMinor, 1n, rounding) : toStep(weight, HOUR_MS, rounding);
  const added = short ? minimumMinor - exactMinor : 0n;
  return {
    exactMinor,
    minimumMinor: added,
    roundingMinor: rounded - exactMinor - added,
    totalMinor: rounded,
  };
}

/** Weight that an amount pays for: its multiple of the step, so that the price at the end is never above it. */
export function weightFor(minor: bigint, { rounding }: PriceTerms): bigint {
  return minor <= 0n ? 0n : floorToStep(minor, rounding) * HOUR_MS;
}

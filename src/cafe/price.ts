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

/** What rounding lets pass above a multiple of the step before the price is the next one. */
function slack({ stepMinor, mode }: Rounding): bigint {
  const step = BigInt(stepMinor) * HOUR_MS;
  switch (mode) {
    case 'up':
      return 0n;
    case 'down':
      return step - 1n;
    case 'nearest':
      return step / 2n - 1n; // An hour has an even number of milliseconds.
    default:
      return unreachable(mode);
  }
}

/** Weight that an amount pays for: the largest whose price is not above it; 0 below the price of any play. */
export function weightFor(minor: bigint, terms: PriceTerms): bigint {
  if (minor < priceOf(1n, terms).totalMinor) return 0n;
  return floorToStep(minor, terms.rounding) * HOUR_MS + slack(terms.rounding);
}

// src/billing/conversion.ts - one currency into another at a quoted price. Two transfers through the house's exchange
// accounts, one in each currency, so no transfer ever crosses currencies and each currency still adds up to zero. The
// house cannot owe: what it does not have, nobody can get. Play money is exchanged into nothing.
import { greater } from '../base/bigint.ts';
import type { PlayerId } from '../base/ids.ts';
import { grain } from '../base/units.ts';
import { type Currency, chart, type Transfer, transferKey } from './ledger.ts';

/** A quote: what an amount becomes, until when, at which price. Frozen under its id. */
export type Conversion = {
  readonly id: string;
  readonly player: PlayerId;
  readonly from: Currency;
  readonly to: Currency;
  readonly amountWei: bigint;
  readonly getWei: bigint;
  readonly microUsdPerDbc: number;
  readonly priceSource: string;
  /** Unix time after which it is not taken any more. */
  readonly expiresAtMs: number;
};

/** A quote is for a person who looks at it, and short enough that the price cannot run far. */
export const CONVERSION_MS = 60_000;
const MICRO_PER_USD = 1_000_000n;

/**
 * What an amount becomes, rounded down to the grain. Amounts have 18 decimals in every currency.
 * @param microUsdPerDbc millionths of a dollar for one DBC, > 0
 * @returns undefined for a pair that is not exchanged
 */
export function convertedWei(
  from: Currency,
  to: Currency,
  amountWei: bigint,
  microUsdPerDbc: bigint,
): bigint | undefined {
  if (from === 'USD' && to === 'DBC') return grain((amountWei * MICRO_PER_USD) / greater(microUsdPerDbc, 1n));
  if (from === 'DBC' && to === 'USD') return grain((amountWei * microUsdPerDbc) / MICRO_PER_USD);
  return undefined;
}

/** Both halves of a conversion; their keys name the quote, so it is taken once. */
export function conversionTransfers(quote: Conversion, atMs: number): readonly Transfer[] {
  const [give, get] = [chart(quote.from), chart(quote.to)];
  return [
    {
      key: transferKey('fx', quote.id, 'give'),
      from: give.player(quote.player),
      to: give.fx,
      amountWei: quote.amountWei,
      atMs,
    },
    {
      key: transferKey('fx', quote.id, 'get'),
      from: get.fx,
      to: get.player(quote.player),
      amountWei: quote.getWei,
      atMs,
    },
  ];
}

// src/app/money/convert.ts - a wallet exchanges one of its currencies into another: asks for a quote, looks at it, takes it.
// The quote has an id and an end; taking it twice moves money once.
import { newId, type PlayerId } from '../../base/ids.ts';
import type { Random } from '../../base/random.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { GRAIN_WEI } from '../../base/units.ts';
import { CONVERSION_MS, type Conversion, conversionTransfers, convertedWei } from '../../billing/conversion.ts';
import { type Currency, readAccount } from '../../billing/ledger.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import type { ConversionQuote } from '../../protocol/money-api.ts';
import type { Now, QuotePort } from '../ports.ts';
import type { MoneyStore } from './ports.ts';

/** Quotes that were given out. Throws OutageError. */
export interface ConversionStore {
  put(quote: Conversion): Promise<void>;
  /** `taken`: its transfers are in the books. */
  find(id: string): Promise<(Conversion & { readonly taken: boolean }) | undefined>;
}
/** What converting needs. */
export type ConvertParts = {
  readonly conversions: ConversionStore;
  readonly money: Pick<MoneyStore, 'post'>;
  readonly quotes: Pick<QuotePort, 'price'>;
  readonly random: Random;
  /** Coins lie in a contract, which knows nothing of conversions: who gave some here could still withdraw them there. */
  readonly coinsInContract: boolean;
  /** Why nothing may be quoted now, such as a price that jumped; undefined when it may. */
  readonly pause: (now: Now) => Refusal | undefined;
};

/** A quote as its owner sees it. */
export function shownConversion(quote: Conversion): ConversionQuote {
  const { id, from, to, amountWei, getWei, microUsdPerDbc, priceSource, expiresAtMs } = quote;
  const amounts = { amountWei: amountWei.toString(), getWei: getWei.toString() };
  return { id, from, to, ...amounts, microUsdPerDbc, priceSource, expiresAtMs };
}

/** Quotes an amount; nothing where coins lie in a contract. Refuses MESSAGE_MALFORMED, MONEY_PAUSED, CONVERSION_UNAVAILABLE. Throws OutageError. */
export async function quoteConversion(
  { conversions, quotes, random, coinsInContract, pause }: ConvertParts,
  player: PlayerId,
  wish: { readonly from: Currency; readonly to: Currency; readonly amountWei: bigint },
  now: Now,
): Promise<Result<Conversion, Refusal>> {
  const { from, to, amountWei } = wish;
  if (amountWei <= 0n || amountWei % GRAIN_WEI !== 0n) {
    return err(refusal('MESSAGE_MALFORMED', { field: '/amountWei' }));
  }
  if (coinsInContract) return err(refusal('CONVERSION_UNAVAILABLE'));
  const paused = pause(now);
  if (paused !== undefined) return err(paused);
  const { microUsdPerDbc, source: priceSource } = quotes.price(now.wallMs);
  const getWei = convertedWei(from, to, amountWei, BigInt(microUsdPerDbc));
  if (getWei === undefined || getWei === 0n) return err(refusal('CONVERSION_UNAVAILABLE'));
  const expiresAtMs = Math.floor(now.wallMs) + CONVERSION_MS;
  const id = newId<PlayerId>('x', random);
  const quote: Conversion = { id, player, from, to, amountWei, getWei, microUsdPerDbc, priceSource, expiresAtMs };
  await conversions.put(quote);
  return ok(quote);
}

/**
 * Takes a quote. Refuses QUOTE_EXPIRED (over, unknown or another wallet's), FUNDS_TOO_LOW, CONVERSION_UNAVAILABLE (the
 * house has too little). Throws OutageError: take it again, it moves once.
 */
export async function takeConversion(
  { conversions, money, coinsInContract }: ConvertParts,
  player: PlayerId,
  id: string,
  now: Now,
): Promise<Result<Conversion, Refusal>> {
  const quote = await conversions.find(id);
  if (quote?.player !== player) return err(refusal('QUOTE_EXPIRED'));
  // After its end a quote that was taken in time is still answered: a lost answer is no lost exchange.
  // So is one from the future: after a clock was set back it would live as long as the step.
  const over = now.wallMs >= quote.expiresAtMs || now.wallMs < quote.expiresAtMs - CONVERSION_MS;
  if (over) return quote.taken ? ok(quote) : err(refusal('QUOTE_EXPIRED'));
  if (coinsInContract && !quote.taken) return err(refusal('CONVERSION_UNAVAILABLE'));
  const transfers = conversionTransfers(quote, now.wallMs);
  const posted = await money.post(transfers);
  if (posted.ok) return ok(quote);
  if (posted.error.code !== 'too-little') return err(refusal('QUOTE_EXPIRED'));
  const { account, haveWei } = posted.error;
  if (readAccount(account).kind !== 'player') return err(refusal('CONVERSION_UNAVAILABLE'));
  return err(refusal('FUNDS_TOO_LOW', { needWei: quote.amountWei.toString(), haveWei: haveWei.toString() }));
}

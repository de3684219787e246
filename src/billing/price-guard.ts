// src/billing/price-guard.ts - whether a price of DBC may make quotes. A price of 0, one that is old, or one more than twice
// away from the last that was believed makes none: running sessions go on at their rate, new ones wait.

/** A price as its source gave it, and how old it is: `atMs` on the monotonic clock, `wallMs` as people are told. */
export type PriceSample = { readonly microUsdPerDbc: number; readonly atMs: number; readonly wallMs: number };
/** What is believed, and what was last heard. */
export type PriceState = {
  readonly believed: PriceSample | undefined;
  /** Why the newest sample was not believed. */
  readonly doubt: 'none' | 'zero' | 'jump';
};

/** How old a believed price may be: a hundred blocks. */
export const PRICE_LIVES_MS = 600_000;
const JUMP_FACTOR = 2;

/** Where a hub starts: it believes the first price that is none of the above. A start is a person's act. */
export const NO_PRICE: PriceState = { believed: undefined, doubt: 'none' };

/** Takes in a sample. */
export function weighPrice(state: PriceState, sample: PriceSample): PriceState {
  const { believed } = state;
  if (!(sample.microUsdPerDbc > 0)) return { believed, doubt: 'zero' };
  if (believed !== undefined) {
    const [low, high] = [believed.microUsdPerDbc, sample.microUsdPerDbc].toSorted((a, b) => a - b);
    if ((high ?? 0) > JUMP_FACTOR * (low ?? 0)) return { believed, doubt: 'jump' };
  }
  return { believed: sample, doubt: 'none' };
}

/** Whether quotes may be made, or why not. A doubtful sample stops them at once, not when the old price dies. */
export function priceStands(state: PriceState, nowMs: number): 'good' | 'unknown' | 'zero' | 'jump' | 'stale' {
  if (state.doubt !== 'none') return state.doubt;
  if (state.believed === undefined) return 'unknown';
  return nowMs - state.believed.atMs > PRICE_LIVES_MS ? 'stale' : 'good';
}

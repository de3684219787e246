// Goal: no quote is ever made from a price of nothing, an old one or one that jumped. Method: each, with its control.
import { expect, test } from 'vitest';
import {
  NO_PRICE,
  PRICE_LIVES_MS,
  type PriceState,
  priceStands,
  weighPrice,
} from '../../../src/billing/price-guard.ts';

const after = (...prices: readonly number[]): PriceState =>
  prices.reduce(
    (state, microUsdPerDbc, at) => weighPrice(state, { microUsdPerDbc, atMs: at * 1_000, wallMs: 0 }),
    NO_PRICE,
  );

test.each([
  ['no price yet', after(), 0, 'unknown', undefined],
  ['a first price', after(2_000), 0, 'good', 2_000],
  ['one that moves', after(2_000, 3_900), 1_000, 'good', 3_900],
  ['exactly twice', after(2_000, 4_000), 1_000, 'good', 4_000],
  ['more than twice', after(2_000, 4_001), 1_000, 'jump', 2_000],
  ['less than half', after(2_000, 999), 1_000, 'jump', 2_000],
  ['a jump that went back', after(2_000, 9_000, 2_100), 2_000, 'good', 2_100],
  ['nothing', after(2_000, 0), 1_000, 'zero', 2_000],
  ['no number', after(2_000, Number.NaN), 1_000, 'zero', 2_000],
  ['ten minutes old', after(2_000), PRICE_LIVES_MS, 'good', 2_000],
  ['older', after(2_000), PRICE_LIVES_MS + 1, 'stale', 2_000],
] as const)('%s', (_name, state, nowMs, stands, believed) => {
  expect(priceStands(state, nowMs)).toBe(stands);
  expect(state.believed?.microUsdPerDbc).toBe(believed);
});

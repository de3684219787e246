// Goal: the operator risks at most 15 s and a twentieth of what it served. Method: the edge itself, then players who pay
// for a part of the truth, second by second, with a voucher every ten.
import { expect, test } from 'vitest';
import { shortfallExceeded, shortfallMs } from '../../../src/session/shortfall.ts';

test('the limit is 15 s and 5 % of the served time', () => {
  expect(shortfallExceeded(100_000, 80_000)).toBe(false);
  expect(shortfallExceeded(100_000, 79_999)).toBe(true);
  expect(shortfallExceeded(15_000, 0)).toBe(false);
  expect(shortfallExceeded(16_000, 0)).toBe(true);
  expect(shortfallMs(5_000, 6_000)).toBe(0);
});

/** Free milliseconds that a player gets who admits only `share` of its good seconds. */
function freeMs(share: number): number {
  let [servedMs, vouchedMs] = [0, 0];
  for (let second = 1; second <= 24 * 3_600; second++) {
    servedMs += 1_000;
    if (second % 10 === 0) vouchedMs = Math.floor(servedMs * share);
    if (shortfallExceeded(servedMs, vouchedMs)) return servedMs - vouchedMs;
  }
  return 0;
}
test('a player who calls 90 % of the seconds bad gets at most 20 s for nothing', () => {
  expect(freeMs(0.1)).toBeGreaterThan(0);
  expect(freeMs(0.1)).toBeLessThanOrEqual(20_000);
  expect(freeMs(0)).toBeLessThanOrEqual(20_000);
});
test('an honest player is never stopped, not even with vouchers ten seconds apart and one second late', () =>
  expect(freeMs(1)).toBe(0));

import { expect, test } from 'vitest';
import { capOn, changeCap, dayOf, NO_CAP, spentOn, turnDay } from '../../../src/billing/day-cap.ts';

test('a day is the day of the site', () => {
  const midnightUtc = 20_000 * 86_400_000;
  expect([dayOf(midnightUtc - 1, 0), dayOf(midnightUtc, 0)]).toEqual([19_999, 20_000]);
  expect(dayOf(midnightUtc - 8 * 3_600_000, 8 * 3_600_000)).toBe(20_000); // Taipei is eight hours ahead.
});
test('a lower cap counts at once, a higher one tomorrow', () => {
  const five = changeCap(NO_CAP, 5n, 10);
  expect(capOn(five, 10)).toBe(5n);
  const three = changeCap(five, 3n, 10);
  expect(capOn(three, 10)).toBe(3n);
  const nine = changeCap(three, 9n, 10);
  expect([capOn(nine, 10), capOn(nine, 11)]).toEqual([3n, 9n]);
  const none = changeCap(three, null, 10);
  expect([capOn(none, 10), capOn(none, 11)]).toEqual([3n, null]);
});
test('asking for less takes back the wish for more', () => {
  const wish = changeCap(changeCap(NO_CAP, 5n, 10), 9n, 10);
  expect(capOn(changeCap(wish, 4n, 10), 12)).toBe(4n);
});
test('spending is counted from the start of the day, and a clock stepping back gives no second day', () => {
  const started = { day: 10, costAtStartWei: 0n };
  expect(spentOn(started, 10, 7n)).toBe(7n);
  const next = turnDay(started, 11, 7n);
  expect([spentOn(next, 11, 9n), spentOn(next, 10, 9n), spentOn(next, 12, 9n)]).toEqual([2n, 2n, 0n]);
  expect(turnDay(next, 10, 9n)).toBe(next);
});

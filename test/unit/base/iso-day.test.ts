// test/unit/base/iso-day.test.ts - days as dates.
import { expect, test } from 'vitest';
import { isoDay } from '../../../src/base/iso-day.ts';

// Goal: the same as the platform's own calendar. Method: every day of 400 years, from 1970 on.
test('every day of four centuries is written as the platform writes it', () => {
  for (let day = 0; day < 146_097; day++) {
    const written = new Date(day * 86_400_000).toISOString().slice(0, 10);
    if (isoDay(day) !== written) expect(isoDay(day), String(day)).toBe(written);
  }
  expect(isoDay(0)).toBe('1970-01-01');
});

// test/unit/cafe/local-time.test.ts - the wall clock: dates, zones, hours that come twice or never.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dateOf, dayOf, isTimeZone, LocalTime, weekdayOf } from '../../../src/cafe/local-time.ts';
import { utc } from '../../support/cafe/settings.ts';

// Goal: days and dates are the calendar's. Method: compare with the runtime's own over four centuries.
test('days and dates agree with the calendar', () =>
  fc.assert(
    fc.property(fc.integer({ min: -60_000, max: 160_000 }), (day) => {
      const date = new Date(day * 86_400_000);
      expect(dateOf(day)).toBe(date.toISOString().slice(0, 10));
      expect(dayOf(dateOf(day))).toBe(day);
      expect(weekdayOf(day)).toBe(date.getUTCDay());
    }),
  ));

test('what is no day has none', () => {
  expect(['2026-02-29', '2026-04-31', '2028-02-29'].map(dayOf)).toEqual([undefined, undefined, 21_243]);
  expect([isTimeZone('Asia/Taipei'), isTimeZone('Asia/Nowhere')]).toEqual([true, false]);
});

test('an hour that comes twice has two instants, one that is skipped counts as if the clock had not moved', () => {
  const berlin = new LocalTime('Europe/Berlin');
  const autumn = dayOf('2026-10-25') ?? 0;
  expect(berlin.instantOf({ day: autumn, minute: 150 }, 'first')).toBe(utc('2026-10-25T00:30'));
  expect(berlin.instantOf({ day: autumn, minute: 150 }, 'last')).toBe(utc('2026-10-25T01:30'));
  const spring = dayOf('2026-03-29') ?? 0;
  expect(berlin.instantOf({ day: spring, minute: 150 }, 'first')).toBe(utc('2026-03-29T01:30'));
  expect(berlin.wallAt(utc('2026-03-29T01:00'))).toEqual({ day: spring, minute: 180 });
});

// Goal: wall and instant are each other's inverse wherever the wall is unambiguous. Method: random instants in zones with
// whole, half and quarter hours.
test('wall and instant go back and forth', () =>
  fc.assert(
    fc.property(
      fc.constantFrom('Asia/Taipei', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe'),
      fc.integer({ min: utc('2024-01-01T00:00') / 60_000, max: utc('2030-01-01T00:00') / 60_000 }),
      (zone, minutes) => {
        const time = new LocalTime(zone);
        const wall = time.wallAt(minutes * 60_000);
        const [first, last] = [time.instantOf(wall, 'first'), time.instantOf(wall, 'last')];
        expect([first, last]).toContain(minutes * 60_000);
      },
    ),
  ));

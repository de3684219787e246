// test/unit/cafe/curfew.test.ts - the example rules of Taipei at the minutes where they begin and end, and before free days.
import { expect, test } from 'vitest';
import { calendarOf } from '../../../src/cafe/calendar.ts';
import { curfewAt, nextCurfewMs, TAIPEI_CURFEW } from '../../../src/cafe/curfew.ts';
import { cafeSettings, taipei } from '../../support/cafe/settings.ts';

const calendar = calendarOf(cafeSettings({ holidays: ['2026-03-04'] })); // A Wednesday.
const at = (text: string, ageBand: string | undefined = '15-to-17', guardian = false) =>
  curfewAt(TAIPEI_CURFEW, { ageBand, guardian }, calendar, taipei(text))?.rule.id;

test.each([
  // Monday 2026-03-02 is a school day, Tuesday the eve of a holiday, Friday of a Saturday.
  ['2026-03-02T07:59:59.999', 'night'],
  ['2026-03-02T08:00', 'school-hours'],
  ['2026-03-02T16:59:59.999', 'school-hours'],
  ['2026-03-02T17:00', undefined],
  ['2026-03-02T21:59:59.999', undefined],
  ['2026-03-02T22:00', 'night'],
  ['2026-03-03T00:00', 'night'],
  ['2026-03-03T22:00', undefined],
  ['2026-03-03T22:59:59.999', undefined],
  ['2026-03-03T23:00', 'night-before-free-day'],
  ['2026-03-04T07:59:59.999', 'night-before-free-day'],
  ['2026-03-04T08:00', undefined], // The holiday has no school.
  ['2026-03-04T22:00', 'night'],
  ['2026-03-06T22:30', undefined],
  ['2026-03-06T23:00', 'night-before-free-day'],
  ['2026-03-07T12:00', undefined],
  ['2026-03-07T22:30', undefined], // Sunday follows.
  ['2026-03-08T22:00', 'night'],
])('a pupil of 16 at %s: %s', (text, rule) => expect(at(text)).toBe(rule));

test('a guardian lifts the day, not the night', () => {
  expect(at('2026-03-02T10:00', '15-to-17', true)).toBeUndefined();
  expect(at('2026-03-02T22:00', '15-to-17', true)).toBe('night');
  expect(at('2026-03-07T12:00', 'under-15')).toBe('under-15');
  expect(at('2026-03-07T12:00', 'under-15', true)).toBeUndefined();
});

test('adults and unknown ages are not kept away by a band', () => {
  for (const band of ['18-up', undefined])
    expect(
      curfewAt(TAIPEI_CURFEW, { ageBand: band, guardian: false }, calendar, taipei('2026-03-02T23:30')),
    ).toBeUndefined();
});

test('whoever sits down in time is told when the next rule begins', () => {
  const next = (text: string) =>
    nextCurfewMs(TAIPEI_CURFEW, { ageBand: '15-to-17', guardian: false }, calendar, taipei(text));
  expect(next('2026-03-02T18:00')).toBe(taipei('2026-03-02T22:00'));
  expect(next('2026-03-03T18:00')).toBe(taipei('2026-03-03T23:00'));
  expect(next('2026-03-07T12:00')).toBe(taipei('2026-03-07T23:00'));
  expect(
    nextCurfewMs(TAIPEI_CURFEW, { ageBand: '18-up', guardian: false }, calendar, taipei('2026-03-02T18:00')),
  ).toBeUndefined();
});

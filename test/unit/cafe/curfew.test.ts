// test/unit/cafe/curfew.test.ts - the example rules of Taipei at the minutes where they begin and end, and before free days.
import fc from 'fast-check';
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

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
/** Taipei's rules for a pupil of 16, written down once more: minutes since midnight, and what the days are. */
function keptAway(minute: number, school: boolean, freeTomorrow: boolean): boolean {
  if (minute < 8 * 60) return true; // Last night's rule, whichever it was, ends at eight.
  if (school && minute < 17 * 60) return true;
  return minute >= (freeTomorrow ? 23 : 22) * 60;
}

// Goal: every rule begins and ends at its very minute, on school days, before free days and on them. Method: random holidays,
// random minutes and those at the borders, each with the millisecond before; a second reading of the rules.
test('a pupil is kept away exactly in the minutes of the rules, whatever the holidays', () => {
  const first = taipei('2026-03-01T00:00'); // A Sunday.
  const dateOf = (day: number) => new Date(first + 8 * 3_600_000 + day * DAY).toISOString().slice(0, 10);
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 29 }), { maxLength: 8 }),
      fc.integer({ min: 1, max: 28 }),
      fc.oneof(fc.constantFrom(0, 8 * 60, 17 * 60, 22 * 60, 23 * 60), fc.integer({ min: 0, max: 1_439 })),
      fc.boolean(),
      (holidays, day, minute, justBefore) => {
        const own = calendarOf(cafeSettings({ holidays: holidays.map(dateOf) }));
        const isFree = (one: number): boolean => one % 7 === 0 || one % 7 === 6 || holidays.includes(one);
        const atMs = first + day * DAY + minute * MINUTE - (justBefore ? 1 : 0);
        const [onDay, at] = [Math.floor((atMs - first) / DAY), Math.floor(((atMs - first) % DAY) / MINUTE)];
        const kept = curfewAt(TAIPEI_CURFEW, { ageBand: '15-to-17', guardian: false }, own, atMs);
        expect(kept !== undefined).toBe(keptAway(at, !isFree(onDay), isFree(onDay + 1)));
        if (kept === undefined) return;
        expect(kept.untilMs).toBeGreaterThan(atMs);
        // What the refusal names as its end is one, or another rule goes on.
        const after = curfewAt(TAIPEI_CURFEW, { ageBand: '15-to-17', guardian: false }, own, kept.untilMs);
        expect(after?.rule.id).not.toBe(kept.rule.id);
      },
    ),
    { numRuns: 400 },
  );
});

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

test('a rule that a skipped hour leaves no minute sends nobody away; the night after, it does', () => {
  const berlin = calendarOf(cafeSettings({ timeZone: 'Europe/Berlin' }));
  const rule = { id: 'r', name: 'r', ageBands: ['15-to-17'], days: 'any', fromMinute: 150, toMinute: 180 } as const;
  const next = (text: string) =>
    nextCurfewMs(
      [{ ...rule, ageBands: [...rule.ageBands], guardianLifts: false }],
      { ageBand: '15-to-17', guardian: false },
      berlin,
      Date.parse(`${text}Z`),
    );
  // On 2026-03-29 the wall goes from 02:00 to 03:00: half past two would be half past three, when the rule is over.
  expect(next('2026-03-27T20:00')).toBe(Date.parse('2026-03-28T01:30Z'));
  expect(next('2026-03-28T20:00')).toBe(Date.parse('2026-03-30T00:30Z'));
});

// Goal: play that was begun in time ends at the millisecond at which a rule begins to hold, and by no rule that does not hold.
// Method: random rules, bands and guardians in zones whose clocks change; between now and the told begin nothing holds, at it one
// does, and where nothing is told nothing holds for two days.
test('the next begin that is told is the first instant at which a rule holds, also where clocks change', () => {
  const rule = fc.record({
    id: fc.constant('r'),
    name: fc.constant('r'),
    ageBands: fc.constantFrom<string[]>(['15-to-17'], ['under-15'], ['under-15', '15-to-17']),
    days: fc.constantFrom('any', 'school-day', 'eve-of-free-day', 'not-eve-of-free-day'),
    fromMinute: fc.oneof(fc.constantFrom(0, 120, 150, 1_439), fc.integer({ min: 0, max: 1_439 })),
    lasts: fc.oneof(fc.constantFrom(1, 30, 60), fc.integer({ min: 1, max: 1_440 })),
    guardianLifts: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(rule, { minLength: 1, maxLength: 4 }),
      fc.constantFrom('Asia/Taipei', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'),
      fc.constantFrom('2026-03-07', '2026-03-28', '2026-04-04', '2026-10-03', '2026-10-24', '2026-10-31'),
      fc.integer({ min: 0, max: 2 * 1_440 }),
      fc.boolean(),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 20, maxLength: 20 }),
      (drawn, timeZone, date, minute, guardian, between) => {
        const rules = drawn.map(({ lasts, ...one }) => ({ ...one, toMinute: one.fromMinute + lasts }));
        const own = calendarOf(cafeSettings({ timeZone, holidays: ['2026-10-26'] }));
        const guest = { ageBand: '15-to-17', guardian };
        const held = (atMs: number) => curfewAt(rules, guest, own, Math.floor(atMs));
        const nowMs = Date.parse(`${date}T00:00Z`) + minute * MINUTE;
        fc.pre(held(nowMs) === undefined);
        const begin = nextCurfewMs(rules, guest, own, nowMs);
        const untilMs = begin ?? nowMs + 2 * DAY - 120 * MINUTE;
        for (const share of [...between, 1]) {
          const atMs = Math.min(nowMs + share * (untilMs - nowMs), untilMs - 1);
          expect(held(atMs), new Date(atMs).toISOString()).toBeUndefined();
        }
        if (begin !== undefined) expect(held(begin), new Date(begin).toISOString()).toBeDefined();
      },
    ),
    { numRuns: 1_000 },
  );
});

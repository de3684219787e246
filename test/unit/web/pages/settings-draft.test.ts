// test/unit/web/pages/settings-draft.test.ts - who edits settings loses nothing that was typed, and sees what the rules will do.
// Method: two people change one document; the week is painted by strokes; the preview is asked for hours known from docs/CAFE.md.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantAt, previewOf } from '../../../../clients/web/src/pages/cafe/price-preview.ts';
import {
  bothChanged,
  changedBy,
  changedFields,
  type Draft,
  faultyField,
  freeId,
  onTopOf,
} from '../../../../clients/web/src/pages/cafe/settings-draft.ts';
import { letterOf, moved, paint, rateOf, withoutRate } from '../../../../clients/web/src/pages/cafe/week-paint.ts';
import { cafeSettings, taipei, WEEK } from '../../../support/cafe/settings.ts';

const base = cafeSettings();
const draft = (mine: Draft['mine']): Draft => ({ version: 1, base, mine });

test('what was typed lies on top of what somebody else saved meanwhile', () => {
  const mine = draft({ ...base, minimumMinor: '20', holidays: [] });
  const theirs = { ...base, name: 'Ximen 2', holidays: ['2026-01-01'] };
  expect(bothChanged(mine, theirs)).toEqual(['holidays']);
  const renewed = onTopOf(mine, theirs, 2);
  expect(renewed).toEqual({ version: 2, base: theirs, mine: { ...theirs, minimumMinor: '20', holidays: [] } });
  expect(changedFields(renewed.base, renewed.mine).toSorted()).toEqual(['holidays', 'minimumMinor']);
  // Both wrote the same: nobody has to choose.
  expect(bothChanged(draft({ ...base, voidMinutes: 5 }), { ...base, voidMinutes: 5 })).toEqual([]);
});

test('the part that may be absent is put there and taken away', () => {
  const idle = { minutes: 10, graceSeconds: 60, guestsGoOn: true };
  const withIdle = changedBy(base, { idle });
  expect(changedFields(base, withIdle)).toEqual(['idle']);
  expect(changedBy(withIdle, { idle: undefined })).toEqual(base);
  expect(onTopOf({ version: 1, base: withIdle, mine: base }, { ...withIdle, name: 'Two' }, 2).mine).toEqual({
    ...base,
    name: 'Two',
  });
  expect('idle' in changedBy(withIdle, { idle: undefined })).toBe(false);
  expect(faultyField(changedBy(base, { idle: { ...idle, minutes: Number.NaN } }))).toBe('idle');
});

test('what is not right yet is named by its part, by the shape and by the rules', () => {
  expect(faultyField(base)).toBeUndefined();
  expect(faultyField({ ...base, minimumMinor: '' })).toBe('minimumMinor');
  expect(faultyField({ ...base, voidMinutes: Number.NaN })).toBe('voidMinutes');
  expect(faultyField({ ...base, holidays: ['2026-02-30'] })).toBe('holidays');
  expect(faultyField({ ...base, zones: [...base.zones, { id: 'new', name: 'New', postpaid: false }] })).toBe('tariffs');
  expect(faultyField({ ...base, packages: base.packages.map((one) => ({ ...one, zones: [] })) })).toBe('packages');
});

test('new things get an id that nobody has', () => {
  expect(freeId('zone', [])).toBe('zone-1');
  expect(freeId('zone', [{ id: 'zone-1' }, { id: 'hall' }])).toBe('zone-2');
});

test('a stroke paints one hour, one day, one hour of every day, or the week', () => {
  const place = fc.record({ day: fc.integer({ min: -1, max: 7 }), hour: fc.integer({ min: -1, max: 23 }) });
  fc.assert(
    fc.property(place, fc.constantFrom('a', 'b', 'c'), ({ day, hour }, letter) => {
      const after = paint(WEEK, { day, hour }, letter);
      for (const [row, text] of WEEK.entries()) {
        expect(after[row]).toHaveLength(24);
        for (const [column, old] of [...text].entries()) {
          const hit = (day === -1 || day === row) && (hour === -1 || hour === column);
          expect(after[row]?.[column]).toBe(hit ? letter : old);
        }
      }
    }),
  );
});

test('a price that is taken away leaves the others where they were', () => {
  const tariff = {
    ...{ zone: 'hall', group: 'guest' },
    rates: ['day', 'evening', 'night'].map((name) => ({ name, minorPerHour: '1' })),
    week: WEEK.map(() => 'abc'.repeat(8)),
  };
  const { rates, week } = withoutRate(tariff, 1);
  expect(rates.map(({ name }) => name)).toEqual(['day', 'night']);
  expect(week).toEqual(WEEK.map(() => 'aab'.repeat(8)));
  expect(rateOf(letterOf(7))).toBe(7);
});

test('arrows stay on the grid and its heads', () => {
  expect(moved({ day: -1, hour: -1 }, 'ArrowUp')).toEqual({ day: -1, hour: -1 });
  expect(moved({ day: 7, hour: 23 }, 'ArrowDown')).toEqual({ day: 7, hour: 23 });
  expect(moved({ day: 3, hour: 4 }, 'ArrowLeft')).toEqual({ day: 3, hour: 3 });
  expect(moved({ day: 3, hour: 4 }, 'Home')).toEqual({ day: 3, hour: -1 });
  expect(moved({ day: 3, hour: 4 }, 'x')).toBeUndefined();
});

test('the preview says what the hub will charge and refuse', () => {
  const atMs = instantAt('Asia/Taipei', '2026-03-07T23:10'); // A Saturday; Sunday is free too.
  expect(atMs).toBe(taipei('2026-03-07T23:10'));
  expect(instantAt('Asia/Taipei', '2026-02-30T10:00')).toBeUndefined();
  const seen = previewOf(base, { zone: 'vip', group: 'gold', atMs: atMs ?? 0 });
  expect(seen.hourMinor).toBe(60n); // A group without a tariff pays what guests pay.
  expect(seen.presets[0]).toEqual({ minutes: 60, dueMinor: 60n });
  expect(seen.packages).toEqual([
    { id: 'overnight', name: 'Overnight', dueMinor: 150n, untilMs: taipei('2026-03-08T07:00') },
  ]);
  const [child, pupil, adult] = seen.ages;
  expect(child?.refusedBy).toBeDefined();
  expect(pupil).toMatchObject({
    refusedBy: 'Under 18: not after 23:00 before a free day',
    untilMs: taipei('2026-03-08T08:00'),
  });
  expect(adult).toMatchObject({ refusedBy: undefined, untilMs: undefined });
  const evening = previewOf(base, { zone: 'hall', group: 'guest', atMs: taipei('2026-03-07T20:00') });
  expect(evening.ages[1]).toMatchObject({ refusedBy: undefined, untilMs: taipei('2026-03-07T23:00') });
});

// test/unit/pool/utilisation.test.ts - the played share of seats' time.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lastDays, occupiedMs, usedShare } from '../../../src/pool/utilisation.ts';

const window = { fromMs: 100, untilMs: 200 };

test('only what lies in the window counts, and two games at once count twice', () => {
  const spans = [
    { fromMs: 0, untilMs: 150 },
    { fromMs: 120, untilMs: 130 },
    { fromMs: 190, untilMs: 400 },
    { fromMs: 0, untilMs: 100 },
    { fromMs: 200, untilMs: 300 },
  ];
  expect(occupiedMs(spans, window)).toBe(50 + 10 + 10);
  expect(usedShare(spans, 2, window)).toBe(0.35);
});

test('a machine without seats was not played on; more games than seats are no more than all', () => {
  const all = { fromMs: 0, untilMs: 1_000 };
  expect(usedShare([all], 0, window)).toBe(0);
  expect(usedShare([all, all], 1, window)).toBe(1);
});

// Goal: the days add up to the week. Method: any spans, cut at the borders of days.
test('the days lie end to end, and what they hold is what the week holds', () => {
  const spans = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 10 ** 9 }), fc.integer({ min: 0, max: 10 ** 8 })).map(([fromMs, ms]) => ({
      fromMs,
      untilMs: fromMs + ms,
    })),
  );
  fc.assert(
    fc.property(spans, (played) => {
      const days = lastDays(10 ** 9, 7);
      const week = { fromMs: days[0]?.fromMs ?? 0, untilMs: days.at(-1)?.untilMs ?? 0 };
      expect(week).toEqual({ fromMs: 10 ** 9 - 7 * 86_400_000, untilMs: 10 ** 9 });
      expect(days.reduce((sum, day) => sum + occupiedMs(played, day), 0)).toBe(occupiedMs(played, week));
    }),
  );
});

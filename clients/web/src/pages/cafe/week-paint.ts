// clients/web/src/pages/cafe/week-paint.ts - painting the week of a tariff: which fields one stroke reaches, and what becomes of
// the letters when a price is taken away.
import type { CafeTariff } from '../../../../../src/protocol/cafe-settings.ts';

/** Rows of a week: Sunday to Saturday, then holidays. */
export const DAYS = [0, 1, 2, 3, 4, 5, 6, 7] as const;
/** Columns: hours of the wall. */
export const HOURS: readonly number[] = Array.from({ length: 24 }, (_, hour) => hour);
/** A field; row -1 stands for every day, column -1 for every hour. */
export type Place = { readonly day: number; readonly hour: number };

/** The letter that paints with a price. */
export const letterOf = (rate: number): string => String.fromCharCode(97 + rate);
/** The price that a letter paints with. */
export const rateOf = (letter: string): number => letter.charCodeAt(0) - 97;

/** The week after one stroke. */
export function paint(week: readonly string[], { day, hour }: Place, letter: string): string[] {
  return week.map((row, at) => {
    if (day !== -1 && at !== day) return row;
    return hour === -1 ? letter.repeat(row.length) : `${row.slice(0, hour)}${letter}${row.slice(hour + 1)}`;
  });
}

/** The tariff without one of its prices: what it had painted becomes the first that is left. */
export function withoutRate(tariff: CafeTariff, rate: number): CafeTariff {
  const moved = (letter: string): string => {
    const old = rateOf(letter);
    return letterOf(old === rate ? 0 : old > rate ? old - 1 : old);
  };
  return {
    ...tariff,
    rates: tariff.rates.filter((_, at) => at !== rate),
    week: tariff.week.map((row) => [...row].map(moved).join('')),
  };
}

/** Where an arrow, Home or End leads from a field; nothing for other keys. */
export function moved({ day, hour }: Place, key: string): Place | undefined {
  const within = (value: number, most: number): number => Math.min(most, Math.max(-1, value));
  switch (key) {
    case 'ArrowLeft':
      return { day, hour: within(hour - 1, 23) };
    case 'ArrowRight':
      return { day, hour: within(hour + 1, 23) };
    case 'ArrowUp':
      return { day: within(day - 1, 7), hour };
    case 'ArrowDown':
      return { day: within(day + 1, 7), hour };
    case 'Home':
      return { day, hour: -1 };
    case 'End':
      return { day, hour: 23 };
    default:
      return undefined;
  }
}

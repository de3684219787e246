// src/cafe/tariff.ts - what a span of open play weighs: the sum of price by the hour times milliseconds, exactly. Pieces of a
// span weigh together what the whole weighs, so no cut, move or pause changes a price; money is made of it once, at the end.
import { assert } from '../base/assert.ts';
import type { CafeTariff } from '../protocol/cafe-settings.ts';
import { type Calendar, dayKind } from './calendar.ts';
import { QUARTER_MS } from './local-time.ts';

/** Minor units an hour, by day kind (0 Sunday to 6 Saturday, 7 holiday) and hour of the wall. */
export type WeekGrid = readonly (readonly bigint[])[];

/** Milliseconds in an hour: weight divided by it is money. */
export const HOUR_MS = 3_600_000n;
/** Nobody plays longer than this on one tab; a price that is 0 all week never ends by itself. */
const HORIZON_MS = 14 * 24 * 3_600_000;

/** Reads the painted week of a checked tariff. */
export function weekGrid({ rates, week }: CafeTariff): WeekGrid {
  return week.map((row) =>
    [...row].map((letter) => {
      const rate = rates[letter.charCodeAt(0) - 97];
      assert(rate !== undefined, 'checked tariffs paint with known letters');
      return BigInt(rate.minorPerHour);
    }),
  );
}

/** The tariff of a zone for a group: the group's own, else that of guests. */
export function tariffFor(tariffs: readonly CafeTariff[], zone: string, group: string): CafeTariff | undefined {
  const ofZone = tariffs.filter((tariff) => tariff.zone === zone);
  return ofZone.find((tariff) => tariff.group === group) ?? ofZone.find((tariff) => tariff.group === 'guest');
}

/** Minor units an hour at an instant. */
export function rateAt(grid: WeekGrid, calendar: Calendar, atMs: number): bigint {
  const { day, minute } = calendar.time.wallAt(atMs);
  return grid[dayKind(calendar, day)]?.[Math.floor(minute / 60)] ?? 0n;
}

/** Where the price may change next: hours of the wall begin on quarters of UTC, everywhere. */
export const nextQuarter = (atMs: number): number => (Math.floor(atMs / QUARTER_MS) + 1) * QUARTER_MS;

/**
 * Weight of a span.
 * @param fromMs whole milliseconds, Unix time
 * @returns minor units an hour times milliseconds; 0 when `toMs` is not after `fromMs`
 */
export function weigh(grid: WeekGrid, calendar: Calendar, fromMs: number, toMs: number): bigint {
  let weight = 0n;
  for (let at = fromMs; at < toMs; ) {
    const next = Math.min(toMs, nextQuarter(at));
    weight += rateAt(grid, calendar, at) * BigInt(next - at);
    at = next;
  }
  return weight;
}

/**
 * How long a weight lasts from an instant on.
 * @returns the last whole millisecond at which the span weighs no more than `weight`; `undefined` beyond two weeks
 */
export function lastsUntilMs(grid: WeekGrid, calendar: Calendar, fromMs: number, weight: bigint): number | undefined {
  let left = weight;
  for (let at = fromMs; at < fromMs + HORIZON_MS; ) {
    const next = nextQuarter(at);
    const rate = rateAt(grid, calendar, at);
    const step = rate * BigInt(next - at);
    if (step > left) return at + Number(left / rate);
    left -= step;
    at = next;
  }
  return undefined;
}

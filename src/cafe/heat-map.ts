// src/cafe/heat-map.ts - how full each seat was in each hour of the local day.
import type { LocalTime } from './local-time.ts';
import { QUARTER_MS } from './local-time.ts';
import type { Stint } from './tab.ts';

/** A span of days, first and last included, as far as it has passed. */
export type DaySpan = { readonly firstDay: number; readonly lastDay: number; readonly nowMs: number };

/**
 * Seat -> 24 shares from 0 to 1: played time by what the hour had on all days of the span. Every seat in `seats` has a row.
 * Play that goes on has lasted until now, and no longer.
 */
export function heatMap(
  stints: readonly Stint[],
  seats: readonly string[],
  time: LocalTime,
  { firstDay, lastDay, nowMs }: DaySpan,
): ReadonlyMap<string, readonly number[]> {
  const fromMs = time.instantOf({ day: firstDay, minute: 0 }, 'first');
  const toMs = Math.min(nowMs, time.instantOf({ day: lastDay + 1, minute: 0 }, 'first'));
  const hourOf = (atMs: number): number => Math.floor(time.wallAt(atMs).minute / 60);
  const add = (row: number[], begin: number, end: number): void => {
    for (let at = Math.max(begin, fromMs); at < Math.min(end, toMs); ) {
      const next = Math.min(end, toMs, (Math.floor(at / QUARTER_MS) + 1) * QUARTER_MS);
      const hour = hourOf(at);
      row[hour] = (row[hour] ?? 0) + next - at;
      at = next;
    }
  };
  const whole = new Array<number>(24).fill(0);
  add(whole, fromMs, toMs);
  const rows = new Map(seats.map((seat) => [seat, new Array<number>(24).fill(0)]));
  for (const { seat, fromMs: begin, toMs: end } of stints) {
    const row = rows.get(seat);
    if (row !== undefined) add(row, begin, end ?? toMs);
  }
  return new Map(
    [...rows].map(([seat, row]) => [seat, row.map((ms, hour) => Math.min(1, ms / Math.max(1, whole[hour] ?? 1)))]),
  );
}

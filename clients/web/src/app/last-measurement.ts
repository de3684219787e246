// clients/web/src/app/last-measurement.ts - what was measured from this browser last, for the radar of the front page.
import type { RadarEntry } from '../ui/radar/radar.tsx';

const STORE = 'nearcade.measured';
const ENTRIES_MAX = 5;

/** A measurement that is over. */
export type LastMeasurement = { readonly atMs: number; readonly entries: readonly RadarEntry[] };

/** Keeps it. */
export function keepMeasurement(entries: readonly RadarEntry[]): void {
  const lean = entries.slice(0, ENTRIES_MAX).map(({ id, name, rttMs, chosen }) => ({ id, name, rttMs, chosen }));
  localStorage.setItem(STORE, JSON.stringify({ atMs: Date.now(), entries: lean }));
}

function entryOf(value: unknown): RadarEntry | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const [id, name, rttMs] = ['id', 'name', 'rttMs'].map((key): unknown => Reflect.get(value, key));
  if (typeof id !== 'string' || typeof name !== 'string' || typeof rttMs !== 'number') return undefined;
  return { id, name, rttMs, chosen: Reflect.get(value, 'chosen') === true };
}

/** The last one, or undefined when nothing was measured here yet. */
export function lastMeasurement(): LastMeasurement | undefined {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORE) ?? 'null');
    if (typeof stored !== 'object' || stored === null) return undefined;
    const atMs: unknown = Reflect.get(stored, 'atMs');
    const list: unknown = Reflect.get(stored, 'entries');
    if (typeof atMs !== 'number' || !Array.isArray(list)) return undefined;
    const entries = list
      .slice(0, ENTRIES_MAX)
      .map(entryOf)
      .filter((entry) => entry !== undefined);
    return entries.length === 0 ? undefined : { atMs, entries };
  } catch {
    return undefined;
  }
}

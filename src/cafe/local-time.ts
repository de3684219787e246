// src/cafe/local-time.ts - the clock on a café's wall: days and minutes of its time zone for an instant, and back. Prices,
// windows and curfews follow the wall; durations follow the instants, so a night with a clock change is 7 or 9 hours long.

/** Milliseconds in a minute. */
export const MINUTE_MS = 60_000;
/** Minutes in a day without a clock change. */
export const DAY_MINUTES = 1_440;
const DAY_MS = DAY_MINUTES * MINUTE_MS;
/** Zones of our time change their clocks on, and differ from UTC by, whole quarters of an hour. */
export const QUARTER_MS = 15 * MINUTE_MS;
/** Offsets kept: half a year of quarters. */
const KEPT_MAX = 20_000;

/** What the wall shows: whole days since 1970-01-01, and minutes since midnight. */
export type WallTime = { readonly day: number; readonly minute: number };

/** 0 Sunday to 6 Saturday; 1970-01-01 was a Thursday. */
export const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7;

/** A day as 'YYYY-MM-DD' (proleptic Gregorian; the algorithm counts from 0000-03-01, so that leap days end a year). */
export function dateOf(day: number): string {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const date = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`;
}

/** The day of 'YYYY-MM-DD'; `undefined` for what is no day of the calendar (2026-02-30). */
export function dayOf(date: string): number | undefined {
  const [year = 0, month = 0, dayOfMonth = 0] = date.split('-').map(Number);
  const fromMarch = month <= 2 ? year - 1 : year;
  const era = Math.floor(fromMarch / 400);
  const yearOfEra = fromMarch - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + dayOfMonth - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  const day = era * 146_097 + dayOfEra - 719_468;
  return dateOf(day) === date ? day : undefined;
}

/** True for a time zone that this runtime knows. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false; // RangeError is the only way to ask.
  }
}

/** The wall clock of one time zone. Keeps what it looked up. */
export class LocalTime {
  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();

  /** @param zone an IANA name that `isTimeZone` knows */
  constructor(zone: string) {
    this.#format = new Intl.DateTimeFormat('en', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
  }

  /** Milliseconds by which the wall is ahead of UTC at an instant. */
  offsetMs(atMs: number): number {
    const quarter = Math.floor(atMs / QUARTER_MS);
    const kept = this.#offsets.get(quarter);
    if (kept !== undefined) return kept;
    const parts = new Map(this.#format.formatToParts(quarter * QUARTER_MS).map(({ type, value }) => [type, value]));
    const number = (name: Intl.DateTimeFormatPartTypes): number => Number(parts.get(name));
    const date = [
      String(number('year')).padStart(4, '0'),
      String(number('month')).padStart(2, '0'),
      String(number('day')).padStart(2, '0'),
    ].join('-');
    const wallMs = (dayOf(date) ?? 0) * DAY_MS + (number('hour') * 60 + number('minute')) * MINUTE_MS;
    const offset = wallMs - quarter * QUARTER_MS;
    if (this.#offsets.size >= KEPT_MAX) this.#offsets.clear();
    this.#offsets.set(quarter, offset);
    return offset;
  }

  /** What the wall shows at an instant. */
  wallAt(atMs: number): WallTime {
    const wallMs = atMs + this.offsetMs(atMs);
    const day = Math.floor(wallMs / DAY_MS);
    return { day, minute: Math.floor((wallMs - day * DAY_MS) / MINUTE_MS) };
  }

  /** The same as people read it: '08:05'. */
  clockAt(atMs: number): string {
    const { minute } = this.wallAt(atMs);
    return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
  }

  /**
   * The instant at which the wall shows a time. `minute` may lie beyond the day: 1,860 is 07:00 of the next.
   * @param which of the two where an hour comes twice. An hour that is skipped counts as if the clock had not been moved.
   */
  instantOf({ day, minute }: WallTime, which: 'first' | 'last'): number {
    const wallMs = day * DAY_MS + minute * MINUTE_MS;
    const [before, after] = [this.offsetMs(wallMs - DAY_MS), this.offsetMs(wallMs + DAY_MS)];
    const shown = [wallMs - before, wallMs - after].filter((at) => at + this.offsetMs(at) === wallMs);
    return shown.length === 0 ? wallMs - before : which === 'first' ? Math.min(...shown) : Math.max(...shown);
  }
}

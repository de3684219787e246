// src/base/clock.ts - time as a port. Rings 0-3 get `nowMs` as a number; only the edge reads a clock, once per event.

/** Two clocks that must not be confused: durations use the first, records and credentials the second. */
export interface Clock {
  /** Milliseconds since some start, never falling, blind to changes of the date. May have fractions. */
  monotonicMs(): number;
  /** Milliseconds since 1970 in UTC, as the machine believes. May jump. Whole. */
  wallMs(): number;
}

// src/session/good-time.ts - adds judged seconds up to the cumulative milliseconds that ticks carry.
import { assert } from '../base/assert.ts';
import type { BadMs } from '../protocol/shapes.ts';
import type { Verdict } from './good-second.ts';

/** No bad time of any cause. */
export const NO_BAD_MS: BadMs = {
  'no-frame-yet': 0,
  'few-sent': 0,
  'few-decoded': 0,
  gap: 0,
  rtt: 0,
  'input-unanswered': 0,
  disconnected: 0,
};

/** Cumulative time of one side. */
export type GoodTime = {
  readonly goodMs: number;
  readonly badMs: BadMs;
  /** Fraction of a millisecond of good time not yet counted, 0 <= rest < 1. */
  readonly restMs: number;
};

/** Where a side starts, or goes on from after a reload. */
export function goodTimeFrom(goodMs = 0, badMs: BadMs = NO_BAD_MS): GoodTime {
  return { goodMs, badMs, restMs: 0 };
}

/** Adds a judged span. `elapsedMs` is on the monotonic clock and may have fractions; whole milliseconds count. */
export function addSecond(time: GoodTime, verdict: Verdict, elapsedMs: number): GoodTime {
  assert(elapsedMs >= 0, 'a monotonic clock does not go back');
  if (verdict !== 'good') {
    return { ...time, badMs: { ...time.badMs, [verdict]: time.badMs[verdict] + Math.floor(elapsedMs) } };
  }
  const exactMs = time.restMs + elapsedMs;
  const wholeMs = Math.floor(exactMs);
  return { ...time, goodMs: time.goodMs + wholeMs, restMs: exactMs - wholeMs };
}

/** All bad time of every cause. */
export function sumBadMs(badMs: BadMs): number {
  return Object.values(badMs).reduce((sum, ms) => sum + ms, 0);
}

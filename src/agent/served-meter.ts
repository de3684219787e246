// src/agent/served-meter.ts - the node's own count of good time: seconds in which the promised pictures really left this
// machine. The player counts what it decoded; the hub bills the smaller (DESIGN 6.3). Pure.
import { assert } from '../base/assert.ts';
import { goodSecond } from '../protocol/limits.ts';
import { type BadCause, type BadMs, badCauses } from '../protocol/shapes.ts';

/** Cumulative since the session's start; both only grow. Whole milliseconds. */
export type Served = { readonly goodMs: number; readonly badMs: BadMs };

/** What one span of about a second looked like. */
export type ServedSpan = {
  /** Length on the monotonic clock, > 0. */
  readonly spanMs: number;
  /** Pictures sent within it. */
  readonly framesSent: number;
  readonly promiseFps: number;
  /** No picture was ever sent, the player has no path, or neither. */
  readonly phase: 'no-frame-yet' | 'disconnected' | 'flowing';
};

/** Nothing served yet. */
export const nothingServed: Served = {
  goodMs: 0,
  badMs: Object.fromEntries(badCauses.map((cause) => [cause, 0])) as BadMs,
};

/** Pictures that a span must have carried to be good. */
export function framesOwed(spanMs: number, promiseFps: number): number {
  return (goodSecond.sentShare * promiseFps * spanMs) / 1_000;
}

/** Adds one span, wholly good or wholly bad. Parts of a millisecond are rounded down, in the player's favour. */
export function addSpan(served: Served, { spanMs, framesSent, promiseFps, phase }: ServedSpan): Served {
  assert(spanMs > 0 && framesSent >= 0, 'a span has a length, and pictures do not come back');
  const wholeMs = Math.floor(spanMs);
  if (phase === 'flowing' && framesSent >= framesOwed(spanMs, promiseFps)) {
    return { goodMs: served.goodMs + wholeMs, badMs: served.badMs };
  }
  const cause: BadCause = phase === 'flowing' ? 'few-sent' : phase;
  return { goodMs: served.goodMs, badMs: { ...served.badMs, [cause]: served.badMs[cause] + wholeMs } };
}

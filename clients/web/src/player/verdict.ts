// clients/web/src/player/verdict.ts - 'will this play well?' in one word, from what was measured and promised, before
// anything costs. The words around it are the page's.
import type { Measurement, PlayPromise } from '../../../../src/protocol/shapes.ts';

/** From 'you will not notice the distance' to 'this would be no fun'. */
export type Grade = 'excellent' | 'good' | 'fair' | 'poor';

/** A grade and the number that decided it. */
export type Verdict = {
  readonly grade: Grade;
  readonly because: 'rtt' | 'jitter' | 'loss';
};

type Limits = { readonly rttMs: number; readonly jitterMs: number; readonly loss: number };
/** Cloud-gaming practice: below 40 ms is advised, 80 ms the end of what services accept; jitter costs frames. */
const LIMITS: readonly (readonly [Grade, Limits])[] = [
  ['excellent', { rttMs: 20, jitterMs: 6, loss: 0.01 }],
  ['good', { rttMs: 45, jitterMs: 12, loss: 0.03 }],
  ['fair', { rttMs: 80, jitterMs: 25, loss: 0.08 }],
];

/** Grades a measured path. Above the promised round trip it is never better than 'fair': such seconds are free. */
export function verdictOf(measured: Measurement, promise: PlayPromise): Verdict {
  const { rttMinMs, jitterMs, loss } = measured;
  for (const [grade, limit] of LIMITS) {
    if (grade !== 'fair' && rttMinMs > promise.rttCapMs) continue;
    if (rttMinMs <= limit.rttMs && jitterMs <= limit.jitterMs && loss <= limit.loss) {
      return { grade, because: 'rtt' };
    }
  }
  const worst = LIMITS[LIMITS.length - 1]?.[1];
  if (worst !== undefined && loss > worst.loss) return { grade: 'poor', because: 'loss' };
  if (worst !== undefined && jitterMs > worst.jitterMs) return { grade: 'poor', because: 'jitter' };
  return { grade: 'poor', because: 'rtt' };
}

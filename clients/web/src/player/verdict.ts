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

const GRADES: readonly Grade[] = ['excellent', 'good', 'fair', 'poor'];

/** The best grade that one number of a path allows. */
function gradeBy(limitOf: (limits: Limits) => number, value: number): number {
  const index = LIMITS.findIndex(([, limits]) => value <= limitOf(limits));
  return index < 0 ? LIMITS.length : index;
}

/** Grades a measured path: the worst of its numbers decides. Above the promised round trip it is 'fair' at best. */
export function verdictOf(measured: Measurement, promise: PlayPromise): Verdict {
  const { rttMinMs, jitterMs, loss } = measured;
  const far = rttMinMs > promise.rttCapMs ? GRADES.indexOf('fair') : 0;
  const by = {
    rtt: Math.max(
      far,
      gradeBy((limits) => limits.rttMs, rttMinMs),
    ),
    jitter: gradeBy((limits) => limits.jitterMs, jitterMs),
    loss: gradeBy((limits) => limits.loss, loss),
  };
  const because = (['rtt', 'jitter', 'loss'] as const).reduce(
    (worst, each) => (by[each] > by[worst] ? each : worst),
    'rtt',
  );
  return { grade: GRADES[by[because]] ?? 'poor', because };
}

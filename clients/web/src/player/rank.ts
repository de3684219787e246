// clients/web/src/player/rank.ts - candidates in the order in which the hub will take them (`choose-node`), so that the
// page can say before the start what the start will do. Least round trip first; within a few milliseconds jitter, loss,
// free seats and price decide. The hub's own choice, told in `started.choice`, is the one that counts.
import type { PlanCandidate } from '../../../../src/protocol/player-messages.ts';
import type { Measurement, Path, PathWish } from '../../../../src/protocol/shapes.ts';

/** Closer than this is a tie: the probe itself is no better. */
const TIE_MS = 3;
const JITTER_TIE_MS = 2;
const LOSS_TIE = 0.02;

/** A candidate with the best path that was measured to it. */
export type Ranked = { readonly candidate: PlanCandidate; readonly measured: Measurement };

/** True when a player who asked for `wish` may be given `path`. */
export function pathSuits(path: Path, wish: PathWish): boolean {
  return wish === 'auto' || wish === path;
}

function compare(a: Ranked, b: Ranked): number {
  const steps: readonly [number, number][] = [
    [a.measured.rttMinMs - b.measured.rttMinMs, TIE_MS],
    [a.measured.jitterMs - b.measured.jitterMs, JITTER_TIE_MS],
    [a.measured.loss - b.measured.loss, LOSS_TIE],
    [b.candidate.freeSlots - a.candidate.freeSlots, 0],
    [Number(BigInt(a.candidate.quote.rateWeiPerHour) - BigInt(b.candidate.quote.rateWeiPerHour)), 0],
  ];
  for (const [difference, tie] of steps) if (Math.abs(difference) > tie) return difference;
  return a.measured.rttMinMs - b.measured.rttMinMs;
}

/** Measured candidates that suit `wish`, best first, each with its best path. A full node comes last. */
export function rank(
  candidates: readonly PlanCandidate[],
  measurements: readonly Measurement[],
  wish: PathWish,
): readonly Ranked[] {
  const best = candidates.flatMap((candidate): Ranked[] => {
    const paths = measurements
      .filter(({ node, path }) => node === candidate.node && pathSuits(path, wish))
      .map((measured) => ({ candidate, measured }));
    const [first] = paths.toSorted(compare);
    return first === undefined ? [] : [first];
  });
  const seats = ({ candidate }: Ranked): number => (candidate.freeSlots > 0 ? 0 : 1);
  // Comparing with ties is not transitive, so the leader is picked against the least round trip, and the rest by it.
  const byRtt = best.toSorted((a, b) => seats(a) - seats(b) || a.measured.rttMinMs - b.measured.rttMinMs);
  const [nearest] = byRtt;
  if (nearest === undefined) return [];
  const tied = byRtt.filter(
    (other) => seats(other) === seats(nearest) && other.measured.rttMinMs - nearest.measured.rttMinMs <= TIE_MS,
  );
  const [leader] = tied.toSorted(compare);
  return leader === undefined ? byRtt : [leader, ...byRtt.filter((other) => other !== leader)];
}

// clients/web/src/player/preview.ts - what a start would choose, by the hub's own rule (src/pool/choose-node.ts), so that
// the page can say it before anything costs. The hub knows each machine's load and decides; `started.choice` says how.
import type { NodeId } from '../../../../src/base/ids.ts';
import { chooseNode } from '../../../../src/pool/choose-node.ts';
import type { PlanCandidate } from '../../../../src/protocol/player-messages.ts';
import type { Measurement, PathWish } from '../../../../src/protocol/shapes.ts';

/** A candidate with the path that was measured to it. */
export type Ranked = { readonly candidate: PlanCandidate; readonly measured: Measurement };

/** What a start with this wish would get. */
export type Preview = {
  /** Taken when play starts; undefined when all seats are taken or nothing could be measured. */
  readonly winner: Ranked | undefined;
  /** One entry a node, over its best path, best first; the winner is among them. */
  readonly ranked: readonly Ranked[];
};

/** Previews the choice. `picked`: a node taken by hand. */
export function previewChoice(
  candidates: readonly PlanCandidate[],
  measurements: readonly Measurement[],
  wish: PathWish,
  picked?: NodeId,
): Preview {
  const chosen = chooseNode({
    candidates: candidates.map(({ node, name, freeSlots, quote }) => ({
      node,
      name,
      free: freeSlots > 0,
      load: 0, // The page does not know it: equal for all, so that it decides nothing.
      rateWeiPerHour: BigInt(quote.rateWeiPerHour),
    })),
    measurements,
    wish,
    picked,
    unmeasuredPath: 'direct',
    unmeasuredOk: false,
  });
  if (!chosen.ok) return { winner: undefined, ranked: rankedOf(candidates, measurements, wish) };
  const ranked = chosen.value.ranked.flatMap(({ node, path }): Ranked[] => {
    const candidate = candidates.find((each) => each.node === node);
    const measured = measurements.find((each) => each.node === node && each.path === path);
    return candidate === undefined || measured === undefined ? [] : [{ candidate, measured }];
  });
  const { node, path } = chosen.value;
  const winner = ranked.find(({ candidate, measured }) => candidate.node === node && measured.path === path);
  const first = new Map<NodeId, Ranked>();
  for (const entry of winner === undefined ? ranked : [winner, ...ranked]) {
    if (!first.has(entry.candidate.node)) first.set(entry.candidate.node, entry);
  }
  return { winner, ranked: [...first.values()] };
}

/** Nearest first, for a page that must show something although every seat is taken. */
function rankedOf(
  candidates: readonly PlanCandidate[],
  measurements: readonly Measurement[],
  wish: PathWish,
): readonly Ranked[] {
  return candidates
    .flatMap((candidate): Ranked[] => {
      const [measured] = measurements
        .filter(({ node, path }) => node === candidate.node && (wish === 'auto' || wish === path))
        .toSorted((a, b) => a.rttMinMs - b.rttMinMs);
      return measured === undefined ? [] : [{ candidate, measured }];
    })
    .toSorted((a, b) => a.measured.rttMinMs - b.measured.rttMinMs);
}

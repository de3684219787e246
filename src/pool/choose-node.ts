// src/pool/choose-node.ts - which node and path a player gets, from what the player's browser measured. Pure.
// Minimum RTT decides: jitter only ever adds, so the smallest echo is the truest picture of the path. Within 3 ms, less
// than a quarter of a frame, nobody feels a difference: there jitter decides, then loss, load, price.
import { present } from '../base/assert.ts';
import type { NodeId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { Choice } from '../protocol/player-messages.ts';
import type { Measurement, Path, PathWish } from '../protocol/shapes.ts';

/** A node that could be chosen. */
export type Rankable = {
  readonly node: NodeId;
  readonly name: string;
  /** A seat is left now. */
  readonly free: boolean;
  /** Processor use of the machine, 0..1. */
  readonly load: number;
  readonly rateWeiPerHour: bigint;
};

/** What to choose from, and what the player wants. */
export type ChooseNode = {
  readonly candidates: readonly Rankable[];
  readonly measurements: readonly Measurement[];
  readonly wish: PathWish;
  /** A node the player picked by hand. */
  readonly picked?: NodeId | undefined;
  /** Path to take where nothing was measured. */
  readonly unmeasuredPath: Path;
  /** Choose all the same when several seats are free and no path was measured (the queue's turn came). */
  readonly unmeasuredOk: boolean;
};

/** busy: no seat left. unmeasured: several seats, and nothing says which is near. */
export type ChooseRefusal = 'busy' | 'unmeasured';

type Pair = { readonly candidate: Rankable; readonly measured: Measurement };
type Reason = Choice['reason'];

const TIE_RTT_MS = 3;
/** How much worse still counts as equal, stage by stage. One lost echo of 16 is 0.0625. */
const TIE_JITTER_MS = 1;
const TIE_LOSS = 0.03;
const TIE_LOAD = 0.1;
/** A relayed path uses a machine more: it counts as that much more load, so that direct wins a tie. */
const PATH_LOAD: Readonly<Record<Path, number>> = { direct: 0, relay: 0.25, 'relay-tcp': 0.5 };

const stages: readonly { readonly reason: Reason; readonly slack: number; readonly of: (pair: Pair) => number }[] = [
  { reason: 'nearest', slack: TIE_RTT_MS, of: ({ measured }) => measured.rttMinMs },
  { reason: 'tie-jitter', slack: TIE_JITTER_MS, of: ({ measured }) => measured.jitterMs },
  { reason: 'tie-loss', slack: TIE_LOSS, of: ({ measured }) => measured.loss },
  { reason: 'tie-load', slack: TIE_LOAD, of: ({ candidate, measured }) => candidate.load + PATH_LOAD[measured.path] },
  { reason: 'tie-price', slack: 0, of: ({ candidate }) => Number(candidate.rateWeiPerHour) },
  { reason: 'nearest', slack: 0, of: ({ measured }) => measured.rttMinMs },
];

/** The best of `pairs` (not empty) and the stage at which no other node was left. */
function best(pairs: readonly Pair[]): { readonly pair: Pair; readonly reason: Reason } {
  let left = [...pairs].sort((a, b) => (a.candidate.node < b.candidate.node ? -1 : 1));
  let reason: Reason | undefined;
  for (const stage of stages) {
    const least = Math.min(...left.map(stage.of));
    left = left.filter((pair) => stage.of(pair) <= least + stage.slack);
    if (reason === undefined && new Set(left.map(({ candidate }) => candidate.node)).size === 1) reason = stage.reason;
  }
  return { pair: present(left[0], 'each stage keeps its best'), reason: reason ?? 'nearest' };
}

function ranked(pairs: readonly Pair[]): Pair[] {
  const rest = [...pairs];
  const order: Pair[] = [];
  while (rest.length > 0) {
    const { pair } = best(rest);
    order.push(pair);
    rest.splice(rest.indexOf(pair), 1);
  }
  return order;
}

/** One pair a (node, path) that is a candidate and that the wish allows. */
function pairsOf({ candidates, measurements, wish }: ChooseNode): Pair[] {
  const byKey = new Map<string, Pair>();
  for (const measured of measurements) {
    const candidate = candidates.find(({ node }) => node === measured.node);
    if (candidate === undefined || (wish !== 'auto' && measured.path !== wish)) continue;
    byKey.set(`${measured.node} ${measured.path}`, { candidate, measured });
  }
  return [...byKey.values()];
}

const line = ({ candidate, measured }: Pair): Choice['ranked'][number] => ({
  node: candidate.node,
  name: candidate.name,
  path: measured.path,
  rttMinMs: measured.rttMinMs,
  jitterMs: measured.jitterMs,
  loss: measured.loss,
});

/** Without measurements: the only free node, the picked one, or the emptiest. */
function unmeasured(input: ChooseNode, free: readonly Rankable[]): Result<Choice, ChooseRefusal> {
  const [first] = [...free].sort((a, b) => a.load - b.load || (a.node < b.node ? -1 : 1));
  if (first === undefined) return err('busy');
  if (free.length > 1 && !input.unmeasuredOk) return err('unmeasured');
  const only = input.candidates.length === 1;
  const reason = input.picked !== undefined ? 'picked' : only ? 'only' : 'unmeasured';
  return ok({ node: first.node, path: input.unmeasuredPath, reason, ranked: [] });
}

/**
 * Chooses node and path, and says why. `ranked` lists what was measured, best first, free nodes before busy ones.
 * A picked node is taken when it is free, over its best measured path.
 */
export function chooseNode(input: ChooseNode): Result<Choice, ChooseRefusal> {
  const open = input.candidates.filter(({ free }) => free);
  const free = input.picked === undefined ? open : open.filter(({ node }) => node === input.picked);
  if (free.length === 0) return err('busy');
  const pairs = pairsOf(input);
  const usable = pairs.filter(({ candidate }) => free.includes(candidate));
  if (usable.length === 0) return unmeasured(input, free);
  const { pair, reason } = best(usable);
  const others = pairs.filter(({ candidate }) => !candidate.free);
  return ok({
    node: pair.candidate.node,
    path: pair.measured.path,
    reason: input.picked !== undefined ? 'picked' : input.candidates.length === 1 ? 'only' : reason,
    ranked: [...ranked(pairs.filter(({ candidate }) => candidate.free)), ...ranked(others)].map(line),
  });
}

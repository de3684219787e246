// src/pool/shortlist.ts - the few nodes a player measures. With five or fewer there is nothing to choose; with more, those
// remembered as near come first and the rest go to regions not yet on the list, so that a wrong memory is found out.
import type { NodeId } from '../base/ids.ts';
import { bounds } from '../protocol/limits.ts';

/** A node that could be measured. */
export type Listable = {
  readonly node: NodeId;
  readonly region: string;
  readonly free: boolean;
  readonly load: number;
  /** Round trip remembered for this player or network; `undefined` when nobody knows. */
  readonly expectedMs: number | undefined;
};

/** Places that remembered nodes may fill; the others are for finding out. */
const KNOWN_MAX = 3;

/**
 * At most `most` of `nodes`, free ones before busy ones, the most promising first.
 * @param most length of the list, 1..5
 */
export function shortlist<T extends Listable>(nodes: readonly T[], most: number = bounds.candidatesMax): T[] {
  const free = nodes.filter((node) => node.free);
  const pool = free.length > 0 ? free : nodes;
  if (pool.length <= most) return [...pool];
  const byLoad = (a: T, b: T): number => a.load - b.load || (a.node < b.node ? -1 : 1);
  const known = pool
    .filter((node) => node.expectedMs !== undefined)
    .sort((a, b) => (a.expectedMs ?? 0) - (b.expectedMs ?? 0) || byLoad(a, b));
  const list = known.slice(0, Math.min(KNOWN_MAX, most));
  const rest = new Set(pool.filter((node) => !list.includes(node)).sort(byLoad));
  while (list.length < most) {
    const regions = new Set(list.map(({ region }) => region));
    const next = [...rest].find(({ region }) => !regions.has(region)) ?? rest.values().next().value;
    if (next === undefined) break;
    rest.delete(next);
    list.push(next);
  }
  return list;
}

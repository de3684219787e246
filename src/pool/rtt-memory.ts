// src/pool/rtt-memory.ts - round trips that were measured before, to shorten the list for the next time. A player's own
// measurements count for that player only; what a network's players share is the median over distinct payers, so that
// many false accounts of one person move little (docs/THREATS.md).
import type { NodeId, PlayerId } from '../base/ids.ts';

type Kept = { readonly rttMs: number; readonly atMs: number };

/** Players and networks remembered; the longest unused are forgotten first. */
const PLACES_MAX = 20_000;
const NODES_PER_PLACE = 32;
const PAYERS_PER_NODE = 9;
/** A path of last week says little about today. */
const FRESH_MS = 7 * 24 * 3_600_000;

/** A map that forgets the entry used longest ago when a new one does not fit. */
function keep<K, V>(map: Map<K, V>, key: K, value: V, most: number): V {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= most) break;
    map.delete(oldest);
  }
  return value;
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1];
}

/** What players measured, by player and by network. Times are Unix milliseconds. */
export class RttMemory {
  readonly #own = new Map<PlayerId, Map<NodeId, Kept>>();
  readonly #shared = new Map<string, Map<NodeId, Map<PlayerId, Kept>>>();

  /** A player measured this; remembered for the same player. */
  measured(player: PlayerId, node: NodeId, rttMs: number, atMs: number): void {
    const nodes = keep(this.#own, player, this.#own.get(player) ?? new Map<NodeId, Kept>(), PLACES_MAX);
    keep(nodes, node, { rttMs, atMs }, NODES_PER_PLACE);
  }

  /** A player paid for play at this distance; remembered for the network. */
  paid(network: string, player: PlayerId, node: NodeId, rttMs: number, atMs: number): void {
    const fresh = new Map<NodeId, Map<PlayerId, Kept>>();
    const nodes = keep(this.#shared, network, this.#shared.get(network) ?? fresh, PLACES_MAX);
    const payers = keep(nodes, node, nodes.get(node) ?? new Map<PlayerId, Kept>(), NODES_PER_PLACE);
    keep(payers, player, { rttMs, atMs }, PAYERS_PER_NODE);
  }

  /** The expected round trip, by the player's own memory or else by the network's; `undefined` when nobody knows. */
  expectedMs(player: PlayerId, network: string, node: NodeId, nowMs: number): number | undefined {
    const own = this.#own.get(player)?.get(node);
    if (own !== undefined && nowMs - own.atMs < FRESH_MS) return own.rttMs;
    const payers = [...(this.#shared.get(network)?.get(node)?.values() ?? [])];
    return median(payers.filter(({ atMs }) => nowMs - atMs < FRESH_MS).map(({ rttMs }) => rttMs));
  }
}

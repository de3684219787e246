// src/pool/track-record.ts - what the last sessions say about a node and about a player's line (DESIGN 6.4). A node whose
// other players were fine is not to blame for one player's bad seconds, and that player is told before paying again.
import type { NodeId, PlayerId } from '../base/ids.ts';

type Played = { readonly player: PlayerId; readonly goodMs: number; readonly badMs: number };

/** Sessions remembered for each node, and nodes remembered; the oldest go first. */
const SESSIONS_PER_NODE = 20;
const NODES_MAX = 10_000;
/** A session shorter than this says nothing. */
const LEAST_MS = 10_000;
/** A player's share of bad time on a node that counts as bad, and the most at which the node's others were fine. */
const LINE_BAD_SHARE = 0.2;
const OTHERS_FINE_SHARE = 0.1;
const LINE_BAD_NODES = 3;

const badShare = (played: readonly Played[]): number | undefined => {
  const [good, bad] = played.reduce(([g, b], { goodMs, badMs }) => [g + goodMs, b + badMs], [0, 0]);
  return (good ?? 0) + (bad ?? 0) === 0 ? undefined : (bad ?? 0) / ((good ?? 0) + (bad ?? 0));
};

/** Ended sessions by node. */
export class TrackRecord {
  readonly #nodes = new Map<NodeId, Played[]>();
  readonly #nodesOf = new Map<PlayerId, Set<NodeId>>();

  /** A session ended with so much good and bad time after its first picture. */
  played(node: NodeId, player: PlayerId, goodMs: number, badMs: number): void {
    if (goodMs + badMs < LEAST_MS) return;
    const sessions = this.#nodes.get(node) ?? [];
    sessions.push({ player, goodMs, badMs });
    if (sessions.length > SESSIONS_PER_NODE) sessions.shift();
    this.#nodes.delete(node);
    this.#nodes.set(node, sessions);
    const nodes = this.#nodesOf.get(player) ?? new Set<NodeId>();
    nodes.delete(node);
    this.#nodesOf.delete(player);
    this.#nodesOf.set(player, nodes.add(node));
    trim(this.#nodes, NODES_MAX);
    trim(this.#nodesOf, NODES_MAX);
    trim(nodes, SESSIONS_PER_NODE);
  }

  /** Share of promised time a node kept over its last sessions, 0..1; `undefined` for a newcomer. */
  reliability(node: NodeId): number | undefined {
    const share = badShare(this.#nodes.get(node) ?? []);
    return share === undefined ? undefined : 1 - share;
  }

  /** True when this player had bad play on at least three nodes on which everybody else was fine. */
  lineSuspect(player: PlayerId): boolean {
    let nodes = 0;
    for (const node of this.#nodesOf.get(player) ?? []) {
      const sessions = this.#nodes.get(node) ?? [];
      const own = badShare(sessions.filter((played) => played.player === player));
      const others = badShare(sessions.filter((played) => played.player !== player));
      if (own === undefined || others === undefined) continue;
      if (own > LINE_BAD_SHARE && others <= OTHERS_FINE_SHARE) nodes += 1;
    }
    return nodes >= LINE_BAD_NODES;
  }
}

function trim<K>(entries: { readonly size: number; keys(): Iterable<K>; delete(key: K): boolean }, most: number): void {
  for (const oldest of entries.keys()) {
    if (entries.size <= most) return;
    entries.delete(oldest);
  }
}

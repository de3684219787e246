// src/pool/node-record.ts - a rendering machine as the hub sees it, and what it may be given.
import type { GameId, NodeId, OperatorId } from '../base/ids.ts';
import type { NodeBench } from '../protocol/node-bench.ts';
import type { Machine, MediaAddress } from '../protocol/node-messages.ts';
import type { Game } from '../protocol/shapes.ts';
import type { Places } from './node-twin.ts';
import type { Presence } from './presence.ts';
import type { Taken } from './seats.ts';

/** Who the node belongs to and on what terms; kept in the store, set by its operator. */
export type NodeTerms = {
  readonly operator: OperatorId;
  /** On top of the base price, in basis points of it: 0..10,000 (DESIGN 6.5). */
  readonly premiumBps: number;
  /** A suspended operator's nodes are shown to nobody. */
  readonly suspended: boolean;
};

/** One machine. `Link` is its socket, `undefined` while it has none. Changed in place by the use cases. */
export type NodeRecord<Link> = {
  readonly node: NodeId;
  terms: NodeTerms;
  machine: Machine;
  games: ReadonlyMap<GameId, Game>;
  /** Where its sessions answer, as far as it proved it (media-scope.ts). */
  scope: readonly MediaAddress[];
  link: Link | undefined;
  presence: Presence;
  /** Who held its place, so that a second machine with its key is told apart. */
  places: Places;
  /** How far its clock was from ours when it joined, in ms, the way of its message included; undefined where it does not say. */
  clockOffMs?: number | undefined;
  slots: number;
  /** From its last heartbeat, counted by the node itself. */
  freeSlots: number;
  load: number;
  draining: boolean;
  /** When it leaves, as the hub asked or as it said itself; Unix ms. It drains while this is set. */
  leavesAtMs?: number;
  /** What it measured of itself, when it has. */
  bench?: NodeBench | undefined;
};

/** How a node looks to a person. */
export type NodeState = 'online' | 'busy' | 'draining' | 'lost';

/** Seats that `node` could give now: what it says is free, less what we promised and it does not know of yet. */
export function seatsLeft<Link>(node: NodeRecord<Link>, taken: Taken): number {
  if (node.presence.state !== 'here' || node.draining || node.terms.suspended) return 0;
  return Math.max(0, Math.min(node.slots - taken.all, node.freeSlots - taken.unseen));
}

/** The one word for a node's state. */
export function nodeState<Link>(node: NodeRecord<Link>, left: number): NodeState {
  if (node.presence.state === 'lost' || node.presence.state === 'gone') return 'lost';
  if (node.draining) return 'draining';
  return left > 0 ? 'online' : 'busy';
}

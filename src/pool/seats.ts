// src/pool/seats.ts - who sits where. A seat is first leased (10 s, while money is held), then taken by a session. One
// table, changed only by the functions below and never across a wait, so that two players never get one slot.
//
// A node counts its free slots itself and tells them with each heartbeat. Until a heartbeat that knows of a seat has come,
// the seat is `unseen`: it is taken off what the node last said was free.
import type { NodeId, SessionId } from '../base/ids.ts';

/** Who holds a seat before there is a session: one player's one start. */
export type LeaseKey = string;

type Seat = {
  readonly node: NodeId;
  /** The session that sits there; `undefined` for a lease. */
  readonly session: SessionId | undefined;
  /** When a lease ends by itself, or the seat of a session that is over here and not yet on its node. */
  untilMs: number;
  /** leased or started: the node does not count it. ready: its next heartbeat will. seen: it does. */
  known: 'unseen' | 'ready' | 'seen';
};

/** Seats of a node: all that are leased or taken, and those of them that the node's last heartbeat did not know. */
export type Taken = { readonly all: number; readonly unseen: number };

const NOBODY: ReadonlySet<LeaseKey> = new Set();

/** Seats of all nodes. */
export class Seats {
  readonly #seats = new Map<LeaseKey | SessionId, Seat>();
  readonly #onNode = new Map<NodeId, Set<LeaseKey | SessionId>>();

  /** How the seats of `node` are taken. */
  of(node: NodeId): Taken {
    const keys = this.#onNode.get(node) ?? NOBODY;
    let unseen = 0;
    for (const key of keys) if (this.#seats.get(key)?.known !== 'seen') unseen += 1;
    return { all: keys.size, unseen };
  }

  /** All seats leased or taken. */
  get size(): number {
    return this.#seats.size;
  }

  /** Promises a seat until `untilMs`. The caller has just seen that one is left. An older lease of `key` ends. */
  lease(key: LeaseKey, node: NodeId, untilMs: number): void {
    this.release(key);
    this.#put(key, { node, session: undefined, untilMs, known: 'unseen' });
  }

  /** Turns a lease into a session's seat; false when the lease has ended. */
  sit(key: LeaseKey, session: SessionId): boolean {
    const seat = this.#seats.get(key);
    if (seat === undefined) return false;
    this.release(key);
    this.#put(session, { ...seat, session, untilMs: Number.POSITIVE_INFINITY });
    return true;
  }

  /** Seats a session that is already running there: after a restart of the hub, or when the node has come back. */
  seat(session: SessionId, node: NodeId): void {
    this.release(session);
    this.#put(session, { node, session, untilMs: Number.POSITIVE_INFINITY, known: 'seen' });
  }

  /** The node runs this session: the heartbeat after this one counts it. */
  ready(session: SessionId): void {
    const seat = this.#seats.get(session);
    if (seat?.known === 'unseen') seat.known = 'ready';
  }

  /** A heartbeat of `node` came: it counts every session that was ready before it. */
  heartbeat(node: NodeId): void {
    for (const key of this.#onNode.get(node) ?? NOBODY) {
      const seat = this.#seats.get(key);
      if (seat?.known === 'ready') seat.known = 'seen';
    }
  }

  /**
   * Gives a seat back.
   * @returns its node when the node was told of the seat but no heartbeat has counted it: what the node last said is one
   *   too many until the next one
   */
  release(key: LeaseKey | SessionId): NodeId | undefined {
    const seat = this.#seats.get(key);
    if (seat === undefined) return undefined;
    this.#seats.delete(key);
    const keys = this.#onNode.get(seat.node);
    keys?.delete(key);
    if (keys?.size === 0) this.#onNode.delete(seat.node);
    return seat.known === 'seen' ? undefined : seat.node;
  }

  /** The session is over here, but its node has not said so: the seat stays taken until it does, at most until `untilMs`. */
  leave(session: SessionId, untilMs: number): void {
    const seat = this.#seats.get(session);
    if (seat !== undefined) seat.untilMs = untilMs;
  }

  /** Sessions that sit on `node`, also those that are over here and not there. */
  on(node: NodeId): readonly SessionId[] {
    return [...(this.#onNode.get(node) ?? NOBODY)].flatMap((key) => this.#seats.get(key)?.session ?? []);
  }

  /** Ends a seat whose time is over: a lease, or one that a session has left. */
  expire(key: LeaseKey, nowMs: number): void {
    if ((this.#seats.get(key)?.untilMs ?? Number.POSITIVE_INFINITY) <= nowMs) this.release(key);
  }

  #put(key: LeaseKey | SessionId, seat: Seat): void {
    this.#seats.set(key, seat);
    const keys = this.#onNode.get(seat.node) ?? new Set();
    this.#onNode.set(seat.node, keys.add(key));
  }
}

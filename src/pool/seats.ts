// src/pool/seats.ts - who sits where. A seat is first leased (10 s, while money is held), then taken by a session. One
// table, changed only by the functions below and never across a wait, so that two players never get one slot.
import type { NodeId, SessionId } from '../base/ids.ts';

/** Who holds a seat before there is a session: one player's one start. */
export type LeaseKey = string;

type Seat = {
  readonly node: NodeId;
  /** When a lease ends by itself; a session's seat does not. */
  readonly untilMs: number;
  /** The node said that this session is ready: its own count of free slots knows it. */
  seen: boolean;
};

/** Seats of all nodes. */
export class Seats {
  readonly #seats = new Map<LeaseKey | SessionId, Seat>();
  readonly #taken = new Map<NodeId, { all: number; unseen: number }>();

  /** Seats of `node` that are leased or taken, and how many of them the node does not count as used yet. */
  of(node: NodeId): { readonly all: number; readonly unseen: number } {
    return this.#taken.get(node) ?? { all: 0, unseen: 0 };
  }

  /** All seats leased or taken. */
  get size(): number {
    return this.#seats.size;
  }

  /** Promises a seat until `untilMs`. The caller has just seen that one is left. An older lease of `key` ends. */
  lease(key: LeaseKey, node: NodeId, untilMs: number): void {
    this.release(key);
    this.#put(key, { node, untilMs, seen: false });
  }

  /** Turns a lease into a session's seat; false when the lease has ended. */
  sit(key: LeaseKey, session: SessionId): boolean {
    const seat = this.#seats.get(key);
    if (seat === undefined) return false;
    this.release(key);
    this.#put(session, { ...seat, untilMs: Number.POSITIVE_INFINITY });
    return true;
  }

  /** Seats a session that is already running there: after a restart of the hub. */
  seat(session: SessionId, node: NodeId): void {
    this.release(session);
    this.#put(session, { node, untilMs: Number.POSITIVE_INFINITY, seen: true });
  }

  /** The node counts this session itself from now on. */
  seen(session: SessionId): void {
    const seat = this.#seats.get(session);
    if (seat === undefined || seat.seen) return;
    seat.seen = true;
    this.#count(seat.node, 0, -1);
  }

  /** Gives a seat back; returns its node, or `undefined` when there was none. */
  release(key: LeaseKey | SessionId): NodeId | undefined {
    const seat = this.#seats.get(key);
    if (seat === undefined) return undefined;
    this.#seats.delete(key);
    this.#count(seat.node, -1, seat.seen ? 0 : -1);
    return seat.node;
  }

  /** Ends the lease of `key` when its time is over; a session's seat stays. */
  expire(key: LeaseKey, nowMs: number): NodeId | undefined {
    const seat = this.#seats.get(key);
    return seat !== undefined && nowMs >= seat.untilMs ? this.release(key) : undefined;
  }

  #put(key: LeaseKey | SessionId, seat: Seat): void {
    this.#seats.set(key, seat);
    this.#count(seat.node, 1, seat.seen ? 0 : 1);
  }

  #count(node: NodeId, all: number, unseen: number): void {
    const taken = this.#taken.get(node) ?? { all: 0, unseen: 0 };
    const next = { all: taken.all + all, unseen: taken.unseen + unseen };
    if (next.all === 0) this.#taken.delete(node);
    else this.#taken.set(node, next);
  }
}

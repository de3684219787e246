// src/relay/session-register.ts - sessions that have allocations on this shard: where each counts, and until when the hub
// said its rental goes on.
import type { SessionCounters } from './session-counters.ts';

const CLOSED_REMEMBERED_MAX = 4_096; // So that a session that comes back goes on counting in its place.

type Entry = { readonly place: number; allocations: number; extendedUntilS: number };

/** Live sessions by name; no larger than the number of allocations. */
export class SessionRegister {
  readonly #counters: SessionCounters;
  #live = new Map<string, Entry>();
  #closed = new Map<string, number>();

  constructor(counters: SessionCounters) {
    this.#counters = counters;
  }

  /** One more allocation of a session. Returns the index of its first figure, or -1 when no place is left. */
  enter(session: string): number {
    const entry = this.#live.get(session) ?? this.#open(session);
    if (entry === undefined) return -1;
    entry.allocations++;
    return this.#counters.firstValue(entry.place);
  }

  /** One allocation fewer; with the last one the session's figures are handed to the reader. */
  leave(session: string): void {
    const entry = this.#live.get(session);
    if (entry === undefined || --entry.allocations > 0) return;
    this.#live.delete(session);
    this.#counters.close(entry.place);
    this.#closed.set(session, entry.place);
    if (this.#closed.size <= CLOSED_REMEMBERED_MAX) return;
    for (const oldest of this.#closed.keys()) {
      this.#closed.delete(oldest);
      return;
    }
  }

  /** The hub says that a session's rental goes on: its credential counts until then, whatever its name says. */
  extend(session: string, untilS: number): void {
    const entry = this.#live.get(session);
    if (entry !== undefined) entry.extendedUntilS = untilS;
  }

  /** Until when a session's credential counts, given what its name says. Unix seconds. */
  expiryS(session: string, namedS: number): number {
    return Math.max(namedS, this.#live.get(session)?.extendedUntilS ?? 0);
  }

  #open(session: string): Entry | undefined {
    const before = this.#closed.get(session);
    this.#closed.delete(session);
    const back = before !== undefined && this.#counters.reopen(before, session);
    const place = back ? before : this.#counters.open(session);
    if (place < 0) return undefined;
    const entry: Entry = { place, allocations: 0, extendedUntilS: 0 };
    this.#live.set(session, entry);
    return entry;
  }
}

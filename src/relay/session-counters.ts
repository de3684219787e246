// src/relay/session-counters.ts - what each session carried, in shared memory: a worker adds on every packet, the main
// thread reads for billing and metrics without a message, and takes over what an ended session left.
//
// A place is `free`, `live` (a worker counts in it) or `closed` (its session has no allocation here any more; the reader
// adds the figures to its own and frees it). Only the worker makes it live or closed, only the reader makes it free; a
// session that comes back before that goes on in the same place. Cumulative figures so survive ICE restarts.
import { assert } from '../base/assert.ts';
import { fromUtf8, toUtf8 } from '../base/utf8.ts';

/** What is counted for a session, in the order in which it lies in memory: payload, without TURN's own headers. */
export const sessionFields = ['toPlayerBytes', 'toPlayerPackets', 'toNodeBytes', 'toNodePackets'] as const;
/** Offsets of the fields in doubles from the start of a place, for code that adds on every packet. */
export const fieldOffsets = { toPlayerBytes: 0, toPlayerPackets: 1, toNodeBytes: 2, toNodePackets: 3 } as const;

/** Figures of one session; all grow only. */
export type SessionUsage = Readonly<Record<(typeof sessionFields)[number], number>>;

const PLACE_DOUBLES = 16;
const PLACE_BYTES = 8 * PLACE_DOUBLES;
const STATE_AT = 32; // 32-bit state, then 32-bit length of the name
const NAME_AT = 40;
const NAME_BYTES_MAX = PLACE_BYTES - NAME_AT;
const states = { free: 0, live: 1, closed: 2, taking: 3 } as const; // `taking`: the reader is about to free it

/** Bytes of shared memory for this many sessions at once. */
export function sessionCountersBytes(places: number): number {
  return places * PLACE_BYTES;
}

/** Both sides' view of the places. */
export class SessionCounters {
  readonly places: number;
  /** Doubles over the whole memory: the figures of place p begin at `p * 16`. */
  readonly values: Float64Array;
  readonly #bytes: Uint8Array;
  readonly #states: Int32Array;
  #search = 0;

  constructor(memory: SharedArrayBuffer) {
    this.places = memory.byteLength / PLACE_BYTES;
    this.values = new Float64Array(memory);
    this.#bytes = new Uint8Array(memory);
    this.#states = new Int32Array(memory);
  }

  /** Index in `values` of a place's first figure. */
  firstValue(place: number): number {
    return place * PLACE_DOUBLES;
  }

  /**
   * Worker: opens a place for a session that has none.
   * @param name at most 88 bytes of UTF-8 count; longer names are cut, and then share their figures
   * @returns the place, or -1 when all are taken
   */
  open(name: string): number {
    for (let i = 0; i < this.places; i++) {
      const place = (this.#search + i) % this.places;
      if (Atomics.load(this.#states, this.#stateAt(place)) !== states.free) continue;
      this.#search = (place + 1) % this.places;
      const text = toUtf8(name).subarray(0, NAME_BYTES_MAX);
      this.#bytes.set(text, place * PLACE_BYTES + NAME_AT);
      this.#states[this.#stateAt(place) + 1] = text.length;
      this.values.fill(0, place * PLACE_DOUBLES, place * PLACE_DOUBLES + sessionFields.length);
      Atomics.store(this.#states, this.#stateAt(place), states.live);
      return place;
    }
    return -1;
  }

  /** Worker: the session has no allocation left here. */
  close(place: number): void {
    const before = Atomics.compareExchange(this.#states, this.#stateAt(place), states.live, states.closed);
    assert(before === states.live, 'only a live place is closed');
  }

  /** Worker: the session is back. False when the reader has freed the place meanwhile. */
  reopen(place: number, name: string): boolean {
    if (this.#nameOf(place) !== name) return false;
    return Atomics.compareExchange(this.#states, this.#stateAt(place), states.closed, states.live) === states.closed;
  }

  /**
   * Reader: every session that counts or has counted here, once. Closed places are freed as they are read, so their
   * figures must be added to what the reader keeps (`final`); live ones only replace what it saw before.
   */
  *read(): Generator<{
    readonly place: number;
    readonly name: string;
    readonly usage: SessionUsage;
    readonly final: boolean;
  }> {
    for (let place = 0; place < this.places; place++) {
      const state = this.#stateAt(place);
      if (Atomics.load(this.#states, state) === states.free) continue;
      const final = Atomics.compareExchange(this.#states, state, states.closed, states.taking) === states.closed;
      const seen = { place, name: this.#nameOf(place), usage: this.#usageOf(place), final };
      if (final) Atomics.store(this.#states, state, states.free);
      yield seen;
    }
  }

  #usageOf(place: number): SessionUsage {
    const [toPlayerBytes = 0, toPlayerPackets = 0, toNodeBytes = 0, toNodePackets = 0] = this.values.subarray(
      place * PLACE_DOUBLES,
      place * PLACE_DOUBLES + sessionFields.length,
    );
    return { toPlayerBytes, toPlayerPackets, toNodeBytes, toNodePackets };
  }

  #nameOf(place: number): string {
    const length = this.#states[this.#stateAt(place) + 1] ?? 0;
    const start = place * PLACE_BYTES + NAME_AT;
    return fromUtf8(this.#bytes.slice(start, start + length)) ?? '';
  }

  #stateAt(place: number): number {
    return (place * PLACE_BYTES + STATE_AT) / 4;
  }
}

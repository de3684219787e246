// src/media/pacer.ts - spreads a picture's packets over part of the frame interval, so that shallow buffers on the way
// do not overflow. Small pictures leave at once. Repairs go before pictures.

/**
 * Bytes that may leave at once: an average picture of 12 Mbit/s at 60 a second. Browsers' own senders burst more, and
 * every further slice costs a timer of a millisecond.
 */
export const BURST_BYTES = 24_000;

/** Pace as a multiple of the target: an average picture is gone after a quarter of the frame interval. */
export const PACE_FACTOR = 4;

/** A packet that waits, with what its owner needs to send it. */
export type Paced<T> = { readonly bytes: number; readonly item: T };

/** The queue of one peer. It is bounded by its user, who makes no new picture while `backlogMs` is high. */
export class Pacer<T> {
  #bytesPerMs: number;
  #credit = BURST_BYTES;
  #lastMs = Number.NEGATIVE_INFINITY;
  #urgent: Paced<T>[] = [];
  #pictures: Paced<T>[] = [];
  #head = 0;
  #waitingBytes = 0;

  /** @param kbps pace, not target: a multiple of what the encoder makes */
  constructor(kbps: number) {
    this.#bytesPerMs = kbps / 8;
  }

  /** Changes the pace. */
  setKbps(kbps: number): void {
    this.#bytesPerMs = kbps / 8;
  }

  /** Milliseconds until everything that waits has left. */
  get backlogMs(): number {
    return Math.max(0, this.#waitingBytes - Math.max(0, this.#credit)) / this.#bytesPerMs;
  }

  /** Whether anything waits. */
  get isEmpty(): boolean {
    return this.#waitingBytes === 0;
  }

  /** Adds a packet at the end of its queue. */
  push(packet: Paced<T>, urgent = false): void {
    (urgent ? this.#urgent : this.#pictures).push(packet);
    this.#waitingBytes += packet.bytes;
  }

  /** The next packet that may leave now, or undefined. Call until it answers undefined. */
  take(nowMs: number): T | undefined {
    if (nowMs > this.#lastMs) {
      const elapsedMs = this.#lastMs === Number.NEGATIVE_INFINITY ? 0 : nowMs - this.#lastMs;
      this.#credit = Math.min(BURST_BYTES, this.#credit + elapsedMs * this.#bytesPerMs);
      this.#lastMs = nowMs;
    }
    if (this.#credit <= 0) return undefined;
    const packet = this.#urgent.shift() ?? this.#nextOfPicture();
    if (packet === undefined) return undefined;
    this.#credit -= packet.bytes;
    this.#waitingBytes -= packet.bytes;
    return packet.item;
  }

  /** When `take` will have something again, on the clock of `take`; undefined when nothing waits. */
  nextMs(nowMs: number): number | undefined {
    if (this.isEmpty) return undefined;
    return this.#credit > 0 ? nowMs : nowMs + -this.#credit / this.#bytesPerMs;
  }

  /** Throws away what waits, as after a change of peer. */
  clear(): void {
    this.#urgent = [];
    this.#pictures = [];
    this.#head = 0;
    this.#waitingBytes = 0;
  }

  #nextOfPicture(): Paced<T> | undefined {
    const packet = this.#pictures[this.#head];
    if (packet === undefined) {
      this.#pictures = [];
      this.#head = 0;
      return undefined;
    }
    this.#head++;
    return packet;
  }
}

// src/render/sound/pcm-clock.ts - hands out a piece of sound for every 10 ms that pass, however the timer wavers.
import type { Clock } from '../../base/clock.ts';

const PIECE_MS = 10;
const LATE_MAX = 6; // After a longer stall the rest is left out: sound that comes late pushes all that follows back.

/** Calls `make` once for each 10 ms of the clock until it is stopped. */
export class PcmClock {
  readonly #clock: Clock;
  readonly #make: () => void;
  #nextMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock, make: () => void) {
    this.#clock = clock;
    this.#make = make;
    this.#nextMs = clock.monotonicMs();
    this.#wait();
  }

  /** Ends it. Idempotent. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(): void {
    this.#timer = setTimeout(() => this.#tick(), Math.max(1, this.#nextMs - this.#clock.monotonicMs()));
  }

  #tick(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#nextMs = Math.max(this.#nextMs, nowMs - LATE_MAX * PIECE_MS);
    while (this.#nextMs <= nowMs && this.#timer !== undefined) {
      this.#nextMs += PIECE_MS;
      this.#make();
    }
    if (this.#timer !== undefined) this.#wait();
  }
}

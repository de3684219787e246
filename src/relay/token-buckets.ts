// src/relay/token-buckets.ts - bytes that each allocation may still move, in each direction. Two doubles a bucket in one
// typed array: taking from it allocates nothing.
import { assert } from '../base/assert.ts';

/** Directions, as offsets into the buckets of an allocation. */
export const directions = { toNode: 0, toPlayer: 2 } as const;

const DOUBLES_PER_ALLOCATION = 4;
const BURST_MS = 1_000; // A key frame is many times an ordinary one; a second's worth lets it pass.

/** Buckets by allocation index. */
export class TokenBuckets {
  readonly #state: Float64Array;
  readonly #bytesPerMs: number;
  readonly #clock: Float64Array;

  /**
   * @param places most allocations at once
   * @param bytesPerS rate of each direction; Infinity for no bound
   * @param clock its first value is the time, in monotonic milliseconds
   */
  constructor(places: number, bytesPerS: number, clock: Float64Array) {
    assert(bytesPerS > 0, 'a rate is positive');
    this.#state = new Float64Array(places * DOUBLES_PER_ALLOCATION);
    this.#bytesPerMs = bytesPerS / 1_000;
    this.#clock = clock;
  }

  /** Fills both buckets of an allocation that begins. */
  reset(index: number): void {
    const at = index * DOUBLES_PER_ALLOCATION;
    const full = this.#bytesPerMs * BURST_MS;
    const nowMs = this.#clock[0] ?? 0;
    this.#state.set([full, nowMs, full, nowMs], at);
  }

  /** Takes `bytes` from one bucket; false, and nothing taken, when there are fewer. */
  take(index: number, direction: number, bytes: number): boolean {
    const state = this.#state;
    const at = index * DOUBLES_PER_ALLOCATION + direction;
    const nowMs = this.#clock[0] ?? 0;
    let left = state[at] ?? 0;
    const passedMs = nowMs - (state[at + 1] ?? 0);
    if (passedMs > 0) {
      left = Math.min(this.#bytesPerMs * BURST_MS, left + passedMs * this.#bytesPerMs);
      state[at + 1] = nowMs;
    }
    const enough = left >= bytes;
    state[at] = enough ? left - bytes : left;
    return enough;
  }
}

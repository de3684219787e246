// src/media/token-bucket.ts - at most so many a second on average, with bursts up to a bound.

/** A bucket that starts full. Times are monotonic milliseconds. */
export class TokenBucket {
  readonly perSecond: number;
  readonly burst: number;
  #tokens: number;
  #lastMs = Number.NEGATIVE_INFINITY;

  /** @param burst most that may be taken at once, in the unit of `perSecond` */
  constructor(perSecond: number, burst: number) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.#tokens = burst;
  }

  /** Takes `count`, or takes nothing and answers false. */
  take(nowMs: number, count = 1): boolean {
    if (nowMs > this.#lastMs) {
      const elapsedMs = this.#lastMs === Number.NEGATIVE_INFINITY ? 0 : nowMs - this.#lastMs;
      this.#tokens = Math.min(this.burst, this.#tokens + (elapsedMs * this.perSecond) / 1000);
      this.#lastMs = nowMs;
    }
    if (this.#tokens < count) return false;
    this.#tokens -= count;
    return true;
  }
}

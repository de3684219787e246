// src/media/key-frame-gate.ts - when to answer a wish for a key frame. One is several pictures' worth of bytes, and a
// browser repeats its wish until it sees one: answering each would fill the path that lost the first.

/** Least time between two key frames: one round trip on a long path, and nobody notices a longer wait more. */
const GAP_MS = 250;

/** The wishes of one stream. */
export class KeyFrameGate {
  #wanted = false;
  #lastMs = Number.NEGATIVE_INFINITY;
  #firCounters = new Map<number, number>();

  /** The page lost a picture (PLI), asked on `control`, or was just attached. */
  want(): void {
    this.#wanted = true;
  }

  /** A full intra request; one with the counter of the last is the last one repeated (RFC 5104 section 4.3.1.2). */
  intraRequest(ssrc: number, counter: number): void {
    if (this.#firCounters.get(ssrc) === counter) return;
    if (this.#firCounters.size > 8) this.#firCounters.clear();
    this.#firCounters.set(ssrc, counter);
    this.#wanted = true;
  }

  /** True when the next picture should be a key frame. */
  isDue(nowMs: number): boolean {
    return this.#wanted && nowMs - this.#lastMs >= GAP_MS;
  }

  /** A key frame was made, wanted or not. */
  made(nowMs: number): void {
    this.#wanted = false;
    this.#lastMs = nowMs;
  }
}

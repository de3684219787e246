// src/media/frame-clock.ts - when the next picture is due. Ticks lie on a fixed grid, so that nothing drifts; an input
// asks for a picture at once. Two pictures are never closer than two thirds of an interval: 1.5 times the frame rate at
// most, however fast the input comes.

/** Most pictures in an interval when inputs ask for early ones. */
const EARLY_FACTOR = 1.5;

/** The clock of one stream. Times are monotonic milliseconds. */
export class FrameClock {
  #intervalMs: number;
  #gridMs: number;
  #lastMs = Number.NEGATIVE_INFINITY;
  #askedMs = Number.POSITIVE_INFINITY;

  constructor(fps: number, nowMs: number) {
    this.#intervalMs = 1000 / fps;
    this.#gridMs = nowMs;
  }

  get intervalMs(): number {
    return this.#intervalMs;
  }

  /** Changes the rate; the grid goes on from the last picture. */
  setFps(fps: number, nowMs: number): void {
    this.#intervalMs = 1000 / fps;
    this.#gridMs = Math.max(nowMs, this.#lastMs + this.#intervalMs);
  }

  /** An input arrived at `atMs`: the next picture is wanted then and not at the next tick. */
  hurry(atMs: number): void {
    this.#askedMs = Math.min(this.#askedMs, atMs);
  }

  /** When the next picture is due; in the past when it is late. */
  get dueMs(): number {
    return Math.max(Math.min(this.#gridMs, this.#askedMs), this.#lastMs + this.#intervalMs / EARLY_FACTOR);
  }

  /** A picture was begun. Ticks that passed by are skipped, not made up for. */
  begin(nowMs: number): void {
    this.#lastMs = nowMs;
    this.#askedMs = Number.POSITIVE_INFINITY;
    // Half a millisecond early is on time: timers fire a little before or after.
    const passed = Math.floor((nowMs + 0.5 - this.#gridMs) / this.#intervalMs) + 1;
    if (passed > 0) this.#gridMs += passed * this.#intervalMs;
  }
}

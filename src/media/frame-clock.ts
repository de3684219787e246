// src/media/frame-clock.ts - when the next picture is due. Ticks lie on a fixed grid, so that nothing drifts; an input
// asks for a picture at once. Two pictures are as a rule not closer than two thirds of an interval, however fast the input
// comes; once in four intervals one may follow after a quarter, so that a press is answered at once and a mouse that never
// rests does not double the work: 1.7 times the frame rate at most.

/** Most pictures in an interval when inputs ask for early ones. */
const EARLY_FACTOR = 1.5;
/** Share of an interval after which a prompt picture may follow the one before. */
const PROMPT_SHARE = 0.25;
/** Intervals from one prompt picture to the next. */
const PROMPT_EVERY = 4;

/** The clock of one stream. Times are monotonic milliseconds. */
export class FrameClock {
  #intervalMs: number;
  #gridMs: number;
  #lastMs = Number.NEGATIVE_INFINITY;
  #askedMs = Number.POSITIVE_INFINITY;
  #promptMs = Number.NEGATIVE_INFINITY;

  constructor(fps: number, nowMs: number) {
    this.#intervalMs = 1000 / fps;
    this.#gridMs = nowMs;
  }

  get intervalMs(): number {
    return this.#intervalMs;
  }

  /** A picture begun before this is a prompt one. */
  get #promptUntilMs(): number {
    return this.#lastMs + this.#intervalMs / EARLY_FACTOR;
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
    const usualMs = Math.max(Math.min(this.#gridMs, this.#askedMs), this.#promptUntilMs);
    const promptMs = Math.max(this.#askedMs, this.#promptMs, this.#lastMs + this.#intervalMs * PROMPT_SHARE);
    return Math.min(usualMs, promptMs);
  }

  /** A picture was begun. Ticks that passed by are skipped, not made up for. */
  begin(nowMs: number): void {
    if (nowMs + 0.5 < this.#promptUntilMs) this.#promptMs = nowMs + PROMPT_EVERY * this.#intervalMs;
    this.#lastMs = nowMs;
    this.#askedMs = Number.POSITIVE_INFINITY;
    // Half a millisecond early is on time: timers fire a little before or after.
    const passed = Math.floor((nowMs + 0.5 - this.#gridMs) / this.#intervalMs) + 1;
    if (passed > 0) this.#gridMs += passed * this.#intervalMs;
  }
}

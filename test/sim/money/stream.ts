// test/sim/money/stream.ts - one session's media as the world knows it, and the two sides that count it. Time is good for
// the player only while the page lives, the network carries, the node serves and the line is fine.
import type { BadMs } from '../../../src/protocol/shapes.ts';
import { NO_BAD_MS } from '../../../src/session/good-time.ts';

/** Things that switch on and off. */
export type Conditions = {
  /** The page runs. */
  page: boolean;
  /** Packets flow between page and node. */
  network: boolean;
  /** The node's process lives and the player's signature is there. */
  serving: boolean;
  /** The line is good enough for the promise. */
  line: boolean;
  /** The node sends what it promised. */
  frames: boolean;
};

/** Integrates good time of one session. Call `at` before anything changes and before anything is read. */
export class Stream {
  readonly now: Conditions = { page: true, network: true, serving: false, line: true, frames: true };
  /** Time that really was good: the most that anybody may be charged for. */
  trueMs = 0;
  nodeMs = 0;
  /** What the page counts; goes back to what the hub knows after a reload. */
  pageMs = 0;
  badMs: BadMs = NO_BAD_MS;
  #untilMs: number;
  readonly #share: number;

  /** @param share part of its good time that the player admits: 1 for an honest one */
  constructor(nowMs: number, share: number) {
    this.#untilMs = nowMs;
    this.#share = share;
  }

  /** Counts up to `nowMs`. */
  at(nowMs: number): this {
    const elapsedMs = nowMs - this.#untilMs;
    this.#untilMs = nowMs;
    const { page, network, serving, line, frames } = this.now;
    const served = serving && network && frames;
    if (served) this.nodeMs += elapsedMs;
    const good = served && page && line;
    if (good) this.trueMs += elapsedMs;
    if (!page) return this;
    const admittedMs = good ? Math.floor(elapsedMs * this.#share) : 0;
    this.pageMs += admittedMs;
    const cause = !serving ? 'no-frame-yet' : !network ? 'disconnected' : !frames ? 'few-decoded' : 'gap';
    this.badMs = { ...this.badMs, [cause]: this.badMs[cause] + elapsedMs - admittedMs };
    return this;
  }

  /** Changes conditions at a moment. */
  set(nowMs: number, change: Partial<Conditions>): void {
    this.at(nowMs);
    Object.assign(this.now, change);
  }
}

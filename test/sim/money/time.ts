// test/sim/money/time.ts - virtual time: events in a heap, run one after the other, each to its last promise.
import { DeadlineHeap } from '../../../src/base/deadline-heap.ts';

const ORDER = 1e-6; // Acts of one moment run in the order they were made; a run has far fewer than a million.

/** A world's clock and its queue of things to come. Whole milliseconds. */
export class VirtualTime {
  nowMs = 0;
  #heap = new DeadlineHeap<() => void>();
  #made = 0;

  /** Runs `act` after `delayMs`, which is rounded up. */
  after(delayMs: number, act: () => void): void {
    // A new function each time: the heap knows acts by identity.
    this.#heap.set(() => act(), this.nowMs + Math.ceil(delayMs) + ++this.#made * ORDER);
  }

  /** Runs everything up to `untilMs`; `check` runs after each event, when its promises have gone as far as they can. */
  async run(untilMs: number, check: () => void): Promise<void> {
    for (let atMs = this.#heap.earliestMs; atMs !== undefined && atMs <= untilMs; atMs = this.#heap.earliestMs) {
      this.nowMs = Math.floor(atMs);
      this.#heap.popDue(atMs)?.();
      await new Promise((done) => setImmediate(done));
      check();
    }
    this.nowMs = untilMs;
  }
}

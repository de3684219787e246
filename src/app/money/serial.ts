// src/app/money/serial.ts - one money act of a player at a time, in the order they came. Two sessions of one player share
// a balance and a cap; checking both and then writing must not be interleaved.
import { OutageError } from '../../base/assert.ts';

const WAITING_MAX = 1_000; // A café's seats all extend their holds within seconds; more than this is a stuck store.

/** Runs acts one after the other per key; different keys do not wait for each other. */
export class SerialByKey<Key> {
  #tails = new Map<Key, { waiting: number; tail: Promise<unknown> }>();

  /**
   * Runs `act` when the earlier acts of `key` are done, whether they succeeded or not.
   * @throws OutageError when too many wait already; what `act` throws
   */
  async run<T>(key: Key, act: () => Promise<T>): Promise<T> {
    const line = this.#tails.get(key) ?? { waiting: 0, tail: Promise.resolve() };
    if (line.waiting >= WAITING_MAX) throw new OutageError('too many money acts of one player wait');
    this.#tails.set(key, line);
    line.waiting++;
    const result = line.tail.then(act, act);
    line.tail = result.catch(() => {});
    try {
      return await result;
    } finally {
      if (--line.waiting === 0) this.#tails.delete(key);
    }
  }
}

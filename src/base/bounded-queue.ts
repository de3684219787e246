// src/base/bounded-queue.ts - first in, first out, with a bound: a full queue refuses, it does not wait (STYLE section 7).
import { assert } from './assert.ts';

/** A ring of at most `capacity` items. */
export class BoundedQueue<T> {
  readonly capacity: number;
  #items: (T | undefined)[];
  #head = 0;
  #size = 0;

  /** @param capacity most items held at once, >= 1 */
  constructor(capacity: number) {
    assert(Number.isInteger(capacity) && capacity >= 1, 'a queue holds at least one item');
    this.capacity = capacity;
    this.#items = new Array<T | undefined>(capacity);
  }

  /** How many items wait. */
  get size(): number {
    return this.#size;
  }

  /** Adds `item` at the end. Returns false, and changes nothing, when the queue is full. */
  push(item: T): boolean {
    if (this.#size === this.capacity) return false;
    this.#items[(this.#head + this.#size) % this.capacity] = item;
    this.#size++;
    return true;
  }

  /** Takes the oldest item, or `undefined` when there is none. */
  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head = (this.#head + 1) % this.capacity;
    this.#size--;
    return item;
  }
}

// src/base/deadline-heap.ts - the earliest of many deadlines, so that one real timer serves every session and allocation.
// A binary heap with an index by key: set, move and clear cost O(log n).

/** Deadlines by key. Times are on the monotonic clock, in milliseconds. */
export class DeadlineHeap<Key> {
  #keys: Key[] = [];
  #times: number[] = [];
  #places = new Map<Key, number>();

  /** How many keys have a deadline. */
  get size(): number {
    return this.#keys.length;
  }

  /** The earliest deadline, or `undefined` when there is none. */
  get earliestMs(): number | undefined {
    return this.#times[0];
  }

  /** Gives `key` the deadline `atMs`, replacing the one it had. */
  set(key: Key, atMs: number): void {
    const place = this.#places.get(key);
    if (place === undefined) {
      this.#keys.push(key);
      this.#times.push(atMs);
      this.#places.set(key, this.#keys.length - 1);
      this.#rise(this.#keys.length - 1);
      return;
    }
    this.#times[place] = atMs;
    this.#rise(place);
    this.#sink(this.#places.get(key) ?? place);
  }

  /** Forgets the deadline of `key`; does nothing when it has none. */
  clear(key: Key): void {
    const place = this.#places.get(key);
    if (place === undefined) return;
    const last = this.#keys.length - 1;
    this.#swap(place, last);
    this.#keys.pop();
    this.#times.pop();
    this.#places.delete(key);
    if (place === last) return;
    this.#rise(place);
    this.#sink(place);
  }

  /** Takes out one key whose deadline is at or before `nowMs`, or returns `undefined`. Call until it does. */
  popDue(nowMs: number): Key | undefined {
    const earliest = this.#times[0];
    if (earliest === undefined || earliest > nowMs) return undefined;
    const key = this.#keys[0] as Key;
    this.clear(key);
    return key;
  }

  #time(place: number): number {
    return this.#times[place] ?? Number.POSITIVE_INFINITY;
  }

  #rise(start: number): void {
    let place = start;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.#time(parent) <= this.#time(place)) return;
      this.#swap(place, parent);
      place = parent;
    }
  }

  #sink(start: number): void {
    let place = start;
    for (;;) {
      const left = 2 * place + 1;
      const smaller = this.#time(left + 1) < this.#time(left) ? left + 1 : left;
      if (smaller >= this.#keys.length || this.#time(smaller) >= this.#time(place)) return;
      this.#swap(place, smaller);
      place = smaller;
    }
  }

  #swap(a: number, b: number): void {
    if (a === b) return;
    const [keyA, keyB] = [this.#keys[a] as Key, this.#keys[b] as Key];
    const [timeA, timeB] = [this.#time(a), this.#time(b)];
    [this.#keys[a], this.#keys[b], this.#times[a], this.#times[b]] = [keyB, keyA, timeB, timeA];
    this.#places.set(keyA, b);
    this.#places.set(keyB, a);
  }
}

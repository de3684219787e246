// src/signaling/expiring-map.ts - values that are good for a while: tickets, nonces, plans. All entries of one map live
// equally long, so the oldest is always first and clearing out costs nothing.
import { assert } from '../base/assert.ts';

/** A bounded map whose entries end `lifeMs` after they were put in. */
export class ExpiringMap<K, V> {
  readonly lifeMs: number;
  readonly sizeMax: number;
  readonly #entries = new Map<K, { readonly value: V; readonly untilMs: number }>();

  /** @param sizeMax most live entries, >= 1; a full map refuses, it forgets nobody. */
  constructor(lifeMs: number, sizeMax: number) {
    assert(lifeMs > 0 && sizeMax >= 1, 'a map of expiring entries has room and time');
    this.lifeMs = lifeMs;
    this.sizeMax = sizeMax;
  }

  /** Live and not yet cleared entries. */
  get size(): number {
    return this.#entries.size;
  }

  /** Puts `value` in. False, and nothing changed, when the key is there and live or the map is full. */
  add(key: K, value: V, nowMs: number): boolean {
    this.#clear(nowMs);
    if (this.#entries.has(key) || this.#entries.size >= this.sizeMax) return false;
    this.#entries.set(key, { value, untilMs: nowMs + this.lifeMs });
    return true;
  }

  /** The live value of `key`. */
  get(key: K, nowMs: number): V | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && nowMs < entry.untilMs ? entry.value : undefined;
  }

  /** Takes the live value of `key` out: the second call finds nothing. */
  take(key: K, nowMs: number): V | undefined {
    const value = this.get(key, nowMs);
    this.#entries.delete(key);
    return value;
  }

  #clear(nowMs: number): void {
    for (const [key, { untilMs }] of this.#entries) {
      if (nowMs < untilMs) return;
      this.#entries.delete(key);
    }
  }
}

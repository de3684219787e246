// src/relay/port-pool.ts - the relay ports of one shard and family. Ports are drawn at random (RFC 6056): whoever watches
// one allocation cannot guess the next.
import { assert } from '../base/assert.ts';
import type { Random } from '../base/random.ts';
import type { PortRange } from './peer-filter.ts';

/** Free ports, each of which can be drawn, drawn by name, and put back, in constant time. */
export class PortPool {
  readonly range: PortRange;
  #free: Uint16Array;
  #places: Int32Array; // by port - first; -1 when taken
  #count: number;

  constructor(range: PortRange) {
    this.range = range;
    this.#count = range.last - range.first + 1;
    this.#free = Uint16Array.from({ length: this.#count }, (_, i) => range.first + i);
    this.#places = Int32Array.from({ length: this.#count }, (_, i) => i);
  }

  /** Ports that are free. */
  get free(): number {
    return this.#count;
  }

  /** Takes any port, or `undefined` when none is left. */
  draw(random: Random): number | undefined {
    if (this.#count === 0) return undefined;
    const port = this.#free[random.below(this.#count)] ?? 0;
    this.take(port);
    return port;
  }

  /**
   * Takes an even port (EVEN-PORT, RFC 8656 section 7.2).
   * @param pair also take the port above it
   */
  drawEven(random: Random, pair: boolean): number | undefined {
    const start = this.#count === 0 ? 0 : random.below(this.#count);
    for (let i = 0; i < this.#count; i++) {
      const port = this.#free[(start + i) % this.#count] ?? 1;
      if (port % 2 !== 0 || (pair && !this.isFree(port + 1))) continue;
      this.take(port);
      if (pair) this.take(port + 1);
      return port;
    }
    return undefined;
  }

  /** True when this pool has the port and nobody took it. */
  isFree(port: number): boolean {
    return (this.#places[port - this.range.first] ?? -1) >= 0;
  }

  /** Takes a port that is free. */
  take(port: number): void {
    const place = this.#places[port - this.range.first] ?? -1;
    assert(place >= 0, 'a port is taken once');
    this.#count--;
    const last = this.#free[this.#count] ?? 0;
    this.#free[place] = last;
    this.#places[last - this.range.first] = place;
    this.#places[port - this.range.first] = -1;
  }

  /** Puts a port back. */
  giveBack(port: number): void {
    assert(port >= this.range.first && port <= this.range.last && !this.isFree(port), 'a port comes back once');
    this.#free[this.#count] = port;
    this.#places[port - this.range.first] = this.#count;
    this.#count++;
  }
}

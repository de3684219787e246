// src/relay/endpoint-map.ts - finds what belongs to (listener, client address and port) without making a key: records are
// hashed and compared where they lie. Open addressing with linear probing; at most half full.
import type { Random } from '../base/random.ts';
import { copyRecord, sameEndpoint } from './endpoint.ts';
import type { PacketMemory } from './packet-memory.ts';
import { RECORD_BYTES } from './packet-memory.ts';

const FIRST_PLACES = 64;

/** A map from (listener, record) to a value that itself holds a record with the same address. */
export class EndpointMap<T extends { readonly record: number; readonly listener: number }> {
  #memory: PacketMemory;
  #seed: number;
  #places: (T | undefined)[] = new Array<T | undefined>(FIRST_PLACES).fill(undefined);
  #size = 0;

  /** @param random seeds the hash, so that nobody can pick ports that all fall into one place */
  constructor(memory: PacketMemory, random: Random) {
    this.#memory = memory;
    this.#seed = random.below(2 ** 32) | 0;
  }

  /** Values held. */
  get size(): number {
    return this.#size;
  }

  /** What belongs to the address in `record`, as heard on `listener`. No allocation. */
  find(listener: number, record: number): T | undefined {
    const mask = this.#places.length - 1;
    for (let place = this.#hash(listener, record) & mask; ; place = (place + 1) & mask) {
      const value = this.#places[place];
      if (value === undefined) return undefined;
      if (value.listener === listener && sameEndpoint(this.#memory, value.record, record)) return value;
    }
  }

  /** Adds a value under its own listener and record; there must be none yet. */
  add(value: T): void {
    if (2 * (this.#size + 1) > this.#places.length) this.#grow();
    this.#insert(value);
    this.#size++;
  }

  /** Takes a value out; does nothing when it is not there. */
  remove(value: T): void {
    const mask = this.#places.length - 1;
    let hole = this.#hash(value.listener, value.record) & mask;
    while (this.#places[hole] !== value) {
      if (this.#places[hole] === undefined) return;
      hole = (hole + 1) & mask;
    }
    this.#size--;
    // Moves later ones of the run into the hole, so that searches never meet a gap.
    for (let place = (hole + 1) & mask; ; place = (place + 1) & mask) {
      const other = this.#places[place];
      if (other === undefined) break;
      const home = this.#hash(other.listener, other.record) & mask;
      if (((place - home) & mask) < ((place - hole) & mask)) continue;
      this.#places[hole] = other;
      hole = place;
    }
    this.#places[hole] = undefined;
  }

  #insert(value: T): void {
    const mask = this.#places.length - 1;
    let place = this.#hash(value.listener, value.record) & mask;
    while (this.#places[place] !== undefined) place = (place + 1) & mask;
    this.#places[place] = value;
  }

  #grow(): void {
    const old = this.#places;
    this.#places = new Array<T | undefined>(2 * old.length).fill(undefined);
    for (const value of old) if (value !== undefined) this.#insert(value);
  }

  #hash(listener: number, record: number): number {
    const { words } = this.#memory;
    const at = (record * RECORD_BYTES) / 4;
    let hash = this.#seed ^ listener;
    hash = Math.imul(hash ^ (words[at] ?? 0), 0x85ebca6b);
    hash = Math.imul(hash ^ (words[at + 1] ?? 0) ^ (words[at + 2] ?? 0) ^ (hash >>> 13), 0xc2b2ae35);
    hash = Math.imul(hash ^ (words[at + 3] ?? 0) ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (words[at + 4] ?? 0) ^ (words[at + 5] ?? 0) ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  }
}

/** Copies the address in `from` into a record of its own, or returns -1 when the memory has none left. */
export function keepRecord(memory: PacketMemory, from: number): number {
  const record = memory.takeRecord();
  if (record >= 0) copyRecord(memory, from, record);
  return record;
}

// src/relay/source-guard.ts - how many replies an address gets that has proved nothing yet. Whoever forges a victim's
// address can make us send it this much and no more. A table of fixed size: forged sources cost no memory.
import type { Random } from '../base/random.ts';
import type { IpBytes } from './address.ts';

/** A café of a hundred seats behind one address starts at once: four requests a seat. */
const BURST = 400;
const PER_SECOND = 50;
const PLACES = 8_192; // Two addresses in one place share its allowance: rare, and harmless.

/** Token buckets by source address, the port ignored; IPv6 counts by /64, which one customer has whole. */
export class SourceGuard {
  #tokens = new Float64Array(PLACES).fill(BURST);
  #filledMs = new Float64Array(PLACES);
  #seed: number;

  /** @param random seeds the table, so that nobody knows who shares a place with whom */
  constructor(random: Random) {
    this.#seed = random.below(2 ** 32);
  }

  /** True when the address may have another reply now. Takes nothing. */
  allows(ip: IpBytes, nowMs: number): boolean {
    return this.#fill(ip, nowMs) >= 1;
  }

  /** Takes one reply from the address's allowance; false when there is none left. */
  take(ip: IpBytes, nowMs: number): boolean {
    if (this.#fill(ip, nowMs) < 1) return false;
    const place = this.#place(ip);
    this.#tokens[place] = (this.#tokens[place] ?? 0) - 1;
    return true;
  }

  #fill(ip: IpBytes, nowMs: number): number {
    const place = this.#place(ip);
    const passedMs = Math.max(0, nowMs - (this.#filledMs[place] ?? 0));
    const tokens = Math.min(BURST, (this.#tokens[place] ?? 0) + (passedMs * PER_SECOND) / 1_000);
    this.#tokens[place] = tokens;
    this.#filledMs[place] = nowMs;
    return tokens;
  }

  #place(ip: IpBytes): number {
    let hash = this.#seed;
    for (let i = 0; i < Math.min(ip.length, 8); i++) hash = Math.imul(hash ^ (ip[i] ?? 0), 0x01000193);
    hash ^= hash >>> 15;
    return (Math.imul(hash, 0x2c1b3c6d) >>> 7) % PLACES;
  }
}

// src/base/random.ts - chance as a port, and a seeded form for games, tests and simulations.
import { assert } from './assert.ts';

/** A source of random numbers. The one made by `main` is the system's; the seeded one repeats itself. */
export interface Random {
  /** `count` fresh random bytes, owned by the caller. */
  bytes(count: number): Uint8Array;
  /** A whole number in 0..limit-1, each equally likely. `limit` is in 1..2^32. */
  below(limit: number): number;
}

/**
 * A repeatable generator (sfc32). Not for secrets.
 * @param seed any whole number; its low 32 bits count
 */
export function seededRandom(seed: number): Random {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = 0xb7e15162;
  let counter = seed >>> 0;
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return t >>> 0;
  };
  for (let warmUp = 0; warmUp < 15; warmUp++) next();
  return {
    bytes(count) {
      const out = new Uint8Array(count);
      for (let i = 0; i < count; i++) out[i] = next() & 0xff;
      return out;
    },
    below(limit) {
      assert(Number.isInteger(limit) && limit >= 1 && limit <= 2 ** 32, 'limit lies in 1..2^32');
      const fair = 2 ** 32 - (2 ** 32 % limit);
      let value = next();
      while (value >= fair) value = next(); // Throws away the uneven rest, so that each answer is equally likely.
      return value % limit;
    },
  };
}

// src/chain/hex.ts - numbers and hashes as nodes write them, read with doubt: a node is a stranger.
import { OutageError } from '../base/assert.ts';
import type { Hash32 } from '../protocol/typed-data.ts';

function isHash(value: unknown): value is Hash32 {
  return typeof value === 'string' && /^0x[0-9a-f]{64}$/.test(value);
}

/** A whole number of any size. Throws OutageError for anything else. */
export function readBig(value: unknown, what: string): bigint {
  if (typeof value === 'string' && /^0x[0-9a-fA-F]{1,64}$/.test(value)) return BigInt(value);
  throw new OutageError(`chain: ${what} is no number`);
}

/** A number below 2^52. Throws OutageError for anything else. */
export function readNumber(value: unknown, what: string): number {
  const wide = readBig(value, what);
  if (wide < 2n ** 52n) return Number(wide);
  throw new OutageError(`chain: ${what} is too large`);
}

/** 32 bytes in lower case. Throws OutageError for anything else. */
export function readHash(value: unknown, what: string): Hash32 {
  const lower = typeof value === 'string' ? value.toLowerCase() : value;
  if (isHash(lower)) return lower;
  throw new OutageError(`chain: ${what} is no hash`);
}

/** A field of an object; undefined where there is no object. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

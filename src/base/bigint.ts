// src/base/bigint.ts - what Math.min and Math.max cannot do for bigint.

/** The smaller of two amounts. */
export function lesser(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}

/** The larger of two amounts. */
export function greater(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}

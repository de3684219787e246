// src/relay/turn/lifetimes.ts - how long things live without being refreshed.

/** RFC 8656 sections 6 and 7.2, 9, and 12. */
export const lifetimes = {
  allocationDefaultS: 600,
  allocationMaxS: 3_600,
  permissionMs: 300_000,
  channelMs: 600_000,
  reservationMs: 30_000,
} as const;

/**
 * The lifetime an Allocate or Refresh gets. RFC 8656 sections 7.2 and 8.2: the wish, within default and maximum. No
 * allocation outlives its credential: the server's maximum is then what the credential has left.
 * @param wishS the LIFETIME attribute, `undefined` without one
 * @param leftS seconds the credential still counts, > 0, may have fractions
 * @returns whole seconds, at least 1
 */
export function grantedLifetimeS(wishS: number | undefined, leftS: number): number {
  const desiredS = Math.max(lifetimes.allocationDefaultS, Math.min(wishS ?? 0, lifetimes.allocationMaxS));
  return Math.max(1, Math.min(desiredS, Math.floor(leftS)));
}

// clients/web/src/player/probe-stats.ts - what the echoes say about a path. The least round trip is the path itself, the
// middle one what play will feel like; a single cold echo would say neither (docs/adr on choosing).

/** Numbers of one probe. */
export type ProbeStats = {
  readonly rttMinMs: number;
  readonly rttMedianMs: number;
  /** Mean difference of neighbours (RFC 3550 section 6.4.1, unsmoothed). */
  readonly jitterMs: number;
  /** Share of echoes that did not come back in time. */
  readonly loss: number;
};

/**
 * Sums up the echoes that came back, in the order they were sent.
 * @param sent how many were sent, >= 1
 * @returns undefined when none came back
 */
export function probeStats(rttsMs: readonly number[], sent: number): ProbeStats | undefined {
  if (rttsMs.length === 0) return undefined;
  const sorted = rttsMs.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
  const steps = rttsMs.slice(1).map((rtt, index) => Math.abs(rtt - (rttsMs[index] ?? 0)));
  return {
    rttMinMs: sorted[0] ?? 0,
    rttMedianMs: median ?? 0,
    jitterMs: steps.length === 0 ? 0 : steps.reduce((sum, step) => sum + step, 0) / steps.length,
    loss: Math.min(1, Math.max(0, (sent - rttsMs.length) / sent)),
  };
}

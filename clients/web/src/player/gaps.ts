// clients/web/src/player/gaps.ts - the longest pause between decoded pictures, from sums that the browser keeps. Unlike
// callbacks on shown pictures they count in a hidden tab too, and a busy page cannot make them look worse than they were.

/**
 * Longest pause in a span, from the sums of pauses and of their squares (webrtc-stats, totalInterFrameDelay and
 * totalSquaredInterFrameDelay). Exact when all other pictures were evenly spaced, else a little long.
 * @param count pictures in the span, each of which ended one pause
 */
export function longestGapMs(sumS: number, squaresS: number, count: number): number {
  if (count <= 0 || sumS <= 0) return 0;
  const even = sumS / count;
  // One pause g and count - 1 equal ones (sum - g) / (count - 1): solve squares = g^2 + (sum - g)^2 / (count - 1).
  const spread = Math.max(0, squaresS - sumS * even);
  return (even + Math.sqrt((spread * (count - 1)) / count)) * 1_000;
}

// src/media/bitrate-steps.ts - when an encoder that cannot change its rate in place is worth opening anew, which costs a
// key frame: soon when it makes too much, seldom when it could make more.

const DOWN_BELOW = 0.8;
const UP_ABOVE = 1.4;
const DOWN_GAP_MS = 300;
const UP_GAP_MS = 3_000;

/**
 * The rate to open anew with, or undefined to go on.
 * @param kbps rate the encoder was opened with
 * @param targetKbps rate wanted now
 * @param sinceMs time since it was opened
 */
export function coarseStep(kbps: number, targetKbps: number, sinceMs: number): number | undefined {
  if (targetKbps < kbps * DOWN_BELOW && sinceMs >= DOWN_GAP_MS) return targetKbps;
  if (targetKbps > kbps * UP_ABOVE && sinceMs >= UP_GAP_MS) return targetKbps;
  return undefined;
}

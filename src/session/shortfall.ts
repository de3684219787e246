// src/session/shortfall.ts - the operator's risk: how much a node serves without a voucher before it stops (DESIGN 6.4).
import { assert } from '../base/assert.ts';
import { shortfall } from '../protocol/limits.ts';

/** Milliseconds served but not vouchered, never below 0. */
export function shortfallMs(servedMs: number, vouchedMs: number): number {
  return Math.max(0, servedMs - vouchedMs);
}

/**
 * True when the node must end the session with 'voucher-shortfall'.
 * @param servedMs good milliseconds by the node's own count
 * @param vouchedMs `servedMs` of the highest voucher it holds
 */
export function shortfallExceeded(servedMs: number, vouchedMs: number): boolean {
  assert(servedMs >= 0 && vouchedMs >= 0, 'served and vouchered time are not negative');
  return shortfallMs(servedMs, vouchedMs) > shortfall.baseMs + shortfall.share * servedMs;
}

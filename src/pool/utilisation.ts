// src/pool/utilisation.ts - what share of its seats' time a machine was played on.

const DAY_MS = 86_400_000;

/** From a moment up to another; Unix ms. */
export type Span = { readonly fromMs: number; readonly untilMs: number };

/** How much of `spans` lies in a window, each counted for itself: two games at once are two seats. */
export function occupiedMs(spans: readonly Span[], window: Span): number {
  return spans.reduce((sum, { fromMs, untilMs }) => {
    return sum + Math.max(0, Math.min(untilMs, window.untilMs) - Math.max(fromMs, window.fromMs));
  }, 0);
}

/** Played share of the time of `slots` seats in a window, 0..1. A machine without seats was not played on. */
export function usedShare(spans: readonly Span[], slots: number, window: Span): number {
  const offeredMs = slots * (window.untilMs - window.fromMs);
  return offeredMs <= 0 ? 0 : Math.min(1, occupiedMs(spans, window) / offeredMs);
}

/** The `days` spans of 24 hours up to `nowMs`, oldest first. */
export function lastDays(nowMs: number, days: number): readonly Span[] {
  return Array.from({ length: days }, (_, i) => {
    const untilMs = nowMs - (days - 1 - i) * DAY_MS;
    return { fromMs: untilMs - DAY_MS, untilMs };
  });
}

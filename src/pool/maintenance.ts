// src/pool/maintenance.ts - planned absence of a machine: it takes no new game for a while before, is left alone meanwhile, and
// serves again by itself afterwards. The hub alone keeps it: the machine may be off, be rebooted or be another version when
// it is back.

/** One plan; Unix ms. The machine is away from the first moment on, up to the second. */
export type MaintenanceWindow = { readonly fromMs: number; readonly untilMs: number };

/** How long before it the machine takes no new game: time to finish a round, as in a drain. */
export const MAINTENANCE_LEAD_MS = 600_000;
const LONGEST_MS = 14 * 86_400_000;
const AHEAD_MS = 90 * 86_400_000;
/** Plans of one machine that are not over. */
export const WINDOWS_MAX = 20;

/** Where a machine stands with its plans. leaving: no new games, those that run end at `atMs`. away: until `atMs`. */
export type Upkeep = { readonly phase: 'serving' } | { readonly phase: 'leaving' | 'away'; readonly atMs: number };

/** What the plans say about a moment. Windows that touch or overlap are one absence. */
export function upkeepAt(windows: readonly MaintenanceWindow[], wallMs: number): Upkeep {
  let awayUntilMs = wallMs;
  for (const { fromMs, untilMs } of windows.toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (fromMs <= awayUntilMs && untilMs > awayUntilMs) awayUntilMs = untilMs;
  }
  if (awayUntilMs > wallMs) return { phase: 'away', atMs: awayUntilMs };
  const next = Math.min(...windows.map(({ fromMs }) => (fromMs > wallMs ? fromMs : Number.POSITIVE_INFINITY)));
  return next - MAINTENANCE_LEAD_MS <= wallMs ? { phase: 'leaving', atMs: next } : { phase: 'serving' };
}

/** Why a plan cannot be made. soon: its players would not have their ten minutes. */
export type WindowFault = 'soon' | 'empty' | 'long' | 'far' | 'many';

/** What is wrong with a new plan beside `plans` that the machine has already. */
export function windowFault(
  { fromMs, untilMs }: MaintenanceWindow,
  plans: readonly MaintenanceWindow[],
  wallMs: number,
): WindowFault | undefined {
  if (untilMs <= fromMs) return 'empty';
  if (fromMs < wallMs + MAINTENANCE_LEAD_MS) return 'soon';
  if (untilMs - fromMs > LONGEST_MS) return 'long';
  if (fromMs > wallMs + AHEAD_MS) return 'far';
  return plans.filter((plan) => plan.untilMs > wallMs).length >= WINDOWS_MAX ? 'many' : undefined;
}

// src/billing/day-cap.ts - a player's own limit a day. Lowering it counts at once, raising it from the next day on: a cap
// is set with a cool head and must not be undone with a hot one.

const MS_PER_DAY = 24 * 3_600_000;

/** Days since 1970 at the site. `offsetMs`: how far the site's midnight lies before midnight in UTC. */
export function dayOf(wallMs: number, offsetMs: number): number {
  return Math.floor((wallMs + offsetMs) / MS_PER_DAY);
}

/** A cap and the looser one that replaces it from a later day on. `null` is 'no cap'. */
export type DayCap = {
  readonly capWei: bigint | null;
  readonly later?: { readonly capWei: bigint | null; readonly fromDay: number };
};
/** How an account starts. */
export const NO_CAP: DayCap = { capWei: null };

/** The cap that counts on a day. */
export function capOn(cap: DayCap, day: number): bigint | null {
  return cap.later !== undefined && day >= cap.later.fromDay ? cap.later.capWei : cap.capWei;
}

/** The cap after its owner asked for another one on `day`. */
export function changeCap(cap: DayCap, capWei: bigint | null, day: number): DayCap {
  const now = capOn(cap, day);
  const looser = now !== null && (capWei === null || capWei > now);
  return looser ? { capWei: now, later: { capWei, fromDay: day + 1 } } : { capWei };
}

/** A session's spending by day: what it had cost when the day began. */
export type SpendDay = { readonly day: number; readonly costAtStartWei: bigint };

/** Moves to a new day; a clock that steps back changes nothing, so nobody gains a second day. */
export function turnDay(spend: SpendDay, day: number, costWei: bigint): SpendDay {
  return day > spend.day ? { day, costAtStartWei: costWei } : spend;
}

/** What a session has cost on `day` or, after a clock stepped back, on the later day it already saw. */
export function spentOn(spend: SpendDay, day: number, costWei: bigint): bigint {
  return spend.day >= day ? costWei - spend.costAtStartWei : 0n;
}

// src/cafe/packages.ts - the three kinds of package: so many minutes of play; play until a time on the wall; so many minutes
// within a window. A package is sold as a whole and covers play in its zones; what it does not cover costs the tariff.
import { err, ok, type Result } from '../base/result.ts';
import type { CafePackage } from '../protocol/cafe-settings.ts';
import { type Refusal, refusal } from '../protocol/error-codes.ts';
import type { Calendar } from './calendar.ts';
import { MINUTE_MS } from './local-time.ts';
import { onDays, openWindow } from './window.ts';

/** A package on a tab: covers at most `ms` of play between two instants, in its zones. */
export type Cover = {
  readonly package: string;
  readonly name: string;
  readonly priceMinor: bigint;
  readonly zones: readonly string[];
  readonly fromMs: number;
  /** `undefined`: for as long as it takes. */
  readonly untilMs: number | undefined;
  /** Played milliseconds; `undefined`: all until the end. */
  readonly ms: number | undefined;
  /** Receipt on which it was sold; 0 for one that cost nothing. */
  readonly receipt: number;
};

/** Who asks for a package, where and when. */
export type PackageWish = { readonly zone: string; readonly group: string; readonly atMs: number };

/**
 * The cover that a package gives from now on.
 * @returns the cover, or PACKAGE_UNAVAILABLE with `field`: zone, group, or window (not sold now)
 */
export function coverOf(
  { id, name, priceMinor, zones, groups, rule }: CafePackage,
  { zone, group, atMs }: PackageWish,
  calendar: Calendar,
): Result<Cover, Refusal> {
  const unavailable = (field: string) => err(refusal('PACKAGE_UNAVAILABLE', { field }));
  if (!zones.includes(zone)) return unavailable('zone');
  if (!groups.includes(group)) return unavailable('group');
  const cover = { package: id, name, priceMinor: BigInt(priceMinor), zones, fromMs: atMs, receipt: 0 };
  if (rule.kind === 'duration') return ok({ ...cover, untilMs: undefined, ms: rule.minutes * MINUTE_MS });
  const open = openWindow(rule, onDays(rule.days, calendar), calendar, atMs);
  if (open === undefined) return unavailable('window');
  const ms = rule.kind === 'window' ? undefined : rule.minutes * MINUTE_MS;
  return ok({ ...cover, untilMs: open.untilMs, ms });
}

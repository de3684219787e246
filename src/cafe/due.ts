// src/cafe/due.ts - what a purchase costs now: an amount, minutes from the end of what is paid, or a package.
import { err, ok, type Result } from '../base/result.ts';
import type { Buy } from '../protocol/cafe-shapes.ts';
import { type Refusal, refusal } from '../protocol/error-codes.ts';
import { MINUTE_MS } from './local-time.ts';
import { type Cover, coverOf } from './packages.ts';
import { floorToStep, priceOf } from './price.ts';
import { chargeOf, endOf, type Prices, paidOf, runningStint, sit, type Tab } from './tab.ts';

/** A purchase worked out: for which tab, the package if it is one, and what is to be paid. */
export type Due = { readonly tab: Tab; readonly cover?: Cover; readonly dueMinor: bigint };

/** The tab as if play went on from `atMs`, for reckoning ahead in a pause. */
const running = (tab: Tab, zone: string, atMs: number): Tab =>
  runningStint(tab) === undefined ? sit(tab, { seat: '', zone }, atMs) : tab;

/**
 * What a purchase costs.
 * @param zone where the customer sits
 * @returns what is due, or PACKAGE_UNAVAILABLE, or WALLET_TOO_LOW (`needMinor`) for an amount below the minimum
 */
export function dueFor(
  tab: Tab,
  prices: Prices,
  buy: Exclude<Buy, { kind: 'open' }>,
  zone: string,
  atMs: number,
): Result<Due, Refusal> {
  if (buy.kind === 'package') {
    const found = prices.settings.packages.find(({ id }) => id === buy.package);
    if (found === undefined) return err(refusal('PACKAGE_UNAVAILABLE', { field: 'package' }));
    const cover = coverOf(found, { zone, group: tab.group, atMs }, prices.calendar);
    if (!cover.ok) return cover;
    return ok({ tab, cover: cover.value, dueMinor: cover.value.priceMinor });
  }
  if (buy.kind === 'minutes') {
    const ahead = running(tab, zone, atMs);
    const isNew = tab.covers.length === 0 && paidOf(tab) === 0n; // Minutes that cost nothing are no earlier purchase.
    const end = isNew ? undefined : endOf({ ...ahead, postpaid: false }, prices, atMs);
    const endMs = Math.max(atMs, end?.atMs ?? atMs);
    const need = chargeOf(ahead, prices, endMs + buy.minutes * MINUTE_MS).totalMinor - paidOf(tab);
    return ok({ tab, dueMinor: need > 0n ? need : 0n });
  }
  // An amount buys whole steps; the first one must reach the minimum, or it would buy nothing.
  const minor = BigInt(buy.minor);
  const owed = chargeOf(tab, prices, atMs).totalMinor - paidOf(tab);
  const needMinor =
    (owed > 0n ? owed : 0n) +
    (chargeOf(tab, prices, atMs).open.totalMinor > 0n ? 0n : priceOf(1n, prices.terms).totalMinor);
  if (floorToStep(minor, prices.terms.rounding) < needMinor) {
    return err(refusal('WALLET_TOO_LOW', { needMinor: needMinor.toString(), haveMinor: minor.toString() }));
  }
  return ok({ tab, dueMinor: minor });
}

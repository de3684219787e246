// clients/web/src/pages/cafe/price-here.ts - what a start costs, reckoned by this page while the hub cannot be asked, and what an
// hour on a seat leaves. The same
// rules as the hub's (src/cafe); the hub's own sum counts when the line is back.
import type { TabId } from '../../../../../src/base/ids.ts';
import { marginMinor } from '../../../../../src/cafe/cloud-spend.ts';
import { dueFor } from '../../../../../src/cafe/due.ts';
import { type Prices, pricesOf, sit, type Tab } from '../../../../../src/cafe/tab.ts';
import { rateAt } from '../../../../../src/cafe/tariff.ts';
import type { CafeSettings } from '../../../../../src/protocol/cafe-settings.ts';
import type { Buy } from '../../../../../src/protocol/cafe-shapes.ts';

const known = new WeakMap<CafeSettings, Prices>();

function pricesHere(settings: CafeSettings): Prices {
  const prices = known.get(settings) ?? pricesOf(settings);
  known.set(settings, prices);
  return prices;
}

/** What a customer of `group` pays now for `buy`; nothing for open play, and where there is no price. */
export function priceHere(
  settings: CafeSettings,
  { zone, group, buy, atMs }: { zone: string; group: string; buy: Buy; atMs: number },
): bigint | undefined {
  if (buy.kind === 'open') return undefined;
  const prices = pricesHere(settings);
  if (prices.grid(zone, group) === undefined) return undefined;
  const tab: Tab = {
    ...{ tab: '' as TabId, who: 'guest', label: '', member: undefined, code: undefined, group, ageBand: undefined },
    ...{ guardian: false, openedAtMs: atMs, prices: 0, postpaid: false, creditedMs: 0, closedAtMs: undefined },
    ...{ stints: [], covers: [], payments: [] },
  };
  const due = dueFor(sit(tab, { seat: '', zone }, atMs), prices, buy, zone, atMs);
  return due.ok ? due.value.dueMinor : undefined;
}

/** What an hour costs now by the tariff; nothing without one. */
export function hourHere(settings: CafeSettings, zone: string, group: string, atMs: number): bigint | undefined {
  const prices = pricesHere(settings);
  const grid = prices.grid(zone, group);
  return grid && rateAt(grid, prices.calendar, atMs);
}

/**
 * What an hour on a seat leaves now: tariff less cloud cost, in minor units.
 * @param microUsdPerDbc price of a DBC in millionths of a US dollar
 * @returns nothing without a tariff, or where the owner has not said what a dollar is
 */
export function marginHere(
  settings: CafeSettings,
  { zone, group, rateWeiPerHour, atMs }: { zone: string; group: string; rateWeiPerHour: string; atMs: number },
  microUsdPerDbc: number,
): bigint | undefined {
  const hour = hourHere(settings, zone, group, atMs);
  if (hour === undefined) return undefined;
  const minorPerUsd = BigInt(settings.currency.minorPerUsd);
  return marginMinor(hour, BigInt(rateWeiPerHour), { microUsdPerDbc, minorPerUsd });
}

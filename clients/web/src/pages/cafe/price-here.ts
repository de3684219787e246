// clients/web/src/pages/cafe/price-here.ts - what a start costs, reckoned by this page while the hub cannot be asked. The same
// rules as the hub's (src/cafe); the hub's own sum counts when the line is back.
import type { TabId } from '../../../../../src/base/ids.ts';
import { dueFor } from '../../../../../src/cafe/due.ts';
import { type Prices, pricesOf, sit, type Tab } from '../../../../../src/cafe/tab.ts';
import type { CafeSettings } from '../../../../../src/protocol/cafe-settings.ts';
import type { Buy } from '../../../../../src/protocol/cafe-shapes.ts';

const known = new WeakMap<CafeSettings, Prices>();

/** What a customer of `group` pays now for `buy`; nothing for open play, and where there is no price. */
export function priceHere(
  settings: CafeSettings,
  { zone, group, buy, atMs }: { zone: string; group: string; buy: Buy; atMs: number },
): bigint | undefined {
  if (buy.kind === 'open') return undefined;
  const prices = known.get(settings) ?? pricesOf(settings);
  known.set(settings, prices);
  if (prices.grid(zone, group) === undefined) return undefined;
  const tab: Tab = {
    ...{ tab: '' as TabId, who: 'guest', label: '', member: undefined, code: undefined, group, ageBand: undefined },
    ...{ guardian: false, openedAtMs: atMs, prices: 0, postpaid: false, creditedMs: 0, closedAtMs: undefined },
    ...{ stints: [], covers: [], payments: [] },
  };
  const due = dueFor(sit(tab, { seat: '', zone }, atMs), prices, buy, zone, atMs);
  return due.ok ? due.value.dueMinor : undefined;
}

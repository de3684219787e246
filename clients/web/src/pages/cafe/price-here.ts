// clients/web/src/pages/cafe/price-here.ts - what a start costs, reckoned by this page while the hub cannot be asked, and what an
// hour on a seat leaves. The same rules as the hub's (src/cafe); the hub's own sum counts when the line is back.
import type { TabId } from '../../../../../src/base/ids.ts';
import { marginMinor } from '../../../../../src/cafe/cloud-spend.ts';
import { dueFor } from '../../../../../src/cafe/due.ts';
import { coverOf } from '../../../../../src/cafe/packages.ts';
import { chargeAt, costOf, endOf, type Prices, pricesOf, sit, type Tab } from '../../../../../src/cafe/tab.ts';
import { rateAt } from '../../../../../src/cafe/tariff.ts';
import type { CafeSettings } from '../../../../../src/protocol/cafe-settings.ts';
import type { Buy } from '../../../../../src/protocol/cafe-shapes.ts';
import type { SeatView, TabView } from '../../../../../src/protocol/cafe-things.ts';

const known = new WeakMap<CafeSettings, Prices>();

function pricesHere(settings: CafeSettings): Prices {
  const prices = known.get(settings) ?? pricesOf(settings);
  known.set(settings, prices);
  return prices;
}

type Bought = { readonly zone: string; readonly group: string; readonly buy: Buy; readonly atMs: number };

function dueHere(prices: Prices, { zone, group, buy, atMs }: Bought & { buy: Exclude<Buy, { kind: 'open' }> }) {
  if (prices.grid(zone, group) === undefined) return undefined;
  const due = dueFor(freshTab(zone, group, atMs), prices, buy, zone, atMs);
  return due.ok ? due.value : undefined;
}

function freshTab(zone: string, group: string, atMs: number): Tab {
  const tab: Tab = {
    ...{ tab: '' as TabId, who: 'guest', label: '', member: undefined, code: undefined, group, ageBand: undefined },
    ...{ guardian: false, openedAtMs: atMs, prices: 0, postpaid: false, creditedMs: 0, closedAtMs: undefined },
    ...{ stints: [], covers: [], payments: [] },
  };
  return sit(tab, { seat: '', zone }, atMs);
}

/** What a customer of `group` pays now for `buy`; nothing for open play, and where there is no price. */
export function priceHere(settings: CafeSettings, { buy, ...bought }: Bought): bigint | undefined {
  return buy.kind === 'open' ? undefined : dueHere(pricesHere(settings), { ...bought, buy })?.dueMinor;
}

/** A package as it stands at an instant: what it costs, and its hours on the wall where it is not sold now. */
export function packageHere(
  settings: CafeSettings,
  { package: id, zone, group, atMs }: { package: string; zone: string; group: string; atMs: number },
):
  | { readonly dueMinor: bigint; readonly only?: { readonly fromMinute: number; readonly toMinute: number } }
  | undefined {
  const found = settings.packages.find((one) => one.id === id);
  if (found === undefined) return undefined;
  const dueMinor = BigInt(found.priceMinor);
  const sold = coverOf(found, { zone, group, atMs }, pricesHere(settings).calendar).ok;
  return sold || found.rule.kind === 'duration' ? { dueMinor } : { dueMinor, only: found.rule };
}

/** What is known of the tab of a start that the hub has not seen: what was taken, what play costs, when it ends. */
export function tabHere(
  settings: CafeSettings,
  { zone, group, buy, atMs }: Bought,
): Pick<TabView, 'paidMinor' | 'cost' | 'endsAtMs' | 'endsBy'> {
  const prices = pricesHere(settings);
  const due = buy.kind === 'open' ? undefined : dueHere(prices, { zone, group, buy, atMs });
  const paidMinor = due?.dueMinor ?? 0n;
  const tab: Tab = {
    ...freshTab(zone, group, atMs),
    postpaid: buy.kind === 'open',
    covers: due?.cover === undefined ? [] : [due.cover],
    payments: [{ by: 'cash', minor: paidMinor, receipt: 0 }],
  };
  const end = endOf(tab, prices, atMs);
  const cost = costOf(tab, prices, atMs, end?.atMs);
  return {
    paidMinor: paidMinor.toString(),
    ...(cost === undefined ? {} : { cost }),
    ...(end === undefined ? {} : { endsAtMs: end.atMs, endsBy: end.by }),
  };
}

/** What the customer on a seat has played for at an instant: what the hub would book, to the unit. 0 where nobody sits. */
export function chargedHere({ tab }: SeatView, atMs: number): bigint {
  if (tab === undefined) return 0n;
  if (tab.cost === undefined) return BigInt(tab.chargedMinor);
  return chargeAt(tab.cost, Math.min(atMs, tab.endsAtMs ?? atMs));
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

// src/app/cafe/report-day.ts - the day close, from the ledger alone, beside what receipts and tills say: three sums that must
// be one.

import type { GameId } from '../../base/ids.ts';
import { heatMap } from '../../cafe/heat-map.ts';
import { accountKind, type CafeAccount, type CafeEntry } from '../../cafe/ledger.ts';
import { dateOf, dayOf } from '../../cafe/local-time.ts';
import type { DayReport, HeatMap } from '../../protocol/cafe-api.ts';
import type { Actor } from '../../protocol/cafe-shapes.ts';
import type { CafeReceipt } from '../../protocol/cafe-things.ts';
import type { Cafes } from './cafes.ts';
import type { CafeStore, PlayedGame } from './ports.ts';
import { creditsOf, faultsOf, marginsOf, takingsByHour } from './report-seats.ts';
import type { Cafe, DatedEntry } from './state.ts';
import { pricesAt, settingsOf } from './state.ts';
import { shiftView } from './views.ts';

/** Machines lost on one day; a hall of 2,000 seats loses fewer. */
const FAULTS_LISTED = 10_000;

const kindOf = (account: string): string => accountKind(account as CafeAccount);
const text = (minor: bigint): string => minor.toString();

/** Debits less credits of accounts of a kind, among entries of some kinds. */
function debited(entries: readonly DatedEntry[], account: string, kinds: readonly CafeEntry['kind'][]): bigint {
  return entries
    .filter(({ kind }) => kinds.includes(kind))
    .reduce(
      (sum, { debit, credit, minor }) =>
        sum + (kindOf(debit) === account ? minor : 0n) - (kindOf(credit) === account ? minor : 0n),
      0n,
    );
}

/** Who acted, in a word: a wallet, a key, a seat, the hub. */
export const actorName = (by: Actor): string =>
  by.kind === 'staff'
    ? by.wallet
    : by.kind === 'api-key'
      ? `key ${by.id}`
      : by.kind === 'seat'
        ? `seat ${by.seat}`
        : 'hub';

function sums(receipts: readonly CafeReceipt[], name: (receipt: CafeReceipt) => string) {
  const groups = new Map<string, { receipts: number; total: bigint }>();
  for (const receipt of receipts) {
    const group = groups.get(name(receipt)) ?? { receipts: 0, total: 0n };
    group.receipts += 1;
    group.total += BigInt(receipt.totalMinor);
    groups.set(name(receipt), group);
  }
  return [...groups].map(([key, { receipts: count, total }]) => ({ key, receipts: count, totalMinor: text(total) }));
}

/** The bounds of a day on the wall of a site, as instants; `toMs` is the first of the next. */
export function dayBounds(cafe: Cafe, date: string): { fromMs: number; toMs: number; day: number } {
  const { time } = pricesAt(cafe, cafe.settingsVersion).calendar;
  const day = dayOf(date) ?? 0;
  return {
    day,
    fromMs: time.instantOf({ day, minute: 0 }, 'first'),
    toMs: time.instantOf({ day: day + 1, minute: 0 }, 'first'),
  };
}

/**
 * When a business day begins: at midnight, or when the till of the day before was closed, be it earlier or later. `undefined`: that
 * till is still open. What happens from then on belongs to this day, and nothing to two.
 */
async function dayBeginMs(store: CafeStore, cafe: Cafe, date: string): Promise<number | undefined> {
  const { fromMs: midnightMs, day } = dayBounds(cafe, date);
  const last = await store.lastShift(cafe.id, date);
  if (last === undefined) return midnightMs;
  if (last.closed === undefined) return undefined;
  const { atMs } = last.closed;
  return last.date === dateOf(day - 1) || atMs > midnightMs ? atMs : midnightMs;
}

/** A business day as instants, as far as it has come: `toMs` is the first of the next, or lies ahead while the day goes on. */
async function daySpan(store: CafeStore, cafe: Cafe, date: string, nowMs: number) {
  const { toMs: midnightMs, day } = dayBounds(cafe, date);
  const [begin, end] = await Promise.all([dayBeginMs(store, cafe, date), dayBeginMs(store, cafe, dateOf(day + 1))]);
  const toMs = end ?? Math.max(midnightMs, nowMs + 1);
  return { fromMs: Math.min(begin ?? toMs, toMs), toMs };
}

/** When a report is read, and what a DBC is worth then; 0 where nobody knows. */
export type ReadAt = { readonly nowMs: number; readonly microUsdPerDbc: number };

function ratesOf(cafe: Cafe, microUsdPerDbc: number): DayReport['rates'] {
  const { minorPerUsd } = settingsOf(cafe).currency;
  return minorPerUsd !== '0' && microUsdPerDbc > 0 ? { microUsdPerDbc, minorPerUsd } : undefined;
}

function byGame(plays: readonly PlayedGame[]): DayReport['games'] {
  const games = new Map<GameId, { sessions: number; playedMs: number; cost: bigint }>();
  for (const { game, sessions, playedMs, costWei } of plays) {
    const sum = games.get(game) ?? { sessions: 0, playedMs: 0, cost: 0n };
    games.set(game, {
      sessions: sum.sessions + sessions,
      playedMs: sum.playedMs + playedMs,
      cost: sum.cost + costWei,
    });
  }
  return [...games]
    .toSorted(([, a], [, b]) => (a.cost === b.cost ? 0 : a.cost < b.cost ? 1 : -1))
    .map(([game, { cost, ...sum }]) => ({ game, ...sum, costWei: text(cost) }));
}

/** The report of a business day. Throws OutageError. */
export async function reportDay(
  cafes: Cafes,
  cafe: Cafe,
  date: string,
  { nowMs, microUsdPerDbc }: ReadAt,
): Promise<DayReport> {
  const { store } = cafes.parts;
  const { fromMs, toMs } = await daySpan(store, cafe, date, nowMs);
  const [{ entries, receipts }, owed, shifts, tabs, plays, lost, lines] = await Promise.all([
    store.day(cafe.id, date),
    store.owedMinor(cafe.id, date),
    store.shiftsOf(cafe.id, date),
    store.tabs(cafe.id, fromMs, toMs),
    store.plays(cafe.id, fromMs, toMs),
    store.count(cafe.id, 'node-lost', fromMs, toMs),
    store.audit(cafe.id, 2 ** 40, FAULTS_LISTED, { act: 'node-lost', fromMs, toMs }),
  ]);
  const of = (account: string, ...kinds: CafeEntry['kind'][]) => debited(entries, account, kinds);
  const [cash, card] = [of('cash', 'receipt'), of('card', 'receipt')];
  const rates = ratesOf(cafe, microUsdPerDbc);
  const zones = new Map([...cafe.things.seat.values()].map(({ seat, zone }) => [seat, zone]));
  const passed = { fromMs, toMs: Math.min(nowMs, toMs) };
  const credits = creditsOf(tabs, (atMs) => atMs > fromMs && atMs <= toMs);
  return {
    date,
    fromMs,
    toMs,
    cashMinor: text(cash),
    cardMinor: text(card),
    byKind: sums(receipts, ({ kind }) => kind).map(({ key, ...sum }) => ({ kind: key, ...sum })),
    earnedMinor: text(-of('sales', 'receipt') - of('given-back', 'receipt')),
    bonusGivenMinor: text(of('bonus-given', 'receipt')),
    bonusSpentMinor: text(of('bonus', 'receipt') + of('bonus-given', 'receipt')),
    owedToCustomersMinor: text(owed),
    paidInMinor: text(of('cash', 'paid-in')),
    paidOutMinor: text(-of('cash', 'paid-out')),
    varianceMinor: text(of('cash', 'variance')),
    cashiers: sums(receipts, ({ by }) => actorName(by)).map(({ key, ...sum }) => ({ by: key, ...sum })),
    games: byGame(plays),
    creditedMs: credits.reduce((sum, { creditedMs }) => sum + creditedMs, 0),
    nodeFaults: lost,
    hours: takingsByHour(receipts, pricesAt(cafe, cafe.settingsVersion).calendar.time),
    faults: faultsOf(lines.filter(({ outcome }) => outcome === 'done')),
    credits,
    margins: marginsOf({ entries, receipts, tabs, plays, zones, rates, ...passed }),
    ...(rates === undefined ? {} : { rates }),
    shifts: shifts.map(shiftView),
    agrees: {
      ledgerMinor: text(cash + card),
      receiptsMinor: text(receipts.reduce((sum, { totalMinor }) => sum + BigInt(totalMinor), 0n)),
      shiftsMinor: text(shifts.reduce((sum, shift) => sum + shift.cashTakenMinor + shift.cardTakenMinor, 0n)),
    },
  };
}

/** How full seats were, by hour of the wall, over some days. Throws OutageError. */
export async function reportHeat(
  cafes: Cafes,
  cafe: Cafe,
  { from, to, nowMs }: { readonly from: string; readonly to: string; readonly nowMs: number },
): Promise<HeatMap> {
  const [first, last] = [dayBounds(cafe, from), dayBounds(cafe, to)];
  const tabs = await cafes.parts.store.tabs(cafe.id, first.fromMs, last.toMs);
  const map = heatMap(
    tabs.flatMap(({ stints }) => stints),
    [...cafe.things.seat.keys()],
    pricesAt(cafe, cafe.settingsVersion).calendar.time,
    { firstDay: first.day, lastDay: last.day, nowMs },
  );
  return { from, to, seats: [...map].map(([seat, hours]) => ({ seat, hours: [...hours] })) };
}

/** Days that one heat map may span. */
export const HEAT_DAYS_MAX = 92;

/** Whether two dates are days in order and not too far apart. */
export function isDaySpan(from: string, to: string): boolean {
  const [first, last] = [dayOf(from), dayOf(to)];
  return first !== undefined && last !== undefined && first <= last && last - first < HEAT_DAYS_MAX;
}

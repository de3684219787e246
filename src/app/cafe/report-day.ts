// src/app/cafe/report-day.ts - the day close, from the ledger alone, beside what receipts and tills say: three sums that must
// be one.

import { heatMap } from '../../cafe/heat-map.ts';
import { accountKind, type CafeAccount, type CafeEntry } from '../../cafe/ledger.ts';
import { dayOf } from '../../cafe/local-time.ts';
import type { DayReport, HeatMap } from '../../protocol/cafe-api.ts';
import type { Actor } from '../../protocol/cafe-shapes.ts';
import type { CafeReceipt } from '../../protocol/cafe-things.ts';
import type { Cafes } from './cafes.ts';
import type { Cafe, DatedEntry } from './state.ts';
import { pricesAt } from './state.ts';
import { shiftView } from './views.ts';

const SHIFTS_LOOKED_AT = 500;

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

const nameOf = (by: Actor): string =>
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

/** The bounds of a day on the wall, as instants. */
function dayBounds(cafe: Cafe, date: string): { fromMs: number; toMs: number; day: number } {
  const { time } = pricesAt(cafe, cafe.settingsVersion).calendar;
  const day = dayOf(date) ?? 0;
  return {
    day,
    fromMs: time.instantOf({ day, minute: 0 }, 'first'),
    toMs: time.instantOf({ day: day + 1, minute: 0 }, 'first'),
  };
}

/** The report of a business day. Throws OutageError. */
export async function reportDay(cafes: Cafes, cafe: Cafe, date: string): Promise<DayReport> {
  const { store } = cafes.parts;
  const { fromMs, toMs } = dayBounds(cafe, date);
  const [{ entries, receipts }, owed, allShifts, tabs, lines] = await Promise.all([
    store.day(cafe.id, date),
    store.owedMinor(cafe.id, date),
    store.shifts(cafe.id, SHIFTS_LOOKED_AT),
    store.tabs(cafe.id, fromMs, toMs),
    store.count(cafe.id, 'node-lost', fromMs, toMs),
  ]);
  const shifts = allShifts.filter((shift) => shift.date === date);
  const of = (account: string, ...kinds: CafeEntry['kind'][]) => debited(entries, account, kinds);
  const [cash, card] = [of('cash', 'receipt'), of('card', 'receipt')];
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
    cashiers: sums(receipts, ({ by }) => nameOf(by)).map(({ key, ...sum }) => ({ by: key, ...sum })),
    creditedMs: tabs.reduce((sum, { creditedMs }) => sum + creditedMs, 0),
    nodeFaults: lines,
    shifts: shifts.map(shiftView),
    agrees: {
      ledgerMinor: text(cash + card),
      receiptsMinor: text(receipts.reduce((sum, { totalMinor }) => sum + BigInt(totalMinor), 0n)),
      shiftsMinor: text(shifts.reduce((sum, shift) => sum + shift.cashTakenMinor + shift.cardTakenMinor, 0n)),
    },
  };
}

/** How full seats were, by hour of the wall, over some days. Throws OutageError. */
export async function reportHeat(cafes: Cafes, cafe: Cafe, from: string, to: string): Promise<HeatMap> {
  const [first, last] = [dayBounds(cafe, from), dayBounds(cafe, to)];
  const tabs = await cafes.parts.store.tabs(cafe.id, first.fromMs, last.toMs);
  const map = heatMap(
    tabs.flatMap(({ stints }) => stints),
    [...cafe.things.seat.keys()],
    pricesAt(cafe, cafe.settingsVersion).calendar.time,
    { firstDay: first.day, lastDay: last.day },
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

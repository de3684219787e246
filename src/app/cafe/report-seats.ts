// src/app/cafe/report-seats.ts - a business day by seat: what was taken in which hour, what a seat earned beside what it cost, and
// where machines were lost. Every table adds up to the day close: what belongs to no seat has a row without one.
import { marginMinor } from '../../cafe/cloud-spend.ts';
import { accountKind, type CafeAccount } from '../../cafe/ledger.ts';
import { dateOf, type LocalTime } from '../../cafe/local-time.ts';
import type { Tab } from '../../cafe/tab.ts';
import type { DayReport } from '../../protocol/cafe-api.ts';
import type { CafeAuditLine, CafeReceipt } from '../../protocol/cafe-things.ts';
import type { PlayedGame } from './ports.ts';
import type { DatedEntry, Seat } from './state.ts';

/** Stands for 'no seat' in a key. */
const NOWHERE = '';
const orNone = (seat: string): { seat?: string } => (seat === NOWHERE ? {} : { seat });
/** 2 before 10, VIP-1 after both. */
const bySeat = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

/** The seat of each receipt; what is given back belongs to the seat of the receipt that it names, if that is of the same day. */
function seatsOf(receipts: readonly CafeReceipt[]): ReadonlyMap<number, string> {
  const own = new Map(receipts.map(({ number, seat }) => [number, seat ?? NOWHERE]));
  return new Map(receipts.map(({ number, seat, of }) => [number, seat ?? own.get(of ?? 0) ?? NOWHERE]));
}

/** What passed the counter, by hour and seat. */
export function takingsByHour(receipts: readonly CafeReceipt[], time: LocalTime): DayReport['hours'] {
  const seats = seatsOf(receipts);
  const rows = new Map<string, { date: string; hour: number; seat: string; receipts: number; total: bigint }>();
  for (const { number, atMs, totalMinor } of receipts) {
    const { day, minute } = time.wallAt(atMs);
    const [date, hour, seat] = [dateOf(day), Math.floor(minute / 60), seats.get(number) ?? NOWHERE];
    const key = `${date} ${hour} ${seat}`;
    const row = rows.get(key) ?? { date, hour, seat, receipts: 0, total: 0n };
    rows.set(key, { ...row, receipts: row.receipts + 1, total: row.total + BigInt(totalMinor) });
  }
  return [...rows.values()]
    .toSorted((a, b) => a.date.localeCompare(b.date) || a.hour - b.hour || bySeat(a.seat, b.seat))
    .map(({ seat, total, ...row }) => ({ ...row, ...orNone(seat), totalMinor: total.toString() }));
}

/** The machine that a line says was lost; lines of before it was written down say none. */
function lostNodeOf(thing: unknown): Pick<DayReport['faults'][number], 'node' | 'nodeName'> {
  const { node, name } = (thing as Partial<Seat>).lostNode ?? {};
  return node === undefined || name === undefined ? {} : { node, nodeName: name };
}

/** Where which machines were lost, from the audit's lines of it. */
export const faultsOf = (lines: readonly CafeAuditLine[]): DayReport['faults'] =>
  lines.toReversed().flatMap(({ atMs, after }) =>
    Object.entries(after)
      .filter(([thing]) => thing.startsWith('seat/'))
      .map(([thing, seat]) => ({ atMs, seat: thing.slice('seat/'.length), ...lostNodeOf(seat) })),
  );

/** Tabs that were credited time in a day, each part of it on the day on which it was given. */
export const creditsOf = (tabs: readonly Tab[], isOfDay: (atMs: number) => boolean): DayReport['credits'] =>
  tabs.flatMap(({ tab, stints, openedAtMs, closedAtMs, creditedMs: allMs, credits = [] }) => {
    // What was credited before parts were listed counts where the tab ended.
    const restMs = closedAtMs !== undefined && isOfDay(closedAtMs) ? allMs - sumOf(credits) : 0;
    const creditedMs = sumOf(credits.filter(({ atMs }) => isOfDay(atMs))) + restMs;
    return creditedMs <= 0 ? [] : [{ tab, ...orNone(stints.at(-1)?.seat ?? NOWHERE), openedAtMs, creditedMs }];
  });

const sumOf = (parts: readonly { readonly ms: number }[]): number => parts.reduce((sum, { ms }) => sum + ms, 0);

/** What a day's margins are made of. */
export type MarginParts = {
  readonly entries: readonly DatedEntry[];
  readonly receipts: readonly CafeReceipt[];
  readonly tabs: readonly Tab[];
  readonly plays: readonly PlayedGame[];
  readonly zones: ReadonlyMap<string, string>;
  readonly rates: DayReport['rates'];
  /** The day, as far as it has passed. */
  readonly fromMs: number;
  readonly toMs: number;
};

const isEarned = (account: string): boolean => ['sales', 'given-back'].includes(accountKind(account as CafeAccount));

/** What each seat earned and what it cost. A session's cost is that of the seat where its customer sat last. */
export function marginsOf(parts: MarginParts): DayReport['margins'] {
  const { entries, receipts, tabs, plays, zones, rates, fromMs, toMs } = parts;
  const rows = new Map<string, { playedMs: number; earned: bigint; cost: bigint }>();
  const rowOf = (seat: string) => {
    const row = rows.get(seat) ?? { playedMs: 0, earned: 0n, cost: 0n };
    rows.set(seat, row);
    return row;
  };
  const seats = seatsOf(receipts);
  for (const { kind, debit, credit, minor, receipt } of entries) {
    if (kind !== 'receipt' || isEarned(debit) === isEarned(credit)) continue;
    rowOf(seats.get(receipt ?? 0) ?? NOWHERE).earned += isEarned(credit) ? minor : -minor;
  }
  for (const { seat, fromMs: begin, toMs: end } of tabs.flatMap(({ stints }) => stints)) {
    const ms = Math.min(end ?? toMs, toMs) - Math.max(begin, fromMs);
    if (ms > 0) rowOf(seat).playedMs += ms;
  }
  const lastSeats = new Map<string, string>(tabs.map(({ tab, stints }) => [tab, stints.at(-1)?.seat ?? NOWHERE]));
  for (const { tab, costWei } of plays) rowOf(lastSeats.get(tab) ?? NOWHERE).cost += costWei;
  return [...rows]
    .toSorted(([a], [b]) => bySeat(a, b))
    .map(([seat, { playedMs, earned, cost }]) => {
      const zone = zones.get(seat);
      const left = rates && marginMinor(earned, cost, { ...rates, minorPerUsd: BigInt(rates.minorPerUsd) });
      return {
        ...orNone(seat),
        ...(zone === undefined ? {} : { zone }),
        playedMs: Math.floor(playedMs),
        earnedMinor: earned.toString(),
        costWei: cost.toString(),
        ...(left === undefined ? {} : { costMinor: (earned - left).toString(), marginMinor: left.toString() }),
      };
    });
}

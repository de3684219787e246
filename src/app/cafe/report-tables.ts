// src/app/cafe/report-tables.ts - the reports of a business day as tables for a spreadsheet. Each is a part of the one day report,
// so it agrees with the day close; amounts are whole minor units, as there.
import type { CsvCell } from '../../base/csv.ts';
import type { DayReport } from '../../protocol/cafe-api.ts';

/** A table: names of its columns, and its rows. */
export type ReportTable = {
  readonly summary: string;
  readonly head: readonly string[];
  /** `nameOf`: what colleagues call a wallet, else nothing. `iso`: an instant as text. */
  readonly rows: (
    report: DayReport,
    words: { readonly nameOf: (wallet: string) => string | undefined; readonly iso: (atMs: number) => string },
  ) => readonly (readonly CsvCell[])[];
};

/** All of them, by the names of their files. */
export const reportTables = {
  kinds: {
    summary: 'What passed the counter, by kind of receipt',
    head: ['kind', 'receipts', 'total_minor'],
    rows: ({ byKind }) => byKind.map(({ kind, receipts, totalMinor }) => [kind, receipts, totalMinor]),
  },
  cashiers: {
    summary: 'What passed the counter, by who took it',
    head: ['by', 'name', 'receipts', 'total_minor'],
    rows: ({ cashiers }, { nameOf }) =>
      cashiers.map(({ by, receipts, totalMinor }) => [by, nameOf(by), receipts, totalMinor]),
  },
  hours: {
    summary: 'What passed the counter, by hour of the wall and seat; no seat: top-ups and codes',
    head: ['date', 'hour', 'seat', 'receipts', 'total_minor'],
    rows: ({ hours }) =>
      hours.map(({ date, hour, seat, receipts, totalMinor }) => [date, hour, seat, receipts, totalMinor]),
  },
  games: {
    summary: 'What was played and ended that day, by game',
    head: ['game', 'sessions', 'played_ms', 'cost_wei'],
    rows: ({ games }) => games.map(({ game, sessions, playedMs, costWei }) => [game, sessions, playedMs, costWei]),
  },
  margins: {
    summary: 'What each seat earned beside what it cost, with the rates of now that convert one into the other',
    head: [
      ...['seat', 'zone', 'played_ms', 'earned_minor', 'cost_wei', 'cost_minor', 'margin_minor'],
      ...['micro_usd_per_dbc', 'minor_per_usd'],
    ],
    rows: ({ margins, rates }) =>
      margins.map(({ seat, zone, playedMs, earnedMinor, costWei, costMinor, marginMinor }) => [
        ...[seat, zone, playedMs, earnedMinor, costWei, costMinor, marginMinor],
        ...[rates?.microUsdPerDbc, rates?.minorPerUsd],
      ]),
  },
  faults: {
    summary: 'Machines that were lost in play, and time that was credited to customers',
    head: ['what', 'at', 'seat', 'tab', 'credited_ms', 'node', 'node_name'],
    rows: ({ faults, credits }, { iso }) => [
      ...faults.map(({ atMs, seat, node, nodeName }) => [
        ...['fault', iso(atMs), seat, undefined, undefined],
        ...[node, nodeName],
      ]),
      ...credits.map(({ tab, seat, openedAtMs, creditedMs }) => [
        ...['credit', iso(openedAtMs), seat, tab, creditedMs],
        ...[undefined, undefined],
      ]),
    ],
  },
  tills: {
    summary: 'The tills of the day: what was expected, counted, and why they differ',
    head: [
      ...['shift', 'opened', 'closed', 'by', 'name', 'float_minor', 'paid_in_minor', 'paid_out_minor'],
      ...['cash_minor', 'card_minor', 'expected_minor', 'counted_minor', 'variance_minor', 'reason', 'signature'],
    ],
    rows: ({ shifts }, { nameOf, iso }) =>
      shifts.map(({ shift, openedAtMs, closed, cashier, ...till }) => [
        ...[shift, iso(openedAtMs), closed && iso(closed.atMs), cashier, nameOf(cashier)],
        ...[till.floatMinor, till.paidInMinor, till.paidOutMinor, till.cashTakenMinor, till.cardTakenMinor],
        ...[till.expectedMinor, closed?.countedMinor, closed?.varianceMinor, closed?.reason, closed?.signature],
      ]),
  },
} satisfies Record<string, ReportTable>;

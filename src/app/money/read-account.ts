// src/app/money/read-account.ts - what people read about money: the lines of an account, holds, earnings, revenue, and the
// log of a session. Nothing here moves anything.
import type { OperatorId, PlayerId, SessionId } from '../../base/ids.ts';
import { isoDay } from '../../base/iso-day.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { type AccountId, chart, readAccount } from '../../billing/ledger.ts';
import type { Revenue } from '../../protocol/admin-api.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import type { Earnings, Holds, LedgerLine, LedgerPage, SessionLog } from '../../protocol/money-api.ts';
import type { Quote } from '../../protocol/shapes.ts';
import { toWire } from '../../protocol/voucher.ts';
import type { DeskParts, EndedSum } from '../admin/ports.ts';
import type { SessionBook } from '../session-book.ts';
import { ledgerLine, refundActKey } from './account-lines.ts';
import type { MoneyStore } from './ports.ts';

const MS_PER_DAY = 86_400_000;
const DAYS_SHOWN = 30;
type Books = Pick<DeskParts, 'books' | 'admin' | 'currency'>;

async function withReasons({ admin }: Books, account: AccountId, lines: readonly Parameters<typeof ledgerLine>[0][]) {
  const reasons = new Map<string, string>();
  for (const { transfer } of lines) {
    const key = refundActKey(transfer.key);
    if (key === undefined || reasons.has(key)) continue;
    reasons.set(key, (await admin.line(key))?.reason ?? '');
  }
  return lines.map((line) =>
    ledgerLine(line, account, reasons.get(refundActKey(line.transfer.key) ?? '') || undefined),
  );
}

/** A page of lines, newest first. `before`: a `next` of an earlier page. Throws OutageError. */
export async function accountPage(
  parts: Books,
  account: AccountId,
  { before, limit }: { readonly before: number | undefined; readonly limit: number },
): Promise<LedgerPage> {
  const [lines, balanceWei] = await Promise.all([
    parts.books.lines(account, before, limit),
    parts.books.balance(account),
  ]);
  const last = lines.length === limit ? lines.at(-1) : undefined;
  return {
    lines: await withReasons(parts, account, lines),
    balanceWei: balanceWei.toString(),
    currency: readAccount(account).currency,
    ...(last && { next: String(last.seq) }),
  };
}

/** Every line, newest first, page by page. Throws OutageError. */
export async function* accountLines(parts: Books, account: AccountId, pageLines: number): AsyncGenerator<LedgerLine> {
  let before: number | undefined;
  for (;;) {
    const lines = await parts.books.lines(account, before, pageLines);
    yield* await withReasons(parts, account, lines);
    before = lines.at(-1)?.seq;
    if (lines.length < pageLines) return;
  }
}

/** What is on hold for a player's running sessions. */
export function holdsOf(book: SessionBook, player: PlayerId, currency: Books['currency'], nowMs: number): Holds {
  const holds = book.running(player).flatMap(({ session, nodeName, open }) => {
    const state = book.state(session, nowMs);
    if (state === undefined) return [];
    const { heldWei, costWei, billedMs } = state;
    return [{ session, nodeName, startedAtMs: Number(open.startedAtMs), heldWei, costWei, billedMs }];
  });
  return { currency, holds };
}

/** Sums rows that share a name, in the order in which the names come. */
function grouped<T>(rows: readonly EndedSum[], nameOf: (row: EndedSum) => string, make: (rows: EndedSum[]) => T): T[] {
  const groups = new Map<string, EndedSum[]>();
  for (const row of rows) groups.set(nameOf(row), [...(groups.get(nameOf(row)) ?? []), row]);
  return [...groups.values()].map(make);
}
const wei = (rows: readonly EndedSum[], name: 'operatorWei' | 'burnWei' | 'platformWei'): string =>
  rows.reduce((sum, row) => sum + row[name], 0n).toString();
const count = (rows: readonly EndedSum[], name: 'sessions' | 'billedMs'): number =>
  rows.reduce((sum, row) => sum + row[name], 0);

/** What an operator earned. `quote`: the rule for new sessions. `runningWei`: on hold on its machines. Throws OutageError. */
export async function earningsOf(
  parts: Books,
  operator: OperatorId,
  quote: Quote,
  runningWei: bigint,
): Promise<Earnings> {
  const account = chart(parts.currency).operator(operator);
  const [rows, redeemableWei] = await Promise.all([parts.books.endedOf(operator), parts.books.balance(account)]);
  let [earnedWei, redeemedWei] = [0n, 0n];
  for await (const line of accountLines(parts, account, 1_000)) {
    const amount = BigInt(line.amountWei);
    if (line.kind === 'claim') redeemedWei -= amount;
    else earnedWei += amount;
  }
  return {
    operator,
    currency: parts.currency,
    earnedWei: earnedWei.toString(),
    redeemableWei: redeemableWei.toString(),
    redeemedWei: redeemedWei.toString(),
    runningWei: runningWei.toString(),
    burnedWei: wei(rows, 'burnWei'),
    platformWei: wei(rows, 'platformWei'),
    policy: {
      name: quote.burnPolicy,
      gpuTier: quote.gpuTier,
      burnBps: quote.burnBps,
      platformBps: quote.platformBps,
    },
    byPolicy: grouped(
      rows,
      ({ policy, burnBps }) => `${policy} ${burnBps}`,
      (group) => ({
        policy: group[0]?.policy ?? '-',
        burnBps: group[0]?.burnBps ?? 0,
        sessions: count(group, 'sessions'),
        burnedWei: wei(group, 'burnWei'),
      }),
    ),
    byNode: grouped(
      rows,
      ({ node }) => node,
      (group) => ({
        node: group[0]?.node ?? ('' as EndedSum['node']),
        name: group[0]?.nodeName ?? '-',
        sessions: count(group, 'sessions'),
        billedMs: count(group, 'billedMs'),
        earnedWei: wei(group, 'operatorWei'),
        burnedWei: wei(group, 'burnWei'),
        platformWei: wei(group, 'platformWei'),
      }),
    ),
    byDay: grouped(
      rows,
      ({ day }) => String(day),
      (group) => ({
        day: isoDay(group[0]?.day ?? 0),
        sessions: count(group, 'sessions'),
        billedMs: count(group, 'billedMs'),
        earnedWei: wei(group, 'operatorWei'),
      }),
    ).slice(0, DAYS_SHOWN),
  };
}

/** Turnover by day. Throws OutageError. */
export async function revenueOf({ books, currency }: Books, days: number, wallMs: number): Promise<Revenue> {
  const [rows, total] = await Promise.all([
    books.days(Math.floor(wallMs / MS_PER_DAY) - days + 1),
    books.total(currency),
  ]);
  return {
    currency,
    days: rows.map(({ day, sessions, payers, billedMs, costWei, burnWei, platformWei, operatorWei }) => ({
      day: isoDay(day),
      ...{ sessions, payers, billedMs },
      costWei: costWei.toString(),
      burnWei: burnWei.toString(),
      platformWei: platformWei.toString(),
      operatorWei: operatorWei.toString(),
    })),
    platformWei: total.platformWei.toString(),
    burnWei: total.burnWei.toString(),
    refundedWei: total.refundedWei.toString(),
  };
}

/**
 * The log of a session.
 * @param reader its player or operator; undefined for admins
 * @returns the log, or SESSION_UNKNOWN, FORBIDDEN. Throws OutageError
 */
export async function sessionLog(
  { money, books }: { readonly money: Pick<MoneyStore, 'session' | 'records'> } & Pick<Books, 'books'>,
  session: SessionId,
  reader: string | undefined,
): Promise<Result<SessionLog, Refusal>> {
  const row = await money.session(session);
  if (row === undefined) return err(refusal('SESSION_UNKNOWN'));
  const { player, operator } = row.facts;
  if (reader !== undefined && reader !== player && reader !== operator) return err(refusal('FORBIDDEN'));
  const [records, transfers] = await Promise.all([money.records(session), books.ofSession(session)]);
  const { meter, voucher } = row.counters;
  return ok({
    v: 1,
    session,
    ...(row.receipt && { receipt: row.receipt }),
    records: [...records],
    transfers: transfers.map(({ key, from, to, amountWei, atMs }) => ({
      ...{ key, from, to, atMs },
      amountWei: amountWei.toString(),
    })),
    counts: {
      playerGoodMs: meter.player.goodMs,
      nodeGoodMs: meter.nodeGoodMs,
      freeMs: meter.player.badMs,
      ...(voucher && { voucher: toWire(voucher.voucher), voucherSignature: voucher.signature }),
    },
  });
}

// src/app/money/account-lines.ts - an account as its owner reads it: what each transfer was, in which direction, and the same
// as CSV.
import { csvLine } from '../../base/csv.ts';
import { type AccountId, readAccount } from '../../billing/ledger.ts';
import type { LedgerLine, LineKind } from '../../protocol/money-api.ts';
import type { BookLine } from '../admin/ports.ts';

/** What a transfer was, by the end or the beginning of its key (src/billing/ledger.ts names acts). */
const BY_KEY: readonly (readonly [RegExp, LineKind])[] = [
  [/^gift\//, 'gift'],
  [/^refund\//, 'refund'],
  [/^fx\//, 'conversion'],
  [/^s_[0-9a-z]{26}\/hold\/\d+$/, 'hold'],
  [/^s_[0-9a-z]{26}\/release$/, 'release'],
  [/^s_[0-9a-z]{26}\/burn$/, 'burn'],
  [/^s_[0-9a-z]{26}\/platform$/, 'fee'],
  [/^s_[0-9a-z]{26}\/operator$/, 'earning'],
];

/** What a lease paid on the chain beside what the receipt said: `endName` of src/app/chain/event-transfers.ts. */
const SETTLED = /^s_[0-9a-z]{26}\/chain\/\d+(\/|$)/;

function kindOf(key: string, mine: AccountId, other: AccountId, cameIn: boolean): LineKind {
  const known = BY_KEY.find(([pattern]) => pattern.test(key));
  if (known !== undefined) return known[1];
  const [own, far] = [readAccount(mine).kind, readAccount(other).kind];
  // Also what makes up for coins that the contract paid out before the books had them, and a claim that is taken back.
  if (own === 'operator' && far === 'chain') return 'claim';
  if (own === 'operator' && SETTLED.test(key)) return 'earning';
  if (far === 'issued') return 'gift';
  if (far !== 'chain') return 'other';
  return cameIn ? 'deposit' : 'withdrawal';
}

/** A transfer as a line of `mine`. `reason`: where a person did it. */
export function ledgerLine({ transfer, balanceWei }: BookLine, mine: AccountId, reason?: string): LedgerLine {
  const { key, from, to, amountWei, atMs, session } = transfer;
  const cameIn = to === mine;
  const other = cameIn ? from : to;
  return {
    key,
    atMs: Math.floor(atMs),
    currency: readAccount(mine).currency,
    kind: kindOf(key, mine, other, cameIn),
    amountWei: (cameIn ? amountWei : -amountWei).toString(),
    balanceWei: balanceWei.toString(),
    other: readAccount(other).kind,
    ...(session !== undefined && { session }),
    ...(reason !== undefined && { reason }),
  };
}

/** Key of the act behind a refund's transfer, or undefined for any other. */
export function refundActKey(key: string): string | undefined {
  return /^refund\/[^/]+\/([^/]+)\/(?:operator|platform)$/.exec(key)?.[1];
}

/** First row of a CSV of lines. */
export const CSV_HEADER = csvLine([
  'time',
  'kind',
  'amount_wei',
  'balance_wei',
  'currency',
  'session',
  'other',
  'key',
  'reason',
]);

/** One row, ended by CRLF; times are ISO 8601 in UTC. */
export function csvRow(line: LedgerLine, isoTime: string): string {
  const { kind, amountWei, balanceWei, currency, session = '', other, key, reason = '' } = line;
  return csvLine([isoTime, kind, amountWei, balanceWei, currency, session, other, key, reason]);
}

// src/app/operator/ended-sessions.ts - an operator's ended sessions one by one, as rows of two tables: what each brought, and
// how each ran. What a refund took back later is a line of the ledger, not of these.
import type { OperatorId } from '../../base/ids.ts';
import { formatDbc } from '../../base/units.ts';
import type { Receipt } from '../../protocol/receipt.ts';
import { badCauses } from '../../protocol/shapes.ts';
import type { DeskParts, OperatorSession } from '../admin/ports.ts';

const PAGE_ROWS = 500;
const DECIMALS = 18; // All of them: the parts of a row add up to the last wei.

/** What an operator's reports need of a receipt; not the player. */
export function operatorSession(receipt: Receipt): OperatorSession {
  const { session, node, nodeName, game, path, startedAtMs, endedAtMs, reason, billedMs, freeMs, quote } = receipt;
  const { costWei, burnWei, platformWei, operatorWei } = receipt;
  return {
    ...{ session, node, nodeName, game, path, startedAtMs, endedAtMs, reason, billedMs, freeMs, quote },
    ...{ costWei, burnWei, platformWei, operatorWei },
  };
}

/** Ended sessions since a moment, newest first, read page by page. Throws OutageError. */
export async function* endedSessions(
  { books, currency }: Pick<DeskParts, 'books' | 'currency'>,
  operator: OperatorId,
  sinceMs: number,
): AsyncGenerator<OperatorSession> {
  let after: OperatorSession | undefined;
  for (;;) {
    const rows = await books.sessionsOf(operator, currency, { sinceMs, after, limit: PAGE_ROWS });
    yield* rows;
    after = rows.at(-1);
    if (rows.length < PAGE_ROWS) return;
  }
}

/** One row of a table for a spreadsheet. */
export type Cells = readonly (string | number | undefined)[];
const amount = (wei: string): string => formatDbc(BigInt(wei), DECIMALS);

/** A table by the name of its columns. `iso` writes a Unix time as ISO 8601: the calendar is the caller's. */
export type SessionTable = {
  readonly head: readonly string[];
  row(session: OperatorSession, currency: string, iso: (atMs: number) => string): Cells;
};

/** What each session brought: gross - burn - platform = net. Amounts in whole coins, exact. */
export const earningsTable: SessionTable = {
  head: [
    ...['session', 'ended', 'machine', 'game', 'paid_ms', 'gross', 'burn', 'platform', 'net', 'currency'],
    ...['burn_policy', 'burn_bps'],
  ],
  row: ({ session, endedAtMs, nodeName, game, billedMs, costWei, burnWei, platformWei, ...rest }, currency, iso) => [
    ...[session, iso(endedAtMs), nodeName, game, billedMs, amount(costWei), amount(burnWei), amount(platformWei)],
    ...[amount(rest.operatorWei), currency, rest.quote.burnPolicy, rest.quote.burnBps],
  ],
};

/** How each session ran: time that was paid, and time that was not, by its cause. */
export const sessionsTable: SessionTable = {
  head: [
    ...['session', 'started', 'ended', 'machine', 'game', 'path', 'reason', 'rate_per_hour', 'currency', 'paid_ms'],
    ...badCauses.map((cause) => `free_${cause.replaceAll('-', '_')}_ms`),
  ],
  row: ({ session, startedAtMs, endedAtMs, nodeName, game, path, reason, quote, billedMs, freeMs }, currency, iso) => [
    ...[
      session,
      iso(startedAtMs),
      iso(endedAtMs),
      nodeName,
      game,
      path,
      reason,
      amount(quote.rateWeiPerHour),
      currency,
    ],
    ...[billedMs, ...badCauses.map((cause) => freeMs[cause])],
  ],
};

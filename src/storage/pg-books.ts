// src/storage/pg-books.ts - the books in Postgres, read only: lines of an account, sums of ended sessions, totals.
import type { BookedBlock, BookLine, BooksReader, BooksTotal, DaySum, EndedSum } from '../app/admin/ports.ts';
import { operatorSession } from '../app/operator/ended-sessions.ts';
import { lesser } from '../base/bigint.ts';
import type { NodeId, SessionId } from '../base/ids.ts';
import {
  type AccountId,
  CHAIN_GIFT,
  type Currency,
  chart,
  type Transfer,
  type TransferKey,
} from '../billing/ledger.ts';
import type { Receipt } from '../protocol/receipt.ts';
import type { Database } from './database.ts';

type TransferRow = {
  readonly key: TransferKey;
  readonly from_account: AccountId;
  readonly to_account: AccountId;
  readonly amount: bigint;
  readonly session: SessionId | null;
  readonly at_ms: number;
};
const COLUMNS = 'key, from_account, to_account, amount, session, at_ms';

function transferOf(row: TransferRow): Transfer {
  const { key, from_account: from, to_account: to, amount: amountWei, at_ms: atMs } = row;
  return { key, from, to, amountWei, atMs, ...(row.session !== null && { session: row.session }) };
}

/** Sums of ended sessions, grouped by the columns named; both halves of a session are one row. */
const ended = (columns: string, more: string) => `
  select (ended_at_ms / 86400000)::integer as day, ${columns} count(*)::integer as sessions,
    sum(billed_ms)::bigint as billed, sum(cost) as cost, sum((receipt->>'burnWei')::numeric) as burn,
    sum((receipt->>'platformWei')::numeric) as platform, sum(operator_wei) as operator ${more}
  from session where receipt is not null`;

type SumRow = {
  readonly day: number;
  readonly sessions: number;
  readonly billed: number;
  readonly cost: bigint;
  readonly burn: bigint;
  readonly platform: bigint;
  readonly operator: bigint;
};
const sumOf = ({ day, sessions, billed, cost, burn, platform, operator }: SumRow) => ({
  ...{ day, sessions, billedMs: billed, costWei: cost },
  ...{ burnWei: burn, platformWei: platform, operatorWei: operator },
});

const WRONG_MAX = 20;

/** One snapshot of everything, the newest block that was read included: what the hub writes meanwhile is not half in it. */
function total(database: Database, currency: Currency): Promise<BooksTotal> {
  return database.transact(async (transaction): Promise<BooksTotal> => {
    await transaction.query('set transaction isolation level repeatable read, read only');
    const ask = async <Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> =>
      (await transaction.query<Row>(text, [...values])).rows;
    const kinds = await ask<{ kind: string; balance: bigint }>(
      `select split_part(id, '/', 2) as kind, sum(balance) as balance from account where id like $1 group by 1`,
      [`${currency}/%`],
    );
    const wrong = await ask<{ id: string }>(
      `select account.id from account left join (
         select from_account as id, -amount as amount from transfer union all select to_account, amount from transfer
       ) entry on entry.id = account.id
       group by account.id, account.balance having account.balance <> coalesce(sum(entry.amount), 0)
       order by account.id limit $1`,
      [WRONG_MAX],
    );
    const [refunds] = await ask<{ sum: bigint | null }>(
      `select sum(amount) as sum from transfer where key like 'refund/%' and to_account like $1`,
      [`${currency}/player/%`],
    );
    const [asOf] = await ask<BookedBlock>('select number, hash from chain_block order by number desc limit 1');
    const [apart] = await ask<{ gifts: bigint; short: bigint; locked: bigint }>(
      `select
         (select coalesce(sum(amount), 0) from transfer where from_account = $1 and starts_with(key, $2)
            and not exists (select from chain_end where purpose = key and ok)) as gifts,
         (select coalesce(-sum(balance), 0) from account where starts_with(id, $3)) as short,
         (select coalesce(sum(locked), 0) from session s where currency = $4
            and not exists (select from chain_done d where d.session = s.id and d.counts)) as locked`,
      [chart(currency).chain, CHAIN_GIFT, chart(currency).short(''), currency],
    );
    const of = (kind: string) => kinds.find((row) => row.kind === kind)?.balance ?? 0n;
    const all = kinds.reduce((sum, { balance }) => sum + balance, 0n);
    return {
      owedWei: all - of('issued') - of('chain'),
      platformWei: of('platform'),
      burnWei: of('burn'),
      refundedWei: refunds?.sum ?? 0n,
      wrong: [...wrong.map(({ id }) => id), ...(all === 0n ? [] : ['sum'])],
      underWayWei: apart === undefined ? 0n : apart.gifts + lesser(apart.short, apart.locked),
      ...(asOf && { asOf }),
    };
  });
}

/** The books of a database that `migrate` has prepared. `slow`: the same with more patience, for reading all of it. */
export function pgBooks(database: Database, slow = database): BooksReader {
  return {
    lines: async (account, before, limit) => {
      // The balance after the newest line asked for is the present one without all that came later.
      const rows = await database.query<TransferRow & { seq: number; balance: bigint }>(
        `select seq, ${COLUMNS},
           (select balance from account where id = $1) - coalesce(sum(case when to_account = $1 then amount else -amount end)
             over (order by seq desc rows between unbounded preceding and 1 preceding), 0) as balance
         from transfer where from_account = $1 or to_account = $1
         order by seq desc limit $2 offset (
           select count(*) from transfer where (from_account = $1 or to_account = $1) and seq >= coalesce($3, 9e18)::bigint)`,
        [account, limit, before ?? null],
      );
      return rows.map((row): BookLine => ({ seq: row.seq, transfer: transferOf(row), balanceWei: row.balance }));
    },
    balance: async (account) => {
      const [row] = await database.query<{ balance: bigint }>('select balance from account where id = $1', [account]);
      return row?.balance ?? 0n;
    },
    ofSession: async (session) => {
      const text = `select ${COLUMNS} from transfer where session = $1 order by seq`;
      return (await database.query<TransferRow>(text, [session])).map(transferOf);
    },
    endedOf: async (operator) => {
      type Row = SumRow & { node: NodeId; node_name: string; policy: string; burn_bps: number };
      const columns = `node, receipt->>'nodeName' as node_name, receipt->'quote'->>'burnPolicy' as policy,
        (receipt->'quote'->>'burnBps')::integer as burn_bps,`;
      const text = `${ended(columns, '')} and operator = $1 group by 1, 2, 3, 4, 5 order by 1 desc, 2`;
      const rows = await database.query<Row>(text, [operator]);
      return rows.map((row): EndedSum => {
        const { node, node_name: nodeName, policy, burn_bps: burnBps } = row;
        return { ...sumOf(row), node, nodeName, policy, burnBps };
      });
    },
    sessionsOf: async (operator, currency, { sinceMs, after, limit }) => {
      const rows = await database.query<{ receipt: Receipt }>(
        `select receipt from session
         where operator = $1 and currency = $2 and receipt is not null and ended_at_ms >= $3
           and (ended_at_ms, id) < (coalesce($4, 9e18)::bigint, coalesce($5, ''))
         order by ended_at_ms desc, id desc limit $6`,
        [operator, currency, Math.floor(sinceMs), after?.endedAtMs ?? null, after?.session ?? null, limit],
      );
      return rows.map(({ receipt }) => operatorSession(receipt));
    },
    days: async (fromDay) => {
      const rows = await database.query<SumRow & { payers: number }>(
        `${ended('', ', count(distinct player)::integer as payers')} and ended_at_ms >= $1::bigint * 86400000
         group by 1 order by 1 desc`,
        [fromDay],
      );
      return rows.map((row): DaySum => ({ ...sumOf(row), payers: row.payers }));
    },
    total: (currency) => total(slow, currency),
  };
}

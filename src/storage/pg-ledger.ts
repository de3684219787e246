// src/storage/pg-ledger.ts - posting transfers in Postgres. Balances follow by a trigger (100-ledger.sql); a key that is
// known already moves nothing. Written by hand: these statements are the money.
import { assert, OutageError } from '../base/assert.ts';
import { err, ok, type Result } from '../base/result.ts';
import {
  type AccountId,
  assertTransfer,
  type LedgerRefusal,
  sameTransfer,
  type Transfer,
  type TransferKey,
} from '../billing/ledger.ts';
import { brokenConstraint, type Database, type Transaction } from './database.ts';

const INSERT_ACCOUNTS = 'insert into account (id) select unnest($1::text[]) on conflict do nothing';
const INSERT_TRANSFERS = `
  insert into transfer (key, from_account, to_account, amount, session, at_ms)
  select * from unnest($1::text[], $2::text[], $3::text[], $4::numeric[], $5::text[], $6::bigint[])
  on conflict (key) do nothing
  returning key`;
const SELECT_TRANSFERS = `
  select key, from_account as "from", to_account as "to", amount as "amountWei", at_ms as "atMs"
  from transfer where key = any($1)`;

/** A group of transfers would take an account below its floor; the transaction must be given up. */
export class TooLittle extends Error {
  override readonly name = 'TooLittle';
}

/**
 * Posts all of a group, or finds that it was posted before. Runs inside the caller's transaction.
 * @returns whether money moved; a refusal when a key stands for something else
 * @throws TooLittle when an account would fall below zero
 */
export async function postIn(
  transaction: Transaction,
  group: readonly Transfer[],
): Promise<Result<{ readonly moved: boolean }, LedgerRefusal>> {
  if (group.length === 0) return ok({ moved: false });
  for (const transfer of group) assertTransfer(transfer);
  const accounts = [...new Set(group.flatMap(({ from, to }) => [from, to]))].toSorted();
  await transaction.query(INSERT_ACCOUNTS, [accounts]);
  const inserted = await insert(transaction, group);
  if (inserted === group.length) return ok({ moved: true });
  const keys = group.map(({ key }) => key);
  const { rows } = await transaction.query<Transfer>(SELECT_TRANSFERS, [keys]);
  const known = new Map(rows.map((row) => [row.key, row]));
  const odd = group.find((transfer) => {
    const before = known.get(transfer.key);
    return inserted > 0 || before === undefined || !sameTransfer(before, transfer);
  });
  return odd === undefined ? ok({ moved: false }) : err({ code: 'key-reused', key: odd.key });
}

async function insert(transaction: Transaction, group: readonly Transfer[]): Promise<number> {
  try {
    const { rowCount } = await transaction.query(INSERT_TRANSFERS, [
      group.map(({ key }) => key),
      group.map(({ from }) => from),
      group.map(({ to }) => to),
      group.map(({ amountWei }) => amountWei.toString()),
      group.map(({ session }) => session ?? null),
      group.map(({ atMs }) => Math.floor(atMs)),
    ]);
    return rowCount ?? 0;
  } catch (cause) {
    throw brokenConstraint(cause) === 'account_floor' ? new TooLittle() : cause;
  }
}

/** Balance of one account, 0 when nothing ever touched it. */
export async function balanceIn(transaction: Transaction, account: AccountId): Promise<bigint> {
  const { rows } = await transaction.query<{ balance: bigint }>('select balance from account where id = $1', [account]);
  return rows[0]?.balance ?? 0n;
}

const TRIES_MAX = 10; // Each loses to a hold that was committed meanwhile: ten in a row is a store gone mad.

/**
 * Runs an act whose transfers follow from balances that it reads. Where play took from one of them in between, nothing was
 * written, and it is done again with what is there now. Throws OutageError when that does not end.
 */
export async function afresh<T>(database: Database, act: (transaction: Transaction) => Promise<T>): Promise<T> {
  for (let tried = 0; tried < TRIES_MAX; tried++) {
    try {
      return await database.transact(act);
    } catch (cause) {
      if (!(cause instanceof TooLittle)) throw cause;
    }
  }
  throw new OutageError('database: balances change faster than the chain can be booked');
}

/** Posts a group in a transaction of its own. */
export async function post(
  database: Database,
  group: readonly Transfer[],
): Promise<Result<{ readonly moved: boolean }, LedgerRefusal>> {
  try {
    return await database.transact(async (transaction) => {
      const posted = await postIn(transaction, group);
      if (!posted.ok) throw new KeyReused(posted.error);
      return posted;
    });
  } catch (cause) {
    if (cause instanceof KeyReused) return err(cause.refusal);
    if (!(cause instanceof TooLittle)) throw cause;
    return err(await whoHasTooLittle(database, group));
  }
}

/** Carries a refusal out of a transaction that must be rolled back. */
class KeyReused extends Error {
  readonly refusal: LedgerRefusal;
  constructor(refusal: LedgerRefusal) {
    super('key reused');
    this.refusal = refusal;
  }
}

async function whoHasTooLittle(database: Database, group: readonly Transfer[]): Promise<LedgerRefusal> {
  const change = new Map<AccountId, bigint>();
  for (const { from, to, amountWei } of group) {
    change.set(from, (change.get(from) ?? 0n) - amountWei);
    change.set(to, (change.get(to) ?? 0n) + amountWei);
  }
  const rows = await database.query<{ id: AccountId; balance: bigint }>(
    'select id, balance from account where id = any($1)',
    [[...change.keys()]],
  );
  const have = new Map(rows.map(({ id, balance }) => [id, balance]));
  const poor = [...change].toSorted(([, a], [, b]) => (a < b ? -1 : 1)).find(([, wei]) => wei < 0n);
  assert(poor !== undefined, 'somebody pays');
  const account = [...change.keys()].find((id) => (have.get(id) ?? 0n) + (change.get(id) ?? 0n) < 0n) ?? poor[0];
  return { code: 'too-little', account, haveWei: have.get(account) ?? 0n };
}

/** What the books must be: for tests and the audit. */
export type BooksCheck = {
  /** Sum of all balances: 0. */
  readonly sumWei: bigint;
  /** Accounts whose balance is not the fold of their transfers: none. */
  readonly wrong: readonly string[];
};

/** Reads all of the books and checks them against the transfers. Slow: it reads every transfer. */
export async function checkBooks(database: Database): Promise<BooksCheck> {
  const rows = await database.query<{ id: string; balance: bigint; fold: bigint }>(`
    select account.id, account.balance, coalesce(sum(entry.amount), 0) as fold
    from account left join (
      select from_account as id, -amount as amount from transfer
      union all select to_account, amount from transfer
    ) entry on entry.id = account.id
    group by account.id, account.balance`);
  return {
    sumWei: rows.reduce((sum, { balance }) => sum + balance, 0n),
    wrong: rows.filter(({ balance, fold }) => balance !== fold).map(({ id }) => id),
  };
}

/** Whether each of these acts is in the books, for tests that keep acknowledged keys outside the database. */
export async function knownKeys(database: Database, keys: readonly TransferKey[]): Promise<ReadonlySet<TransferKey>> {
  const rows = await database.query<{ key: TransferKey }>('select key from transfer where key = any($1)', [[...keys]]);
  return new Set(rows.map(({ key }) => key));
}

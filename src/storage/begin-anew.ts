// src/storage/begin-anew.ts - a development chain that was lost takes its play money with it: the database is emptied, and
// begins with the new chain. Never for coins that are worth something: only a development chain has lives. Never either where
// something lies in it that is nobody's play money: a café, or the audit of an admin.
import type { Database, Transaction } from './database.ts';

const NOTE = 'chain/life';
/** Tables whose rows no chain brought, and no lost chain may take away; and what a person calls them. */
const KEPT = { cafe: 'cafés', admin_act: 'acts of admins' } as const;

/** What was done about a database. `ours`: it belongs to this life, or to none; `kept`: it was left alone, because of that. */
export type Begun =
  | { readonly kind: 'ours' | 'emptied' | 'foreign' }
  | { readonly kind: 'kept'; readonly because: (typeof KEPT)[keyof typeof KEPT] };

async function isThere(database: Pick<Transaction, 'query'>, table: string): Promise<boolean> {
  const { rows } = await database.query<{ there: boolean }>('select to_regclass($1) is not null as there', [table]);
  return rows[0]?.there === true;
}

/**
 * Empties a database that belongs to another life of the chain: accounts, sessions, logins, bindings, all of it. The next
 * step is `migrate`. Throws OutageError.
 * @param mayEmpty false: it is somebody's own database, and stays as it is (`foreign`)
 */
export function beginAnew(database: Database, life: string, mayEmpty: boolean): Promise<Begun> {
  // As one transaction: half an emptied database is none of either life.
  return database.transact(async (transaction): Promise<Begun> => {
    if (!(await isThere(transaction, 'note'))) return { kind: 'ours' };
    const { rows } = await transaction.query<{ text: string }>('select text from note where name = $1', [NOTE]);
    const before = rows[0]?.text;
    if (before === undefined || before === life) return { kind: 'ours' };
    if (!mayEmpty) return { kind: 'foreign' };
    for (const [table, because] of Object.entries(KEPT)) {
      if (!(await isThere(transaction, table))) continue;
      if ((await transaction.query(`select from ${table} limit 1`)).rowCount !== 0) return { kind: 'kept', because };
    }
    await transaction.query('drop schema public cascade');
    await transaction.query('create schema public');
    return { kind: 'emptied' };
  });
}

/** Notes which life the database belongs to. */
export async function setLife(database: Database, life: string): Promise<void> {
  await database.query('insert into note (name, text) values ($1, $2) on conflict (name) do update set text = $2', [
    NOTE,
    life,
  ]);
}

// src/storage/begin-anew.ts - a development chain that was lost takes its play money with it: the database is emptied, and
// begins with the new chain. Never for coins that are worth something: only a development chain has lives, and no other chain
// may ever have been used with the database. Never either where
// something lies in it that is nobody's play money: a café, or the audit of an admin.
import type { Database, Transaction } from './database.ts';
import { isThere } from './notes.ts';

const NOTE = 'chain/life';
const OTHER_CHAIN = 'coins of another chain';
/** Tables whose rows no chain brought, and no lost chain may take away; and what a person calls them. */
const KEPT = { cafe: 'cafés', admin_act: 'acts of admins' } as const;

/** What was done about a database. `ours`: it belongs to this life, or to none; `kept`: it was left alone, because of that. */
export type Begun =
  | { readonly kind: 'ours' | 'emptied' | 'foreign' }
  | { readonly kind: 'kept'; readonly because: (typeof KEPT)[keyof typeof KEPT] | typeof OTHER_CHAIN };

/** Whether any chain but this life's was used with a database: each contract that was asked for its treasury left a note. */
async function knowsOtherChain(database: Pick<Transaction, 'query'>, chainId: bigint): Promise<boolean> {
  const { rowCount } = await database.query(
    `select from note where name = 'domain/DBC' and not starts_with(text, $1)
     union all (select from note where name like 'chain/treasury/%' order by name offset 1)`,
    [`${chainId} `],
  );
  return rowCount !== 0;
}

/**
 * Empties a database that belongs to another life of the chain: accounts, sessions, logins, bindings, all of it. The next
 * step is `migrate`. Throws OutageError.
 * @param of the development chain of this start
 * @param mayEmpty false: it is somebody's own database, and stays as it is (`foreign`)
 */
export function beginAnew(
  database: Database,
  { life, chainId }: { readonly life: string; readonly chainId: bigint },
  mayEmpty: boolean,
): Promise<Begun> {
  // As one transaction: half an emptied database is none of either life.
  return database.transact(async (transaction): Promise<Begun> => {
    if (!(await isThere(transaction, 'note'))) return { kind: 'ours' };
    const { rows } = await transaction.query<{ text: string }>('select text from note where name = $1', [NOTE]);
    const before = rows[0]?.text;
    if (before === undefined || before === life) return { kind: 'ours' };
    if (!mayEmpty) return { kind: 'foreign' };
    if (await knowsOtherChain(transaction, chainId)) return { kind: 'kept', because: OTHER_CHAIN };
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

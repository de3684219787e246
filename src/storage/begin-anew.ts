// src/storage/begin-anew.ts - a development chain that was lost takes its play money with it: the database is emptied, and
// begins with the new chain. Never for coins that are worth something: only a development chain has lives.
import type { Database } from './database.ts';

const NOTE = 'chain/life';

async function lifeOf(database: Database): Promise<string | undefined> {
  const [table] = await database.query<{ there: boolean }>("select to_regclass('note') is not null as there");
  if (table?.there !== true) return undefined;
  const [row] = await database.query<{ text: string }>('select text from note where name = $1', [NOTE]);
  return row?.text;
}

/**
 * Empties a database that belongs to another life of the chain: accounts, sessions, logins, bindings, all of it. The next
 * step is `migrate`. Throws OutageError.
 * @returns whether it did
 */
export async function beginAnew(database: Database, life: string): Promise<boolean> {
  const before = await lifeOf(database);
  if (before === undefined || before === life) return false;
  // As one transaction: half an emptied database is none of either life.
  await database.transact(async (transaction) => {
    await transaction.query('drop schema public cascade');
    await transaction.query('create schema public');
  });
  return true;
}

/** Notes which life the database belongs to. */
export async function setLife(database: Database, life: string): Promise<void> {
  await database.query('insert into note (name, text) values ($1, $2) on conflict (name) do update set text = $2', [
    NOTE,
    life,
  ]);
}

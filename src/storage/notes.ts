// src/storage/notes.ts - a note of a database that may be of any version, or empty: read before it is brought to this one.
import type { Database, Transaction } from './database.ts';

/** Whether a table is there. */
export async function isThere(database: Pick<Transaction, 'query'>, table: string): Promise<boolean> {
  const { rows } = await database.query<{ there: boolean }>('select to_regclass($1) is not null as there', [table]);
  return rows[0]?.there === true;
}

/** What a note says; undefined where it was never written, or the database has no notes yet. Throws OutageError. */
export function readNote(database: Database, name: string): Promise<string | undefined> {
  return database.transact(async (transaction) => {
    if (!(await isThere(transaction, 'note'))) return undefined;
    const { rows } = await transaction.query<{ text: string }>('select text from note where name = $1', [name]);
    return rows[0]?.text;
  });
}

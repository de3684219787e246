// src/storage/migrate.ts - brings a database to this version: each file of migrations/ runs once, in the order of names,
// in a transaction of its own. Files are never changed once released; a mistake is mended by a later file.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OutageError } from '../base/assert.ts';
import { type Database, openDatabase, PATIENT } from './database.ts';
import type { DatabaseAddress } from './postgres/places.ts';

const FOLDER = join(import.meta.dirname, 'migrations');
const LOCK = 7_102_026; // Any number: two hubs that start together must not run one file twice.

/** Files of a folder that are migrations, in order. */
function migrationFiles(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .toSorted();
}

/** Brings the database at an address to this version, before anybody plays; the same as `migrate`. */
export async function migrateAt(address: DatabaseAddress): Promise<readonly string[]> {
  const database = openDatabase(address, PATIENT);
  try {
    return await migrate(database);
  } finally {
    await database.close();
  }
}

/**
 * Runs what is missing.
 * @returns names of the files that ran now
 * @throws OutageError when the database is away, or was used by a later version that knows more files
 */
export async function migrate(database: Database, folder = FOLDER): Promise<readonly string[]> {
  await database.transact(async (transaction) => {
    await transaction.query('select pg_advisory_xact_lock($1)', [LOCK]);
    await transaction.query(
      'create table if not exists migration (name text primary key, at timestamptz not null default now())',
    );
  });
  const files = migrationFiles(folder);
  const done = new Set((await database.query<{ name: string }>('select name from migration')).map(({ name }) => name));
  const foreign = [...done].find((name) => !files.includes(name));
  if (foreign !== undefined) {
    throw new OutageError(`the database was used by a later version (it has ${foreign}); start that version`);
  }
  const ran: string[] = [];
  for (const name of files.filter((file) => !done.has(file))) {
    const sql = readFileSync(join(folder, name), 'utf8');
    const now = await database.transact(async (transaction) => {
      await transaction.query('select pg_advisory_xact_lock($1)', [LOCK]);
      const { rowCount } = await transaction.query('insert into migration (name) values ($1) on conflict do nothing', [
        name,
      ]);
      if (rowCount === 1) await transaction.query(sql);
      return rowCount === 1;
    });
    if (now) ran.push(name);
  }
  return ran;
}

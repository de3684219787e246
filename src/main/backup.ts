// src/main/backup.ts - `./nearcade backup FILE` and `./nearcade restore FILE`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Values } from '../config/load.ts';
import type { storeSettings } from '../config/settings.ts';
import type { Log } from '../observe/log.ts';
import { UsageError } from './role.ts';
import { backupTo, mustRead, restoreFrom, withDatabase } from './store-access.ts';

type StoreValues = Values<typeof storeSettings>;

function oneFile(rest: readonly string[], command: string): string {
  const [file, ...more] = rest;
  if (file === undefined || more.length > 0) throw new UsageError(`name one file: ./nearcade ${command} FILE`);
  return file;
}

const version = (): string =>
  String(JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')).version);

/** Writes the backup and says how large it is. Throws StartError. */
export async function runBackup(values: StoreValues, rest: readonly string[], log: Log): Promise<void> {
  const file = oneFile(rest, 'backup');
  const wish = { data: values.data ?? '.nearcade', url: values.databaseUrl };
  const rows = await withDatabase(wish, log, (database) => backupTo(database, file, version()));
  process.stdout.write(
    `${rows} rows are in ${file}. Keep the folders secrets and saves of the data folder beside it, of 'up' also chain and node: they are not in it.\n`,
  );
}

/** Restores into an empty database and says what came back. Throws StartError. */
export async function runRestore(values: StoreValues, rest: readonly string[], log: Log): Promise<void> {
  const file = oneFile(rest, 'restore');
  await mustRead(file);
  const wish = { data: values.data ?? '.nearcade', url: values.databaseUrl, fresh: true };
  const { rows, tables, head } = await withDatabase(wish, log, (database) => restoreFrom(database, file));
  const at = new Date(head.atMs).toISOString();
  process.stdout.write(
    `${rows} rows of ${tables.length} tables are back as they were on ${at}, line for line.\n` +
      "Next: copy secrets and saves of the old data folder into the new one, of 'up' also chain and node; then start on it.\n",
  );
}

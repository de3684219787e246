// src/storage/backup.ts - a logical copy of the whole database as lines of JSON, and back. The embedded server brings no
// pg_dump, and a copy that knows our rules is better: it is read in one snapshot, carries a hash of itself, goes into an
// empty database only, and counts when the database that came out of it is written as the very same lines.
import { createHash } from 'node:crypto';
import { OutageError } from '../base/assert.ts';
import type { Database, Transaction } from './database.ts';

/** First line of a backup. */
export type BackupHead = {
  readonly nearcade: 'backup';
  readonly v: 1;
  readonly atMs: number;
  readonly version: string;
  /** Migrations that the database had: it goes back into the same ones only. */
  readonly migrations: readonly string[];
};
/** Last line. `sha256`: of all lines before it, each with its line feed. */
type BackupEnd = { readonly end: true; readonly rows: number; readonly sha256: string };
/** What a whole file says of itself. */
export type BackupFacts = { readonly head: BackupHead; readonly rows: number; readonly tables: readonly string[] };

const FETCH_ROWS = 1_000;
const LOCK = 7_102_026; // As migrate.ts: nobody changes tables meanwhile.

type Table = { readonly name: string; readonly columns: readonly string[]; readonly key: readonly string[] };
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Tables of ours, those that others refer to first. */
async function tablesOf(transaction: Transaction): Promise<readonly Table[]> {
  const { rows } = await transaction.query<{ name: string; columns: string[]; key: string[]; needs: string[] }>(`
    select c.relname as name,
      (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
      coalesce((select array_agg(a.attname::text order by array_position(i.indkey::int2[], a.attnum)) from pg_index i
        join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey)
        where i.indrelid = c.oid and i.indisprimary), '{}') as key,
      coalesce((select array_agg(distinct f.relname::text) from pg_constraint k join pg_class f on f.oid = k.confrelid
        where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid), '{}') as needs
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r' and c.relname <> 'migration' order by c.relname`);
  const sorted: typeof rows = [];
  const left = [...rows];
  while (left.length > 0) {
    const at = left.findIndex(({ needs }) => needs.every((need) => sorted.some(({ name }) => name === need)));
    if (at < 0) throw new OutageError('tables refer to each other in a circle');
    sorted.push(...left.splice(at, 1));
  }
  return sorted;
}

async function* rowsOf(transaction: Transaction, { name, columns, key }: Table): AsyncGenerator<string> {
  const order = (key.length > 0 ? key : columns).map(quoted).join(', ');
  const list = columns.map((column) => `t.${quoted(column)}`).join(', ');
  await transaction.query(
    `declare backup_rows no scroll cursor for
     select row_to_json(picked)::text as row from (select ${list} from ${quoted(name)} t order by ${order}) picked`,
  );
  for (;;) {
    const { rows } = await transaction.query<{ row: string }>(`fetch ${FETCH_ROWS} from backup_rows`);
    for (const { row } of rows) yield row;
    if (rows.length < FETCH_ROWS) break;
  }
  await transaction.query('close backup_rows');
}

/** Every table and row as lines, without head and end. */
async function* bodyOf(transaction: Transaction): AsyncGenerator<string> {
  for (const table of await tablesOf(transaction)) {
    yield JSON.stringify({ table: table.name, columns: table.columns });
    yield* rowsOf(transaction, table);
  }
}

async function migrationsOf(transaction: Transaction): Promise<readonly string[]> {
  const { rows } = await transaction.query<{ name: string }>('select name from migration order by name');
  return rows.map(({ name }) => name);
}

/**
 * Reads the whole database in one snapshot, while it is used.
 * @param write takes each line with its line feed, in order
 * @returns how many rows. Throws OutageError
 */
export function writeBackup(
  database: Database,
  about: Pick<BackupHead, 'atMs' | 'version'>,
  write: (line: string) => Promise<void>,
): Promise<number> {
  return database.transact(async (transaction) => {
    await transaction.query('set transaction isolation level repeatable read read only');
    const hash = createHash('sha256');
    const put = async (line: string): Promise<void> => {
      hash.update(`${line}\n`);
      await write(`${line}\n`);
    };
    const head: BackupHead = { nearcade: 'backup', v: 1, ...about, migrations: await migrationsOf(transaction) };
    await put(JSON.stringify(head));
    let rows = 0;
    for await (const line of bodyOf(transaction)) {
      if (!line.startsWith('{"table":')) rows++;
      await put(line);
    }
    const end: BackupEnd = { end: true, rows, sha256: hash.digest('hex') };
    await write(`${JSON.stringify(end)}\n`);
    return rows;
  });
}

const damaged = (what: string): OutageError => new OutageError(`the backup is damaged: ${what}; nothing was changed`);

function parsed(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw damaged('a line is no JSON object');
}

/** Reads a backup to its end and checks its hash. Throws OutageError with a sentence when anything is wrong. */
export async function checkBackup(lines: AsyncIterable<string>): Promise<BackupFacts> {
  const hash = createHash('sha256');
  const tables: string[] = [];
  let head: BackupHead | undefined;
  let end: BackupEnd | undefined;
  let rows = 0;
  try {
    for await (const line of lines) {
      if (end !== undefined) throw damaged('there is more after its end');
      if (head === undefined) {
        const first = parsed(line);
        if (first.nearcade !== 'backup' || first.v !== 1) throw new OutageError('this file is no backup of ours');
        head = first as BackupHead;
      } else if (line.startsWith('{"end":true,')) end = parsed(line) as BackupEnd;
      else if (line.startsWith('{"table":')) tables.push(String(parsed(line).table));
      else rows++;
      if (end === undefined) hash.update(`${line}\n`);
    }
  } catch (cause) {
    throw cause instanceof OutageError ? cause : damaged(cause instanceof Error ? cause.message : String(cause));
  }
  if (head === undefined) throw new OutageError('this file is no backup of ours');
  if (end === undefined) throw damaged('its end is missing');
  if (end.rows !== rows || end.sha256 !== hash.digest('hex')) throw damaged('its hash is another one');
  return { head, rows, tables };
}

/** Lets `act` see the lines of one table at a time, in batches. */
async function fill(transaction: Transaction, { name, columns }: Table, rows: readonly string[]): Promise<void> {
  const into = name === 'transfer' ? 'restored_transfer' : quoted(name);
  const list = columns.map(quoted).join(', ');
  // Balances follow from transfers, as they always do: every account begins empty.
  const values = columns
    .map((column) => (name === 'account' && column === 'balance' ? '0' : quoted(column)))
    .join(', ');
  await transaction.query(
    `insert into ${into} (${list}) overriding system value
     select ${values} from json_populate_recordset(null::${quoted(name)}, $1::json)`,
    [`[${rows.join(',')}]`],
  );
}

/** One statement for all transfers: on the way through them in pieces a balance might fall below zero. */
async function postAll(transaction: Transaction, { columns }: Table): Promise<void> {
  const list = columns.map(quoted).join(', ');
  await transaction.query(
    `insert into transfer (${list}) overriding system value select ${list} from restored_transfer order by seq`,
  );
}

async function moveSequences(transaction: Transaction): Promise<void> {
  const { rows } = await transaction.query<{ table: string; column: string }>(`
    select c.relname as table, a.attname as column from pg_attribute a join pg_class c on c.oid = a.attrelid
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r' and a.attidentity <> '' and not a.attisdropped`);
  for (const { table, column } of rows) {
    await transaction.query(
      `select setval(pg_get_serial_sequence($1, $2), coalesce(max(${quoted(column)}), 0) + 1, false) from ${quoted(table)}`,
      [table, column],
    );
  }
}

async function refuseUnlessEmpty(transaction: Transaction, tables: readonly Table[]): Promise<void> {
  for (const { name } of tables) {
    const { rowCount } = await transaction.query(`select from ${quoted(name)} limit 1`);
    if (rowCount !== 0) {
      throw new OutageError(`the database is not empty (${name} has rows); a backup goes into an empty one only`);
    }
  }
}

/**
 * Puts a backup into an empty database of the same migrations. All or nothing, and it counts only when the database is
 * then written as the very same lines.
 * @param open reads the lines of the file from its beginning; called twice
 * @throws OutageError with a sentence: damaged, of another version, or the database is not empty
 */
export async function restoreBackup(database: Database, open: () => AsyncIterable<string>): Promise<BackupFacts> {
  const facts = await checkBackup(open());
  await database.transact(async (transaction) => {
    await transaction.query('select pg_advisory_xact_lock($1)', [LOCK]);
    const migrations = await migrationsOf(transaction);
    if (migrations.join() !== facts.head.migrations.join()) {
      const of = facts.head.version;
      throw new OutageError(`the backup is of version ${of}, whose tables are others; restore it with that version`);
    }
    const tables = await tablesOf(transaction);
    await refuseUnlessEmpty(transaction, tables);
    await transaction.query('create temp table restored_transfer (like transfer) on commit drop');
    const hash = createHash('sha256');
    let table: Table | undefined;
    let batch: string[] = [];
    const flush = async (): Promise<void> => {
      if (table !== undefined && batch.length > 0) await fill(transaction, table, batch);
      batch = [];
    };
    const finish = async (): Promise<void> => {
      await flush();
      if (table?.name === 'transfer') await postAll(transaction, table);
    };
    let first = true;
    for await (const line of open()) {
      if (first || line.startsWith('{"end":true,')) {
        first = false;
        continue;
      }
      hash.update(`${line}\n`);
      if (line.startsWith('{"table":')) {
        await finish();
        const name = String(parsed(line).table);
        table = tables.find((known) => known.name === name);
        if (table === undefined) throw damaged(`it has a table ${name}`);
      } else {
        batch.push(line);
        if (batch.length === FETCH_ROWS) await flush();
      }
    }
    await finish();
    await moveSequences(transaction);
    const again = createHash('sha256');
    for await (const line of bodyOf(transaction)) again.update(`${line}\n`);
    if (again.digest('hex') !== hash.digest('hex')) {
      throw new OutageError('what was restored is not what was saved; nothing was changed');
    }
  });
  return facts;
}

// test/support/postgres.ts - a database for a test file: an embedded server in a folder of its own.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { silentLog } from '../../src/observe/log.ts';
import { type Database, openDatabase, PATIENT } from '../../src/storage/database.ts';
import { migrate } from '../../src/storage/migrate.ts';
import { startPostgres } from '../../src/storage/postgres/launch.ts';
import { APP_NAME, type DatabaseAddress } from '../../src/storage/postgres/places.ts';

/** A server of a test. */
export type TestServer = {
  readonly folder: string;
  readonly pid: number;
  readonly address: DatabaseAddress;
  /** The same database as by a URL. */
  readonly url: DatabaseAddress;
  /** The database with every migration and nothing in it; what it held before is gone. Close it before the server stops. */
  fresh(by?: DatabaseAddress): Promise<Database>;
  stop(): Promise<void>;
};

/** Starts a server in a temporary folder. */
export async function testServer(): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'nc-pg-'));
  const server = await startPostgres(folder, silentLog);
  const { address } = server;
  if (address.kind !== 'socket') throw new Error('an embedded server listens on a socket');
  const host = encodeURIComponent(address.folder);
  return {
    folder,
    pid: server.pid,
    address,
    url: { kind: 'url', url: `postgres://${address.user}@localhost/${address.database}?host=${host}` },
    fresh: async (by = address) => {
      const database = openDatabase(by, PATIENT);
      await migrate(database);
      await empty(address.folder);
      return database;
    },
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Only a superuser can empty append-only tables, by switching their triggers off. Ten times faster than a new database. */
async function empty(host: string): Promise<void> {
  const admin = new pg.Client({ host, user: 'postgres', database: APP_NAME });
  await admin.connect();
  const { rows } = await admin.query<{ names: string }>(
    `select string_agg(quote_ident(tablename), ', ') as names from pg_tables
     where schemaname = 'public' and tablename <> 'migration'`,
  );
  await admin.query(`set session_replication_role = replica; truncate ${rows[0]?.names ?? ''} cascade`);
  await admin.end();
}

/** Kills the server with all its children, as a power cut does to processes. */
export function killServer(pid: number): void {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/stat`, 'latin1').split(') ')[1]?.split(' ')[1] === String(pid);
      } catch {
        return false;
      }
    });
  for (const each of [pid, ...children.map(Number)]) {
    try {
      process.kill(each, 'SIGKILL');
    } catch {
      // It ended by itself in between.
    }
  }
}

// src/storage/database.ts - the connections to Postgres. Whole numbers come back as JavaScript has them: numeric as
// bigint (wei), int8 as number (milliseconds, bytes). A database that is away is an OutageError, in bounded time; a value
// that it cannot hold an UnkeepableError; anything else that fails is a bug of ours.
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { assert, OutageError, UnkeepableError } from '../base/assert.ts';
import type { DatabaseAddress } from './postgres/places.ts';

/** A connection that is inside a transaction. */
export type Transaction = pg.PoolClient;

/** A pool of connections to one database. */
export type Database = {
  /** One statement of its own. `name`: prepare it under this name. Throws OutageError. */
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[], name?: string): Promise<Row[]>;
  /**
   * Runs `act` between begin and commit; rolls back when it throws. An OutageError from here may mean that the commit
   * happened all the same: the caller repeats an act that has a key of its own.
   */
  transact<T>(act: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** A typed query builder over the same pool, for plain reads and writes. Its errors are not translated: see `guard`. */
  kysely<Tables>(): Kysely<Tables>;
  /** Translates the errors of `act` as `query` does. */
  guard<T>(act: () => Promise<T>): Promise<T>;
  /** Waits for running queries and closes all connections. */
  close(): Promise<void>;
};

const CONNECTIONS = 12; // One writes counters, a few move money, the rest serve pages.
/** How long a connection and a query may take before the database counts as away. */
export type Patience = { readonly connectMs: number; readonly queryMs: number };
const IN_PLAY: Patience = { connectMs: 1_500, queryMs: 3_000 }; // Healthy ones take milliseconds; a player is waiting.
/** For migrations and tests: nobody waits, and a slow disk is no reason to give up. */
export const PATIENT: Patience = { connectMs: 20_000, queryMs: 60_000 };

const { builtins } = pg.types;
const INT8_ARRAY = 1016;
const wholeNumber = (text: string): number => {
  const value = Number(text);
  assert(Number.isSafeInteger(value), 'an int8 of ours fits a number');
  return value;
};
const parsers = new Map<number, (text: string) => unknown>([
  [builtins.NUMERIC, (text) => BigInt(text)],
  [builtins.INT8, wholeNumber],
  [INT8_ARRAY, (text) => text.slice(1, -1).split(',').map(wholeNumber)],
]);
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => parsers.get(oid) ?? pg.types.getTypeParser(oid, format),
};

/**
 * Codes of Postgres (appendix A) that say 'not now' rather than 'never'. XX000: what it has no code for, such as a quota or
 * a limit of files that is reached; a mistake of ours has a code. Damaged data (XX001, XX002) does not heal by waiting.
 */
const OUTAGE_CODES = /^(08|53|57|58|40001|40P01|25P03|55P03|XX000)/;

/**
 * Data exceptions and broken constraints (classes 22 and 23): nothing was written. Not 23001, by which our own triggers
 * refuse to change what is written once: that is never a peer's value.
 */
const UNKEEPABLE_CODES = /^(22|23(?!001))/;

/** Classes of errors that sockets, the pool and the driver's own time limits throw; they carry no SQLSTATE. */
const PLAIN = new Set(['Error', 'AggregateError']);

function translate(cause: unknown): unknown {
  if (cause instanceof pg.DatabaseError) {
    if (OUTAGE_CODES.test(cause.code ?? '')) return new OutageError(`database: ${cause.message}`);
    return UNKEEPABLE_CODES.test(cause.code ?? '') ? new UnkeepableError(cause.message, { cause }) : cause;
  }
  return cause instanceof Error && PLAIN.has(cause.constructor.name)
    ? new OutageError(`database: ${cause.message || cause.constructor.name}`)
    : cause;
}

/** The name of the constraint that refused a row, or undefined for any other error. */
export function brokenConstraint(thrown: unknown): string | undefined {
  const cause = thrown instanceof UnkeepableError ? thrown.cause : thrown;
  return cause instanceof pg.DatabaseError && cause.code?.startsWith('23') === true ? cause.constraint : undefined;
}

function poolOf(address: DatabaseAddress, { connectMs, queryMs }: Patience): pg.Pool {
  const where =
    address.kind === 'url'
      ? { connectionString: address.url }
      : { host: address.folder, user: address.user, database: address.database };
  const pool = new pg.Pool({
    ...where,
    types,
    max: CONNECTIONS,
    connectionTimeoutMillis: connectMs,
    query_timeout: queryMs,
    statement_timeout: queryMs,
    idle_in_transaction_session_timeout: 2 * queryMs,
    application_name: 'nearcade',
  });
  // A broken connection tells its query; it also emits an error, idle or not, and an event that nobody hears would end
  // the process. The pool drops the connection by itself.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** Opens a pool. Connects on first use; throws nothing. */
export function openDatabase(address: DatabaseAddress, patience = IN_PLAY): Database {
  const pool = poolOf(address, patience);
  const guard = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (cause) {
      throw translate(cause);
    }
  };
  return {
    guard,
    query: <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = [], name?: string) =>
      guard(async () => (await pool.query<Row>({ text, values: [...values], ...(name && { name }) })).rows),
    transact: (act) =>
      guard(async () => {
        const client = await pool.connect();
        let broken: Error | undefined;
        try {
          await client.query('begin');
          const value = await act(client);
          await client.query('commit');
          return value;
        } catch (cause) {
          const outage = translate(cause);
          if (outage instanceof OutageError) broken = outage;
          else await client.query('rollback').catch((error: Error) => (broken = error));
          throw cause;
        } finally {
          client.release(broken);
        }
      }),
    kysely: <Tables>() => new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }),
    close: () => pool.end(),
  };
}

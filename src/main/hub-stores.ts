// src/main/hub-stores.ts - where the hub keeps what must survive it.
import { join } from 'node:path';
import type { AdminStore, BooksReader } from '../app/admin/ports.ts';
import type { CafeStore } from '../app/cafe/ports.ts';
import type { ChainStore } from '../app/chain/ports.ts';
import type { ConversionStore } from '../app/money/convert.ts';
import type { MoneyStore } from '../app/money/ports.ts';
import type { OperatorStore } from '../app/operator/ports.ts';
import type { LoginStore, NodeStore } from '../app/ports.ts';
import { OutageError } from '../base/assert.ts';
import type { Currency } from '../billing/ledger.ts';
import type { Log } from '../observe/log.ts';
import type { SigningDomain } from '../protocol/typed-data.ts';
import { beginAnew, setLife } from '../storage/begin-anew.ts';
import { memoryCafes } from '../storage/cafe-store-memory.ts';
import { pgCafes } from '../storage/cafe-store-pg.ts';
import { memoryConversions, pgConversions } from '../storage/conversion-store.ts';
import { type Database, openDatabase } from '../storage/database.ts';
import { memoryLogins, memoryNodes } from '../storage/hub-store-memory.ts';
import { pgLogins, pgNodes } from '../storage/hub-store-pg.ts';
import { type SaveFiles, saveFiles } from '../storage/hub-store-saves.ts';
import { memoryAdmin, memoryBooks } from '../storage/memory-books.ts';
import { MemoryMoneyStore } from '../storage/memory-money-store.ts';
import { migrate } from '../storage/migrate.ts';
import { memoryOperators } from '../storage/operator-store-memory.ts';
import { pgOperators } from '../storage/operator-store-pg.ts';
import { pgAdmin } from '../storage/pg-admin.ts';
import { pgBooks } from '../storage/pg-books.ts';
import { pgChainStore } from '../storage/pg-chain-store.ts';
import { PgMoneyStore } from '../storage/pg-money-store.ts';
import { startPostgres } from '../storage/postgres/launch.ts';
import { type DatabaseAddress, postgresAddress } from '../storage/postgres/places.ts';
import { refuseOtherChain } from './noted-chain.ts';
import { StartError } from './role.ts';

/** All stores of a hub. */
export type HubStores = {
  readonly money: MoneyStore;
  /** What is remembered of the chain; absent in memory. */
  readonly chain?: ChainStore;
  /** The books of another currency in the same database, to close what an earlier mode left open. */
  readonly moneyOf?: (currency: Currency) => MoneyStore;
  readonly books: BooksReader;
  readonly admin: AdminStore;
  readonly conversions: ConversionStore;
  readonly logins: LoginStore;
  readonly nodes: NodeStore;
  readonly operators: OperatorStore;
  readonly saves: SaveFiles;
  readonly cafes: CafeStore;
  /** True when the database answers. */
  ready(): Promise<boolean>;
  close(): Promise<void>;
};

/** Where a hub's database is. `supervised`: somebody else runs the embedded one of the data folder. */
export type DatabaseWish = {
  readonly data: string;
  readonly url: string | undefined;
  readonly supervised: boolean;
  readonly currency: Currency;
  /**
   * Where coins settle: a database of another chain is refused. `life`: of a development chain; a database of another life is
   * emptied, its coins are gone, or refused.
   */
  readonly chain?: { readonly domain: SigningDomain; readonly life?: string };
};

/** Adding up millions of transfers takes its time, and nobody waits. */
const WHOLE_BOOKS = { connectMs: 1_500, queryMs: 300_000 };

type Reached = { readonly address: DatabaseAddress; stop(): Promise<void> };

async function reach({ data, url, supervised }: DatabaseWish, log: Log): Promise<Reached> {
  if (url !== undefined) return { address: { kind: 'url', url }, stop: async () => {} };
  if (supervised) return { address: postgresAddress(data), stop: async () => {} };
  const server = await startPostgres(data, log);
  return { address: server.address, stop: () => server.stop() };
}

const LOST = 'the development chain is another one than this database was used with, and';
const ELSE =
  'Put the old chain folder back (after an update its files lie in chain/before-..., for the version from before), or start with --chain off, or with another';

/** Empties a database whose development chain was lost, if nothing but play money lies in it. Throws StartError if more does. */
async function beginWithChain(
  database: Database,
  life: string,
  { chainId }: SigningDomain,
  { url }: DatabaseWish,
  log: Log,
): Promise<void> {
  const begun = await beginAnew(database, { life, chainId }, url === undefined);
  if (begun.kind === 'emptied') log.warn({ life }, 'store.begun-anew');
  if (begun.kind === 'foreign') {
    throw new StartError(`${LOST} the database of --database-url is not emptied. ${ELSE} database`);
  }
  if (begun.kind === 'kept')
    throw new StartError(`${LOST} it holds ${begun.because}, so it is not emptied. ${ELSE} --data folder`);
}

/**
 * Stores in Postgres, brought to this version; starts the embedded server when nobody else does.
 * @throws OutageError when the database cannot be reached or belongs to a later version, StartError when it is of another
 *   development chain and must not be emptied, or of another chain
 */
export async function openStores(wish: DatabaseWish, log: Log): Promise<HubStores> {
  const server = await reach(wish, log);
  const database = openDatabase(server.address);
  const slow = openDatabase(server.address, WHOLE_BOOKS);
  const close = async (): Promise<void> => {
    await Promise.all([database.close(), slow.close()]);
    await server.stop();
  };
  try {
    const { domain, life } = wish.chain ?? {};
    if (domain !== undefined) await refuseOtherChain(database, domain);
    if (domain !== undefined && life !== undefined) await beginWithChain(database, life, domain, wish, log);
    const ran = await migrate(database);
    if (life !== undefined) await setLife(database, life);
    if (ran.length > 0) log.info({ migrations: ran }, 'store.migrated');
  } catch (cause) {
    await close();
    throw cause;
  }
  return {
    money: new PgMoneyStore(database, wish.currency),
    chain: pgChainStore(database, wish.currency),
    moneyOf: (currency) => new PgMoneyStore(database, currency),
    books: pgBooks(database, slow),
    admin: pgAdmin(database),
    conversions: pgConversions(database),
    logins: pgLogins(database),
    nodes: pgNodes(database),
    operators: pgOperators(database),
    saves: saveFiles(join(wish.data, 'saves')),
    cafes: pgCafes(database),
    ready: async () => {
      try {
        await database.query('select 1');
        return true;
      } catch (cause) {
        if (cause instanceof OutageError) return false;
        throw cause;
      }
    },
    close,
  };
}

/** Stores that end with the process, but for the saves, which lie in `data`. */
export function memoryStores(data: string): HubStores {
  const money = new MemoryMoneyStore('PLAY');
  return {
    money,
    books: memoryBooks(money),
    admin: memoryAdmin(money),
    conversions: memoryConversions(money),
    logins: memoryLogins(),
    nodes: memoryNodes(),
    operators: memoryOperators(),
    saves: saveFiles(join(data, 'saves')),
    cafes: memoryCafes(),
    ready: async () => true,
    close: async () => {},
  };
}

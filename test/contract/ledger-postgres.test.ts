// Goal: the Postgres store keeps the same contract, over the embedded server's socket and over a URL, and the database
// itself refuses what no program should do.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../src/storage/database.ts';
import { migrate } from '../../src/storage/migrate.ts';
import { checkBooks } from '../../src/storage/pg-ledger.ts';
import { PgMoneyStore } from '../../src/storage/pg-money-store.ts';
import type { DatabaseAddress } from '../../src/storage/postgres/places.ts';
import { type TestServer, testServer } from '../support/postgres.ts';
import { moneyStoreSuite } from './money-store.ts';

let server: TestServer;
const opened: Database[] = [];
beforeAll(async () => {
  server = await testServer();
});
// Whatever a test did, the books are in order after it.
afterEach(async () => {
  for (const database of opened.splice(0)) {
    expect(await checkBooks(database)).toEqual({ sumWei: 0n, wrong: [] });
    await database.close();
  }
});
afterAll(() => server.stop());

async function freshDatabase(by?: DatabaseAddress): Promise<Database> {
  const database = await server.fresh(by);
  opened.push(database);
  return database;
}

describe('over the socket', () => moneyStoreSuite(async () => new PgMoneyStore(await freshDatabase(), 'PLAY')));
describe('over a URL', () => moneyStoreSuite(async () => new PgMoneyStore(await freshDatabase(server.url), 'PLAY')));

describe('the database itself', () => {
  const gift = `insert into account (id) values ('PLAY/issued/welcome'), ('PLAY/player/a');
    insert into transfer (key, from_account, to_account, amount, at_ms)
    values ('gift/a', 'PLAY/issued/welcome', 'PLAY/player/a', 5000, 0)`;
  const balance = (database: Database) =>
    database.query<{ balance: bigint }>("select balance from account where id = 'PLAY/player/a'");

  test.each([
    ['changing a transfer', 'update transfer set amount = 6000'],
    ['deleting a transfer', 'delete from transfer'],
    ['emptying the transfers', 'truncate transfer cascade'],
    ['changing a balance by hand', 'update account set balance = 9000'],
    ['deleting an account', 'delete from account'],
  ])('refuses %s', async (_, sql) => {
    const database = await freshDatabase();
    await database.query(gift);
    await expect(database.query(sql)).rejects.toThrow(/append-only|permission denied|follow from transfers/);
    expect(await balance(database)).toEqual([{ balance: 5_000n }]);
  });

  test('refuses them by triggers alone, also for an owner who gave himself the rights back', async () => {
    const database = await freshDatabase();
    await database.query(gift);
    await database.query('grant all on transfer, account to current_user');
    try {
      await expect(database.query('update transfer set amount = 6000')).rejects.toThrow('append-only');
      await expect(database.query('delete from transfer')).rejects.toThrow('append-only');
      await expect(database.query('truncate transfer')).rejects.toThrow('append-only');
      await expect(database.query('delete from account')).rejects.toThrow('append-only');
    } finally {
      await database.query('revoke update, delete, truncate on transfer from current_user');
      await database.query('revoke delete, truncate on account from current_user');
    }
  });

  test.each([
    ['dust', "('k', 'PLAY/issued/welcome', 'PLAY/player/a', 1001, 0)"],
    ['a negative amount', "('k', 'PLAY/issued/welcome', 'PLAY/player/a', -1000, 0)"],
    ['a circle', "('k', 'PLAY/player/a', 'PLAY/player/a', 1000, 0)"],
    ['a debt', "('k', 'PLAY/player/a', 'PLAY/issued/welcome', 6000, 0)"],
    ['a change of currency', "('k', 'PLAY/issued/welcome', 'DBC/player/a', 1000, 0)"],
    ['a key that was used', "('gift/a', 'PLAY/issued/welcome', 'PLAY/player/a', 1000, 0)"],
  ])('refuses %s in a transfer', async (_, values) => {
    const database = await freshDatabase();
    await database.query(`${gift}; insert into account (id) values ('DBC/player/a')`);
    await expect(
      database.query(`insert into transfer (key, from_account, to_account, amount, at_ms) values ${values}`),
    ).rejects.toThrow(/violates/);
    expect(await balance(database)).toEqual([{ balance: 5_000n }]);
  });

  test('runs each migration once, also when two hubs start together, and refuses a later version', async () => {
    const database = await freshDatabase();
    expect(await migrate(database)).toEqual([]);
    await Promise.all([migrate(database), migrate(database)]);
    await database.query("insert into migration (name) values ('999-of-the-future.sql')");
    await expect(migrate(database)).rejects.toThrow('later version');
    await database.query("delete from migration where name = '999-of-the-future.sql'");
  });
});

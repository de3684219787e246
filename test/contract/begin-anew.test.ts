// Goal: a lost development chain takes play money with it and nothing else. Method: a real database that was used with another
// chain, with nothing in it, with a café, with the act of an admin, and named by its owner.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type DatabaseWish, openStores } from '../../src/main/hub-stores.ts';
import { StartError } from '../../src/main/role.ts';
import { silentLog } from '../../src/observe/log.ts';
import { setLife } from '../../src/storage/begin-anew.ts';
import type { Database } from '../../src/storage/database.ts';
import { type TestServer, testServer } from '../support/postgres.ts';

let server: TestServer;
let database: Database;

beforeAll(async () => {
  server = await testServer();
}, 180_000);
beforeEach(async () => {
  database = await server.fresh();
  await setLife(database, 'life_one');
  await database.query("insert into note (name, text) values ('test/play', 'money')");
  return () => database.close();
});
afterAll(() => server.stop());

/** A start of a hub with a chain of this life. Answers what is left of the play money. */
async function start(life: string, change: Partial<DatabaseWish> = {}): Promise<number> {
  const wish: DatabaseWish = { data: server.folder, url: undefined, supervised: true, currency: 'DBC', life };
  await (await openStores({ ...wish, ...change }, silentLog)).close();
  return (await database.query("select from note where name = 'test/play'")).length;
}
const addCafe = () =>
  database.query("insert into cafe (id, rev, next_receipt, settings_version) values ('c_1', 1, 1, 1)");
const addAct = () =>
  database.query(
    `insert into admin_act (key, at_ms, who, act, reason, before, after) values ('k', 1, 'local:me', '{}', 'why', '{}', '{}')`,
  );
const ownUrl = () => (server.url.kind === 'url' ? server.url.url : '');

test('the same chain finds everything as it was', async () => {
  await addCafe();
  expect(await start('life_one')).toBe(1);
  expect(await start('life_one', { url: ownUrl() })).toBe(1);
});

test('another chain begins with an empty database, once', async () => {
  expect(await start('life_two')).toBe(0);
  await database.query("insert into note (name, text) values ('test/play', 'money')");
  expect(await start('life_two')).toBe(1);
});

test.each([
  ['cafés', addCafe],
  ['acts of admins', addAct],
])('a database that holds %s is not emptied: the start is refused and says so', async (name, add) => {
  await add();
  await expect(start('life_two')).rejects.toThrow(
    new StartError(
      `the development chain is another one than this database was used with, and it holds ${name}, so it is not emptied. Put the old chain folder back, or start with --chain off, or with another --data folder`,
    ),
  );
  expect(await start('life_one')).toBe(1);
});

test('a database that its owner named is not emptied', async () => {
  await expect(start('life_two', { url: ownUrl() })).rejects.toThrow('the database of --database-url is not emptied');
  expect(await start('life_one')).toBe(1);
});

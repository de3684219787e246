// Goal: a lost development chain takes play money with it and nothing else, and coins of two chains never meet. Method: a real
// database that was used with another chain, with nothing in it, with a café, with the act of an admin, and named by its owner.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { chainKinds } from '../../src/main/hub-chain.ts';
import { type DatabaseWish, openStores } from '../../src/main/hub-stores.ts';
import { domainNote, domainText } from '../../src/main/noted-chain.ts';
import { StartError } from '../../src/main/role.ts';
import { silentLog } from '../../src/observe/log.ts';
import type { SigningDomain } from '../../src/protocol/typed-data.ts';
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

const domainOn = (mode: keyof typeof chainKinds, contract: string) => ({
  chainId: chainKinds[mode].chainId,
  verifyingContract: `0x${contract.repeat(40)}` as const,
});
const DEV = domainOn('dev', 'd');
const noteUse = async (domain: SigningDomain) => {
  const text = 'insert into note (name, text) values ($1, $2) on conflict (name) do update set text = $2';
  await database.query(text, [`chain/treasury/${domain.verifyingContract}`, '0x1']);
  await database.query(text, [domainNote('DBC'), domainText(domain)]);
};

/** A start of a hub with a chain; `life`: of a development chain. Answers what is left of the play money. */
async function start(life: string | undefined, change: Partial<DatabaseWish> = {}, domain = DEV): Promise<number> {
  const wish = { data: server.folder, url: undefined, supervised: true, currency: 'DBC' } as const;
  const chain = { domain, ...(life !== undefined && { life }) };
  await (await openStores({ ...wish, chain, ...change }, silentLog)).close();
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
      `the development chain is another one than this database was used with, and it holds ${name}, so it is not emptied. Put the old chain folder back (after an update its files lie in chain/before-..., for the version from before), or start with --chain off, or with another --data folder`,
    ),
  );
  expect(await start('life_one')).toBe(1);
});

test('a database that its owner named is not emptied', async () => {
  await expect(start('life_two', { url: ownUrl() })).rejects.toThrow('the database of --database-url is not emptied');
  expect(await start('life_one')).toBe(1);
});

const MAIN = domainOn('dbc-mainnet', 'a');
test.each([
  ['of coins, for a development chain', MAIN, 'life_two', DEV],
  ['of a development chain, for coins', DEV, undefined, MAIN],
  ['of coins, for another contract', MAIN, undefined, domainOn('dbc-mainnet', 'b')],
  ['of coins of a test, for coins', domainOn('dbc-testnet', 'a'), undefined, MAIN],
])('a database %s is left as it is: the start is refused and says so', async (_name, before, life, domain) => {
  await noteUse(before);
  const refused = start(life, {}, domain);
  await expect(refused).rejects.toThrow(StartError);
  await expect(refused).rejects.toThrow(
    'Coins of two chains never lie in one database: start with the chain from before',
  );
  expect(await start(before === DEV ? 'life_one' : undefined, {}, before)).toBe(1);
});

test('a database that two chains were used with, before that was refused, is not emptied', async () => {
  await noteUse(DEV);
  expect(await start('life_two')).toBe(0); // A development chain alone.
  await database.query("insert into note (name, text) values ('test/play', 'money')");
  await noteUse(MAIN);
  await noteUse(DEV);
  await expect(start('life_three')).rejects.toThrow('it holds coins of another chain, so it is not emptied');
  expect(await start('life_two')).toBe(1);
});

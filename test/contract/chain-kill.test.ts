// Goal: what a hub put into its outbox happens once, whenever the hub is killed. Method: a process under load, killed at random
// moments from here, which keeps every act it acknowledged; in the end each is on the chain once, and in the books once.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemRandom } from '../../src/observe/clock.ts';
import { checkBooks } from '../../src/storage/pg-ledger.ts';
import { DBC, dbcAccounts, TestChain } from '../support/chain.ts';
import { type TestServer, testServer } from '../support/postgres.ts';

const ROUNDS = process.env.NEARCADE_LONG === '1' ? 50 : 3;
const script = join(import.meta.dirname, '../support/chain-load.ts');
let server: TestServer;
let chain: TestChain;

beforeAll(async () => {
  [server, chain] = await Promise.all([testServer(), TestChain.start()]);
}, 180_000);
afterAll(async () => {
  await chain.stop();
  await server.stop();
});

/** Runs the hub until it said so many things and was killed; without a number until it ends by itself. */
async function run(round: number, killAfter: number | undefined): Promise<string[]> {
  const facts = JSON.stringify({ url: chain.node.url, deployed: chain.deployed });
  const more = killAfter === undefined ? ['finish'] : [];
  const child = spawn(process.execPath, [script, server.folder, facts, String(round), ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: string[] = [];
  let rest = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? ''; // A line that the kill cut short was not said.
    said.push(...lines);
    if (killAfter !== undefined && said.length >= killAfter) child.kill('SIGKILL');
  });
  await new Promise((done) => child.once('close', done));
  return said;
}

test(`${ROUNDS} kills of a hub with a full outbox: nothing lost, nothing twice`, { timeout: 900_000 }, async () => {
  const database = await server.fresh();
  const acknowledged = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const player of await run(round, 3 + systemRandom.below(12))) acknowledged.add(player);
  }
  expect(await run(ROUNDS, undefined)).toEqual(['finished']);
  const events = await chain.reader.events(0, (await chain.reader.head()).number);
  const deposits = events.flatMap((event) => (event.kind === 'deposited' ? [event.player] : []));
  const put = await database.query<{ purpose: string }>('select distinct purpose from chain_tx');
  expect(deposits.toSorted()).toEqual(put.map(({ purpose }) => purpose.slice(5)).toSorted()); // Each act once.
  expect([...acknowledged].filter((player) => !deposits.some((each) => each === player))).toEqual([]);
  const rows = await database.query<{ id: string; balance: bigint }>(
    "select id, balance from account where id like 'DBC/player/%'",
  );
  expect(rows.map(({ id }) => id).toSorted()).toEqual(
    deposits.map((each) => dbcAccounts.player(each as never)).toSorted(),
  );
  expect(rows.every(({ balance }) => balance === DBC)).toBe(true);
  expect(await checkBooks(database)).toEqual({ sumWei: 0n, wrong: [] });
  await database.close();
  process.stdout.write(
    `chain kills: ${ROUNDS} rounds, ${acknowledged.size} acts acknowledged, ${deposits.length} on the chain\n`,
  );
});

// test/support/chain-world.ts - what a test of the chain begins with: an anvil with the contracts and a machine that has its
// stake, a database server, and for each test the chain as it was and an empty database.
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Database } from '../../src/storage/database.ts';
import { NODE, OPERATOR, TestChain } from './chain.ts';
import { type TestServer, testServer } from './postgres.ts';

/** Server of the file's databases. */
export let server: TestServer;
/** The file's chain; each test finds it as it was at first. */
export let chain: TestChain;
/** The test's own database. */
export let database: Database;

/** Starts all of it for the file that calls this, and ends it. */
export function startChainWorld(): void {
  beforeAll(async () => {
    [server, chain] = await Promise.all([testServer(), TestChain.start()]);
    await chain.stake(OPERATOR, NODE);
  }, 180_000);
  beforeEach(async () => {
    await chain.fresh();
    database = await server.fresh();
    return () => database.close();
  });
  afterAll(async () => {
    await chain.stop();
    await server.stop();
  });
}

// test/contract/hub-store.test.ts - both stores of logins and bindings keep the one contract.
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import type { Database } from '../../src/storage/database.ts';
import { memoryLogins, memoryNodes } from '../../src/storage/hub-store-memory.ts';
import { pgLogins, pgNodes } from '../../src/storage/hub-store-pg.ts';
import { type TestServer, testServer } from '../support/postgres.ts';
import { hubStoreSuite } from './hub-store.ts';

describe('in memory', () => hubStoreSuite(async () => ({ logins: memoryLogins(), nodes: memoryNodes() })));

describe('in Postgres', () => {
  let server: TestServer;
  const opened: Database[] = [];
  beforeAll(async () => {
    server = await testServer();
  });
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close();
  });
  afterAll(() => server.stop());

  hubStoreSuite(async () => {
    const database = await server.fresh();
    opened.push(database);
    return { logins: pgLogins(database), nodes: pgNodes(database) };
  });
});

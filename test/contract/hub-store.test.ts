// test/contract/hub-store.test.ts - both stores of logins and bindings, and those of the operator's console, keep one contract.
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import type { Database } from '../../src/storage/database.ts';
import { memoryLogins, memoryNodes } from '../../src/storage/hub-store-memory.ts';
import { pgLogins, pgNodes } from '../../src/storage/hub-store-pg.ts';
import { memoryOperators } from '../../src/storage/operator-store-memory.ts';
import { pgOperators } from '../../src/storage/operator-store-pg.ts';
import { type TestServer, testServer } from '../support/postgres.ts';
import { hubStoreSuite } from './hub-store.ts';
import { operatorStoreSuite } from './operator-store.ts';

describe('in memory', () => {
  hubStoreSuite(async () => ({ logins: memoryLogins(), nodes: memoryNodes() }));
  operatorStoreSuite(async () => memoryOperators());
});

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
  operatorStoreSuite(async () => {
    const database = await server.fresh();
    opened.push(database);
    return pgOperators(database);
  });
});

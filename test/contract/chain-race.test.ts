// Goal: play that takes coins while the chain is booked ends no hub. Method: the store's own acts, and a hold that is committed
// exactly between the balance that an act reads and the transfers that follow from it.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  backTransfers,
  type EventTerms,
  eventTransfers,
  finishTransfers,
} from '../../src/app/chain/event-transfers.ts';
import type { BalanceOf, Block, EscrowEvent } from '../../src/app/chain/ports.ts';
import { OutageError } from '../../src/base/assert.ts';
import type { OperatorId, PlayerId, SessionId } from '../../src/base/ids.ts';
import { type AccountId, chart, transferKey } from '../../src/billing/ledger.ts';
import type { Database } from '../../src/storage/database.ts';
import { pgChainStore } from '../../src/storage/pg-chain-store.ts';
import { balanceIn, checkBooks, post } from '../../src/storage/pg-ledger.ts';
import { PgMoneyStore } from '../../src/storage/pg-money-store.ts';
import { bookOver, startPlay } from '../support/money.ts';
import { type TestServer, testServer } from '../support/postgres.ts';

const PLAYER = `0x${'1'.repeat(40)}` as const;
const OPERATOR = `0x${'2'.repeat(40)}` as string as OperatorId;
const accounts = chart('DBC');
const [free, held] = [accounts.player(PLAYER as string as PlayerId), accounts.held('s_race' as SessionId)];
const terms: EventTerms = { currency: 'DBC', treasury: `0x${'3'.repeat(40)}`, atMs: () => 0 };
const COINS = 1_000_000n;
const HOLD = 400_000n;

let server: TestServer;
let database: Database;
beforeAll(async () => {
  server = await testServer();
}, 60_000);
beforeEach(async () => {
  database = await server.fresh();
  return () => database.close();
});
afterAll(() => server.stop());

const block = (number: number): Block => ({ number, hash: `0x${number}b`, parent: `0x${number - 1}b`, atS: number });
const place = (blockNumber: number) =>
  ({ blockHash: block(blockNumber).hash, blockNumber, logIndex: 0, txHash: '0xf' }) as const;
const deposited: EscrowEvent = { ...place(1), kind: 'deposited', player: PLAYER, from: PLAYER, amountWei: COINS };
const back = backTransfers(terms);
const balance = (account: AccountId) => database.transact((transaction) => balanceIn(transaction, account));

/** Holds as soon as the player's balance was read: so often. */
function meanwhile(times: number) {
  let done = 0;
  return (balanceOf: BalanceOf): BalanceOf =>
    async (account) => {
      const read = await balanceOf(account);
      if (account !== free || done === times) return read;
      done += 1;
      const key = transferKey('s_race', 'hold', String(done));
      const posted = await post(database, [{ key, from: free, to: held, amountWei: HOLD / BigInt(times), atMs: 0 }]);
      expect(posted).toMatchObject({ ok: true, value: { moved: true } });
      return read;
    };
}

async function withDeposit() {
  const store = pgChainStore(database, 'DBC');
  await store.advance(block(1), [deposited], eventTransfers(terms), back);
  expect(await balance(free)).toBe(COINS);
  return store;
}

test('a withdrawal that is asked for while a hold is taken moves what is left', async () => {
  const store = await withDeposit();
  const race = meanwhile(1);
  const asked: EscrowEvent = { ...place(2), kind: 'withdraw-requested', player: PLAYER, amountWei: COINS };
  await store.advance(
    block(2),
    [asked],
    (event, round, of, then) => eventTransfers(terms)(event, round, race(of), then),
    back,
  );
  expect(await balance(free)).toBe(0n);
  expect(await balance(accounts.leaving(PLAYER as string as PlayerId))).toBe(COINS - HOLD);
  expect((await store.cursors(1))[0]?.number).toBe(2);
  expect(await checkBooks(database)).toEqual({ sumWei: 0n, wrong: [] });
});

test('a deposit that is taken back while a hold is taken is short by the hold', async () => {
  const store = await withDeposit();
  const race = meanwhile(1);
  await store.retreat(-1, (of, balanceOf) => back(of, race(balanceOf)));
  expect(await balance(free)).toBe(0n);
  expect(await balance(accounts.short(PLAYER))).toBe(-HOLD);
  expect(await checkBooks(database)).toEqual({ sumWei: 0n, wrong: [] });
});

test('a session whose end takes more from its player than another hold leaves is ended', async () => {
  const store = await withDeposit();
  const { opened } = await startPlay(bookOver(new PgMoneyStore(database, 'PLAY')));
  const race = meanwhile(1);
  const none = { burnWei: 0n, platformWei: 0n, operatorWei: 0n };
  const done = {
    ...{ session: opened.session, player: PLAYER as string as PlayerId, operator: OPERATOR, burnPolicy: 'seed-2024' },
    ...{ booked: none, paid: { ...none, operatorWei: COINS, operator: OPERATOR } },
  };
  await store.finish(opened.session, 'settled', (round, of) => finishTransfers(terms, done, round, race(of)));
  expect(await balance(free)).toBe(0n);
  expect(await balance(accounts.operator(OPERATOR))).toBe(COINS);
  expect(await balance(accounts.short(PLAYER))).toBe(-HOLD);
});

test('a race that never ends is an outage, and nothing is written', async () => {
  const store = await withDeposit();
  const race = meanwhile(100);
  const asked: EscrowEvent = { ...place(2), kind: 'withdraw-requested', player: PLAYER, amountWei: COINS };
  const act = store.advance(
    block(2),
    [asked],
    (event, round, of, then) => eventTransfers(terms)(event, round, race(of), then),
    back,
  );
  await expect(act).rejects.toThrow(OutageError);
  expect((await store.cursors(1))[0]?.number).toBe(1);
});

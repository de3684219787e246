// Goal: no fault of the chain, of a node of it, of a clock or of the hub's own process moves a wei that should not move, and
// everything that was promised is done in the end. Method: a real anvil, broken in each way; a clock of our own.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { compareBooks } from '../../src/app/admin/reconcile.ts';
import { mayOpen } from '../../src/app/chain/health.ts';
import type { ChainStore, RawTransaction } from '../../src/app/chain/ports.ts';
import { OutageError } from '../../src/base/assert.ts';
import { priceWei } from '../../src/billing/pricing.ts';
import { DEV_CHAIN_ID } from '../../src/chain/anvil.ts';
import { escrowFunds } from '../../src/chain/chain-client.ts';
import { escrowCalls } from '../../src/chain/escrow-calls.ts';
import { RpcPool } from '../../src/chain/rpc.ts';
import { pgBooks } from '../../src/storage/pg-books.ts';
import { checkBooks } from '../../src/storage/pg-ledger.ts';
import { DBC, dbcAccounts, HUB, HubSide, OPERATOR, OTHER, PLAYER, playerId } from '../support/chain.ts';
import { chain, database, startChainWorld } from '../support/chain-world.ts';
import { RATE } from '../support/money.ts';

startChainWorld();

const sums = async () => expect(await checkBooks(database)).toEqual({ sumWei: 0n, wrong: [] });
const deposit = (wei: bigint) => chain.call(PLAYER, 'deposit', [], wei);

/** A node of the chain that we can break: passes calls on to anvil, or does something worse. */
async function proxy(bend: (method: string, answer: () => Promise<unknown>) => Promise<unknown>) {
  const http: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { id, method } = JSON.parse(body) as { id: number; method: string };
      const pass = async () =>
        (
          (await (
            await fetch(chain.node.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
          ).json()) as { result: unknown }
        ).result;
      bend(method, pass).then(
        (result) => response.end(JSON.stringify({ jsonrpc: '2.0', id, result })),
        () => response.destroy(),
      );
    });
  });
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return { url, close: () => http.close() };
}

test('a re-organisation of 3 blocks takes a deposit back, and the chain that follows brings it again', async () => {
  const hub = new HubSide(chain, database, { confirmations: 2 });
  await hub.turn();
  const fork = await chain.rpc('evm_snapshot');
  await deposit(40n * DBC);
  await hub.turn();
  expect(await hub.free(PLAYER)).toBe(0n); // One confirmation is not two.
  await chain.mine(2);
  await hub.turn();
  expect(await hub.free(PLAYER)).toBe(40n * DBC);

  await chain.rpc('evm_revert', fork);
  await chain.mine(4); // Another branch, longer, without it.
  await hub.turn();
  expect(await hub.free(PLAYER)).toBe(0n);
  await sums();

  await deposit(40n * DBC);
  await chain.mine(1);
  await hub.turn();
  await hub.turn();
  expect(await hub.free(PLAYER)).toBe(40n * DBC);
  expect((await hub.keeper.reconcile()).holds).toBe(true);
  await sums();
}, 60_000);

test('a deposit that was taken back after it was spent is short for its player alone, and is told', async () => {
  const hub = new HubSide(chain, database);
  const fork = await chain.rpc('evm_snapshot');
  await deposit(40n * DBC);
  await hub.turn();
  const playing = await hub.open(1);
  expect(await hub.free(PLAYER)).toBe(40n * DBC - priceWei(RATE, 60_000n));
  await chain.rpc('evm_revert', fork);
  await chain.mine(3);
  await hub.turn();
  await hub.turn();
  expect(await hub.free(PLAYER)).toBe(0n);
  const short = priceWei(RATE, 60_000n);
  expect(await hub.balance(database, dbcAccounts.short(PLAYER.address))).toBe(-short);
  await sums();
  await expect(hub.open(2)).rejects.toThrow('FUNDS_TOO_LOW');
  const compare = () =>
    compareBooks(
      { books: pgBooks(database), funds: escrowFunds(chain.reader, chain.deployed), currency: 'DBC' },
      hub.now,
    );
  expect(await compare()).toMatchObject({ state: 'balanced', depositsWei: '0', underWayWei: short.toString() });
  await playing.end(10_000, 10_000); // It ends in order, and its charge goes back where it must: it never opened.
  await chain.pass(700);
  await chain.mine();
  for (let turn = 0; turn < 3; turn++) await hub.turn();
  expect(await compare()).toMatchObject({ state: 'balanced', liabilitiesWei: '0' });
  await sums();
}, 60_000);

test('a transaction that no block takes is sent again byte for byte, then replaced at a higher price, and happens once', async () => {
  const hub = new HubSide(chain, database);
  await hub.turn();
  await chain.automine(false);
  const gift = escrowCalls(chain.deployed.escrow).depositFor(PLAYER.address, 5n * DBC);
  await hub.outbox.put('test/gift', gift, hub.nowMs, hub.wallMs);
  const [first] = await hub.store.waiting();
  await chain.rpc('anvil_dropTransaction', first?.hash); // The node forgot it.
  await hub.turn(13_000);
  expect((await chain.rpc('eth_getTransactionByHash', first?.hash)) as object).toMatchObject({ hash: first?.hash });
  await hub.turn(61_000);
  const attempts = await hub.store.waiting();
  expect(attempts.map(({ attempt, nonce }) => [attempt, nonce])).toEqual([
    [0, first?.nonce],
    [1, first?.nonce],
  ]);
  expect(attempts[1]?.gasPriceWei).toBeGreaterThan(((first?.gasPriceWei ?? 0n) * 11n) / 10n);
  await chain.automine(true);
  await chain.mine();
  await hub.turn();
  expect(await hub.store.waiting()).toEqual([]);
  expect((await hub.store.stateOf(['test/gift'])).get('test/gift')).toBe('done');
  expect((await chain.account(PLAYER.address)).balance).toBe(5n * DBC);
  await hub.outbox.put('test/gift', gift, hub.nowMs, hub.wallMs); // The same act again is no act.
  expect((await chain.account(PLAYER.address)).balance).toBe(5n * DBC);
}, 60_000);

test('a nonce that somebody else used is noticed, and the act gets another', async () => {
  const hub = new HubSide(chain, database);
  await hub.turn();
  await chain.automine(false);
  await hub.outbox.put('test/gift', escrowCalls(chain.deployed.escrow).depositFor(PLAYER.address, 5n * DBC), 0, 0);
  const [first] = await hub.store.waiting();
  await chain.rpc('anvil_dropTransaction', first?.hash);
  await chain.automine(true);
  await chain.send(HUB, OTHER.address, '0x', 1_000n); // The same key, the same nonce.
  for (let look = 0; look < 3; look++) await hub.turn(1_000);
  expect(hub.keeper.work.outbox.foreign).toBe(true);
  await hub.turn(1_000);
  await hub.turn(1_000);
  expect((await chain.account(PLAYER.address)).balance).toBe(5n * DBC);
}, 60_000);

test('an address of another chain is never used, one that is late or gone is passed by, and everybody is told', async () => {
  const liar = await proxy(async (method, pass) => (method === 'eth_chainId' ? '0x1' : pass()));
  const late = await proxy(() => new Promise(() => {})); // It takes the call and never answers.
  const clock = { monotonicMs: () => performance.now(), wallMs: () => Date.now() };
  const parts = { chainId: DEV_CHAIN_ID, clock, answerMs: 2_000 };
  const pool = new RpcPool({ ...parts, urls: [liar.url, late.url, 'http://127.0.0.1:9', chain.node.url] });
  await pool.look();
  expect(pool.addresses.map(({ state }) => state)).toEqual(['wrong-chain', 'silent', 'silent', 'good']);
  expect(await pool.call('eth_chainId', [])).toBe(`0x${DEV_CHAIN_ID.toString(16)}`);
  const hub = new HubSide(chain, database, { pool });
  expect((await hub.turn()).state).toBe('degraded');
  const alone = new RpcPool({ ...parts, urls: [liar.url] });
  await expect(alone.call('eth_blockNumber', [])).rejects.toThrow(OutageError);
  expect((await new HubSide(chain, database, { pool: alone }).turn()).state).toBe('offline');
  liar.close();
  late.close();
}, 60_000);

test('a chain that is gone for an hour: play goes on, new play waits, and all is settled when it is back', async () => {
  let gone = false;
  const door = await proxy(async (_method, pass) => (gone ? Promise.reject(new Error('gone')) : pass()));
  const hub = new HubSide(chain, database, { urls: [door.url] });
  await deposit(100n * DBC);
  await hub.turn();
  const playing = await hub.open(2);
  await hub.turn();
  await hub.turn();
  gone = true;
  expect((await hub.turn(1_000)).state).toBe('offline');
  expect(hub.keeper.pauseReason(hub.now)).toBeUndefined(); // An Open of this minute will land.
  expect(mayOpen(479_000)).toBe(true);
  for (let look = 0; look < 6; look++) await hub.turn(600_000);
  expect(hub.keeper.pauseReason(hub.now)).toBe('chain');
  hub.wallMs += 3_600_000;
  await chain.pass(3_600);
  const receipt = await playing.end(3_600_000, 3_600_000);
  expect(receipt.costWei).toBe(RATE.toString());
  gone = false;
  for (let turn = 0; turn < 4; turn++) await hub.turn();
  expect(hub.keeper.pauseReason(hub.now)).toBeUndefined();
  expect((await chain.account(OPERATOR.address)).earned).toBe(BigInt(receipt.operatorWei));
  expect(await hub.free(PLAYER)).toBe(50n * DBC);
  expect((await chain.account(PLAYER.address)).balance).toBe(50n * DBC);
  await sums();
  door.close();
}, 60_000);

test('an open that came too late is not sent for ever: what was charged goes back', async () => {
  const hub = new HubSide(chain, database);
  await deposit(100n * DBC);
  await hub.turn();
  const playing = await hub.open(3);
  await chain.pass(700);
  await chain.mine();
  await hub.turn();
  expect([...hub.ended]).toEqual([[playing.session, 'open-refused']]);
  await playing.end(10_000, 10_000);
  expect(await hub.free(PLAYER)).toBeLessThan(100n * DBC);
  await hub.turn();
  await hub.turn();
  expect(await hub.free(PLAYER)).toBe(100n * DBC);
  expect((await hub.keeper.reconcile()).holds).toBe(true);
  await sums();
}, 60_000);

test('a hub killed between writing and sending sends the very same bytes when it is back, once', async () => {
  const sent: RawTransaction[] = [];
  /** Dies after the row is written: the send never happens. */
  const dying = (store: ChainStore): ChainStore => ({
    ...store,
    putOut: async (row) => {
      await store.putOut(row);
      sent.push(row.raw);
      throw new OutageError('killed');
    },
  });
  const gift = escrowCalls(chain.deployed.escrow).depositFor(PLAYER.address, 7n * DBC);
  const first = new HubSide(chain, database, { wrapStore: dying });
  await expect(first.outbox.put('test/gift', gift, 0, 0)).rejects.toThrow('killed');
  expect((await chain.account(PLAYER.address)).balance).toBe(0n);
  const second = new HubSide(chain, database);
  await second.turn();
  const raws = await database.query<{ raw: RawTransaction }>('select raw from chain_tx');
  expect(raws.map(({ raw }) => raw)).toEqual(sent);
  expect((await chain.account(PLAYER.address)).balance).toBe(7n * DBC);
  await second.outbox.put('test/gift', gift, 0, 0);
  await second.turn();
  expect((await chain.account(PLAYER.address)).balance).toBe(7n * DBC);
}, 60_000);

test('what a killed hub wrote reaches the database late: the act of the next hub takes the next nonce, and none is lost', async () => {
  const calls = escrowCalls(chain.deployed.escrow);
  const gone = new HubSide(chain, database);
  /** The gone hub's row lands between the question for the nonce and the row that uses it. */
  let late = true;
  const after = (store: ChainStore): ChainStore => ({
    ...store,
    putOut: async (row) => {
      if (late) await gone.outbox.put('test/late', calls.depositFor(PLAYER.address, 7n * DBC), 0, 0);
      late = false;
      return store.putOut(row);
    },
  });
  const hub = new HubSide(chain, database, { wrapStore: after });
  await hub.outbox.put('test/own', calls.depositFor(OTHER.address, 5n * DBC), 0, 0);
  await hub.turn();
  await hub.turn();
  const accounts = await Promise.all([PLAYER, OTHER].map((each) => chain.account(each.address)));
  expect(accounts.map(({ balance }) => balance)).toEqual([7n * DBC, 5n * DBC]);
}, 60_000);

test('a database that cannot write (a full disk) takes nothing in half: the next turn does it whole', async () => {
  let full = true;
  const failing = (store: ChainStore): ChainStore => ({
    ...store,
    advance: (cursor, events, transfersOf, back) =>
      store.advance(
        cursor,
        events,
        async (...asked) => {
          const transfers = await transfersOf(...asked);
          if (full) throw new OutageError('database: no space left on device');
          return transfers;
        },
        back,
      ),
  });
  const hub = new HubSide(chain, database, { wrapStore: failing });
  await deposit(9n * DBC);
  expect((await hub.turn()).trouble).toContain('no space left');
  expect(await database.query('select from chain_event')).toEqual([]);
  full = false;
  await hub.turn();
  await hub.turn();
  expect(await hub.free(PLAYER)).toBe(9n * DBC);
  await sums();
}, 60_000);

test('a hub whose wall clock jumps a day, there and back, opens, settles and replaces nothing by it', async () => {
  const hub = new HubSide(chain, database);
  await deposit(100n * DBC);
  await hub.turn();
  const playing = await hub.open(4);
  hub.wallMs += 86_400_000;
  await hub.turn();
  await hub.turn();
  hub.wallMs -= 2 * 86_400_000;
  await chain.pass(120);
  hub.nowMs += 120_000;
  const receipt = await playing.end(60_000, 60_000);
  for (let turn = 0; turn < 4; turn++) await hub.turn();
  expect((await chain.account(OPERATOR.address)).earned).toBe(BigInt(receipt.operatorWei));
  expect(await hub.free(PLAYER)).toBe((await chain.account(PLAYER.address)).balance);
  expect((await database.query('select from chain_tx where attempt > 0')).length).toBe(0);
  await sums();
}, 60_000);

// Goal: nobody begins on a wrong clock what the contract refuses. Method: a hub whose clock is off before a session begins; and
// what becomes of a session that begins all the same.
test('on a wrong clock no session begins; one that began all the same is refused, and bars its consent', async () => {
  const hub = new HubSide(chain, database, { movesAlone: true });
  await deposit(100n * DBC);
  const rightMs = hub.wallMs;
  const look = async (offMs: number) => {
    hub.wallMs = rightMs + offMs;
    await chain.mine();
    return hub.turn(0);
  };
  await look(0);
  for (const offMs of [20_000, -20_000]) {
    await look(offMs);
    expect([offMs, hub.keeper.pauseReason(hub.now)]).toEqual([offMs, undefined]);
  }
  for (const offMs of [45_000, -45_000, 86_400_000]) {
    const { trouble } = await look(offMs);
    expect([offMs, hub.keeper.pauseReason(hub.now)]).toEqual([offMs, 'clock']);
    expect(trouble).toContain('clock');
  }
  hub.wallMs = rightMs;
  expect(hub.keeper.pauseReason(hub.now)).toBeUndefined(); // At once: no new block need come.
  hub.wallMs += 45_000;
  expect(hub.keeper.pauseReason(hub.now)).toBe('clock');

  const bare = new HubSide(chain, database); // Of a chain that waits for no finality; its book alone asks nobody.
  await bare.turn();
  bare.wallMs += 45_000;
  const { command, open } = await bare.open(9);
  for (let turn = 0; turn < 3; turn++) await bare.turn();
  expect([...bare.ended.values()]).toEqual(['open-refused']);
  expect(await bare.store.refusedOpen(command.player, open.consent, open.key)).toBe(true);
}, 60_000);

test('a withdrawal asked for while playing cannot outrun the voucher', async () => {
  const hub = new HubSide(chain, database);
  await deposit(100n * DBC);
  await hub.turn();
  await chain.call(PLAYER, 'requestWithdraw', [100n * DBC]);
  const playing = await hub.open(5); // The hub has not read the request yet.
  await hub.turn(); // Reads it, and sends the open.
  await hub.turn();
  expect(await hub.free(PLAYER)).toBe(0n);
  await expect(hub.open(6)).rejects.toThrow('FUNDS_TOO_LOW');
  await chain.pass(1_300);
  hub.nowMs += 1_300_000;
  await chain.call(PLAYER, 'withdraw', [PLAYER.address]); // Pays what is not locked: nothing.
  await hub.turn();
  await hub.turn();
  expect(await hub.store.lockableWei(playerId(PLAYER))).toBe(0n);
  const receipt = await playing.end(1_200_000, 1_200_000);
  for (let turn = 0; turn < 4; turn++) await hub.turn();
  expect((await chain.account(OPERATOR.address)).earned).toBe(BigInt(receipt.operatorWei));
  expect(await hub.free(PLAYER)).toBe(100n * DBC - BigInt(receipt.costWei));
  expect((await chain.account(PLAYER.address)).balance).toBe(100n * DBC - BigInt(receipt.costWei));
  await sums();
}, 60_000);

test('a price of nothing, or one that jumps, stops new sessions and nothing else', async () => {
  let price = 2_000;
  const hub = new HubSide(chain, database, { price: async () => ({ microUsdPerDbc: price }) });
  await hub.turn();
  expect(hub.keeper.pauseReason(hub.now)).toBeUndefined();
  price = 4_100;
  await hub.turn();
  expect([hub.keeper.pauseReason(hub.now), hub.keeper.price?.microUsdPerDbc]).toEqual(['price', 2_000]);
  price = 0;
  await hub.turn();
  expect(hub.keeper.pauseReason(hub.now)).toBe('price');
  price = 2_100;
  await hub.turn();
  expect([hub.keeper.pauseReason(hub.now), hub.keeper.price?.microUsdPerDbc]).toEqual([undefined, 2_100]);
}, 60_000);

// Goal: a price is as old as its source, however often it is read. Method: a file that nobody writes any more.
test('a price that nobody has written for ten minutes stops new sessions, until it is written again', async () => {
  const writtenAtMs = chain.wallMs;
  let again: number | undefined;
  const hub = new HubSide(chain, database, {
    price: async () => ({ microUsdPerDbc: 2_000, writtenAtMs: again ?? writtenAtMs }),
  });
  const pass = async (ms: number) => {
    hub.wallMs += ms;
    await hub.turn(ms);
  };
  for (let minute = 0; minute < 9; minute++) await pass(61_000);
  expect([hub.keeper.pauseReason(hub.now), hub.keeper.price?.wallMs]).toEqual([undefined, writtenAtMs]);
  await pass(61_000);
  expect(hub.keeper.pauseReason(hub.now)).toBe('price');
  again = hub.wallMs;
  await pass(61_000);
  expect(hub.keeper.pauseReason(hub.now)).toBe(undefined);
  again = hub.wallMs + 3_600_000; // Of a clock that went back: it counts as new.
  await pass(61_000);
  expect(hub.keeper.price).toMatchObject({ atMs: hub.nowMs, wallMs: hub.wallMs });
}, 60_000);

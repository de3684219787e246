// Goal: the hourly comparison and `admin reconcile` hold the books against the coins in the contract, both as of one block.
// Method: a real anvil and a real database; coins that come in unread, that are gone, a block that is not there any more.
import { expect, test, vi } from 'vitest';
import { compareBooks } from '../../src/app/admin/reconcile.ts';
import { escrowFunds } from '../../src/chain/chain-client.ts';
import { runAdmin } from '../../src/main/admin.ts';
import { runAudit } from '../../src/main/audit.ts';
import { OWN_NOTE } from '../../src/main/close-other-books.ts';
import { domainNote } from '../../src/main/noted-chain.ts';
import { silentLog } from '../../src/observe/log.ts';
import type { AdminState } from '../../src/protocol/admin-api.ts';
import { pgBooks } from '../../src/storage/pg-books.ts';
import { DBC, HubSide, OPERATOR, PLAYER, playerId } from '../support/chain.ts';
import { chain, database, server, startChainWorld } from '../support/chain-world.ts';
import { fakeChain } from '../support/hub/fake-chain.ts';
import { FakePlayer, freshKey } from '../support/hub/fake-player.ts';
import { testHub } from '../support/hub/service.ts';

startChainWorld();

const compare = (hub: HubSide) =>
  compareBooks(
    { books: pgBooks(database), funds: escrowFunds(chain.reader, chain.deployed), currency: 'DBC' },
    { nowMs: hub.nowMs, wallMs: hub.wallMs },
  );
const sums = (wei: bigint) => ({ liabilitiesWei: wei.toString(), depositsWei: wei.toString(), wrongAccounts: [] });
const takeAway = (leaveWei: bigint) =>
  chain.rpc('anvil_setBalance', chain.deployed.escrow, `0x${leaveWei.toString(16)}`);

test('books and chain are compared as of one block: what was not read yet is in neither', async () => {
  const hub = new HubSide(chain, database);
  expect(await compare(hub)).toMatchObject({ state: 'chain-unreachable' }); // Nothing was read yet.
  await chain.call(PLAYER, 'deposit', [], 100n * DBC);
  await hub.turn();
  expect(await compare(hub)).toMatchObject({ state: 'balanced', ...sums(100n * DBC) });
  await chain.call(PLAYER, 'requestWithdraw', [40n * DBC]);
  await hub.turn();
  await chain.pass(1_201);
  await chain.call(PLAYER, 'withdraw', [PLAYER.address]); // 60 are left; the books still know 100, and the block of then.
  expect(await compare(hub)).toMatchObject({ state: 'balanced', ...sums(100n * DBC) });
  await hub.turn();
  expect(await compare(hub)).toMatchObject({ state: 'balanced', ...sums(60n * DBC) });
  await hub.play(1, 20_000); // Coins change hands inside.
  expect(await compare(hub)).toMatchObject({ state: 'balanced', ...sums(60n * DBC) });
}, 60_000);

test('coins that are gone make the books short, by one wei too', async () => {
  const hub = new HubSide(chain, database);
  await chain.call(PLAYER, 'deposit', [], 100n * DBC);
  await takeAway(100n * DBC - 1n);
  await chain.mine();
  await hub.turn();
  const facts = { liabilitiesWei: (100n * DBC).toString(), depositsWei: (100n * DBC - 1n).toString() };
  expect(await compare(hub)).toMatchObject({ state: 'short', ...facts });
  await takeAway(100n * DBC);
  await chain.mine();
  await hub.turn();
  expect(await compare(hub)).toMatchObject({ state: 'balanced' });
}, 60_000);

test('a block that was read and is gone says nothing, until the hub has read what came instead', async () => {
  const hub = new HubSide(chain, database);
  const fork = await chain.rpc('evm_snapshot');
  await chain.call(PLAYER, 'deposit', [], 100n * DBC);
  await hub.turn();
  await chain.rpc('evm_revert', fork);
  await chain.mine(3);
  expect(await compare(hub)).toMatchObject({ state: 'chain-unreachable' });
  await hub.turn();
  expect(await compare(hub)).toMatchObject({ state: 'balanced', ...sums(0n) });
}, 60_000);

test('welcome money on its way is not missing', async () => {
  const hub = new HubSide(chain, database, { faucetWei: 5n * DBC });
  await hub.turn();
  await hub.book.welcomeGift(playerId(PLAYER), 5n * DBC, hub.wallMs);
  const wei = (5n * DBC).toString();
  expect(await compare(hub)).toMatchObject({
    state: 'balanced',
    liabilitiesWei: wei,
    depositsWei: '0',
    underWayWei: wei,
  });
  await hub.keeper.sendGift(playerId(PLAYER), hub.now);
  await chain.quiet();
  await hub.turn();
  const found = await compare(hub);
  expect(found).toMatchObject({ state: 'balanced', ...sums(5n * DBC) });
  expect(found).not.toHaveProperty('underWayWei');
}, 60_000);

// Goal: nothing is lost or doubled by a restore. Method: the same chain, and a database that forgot who was welcomed.
test('books that are older than the chain take welcome money in as they find it', async () => {
  const WELCOME = 7n * DBC;
  const wish = { faucetWei: WELCOME };
  const before = new HubSide(chain, database, wish);
  await before.turn();
  const welcome = async (hub: HubSide) => {
    await hub.book.welcomeGift(playerId(PLAYER), WELCOME, hub.wallMs);
    await hub.keeper.sendGift(playerId(PLAYER), hub.now);
    await chain.quiet();
    for (let turn = 0; turn < 3; turn++) await hub.turn();
  };
  await welcome(before);
  const restored = await server.fresh();
  try {
    const hub = new HubSide(chain, restored, wish);
    await hub.turn();
    expect(await hub.free(PLAYER)).toBe(WELCOME);
    await welcome(hub);
    expect(await hub.free(PLAYER)).toBe(2n * WELCOME);
    expect((await chain.account(PLAYER.address)).balance).toBe(2n * WELCOME);
    const facts = await hub.keeper.reconcile();
    expect(facts).toMatchObject({ holds: true, underWayWei: 0n, coinsWei: facts.bookedWei });
  } finally {
    await restored.close();
  }
}, 60_000);

test('an operator who settles alone and claims at once stops nobody; coins that are missing besides do', async () => {
  const hub = new HubSide(chain, database);
  await chain.call(PLAYER, 'deposit', [], 100n * DBC);
  await hub.turn();
  const playing = await hub.open(2);
  await hub.turn();
  await hub.turn();
  await chain.pass(60);
  const { voucher, signature } = await playing.vouch(36_000);
  await chain.call(OPERATOR, 'settle', [{ voucher, signature, closeSignature: '0x' }]);
  await chain.call(OPERATOR, 'claim', [OPERATOR.address]);
  await hub.turn();
  const left = await chain.reader.balanceOf(chain.deployed.escrow);
  const paid = 100n * DBC - left;
  expect(paid).toBeGreaterThan(0n);
  const owed = { liabilitiesWei: (100n * DBC).toString(), underWayWei: paid.toString() };
  expect(await compare(hub)).toMatchObject({ state: 'balanced', depositsWei: left.toString(), ...owed });
  await takeAway(left - 1n);
  await chain.mine();
  await hub.turn();
  expect(await compare(hub)).toMatchObject({ state: 'short', ...owed });
}, 60_000);

test('`admin reconcile` asks the chain that the hub used, and ends with 1 when the books are short', async () => {
  const hub = new HubSide(chain, database);
  await hub.money.setNote(OWN_NOTE, 'DBC');
  await hub.money.setNote(domainNote('DBC'), `${chain.domain.chainId} ${chain.deployed.escrow}`);
  await chain.call(PLAYER, 'deposit', [], 100n * DBC);
  await hub.turn();
  const quiet = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const none = { databaseUrl: undefined, key: undefined, hours: undefined, days: undefined, currency: undefined };
  const reconcile = (chainRpc: readonly string[]) =>
    runAdmin({ ...none, data: server.folder, reason: 'for a test', chainRpc }, ['reconcile'], silentLog);
  expect(await reconcile([chain.node.url])).toBe(0);
  await takeAway(1n);
  await chain.mine();
  await hub.turn();
  expect(await reconcile([chain.node.url])).toBe(1);
  expect(await reconcile([])).toBe(0); // Nobody was asked: nothing is known to be short.
  expect(String(quiet.mock.calls.at(-1)?.[0])).toContain('chain-unreachable');
  quiet.mockRestore();
}, 60_000);

test('`audit` replays a session that was paid in coins', async () => {
  const hub = new HubSide(chain, database);
  await chain.call(PLAYER, 'deposit', [], 100n * DBC);
  await hub.turn();
  const { session } = await hub.play(1, 20_000);
  const said = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const code = await runAudit({ data: server.folder, databaseUrl: undefined }, [session], silentLog);
  const report = String(said.mock.calls.at(-1)?.[0]);
  said.mockRestore();
  expect(code).toBe(1); // A book without a hub seals nothing, and only that is wrong.
  expect(report).toContain('5 transfers');
  expect(report.match(/(?<=WRONG )[^:]+/g)).toEqual(['receipt.seal']);
}, 60_000);

// Goal: what the chain made of a session is part of its log, and no fault. Method: a last voucher below the charge, settled.
test('`audit` replays a session whose voucher is not what was charged', async () => {
  const hub = new HubSide(chain, database);
  await chain.call(PLAYER, 'deposit', [], 100n * DBC);
  await hub.turn();
  const playing = await hub.open(3);
  await hub.turn();
  await chain.pass(120);
  hub.nowMs += 120_000;
  const { session } = await playing.end(60_000, 53_000);
  for (let turn = 0; turn < 4; turn++) await hub.turn();
  const said = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await runAudit({ data: server.folder, databaseUrl: undefined }, [session], silentLog);
  const report = String(said.mock.calls.at(-1)?.[0]);
  said.mockRestore();
  expect(report).toContain('9 transfers'); // Two holds, four parts of them, three that the chain gave back.
  expect(report.match(/(?<=WRONG )[^:]+/g)).toEqual(['receipt.seal']);
}, 60_000);

test('a hub with a chain compares with it', async () => {
  const boss = new FakePlayer('http://127.0.0.1', 'the boss');
  const { part } = fakeChain({ escrowWei: async () => 7n });
  const hub = await testHub({ chain: part, admins: new Set([boss.player]) });
  const admin = await new FakePlayer(hub.url, 'the boss').login();
  await admin.post('/api/admin/acts', { key: freshKey(), reason: 'for a test', act: { t: 'reconcile' } });
  const state = (await (await admin.fetch('/api/admin/state')).json()) as AdminState;
  expect(state.reconcile).toMatchObject({ depositsWei: '7' });
  await hub.remove();
}, 30_000);

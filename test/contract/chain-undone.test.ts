// Goal: a session that the chain was done with, and is not any more, is ended again, and paid once. Method: a real anvil
// that goes back behind the block on which the end rested; the books must follow both branches to the wei.
import { expect, test } from 'vitest';
import { compareBooks } from '../../src/app/admin/reconcile.ts';
import { escrowFunds } from '../../src/chain/chain-client.ts';
import { DEV_TREASURY } from '../../src/chain/dev-chain.ts';
import { escrowCalls } from '../../src/chain/escrow-calls.ts';
import { pgBooks } from '../../src/storage/pg-books.ts';
import { checkBooks } from '../../src/storage/pg-ledger.ts';
import { DBC, dbcAccounts, HubSide, OPERATOR, OTHER, PLAYER } from '../support/chain.ts';
import { chain, database, startChainWorld } from '../support/chain-world.ts';

startChainWorld();

const dones = () =>
  database.query<{ how: string; counts: boolean; round: number }>('select how, counts, round from chain_done');
const turns = async (hub: HubSide, count: number) => {
  for (let turn = 0; turn < count; turn++) await hub.turn();
};

/** Chain and books after all of it: the same to the wei, nothing short, nothing locked. */
async function expectEven(hub: HubSide, paidWei: bigint): Promise<void> {
  const { balance } = await chain.account(PLAYER.address);
  expect(balance).toBe(100n * DBC - paidWei);
  expect(await hub.free(PLAYER)).toBe(balance);
  expect(await hub.balance(database, dbcAccounts.operator(OPERATOR.address as never))).toBe(
    (await chain.account(OPERATOR.address)).earned,
  );
  for (const owner of [PLAYER.address, OPERATOR.address, 'burn']) {
    expect(await hub.balance(database, dbcAccounts.short(owner))).toBe(0n);
  }
  expect(await hub.keeper.reconcile()).toMatchObject({ holds: true });
  expect(await checkBooks(database)).toEqual({ sumWei: 0n, wrong: [] });
}

test('a lease that was given up and opened after all is settled', async () => {
  const hub = new HubSide(chain, database);
  await chain.call(PLAYER, 'deposit', [], 100n * DBC);
  await hub.turn();
  const fork = await chain.rpc('evm_snapshot');
  await chain.asOwner('pause'); // The contract refuses an Open.
  const playing = await hub.open(1);
  await turns(hub, 3);
  const receipt = await playing.end(30_000, 30_000);
  const { atS } = await chain.reader.head();
  await chain.pass(700); // No Open of it is taken from here on.
  await chain.mine();
  await turns(hub, 2);
  expect(await dones()).toEqual([{ how: 'missed', counts: true, round: 0 }]);
  expect(await hub.free(PLAYER)).toBe(100n * DBC);

  await chain.rpc('evm_revert', fork); // Neither pause nor ten minutes ever were, and the same Open is sent again.
  await chain.rpc('evm_setTime', atS);
  await chain.mine(3);
  await turns(hub, 6);
  expect(await dones()).toEqual([{ how: 'settled', counts: true, round: 1 }]);
  expect(await chain.escrow.lease(playing.lease)).toMatchObject({ state: 'closed', paidWei: BigInt(receipt.costWei) });
  await expectEven(hub, BigInt(receipt.costWei));
}, 60_000);

/** Two minutes into a session that the chain knows; `fork`: where the chain can go back to. */
async function inPlay() {
  const hub = new HubSide(chain, database);
  await chain.call(PLAYER, 'deposit', [], 100n * DBC);
  await hub.turn();
  const playing = await hub.open(1);
  await turns(hub, 2);
  await chain.pass(120);
  await chain.mine();
  await hub.turn();
  const fork = await chain.rpc('evm_snapshot');
  return { hub, playing, fork };
}

test('a settlement whose block is dropped is taken back and made again, to the wei', async () => {
  const { hub, playing, fork } = await inPlay();
  const receipt = await playing.end(60_000, 40_000); // The last voucher is behind: the chain pays less than was booked.
  await turns(hub, 4);
  const { paidWei } = await chain.escrow.lease(playing.lease);
  expect(paidWei).toBeLessThan(BigInt(receipt.costWei));
  expect(await dones()).toEqual([{ how: 'settled', counts: true, round: 0 }]);
  await expectEven(hub, paidWei);

  await chain.automine(false); // Until it is told, no block has the settlement.
  await chain.rpc('evm_revert', fork);
  await chain.mine(5);
  await hub.turn();
  expect(await dones()).toEqual([{ how: 'settled', counts: false, round: 0 }]);
  expect(await hub.free(PLAYER)).toBe(100n * DBC - BigInt(receipt.costWei)); // As when the session closed.
  expect((await checkBooks(database)).wrong).toEqual([]);
  await chain.automine(true);
  await chain.mine();
  await turns(hub, 4);
  expect(await dones()).toEqual([{ how: 'settled', counts: true, round: 1 }]);
  await expectEven(hub, paidWei);
}, 60_000);

// Goal: whoever was paid by the settlement and took it at once is even again when the chain makes it anew. Method: all of it is
// claimed and burned, the books have read that, and then the chain goes back behind the settlement.
test('claims that are dropped together with their settlement leave nobody short', async () => {
  const { hub, playing, fork } = await inPlay();
  await playing.end(40_000, 49_000); // The last voucher is ahead: the chain pays more than was booked.
  await turns(hub, 4);
  const { paidWei } = await chain.escrow.lease(playing.lease);
  for (const account of [OPERATOR.address, DEV_TREASURY]) await chain.call(OTHER, 'claim', [account]);
  await chain.call(OTHER, 'flushBurn', []);
  await hub.turn();

  await chain.automine(false);
  await chain.rpc('evm_revert', fork);
  await chain.mine(9);
  await hub.turn();
  expect(await dones()).toEqual([{ how: 'settled', counts: false, round: 0 }]);
  await chain.automine(true);
  await chain.mine();
  await turns(hub, 4);
  expect(await dones()).toEqual([{ how: 'settled', counts: true, round: 1 }]);
  await expectEven(hub, paidWei);
  const { earned } = await chain.account(DEV_TREASURY);
  expect(await hub.balance(database, dbcAccounts.platform)).toBe(earned);
  const funds = escrowFunds(chain.reader, chain.deployed);
  const parts = { books: pgBooks(database), funds, currency: 'DBC' } as const;
  expect((await compareBooks(parts, { nowMs: 0, wallMs: 0 })).state).toBe('balanced');
}, 60_000);

// Goal: the lane of nonces goes on after a chain that went back behind an act which was refused and tried again: nobody has
// the nonce of the first try any more, and everything after it would wait for ever.
test('a nonce whose act moved to a later one is taken up when its block is dropped', async () => {
  const hub = new HubSide(chain, database);
  const calls = escrowCalls(chain.deployed.escrow);
  const put = (name: string, dbc: bigint) =>
    hub.outbox.put(`test/${name}`, calls.depositFor(PLAYER.address, dbc * DBC), hub.nowMs, hub.wallMs);
  const again = () => hub.outbox.insist('test/late', calls.depositFor(PLAYER.address, 5n * DBC), hub.nowMs, hub.wallMs);
  const fork = await chain.rpc('evm_snapshot');
  await chain.asOwner('pause'); // The contract takes no deposit.
  await again();
  await turns(hub, 3);
  await again(); // It failed: from now on its minute runs.
  await turns(hub, 2);
  await again();
  await turns(hub, 1);
  const tries = 'select from chain_tx where purpose = $1';
  expect((await database.query(tries, ['test/late'])).length).toBe(2); // Two nonces, both of blocks that are dropped now.

  await chain.rpc('evm_revert', fork);
  await chain.mine(6);
  await put('next', 7n);
  await turns(hub, 8);
  for (let turn = 0; turn < 6; turn++) {
    await chain.mine(3);
    await hub.turn();
  }
  expect(await hub.store.waiting()).toEqual([]);
  expect((await chain.account(PLAYER.address)).balance).toBe(12n * DBC); // Each once.
}, 60_000);

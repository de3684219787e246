// Goal: leases that this hub never opened move the books as they move the coins: made by anybody with a machine of its own, by
// another hub on the same contract, or forgotten by a backup that is older than the chain. Else the books would promise coins that
// are gone, and anybody could stop the hub (`short`) for the price of a burn. Method: a player who is its own operator signs and
// sends all of it, with no hub in between; the books against the contract, account by account.
import { expect, test } from 'vitest';
import { compareBooks } from '../../src/app/admin/reconcile.ts';
import { escrowFunds } from '../../src/chain/chain-client.ts';
import { closeType } from '../../src/protocol/settlement-data.ts';
import { type Hash32, signDigest, typedDataDigest } from '../../src/protocol/typed-data.ts';
import { type Consent, consentDigest, type Open, openDigest, voucherDigest } from '../../src/protocol/voucher.ts';
import { pgBooks } from '../../src/storage/pg-books.ts';
import { checkBooks } from '../../src/storage/pg-ledger.ts';
import { DBC, dbcAccounts, HubSide, OTHER, PLAYER, person, playerId, SESSION_KEY } from '../support/chain.ts';
import { chain, database, startChainWorld } from '../support/chain-world.ts';

startChainWorld();

const OWN_NODE = person(77);
const RATE = 50n * DBC;

/** OTHER leases its own machine for 80 DBC; `settle` pays an hour of it and closes, or pays nothing and closes. */
async function ownLease() {
  const { domain } = chain;
  await chain.stake(OTHER, OWN_NODE);
  const atS = BigInt((await chain.reader.head()).atS);
  const span = { validFrom: atS - 60n, validUntil: atS + 86_400n };
  const most = { maxAmount: 1_000n * DBC, maxRate: RATE, nonce: 9n };
  const consent: Consent = { payer: OTHER.address, sessionKey: SESSION_KEY.address, ...most, ...span };
  const open: Open = {
    ...{ consent: consentDigest(domain, consent), key: SESSION_KEY.address },
    ...{ node: OWN_NODE.address, rate: RATE, baseShare: RATE },
    ...{ burnPolicy: 1n, gpuTier: 0n, maxAmount: 80n * DBC, startedAtMs: atS * 1_000n, nonce: 9n },
  };
  const lease: Hash32 = openDigest(domain, open);
  const byWallet = signDigest(open.consent, OTHER.key);
  await chain.call(OTHER, 'open', [consent, byWallet, open, signDigest(lease, SESSION_KEY.key), []]);
  return async (servedMs: bigint) => {
    const voucher = { lease, seq: servedMs === 0n ? 0n : 1n, servedMs, amount: (RATE * servedMs) / 3_600_000n };
    const { seq, amount } = voucher;
    const close = signDigest(typedDataDigest(domain, closeType, { lease, seq, amount }), OWN_NODE.key);
    const signature = servedMs === 0n ? '0x' : signDigest(voucherDigest(domain, voucher), SESSION_KEY.key);
    await chain.call(OTHER, 'settle', [{ voucher, signature, closeSignature: close }]);
  };
}

async function sideWithTwo() {
  const hub = new HubSide(chain, database);
  await chain.call(PLAYER, 'deposit', [], 50n * DBC);
  await chain.call(OTHER, 'deposit', [], 100n * DBC);
  await hub.turn(1_000);
  return hub;
}

const books = async () => {
  const funds = escrowFunds(chain.reader, chain.deployed);
  return (await compareBooks({ books: pgBooks(database), funds, currency: 'DBC' }, { nowMs: 0, wallMs: 0 })).state;
};

test('a lease of somebody’s own moves the books as it moves the coins, and stops nobody', async () => {
  const hub = await sideWithTwo();
  const settle = await ownLease();
  await chain.pass(3_600);
  await settle(3_600_000n);
  await hub.turn(1_000);
  const operator = `DBC/operator/${OTHER.address}`;
  expect(await hub.free(OTHER)).toBe((await chain.account(OTHER.address)).balance);
  expect(await hub.balance(database, operator)).toBe((await chain.account(OTHER.address)).earned);
  await chain.call(OTHER, 'claim', [OTHER.address]);
  await hub.turn(1_000);
  expect(await hub.balance(database, operator)).toBe(0n);
  expect(await hub.balance(database, dbcAccounts.platform)).toBe((50n * DBC - 15n * DBC) / 20n);
  expect(await books()).toBe('balanced');
  expect(await checkBooks(database)).toEqual({ sumWei: 0n, wrong: [] });
}, 60_000);

test('what such a lease locks no session of the hub locks again, until it is closed', async () => {
  const hub = await sideWithTwo();
  const settle = await ownLease();
  await hub.turn(1_000);
  expect(await hub.store.lockableWei(playerId(OTHER))).toBe(20n * DBC);
  expect(await hub.store.lockableWei(playerId(PLAYER))).toBe(50n * DBC);
  await settle(0n);
  await hub.turn(1_000);
  expect(await hub.store.lockableWei(playerId(OTHER))).toBe(100n * DBC);
}, 60_000);

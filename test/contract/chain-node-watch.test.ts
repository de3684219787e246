// Goal: a hub that keeps an Open or a player's closing to itself costs the operator nothing that it can help. Method: a node's
// watch over a real anvil with the real contracts, its time moved by the test; the hub's side is there and does not act.
import { expect, test } from 'vitest';
import type { Claim } from '../../src/agent/claims.ts';
import { LeaseWatch } from '../../src/agent/lease-watch.ts';
import type { DatedClaim } from '../../src/agent/own-claims.ts';
import { settleAlone } from '../../src/app/chain/settle-alone.ts';
import { DEV_CHAIN_ID } from '../../src/chain/anvil.ts';
import { escrowCalls } from '../../src/chain/escrow-calls.ts';
import { chainSigner } from '../../src/chain/signer.ts';
import { openOwnChain } from '../../src/main/own-chain.ts';
import { systemClock } from '../../src/observe/clock.ts';
import { silentLog } from '../../src/observe/log.ts';
import { closeType } from '../../src/protocol/settlement-data.ts';
import { signDigest, typedDataDigest } from '../../src/protocol/typed-data.ts';
import { checkBooks } from '../../src/storage/pg-ledger.ts';
import { DBC, HubSide, NODE, OPERATOR, OTHER, PLAYER, SESSION_KEY } from '../support/chain.ts';
import { chain, database, startChainWorld } from '../support/chain-world.ts';

startChainWorld();
const soon = { timeout: 15_000 };
const DEPOSIT = 900n * DBC;
type Playing = Awaited<ReturnType<HubSide['open']>>;
type Signed = Awaited<ReturnType<Playing['vouch']>>;

/** What a node holds of a session whose newest voucher is `newest()`. */
function kept({ command, open, lease, session }: Playing, newest: () => Signed) {
  const { consent, consentSignature } = command;
  const openSignature = signDigest(lease, SESSION_KEY.key);
  const claim: Claim = { session, domain: chain.domain, lease, consent, consentSignature, open, openSignature };
  const claimOf = (over: boolean): DatedClaim => {
    const highest = newest();
    const { seq, amount } = highest.voucher;
    const close = typedDataDigest(chain.domain, closeType, { lease, seq, amount });
    const own = { lease, domain: chain.domain, facts: claim, openSignature, highest };
    return over ? { ...own, closeSignature: signDigest(close, NODE.key) } : own;
  };
  return { claim, claimOf };
}

/** A deposit, a session that its hub has not opened yet, and the node's watch over it. */
async function watched(key?: Uint8Array) {
  const hub = new HubSide(chain, database);
  await chain.call(PLAYER, 'deposit', [], DEPOSIT);
  await hub.turn();
  const playing = await hub.open(1);
  let newest = await playing.vouch(10_000);
  const { claim, claimOf } = kept(playing, () => newest);
  const clock = { nowMs: 0, monotonicMs: () => clock.nowMs };
  const ended: string[] = [];
  const watch = new LeaseWatch({
    chain: openOwnChain({ urls: [chain.node.url], clock: systemClock, ...(key && { key }) }),
    claimOf: async (_session, over) => claimOf(over),
    end: (_session, reason) => {
      ended.push(reason);
    },
    clock,
    log: silentLog,
  });
  watch.opened(claim);
  const pass = async (seconds: number) => {
    await chain.pass(seconds);
    await chain.mine();
    for (const each of [clock, hub]) each.nowMs += seconds * 1_000;
    hub.wallMs += seconds * 1_000;
    watch.beat();
  };
  const vouch = async (servedMs: number) => {
    newest = await playing.vouch(servedMs);
    return newest.voucher.amount;
  };
  return { hub, playing, watch, pass, vouch, ended, claim, claimOf, lease: () => chain.escrow.lease(playing.lease) };
}

test('an Open that the hub keeps back: the node sends it, is paid so far, and the lease goes on and takes later vouchers', async () => {
  const { hub, playing, pass, vouch, ended, claimOf, lease } = await watched(OTHER.key);
  await pass(60);
  expect((await lease()).state).toBe('none'); // Nobody has sent it.
  const first = await vouch(60_000);
  await pass(120);
  await expect.poll(async () => (await lease()).paidWei, soon).toBe(first);
  expect(await lease()).toMatchObject({ state: 'open' });

  // Whoever settles while it is played leaves it open too.
  const parts = {
    ...{ reader: chain.reader, escrow: chain.escrow, calls: escrowCalls(chain.deployed.escrow) },
    signer: chainSigner(OTHER.key, DEV_CHAIN_ID),
    wait: () => chain.quiet(),
  };
  const second = await vouch(120_000);
  expect([...(await settleAlone([claimOf(false)], parts)).values()]).toEqual(['settled']);
  expect(await lease()).toMatchObject({ state: 'open', paidWei: second });
  const third = await vouch(150_000);
  expect([...(await settleAlone([claimOf(true)], parts)).values()]).toEqual(['settled']);
  expect(await lease()).toMatchObject({ state: 'closed', paidWei: third });
  expect(ended).toEqual([]);

  // The hub's books follow.
  await playing.end(150_000, 0);
  for (let turn = 0; turn < 4; turn++) await hub.turn();
  expect(await hub.free(PLAYER)).toBe(DEPOSIT - third);
  expect((await hub.keeper.reconcile()).holds).toBe(true);
  expect(await checkBooks(database)).toEqual({ sumWei: 0n, wrong: [] });
}, 60_000);

test('without a key for gas the session ends while the contract would still take the Open; an open one goes on', async () => {
  const { hub, pass, ended } = await watched();
  await pass(300);
  await pass(239);
  expect(ended).toEqual([]);
  await pass(1);
  await expect.poll(() => ended, soon).toEqual(['open-missing']);

  const { claim } = kept(await hub.open(2, 2n), () => {
    throw new Error('nothing is settled');
  });
  const look = (escrow: `0x${string}`) =>
    openOwnChain({ urls: [chain.node.url], clock: systemClock, escrow }).look(claim);
  await expect(look(`0x${'11'.repeat(20)}`)).rejects.toThrow('not the contract of --chain-escrow');
  expect(await look(chain.deployed.escrow)).toMatchObject({ state: 'none' });
  await hub.turn(); // This one is opened.
  expect(await look(chain.deployed.escrow)).toMatchObject({ state: 'open' });
  const foreign = { ...claim, domain: { ...claim.domain, chainId: 19_880_818n } };
  const other = openOwnChain({ urls: [chain.node.url], clock: systemClock });
  await expect(other.look(foreign)).rejects.toThrow('no address answers'); // The hub names another chain.
}, 60_000);

test('a closing that the hub keeps to itself: the node ends the session and settles it before the release', async () => {
  const { hub, playing, watch, pass, vouch, ended, lease } = await watched(OTHER.key);
  await hub.turn(); // Sends the open.
  await pass(180);
  await expect.poll(async () => (await lease()).state, soon).toBe('open');
  await chain.call(PLAYER, 'closeByPlayer', [playing.lease, '0x']);
  await pass(61);
  await expect.poll(() => ended, soon).toEqual(['closed-on-chain']);
  const amount = await vouch(200_000);
  watch.over(playing.session);
  await pass(1);
  await expect.poll(lease, soon).toMatchObject({ state: 'closed', paidWei: amount });
  expect((await chain.account(OPERATOR.address)).earned).toBeGreaterThan(0n);
}, 60_000);

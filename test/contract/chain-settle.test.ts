// Goal: coins that come in through the contract, are played for and are settled, lie in the end where the books say, to the
// wei. Method: a real anvil with the real contracts, a real database, real signatures; the books and the chain are compared
// after every step.
import { expect, test } from 'vitest';
import { compareBooks } from '../../src/app/admin/reconcile.ts';
import { settleAlone } from '../../src/app/chain/settle-alone.ts';
import { earningsOf } from '../../src/app/money/read-account.ts';
import type { OperatorId } from '../../src/base/ids.ts';
import { burnPolicies } from '../../src/billing/burn-policy.ts';
import { priceWei } from '../../src/billing/pricing.ts';
import { splitCost } from '../../src/billing/split.ts';
import { DEV_CHAIN_ID } from '../../src/chain/anvil.ts';
import { escrowFunds } from '../../src/chain/chain-client.ts';
import { DEV_TREASURY } from '../../src/chain/dev-chain.ts';
import { escrowCalls } from '../../src/chain/escrow-calls.ts';
import { chainSigner } from '../../src/chain/signer.ts';
import { closeType } from '../../src/protocol/settlement-data.ts';
import { type Address, signDigest, typedDataDigest } from '../../src/protocol/typed-data.ts';
import { openDigest } from '../../src/protocol/voucher.ts';
import { pgBooks } from '../../src/storage/pg-books.ts';
import { checkBooks } from '../../src/storage/pg-ledger.ts';
import { DBC, dbcAccounts, HubSide, NODE, OPERATOR, OTHER, PLAYER, playerId, SESSION_KEY } from '../support/chain.ts';
import { chain, database, startChainWorld } from '../support/chain-world.ts';
import { quoteOf, RATE } from '../support/money.ts';

startChainWorld();

/** Books against chain: every account that stands for one of the contract's, and the sum of all. */
async function agree(hub: HubSide): Promise<void> {
  const policy = burnPolicies[0]?.name ?? '';
  const [player, operator, platform, burn] = await Promise.all([
    chain.account(PLAYER.address),
    chain.account(OPERATOR.address),
    chain.account(DEV_TREASURY),
    chain.view('burnOwed', []),
  ]);
  expect(await hub.free(PLAYER)).toBe(player.balance);
  expect(await hub.balance(database, dbcAccounts.operator(OPERATOR.address as never))).toBe(operator.earned);
  expect(await hub.balance(database, dbcAccounts.platform)).toBe(platform.earned);
  expect(await hub.balance(database, dbcAccounts.burn(policy))).toBe(BigInt(String(burn)));
  const facts = await hub.keeper.reconcile();
  expect(facts).toMatchObject({ holds: true, coinsWei: facts.bookedWei, liabilitiesWei: facts.bookedWei });
  expect(await checkBooks(database)).toEqual({ sumWei: 0n, wrong: [] });
}

const shortOnes = () => database.query("select id from account where id like 'DBC/chain/short/%' and balance <> 0");

/** What a node keeps of a session, and its word that this voucher is the last. */
function claimOf(of: Awaited<ReturnType<HubSide['open']>>, highest: Awaited<ReturnType<typeof of.vouch>>) {
  const { lease, open, command } = of;
  const { consent, consentSignature } = command;
  const openSignature = signDigest(openDigest(chain.domain, open), SESSION_KEY.key);
  const close = { lease, seq: highest.voucher.seq, amount: highest.voucher.amount };
  const closeSignature = signDigest(typedDataDigest(chain.domain, closeType, close), NODE.key);
  return { lease, facts: { consent, consentSignature, open }, openSignature, closeSignature, highest };
}

test('deposit, play, settle, claim: chain and books agree to the wei after every step', async () => {
  const hub = new HubSide(chain, database);
  await hub.turn();
  await chain.call(PLAYER, 'deposit', [], 100n * DBC);
  await hub.turn();
  expect(await hub.free(PLAYER)).toBe(100n * DBC);
  await agree(hub);

  const playing = await hub.open(1);
  expect(playing.open.maxAmount).toBe(100n * DBC); // Four hours would cost 200: no more is locked than there is.
  await hub.turn(); // Sends the open.
  await hub.turn(); // Reads it.
  expect((await chain.account(PLAYER.address)).balance).toBe(0n);
  await playing.vouch(20_000);
  hub.nowMs += 2_233_000;
  hub.wallMs += 2_233_000;
  await chain.pass(2_233);
  const receipt = await playing.end(2_233_000, 2_233_000);
  expect(receipt).toMatchObject({ costWei: '31013888888888888000', burned: 'on-chain' });
  await hub.turn(); // Asks the node for its word.
  await hub.turn(); // Settles and closes.
  await hub.turn(); // Reads that, and finishes.
  expect(await hub.free(PLAYER)).toBe(100n * DBC - 31_013_888_888_888_888_000n);
  await agree(hub);

  await chain.call(PLAYER, 'claim', [OPERATOR.address]); // Anyone may send it; the operator is paid.
  await chain.call(PLAYER, 'flushBurn', []);
  await chain.call(PLAYER, 'claim', [DEV_TREASURY]);
  await hub.turn();
  await agree(hub);
  expect(await hub.balance(database, dbcAccounts.operator(OPERATOR.address as never))).toBe(0n);
  expect(await chain.reader.balanceOf(DEV_TREASURY)).toBe(1_085_486_111_111_111_000n);

  await chain.call(PLAYER, 'requestWithdraw', [50n * DBC]);
  await hub.turn();
  expect(await hub.free(PLAYER)).toBe(18_986_111_111_111_112_000n);
  await chain.pass(1_201);
  await chain.call(PLAYER, 'withdraw', [PLAYER.address]);
  await hub.turn();
  await agree(hub);
}, 120_000);

test('what is set apart for burning is sent to the burn address, once a day, by any start of the hub', async () => {
  const hub = new HubSide(chain, database);
  await chain.call(PLAYER, 'deposit', [], 100n * DBC);
  await hub.turn();
  const BURN = '0x000000000000000000000000000000000000dead';
  const before = await chain.reader.balanceOf(BURN);
  const pass = async (ms: number) => {
    hub.nowMs += ms;
    hub.wallMs += ms;
    await chain.pass(ms / 1_000);
  };
  const settled = async (number: number, goodMs: number) => {
    const playing = await hub.open(number, BigInt(number));
    await hub.turn(); // Sends the open.
    await hub.turn(); // Reads it.
    await pass(goodMs);
    await playing.end(goodMs, goodMs);
    for (let turn = 0; turn < 3; turn++) await hub.turn(); // The node's word, the settlement, its reading.
  };
  const HOUR_MS = 3_600_000;
  await settled(1, 60_000); // A quarter of a coin to burn: less than one waits.
  await pass(HOUR_MS);
  await hub.turn();
  await agree(hub);
  expect(await chain.reader.balanceOf(BURN)).toBe(before);

  await settled(2, 600_000);
  const owed = BigInt(String(await chain.view('burnOwed', [])));
  expect(owed).toBeGreaterThan(2n * DBC);
  await pass(HOUR_MS);
  await hub.turn(); // Sends it.
  await hub.turn(); // Reads it.
  expect(await chain.reader.balanceOf(BURN)).toBe(before + owed);
  await agree(hub);

  // Another start on the same day finds more, and waits for the next day.
  await settled(3, 600_000);
  const again = new HubSide(chain, database);
  Object.assign(again, { nowMs: hub.nowMs, wallMs: hub.wallMs });
  await again.turn();
  await again.turn();
  expect(await chain.reader.balanceOf(BURN)).toBe(before + owed);
  again.nowMs += 24 * HOUR_MS;
  again.wallMs += 24 * HOUR_MS;
  await again.turn();
  await again.turn();
  expect(await chain.view('burnOwed', [])).toBe(0n);
  await agree(again);
}, 120_000);

// Goal: on the chain the voucher decides. Method: a page that vanishes 7 s before the end, and one that signed 9 s more than
// the node counted: the books follow the chain, and what differs goes to or comes from the player.
test.each([
  ['less than was counted', 60_000, 53_000],
  ['more than was billed', 60_000, 69_000],
])(
  'a last voucher for %s: the books follow it',
  async (_name, nodeMs, vouchedMs) => {
    const hub = new HubSide(chain, database);
    await chain.call(PLAYER, 'deposit', [], 100n * DBC);
    await hub.turn();
    const playing = await hub.open(2);
    await hub.turn();
    await chain.pass(120);
    hub.nowMs += 120_000;
    const receipt = await playing.end(nodeMs, vouchedMs);
    for (let turn = 0; turn < 4; turn++) await hub.turn();
    expect(receipt.billedMs).toBe(nodeMs);
    expect(await hub.free(PLAYER)).toBe(100n * DBC - priceWei(RATE, BigInt(vouchedMs)));
    await agree(hub);
  },
  120_000,
);

// Goal: the operator's part lies in the books where it lies in the contract. Method: a machine that the hub has as OTHER's, and
// that OPERATOR staked for: the contract pays OPERATOR, who claims.
test('the contract pays whoever staked, and the books follow it', async () => {
  const hub = new HubSide(chain, database, { operator: OTHER });
  await chain.call(PLAYER, 'deposit', [], 100n * DBC);
  await hub.turn();
  const playing = await hub.open(8);
  await hub.turn();
  await chain.pass(120);
  hub.nowMs += 120_000;
  expect(await playing.end(60_000, 60_000)).toMatchObject({ operator: OTHER.address });
  expect(await hub.balance(database, dbcAccounts.operator(OTHER.address as never))).toBeGreaterThan(0n); // Until it is settled.
  for (let turn = 0; turn < 4; turn++) await hub.turn();
  await agree(hub);
  await chain.call(PLAYER, 'claim', [OPERATOR.address]);
  await hub.turn();
  await agree(hub);
  for (const account of [dbcAccounts.operator(OTHER.address as never), dbcAccounts.short(OPERATOR.address)]) {
    expect(await hub.balance(database, account)).toBe(0n);
  }
}, 120_000);

// Goal: a node that is away holds nobody's money up. Method: it never signs; the voucher is settled after a minute, and what
// is left of the lock when the contract lets it go.
// Goal: the owner may name another treasury. Method: each earns the fee of a session and claims it, at a hub that was started
// before the change, and at one that was started after it.
test.each([false, true])(
  'two treasuries claim what each earned, and nobody is short (restarted: %s)',
  async (restarted) => {
    const second: Address = `0x${'fe'.repeat(20)}`;
    let hub = new HubSide(chain, database);
    await chain.call(PLAYER, 'deposit', [], 100n * DBC);
    await hub.turn();
    const playOnce = async (number: number) => {
      const playing = await hub.open(number, BigInt(number), PLAYER, { maxAmount: 2n * DBC });
      await hub.turn();
      await chain.pass(60);
      await playing.end(40_000, 40_000);
      for (let turn = 0; turn < 4; turn++) await hub.turn();
    };
    await playOnce(1);
    await chain.asOwner('setTreasury', [second]);
    await hub.turn();
    chain.wallMs += 1; // Else the second hub would draw the nonces of the first.
    if (restarted) hub = new HubSide(chain, database, { treasury: second });
    await playOnce(2);
    for (const account of [DEV_TREASURY, second]) {
      expect((await chain.account(account)).earned).toBeGreaterThan(0n);
      await chain.call(OTHER, 'claim', [account]);
    }
    await hub.turn();
    expect(await hub.balance(database, dbcAccounts.platform)).toBe(0n);
    expect(await shortOnes()).toEqual([]);
    const parts = {
      books: pgBooks(database),
      funds: escrowFunds(chain.reader, chain.deployed),
      currency: 'DBC',
    } as const;
    expect((await compareBooks(parts, { nowMs: 0, wallMs: 0 })).state).toBe('balanced');
  },
  120_000,
);

test('without the node the lease is settled, and released at its time', async () => {
  const hub = new HubSide(chain, database, { nodeSigns: false });
  await chain.call(PLAYER, 'deposit', [], 100n * DBC);
  await hub.turn();
  const playing = await hub.open(3);
  await hub.turn();
  await hub.turn();
  await chain.pass(120);
  hub.nowMs += 120_000;
  const receipt = await playing.end(60_000, 60_000);
  await hub.turn(1_000);
  expect(hub.asked).toHaveLength(1);
  expect((await chain.account(OPERATOR.address)).earned).toBe(0n);
  await hub.turn();
  await hub.turn();
  expect((await chain.account(OPERATOR.address)).earned).toBe(BigInt(receipt.operatorWei));
  expect((await chain.account(PLAYER.address)).balance).toBe(0n); // Still locked.
  await chain.pass(3 * 86_400);
  await chain.mine();
  await hub.turn();
  await hub.turn();
  await hub.turn();
  await agree(hub);
}, 120_000);

// Goal: what waits for days keeps nobody waiting. Method: rounds of two sessions, and three whose node is away: settled, they
// wait until their leases run out. A later one is opened and settled all the same.
test('sessions that wait for time stand in nobody’s way', async () => {
  const hub = new HubSide(chain, database, { nodeSigns: false, most: 2 });
  await chain.call(PLAYER, 'deposit', [], 900n * DBC);
  await hub.turn();
  const play = async (number: number) => {
    const playing = await hub.open(number, BigInt(number));
    for (let turn = 0; turn < 3; turn++) await hub.turn(1_000);
    await chain.pass(60);
    hub.nowMs += 60_000;
    return playing.end(20_000, 20_000);
  };
  const receipts = [await play(11), await play(12), await play(13), await play(14)];
  for (let turn = 0; turn < 8; turn++) await hub.turn();
  const earned = receipts.reduce((sum, { operatorWei }) => sum + BigInt(operatorWei), 0n);
  expect((await chain.account(OPERATOR.address)).earned).toBe(earned);
  await chain.pass(3 * 86_400);
  await chain.mine();
  for (let turn = 0; turn < 8; turn++) await hub.turn();
  await agree(hub);
}, 120_000);

// Goal: a lock beyond the deposit is never asked for. Method: a second session while the first is not settled yet.
test('what is locked until its settlement cannot be locked again', async () => {
  const hub = new HubSide(chain, database, { nodeSigns: false });
  await chain.call(PLAYER, 'deposit', [], 100n * DBC);
  await hub.turn();
  await hub.play(4, 20_000);
  expect(await hub.free(PLAYER)).toBeGreaterThan(99n * DBC); // The books have it; the contract has not yet.
  expect(await hub.store.lockableWei(playerId(PLAYER))).toBe(0n);
  await expect(hub.open(5)).rejects.toThrow('FUNDS_TOO_LOW');
}, 120_000);

// Goal: an operator is paid without any hub. Method: a session that no hub opened or settled on the chain, and one that a hub
// opened and then vanished; the node's claims alone.
test('a node settles alone from its claims, once', async () => {
  const hub = new HubSide(chain, database);
  await chain.call(PLAYER, 'deposit', [], 300n * DBC);
  await hub.turn();
  const opened = await hub.open(6);
  await hub.turn(); // This one is on the chain.
  const first = await opened.vouch(10_000);
  const signed = await opened.vouch(25_000);
  const hidden = await hub.open(7); // Of this one the chain knows nothing.
  const other = await hidden.vouch(8_000);
  await chain.pass(60);
  const claims = [
    claimOf(opened, signed),
    claimOf(hidden, other),
    { ...claimOf(opened, first), lease: `0x${'00'.repeat(32)}` as const, highest: undefined },
  ].map(({ highest, ...rest }) => ({ ...rest, ...(highest && { highest }) }));
  const parts = {
    ...{ reader: chain.reader, escrow: chain.escrow, calls: escrowCalls(chain.deployed.escrow) },
    signer: chainSigner(OTHER.key, DEV_CHAIN_ID),
    wait: () => chain.quiet(),
  };
  const outcomes = await settleAlone(claims, parts);
  expect([...outcomes.values()].toSorted()).toEqual(['nothing-signed', 'settled', 'settled']);
  const paidWei = signed.voucher.amount + other.voucher.amount;
  const { operatorWei } = splitCost(paidWei, {
    rateWeiPerHour: RATE,
    baseWeiPerHour: RATE,
    burnBps: 3_000n,
    platformBps: 500n,
  });
  const earned = (await chain.account(OPERATOR.address)).earned;
  expect(earned >= operatorWei - 2_000n && earned <= operatorWei + 2_000n).toBe(true); // Two roundings to the grain.
  expect((await chain.account(PLAYER.address)).balance).toBe(300n * DBC - paidWei); // Closed: nothing stays locked.
  const again = await settleAlone(claims, parts);
  expect([...again.values()].toSorted()).toEqual(['already-settled', 'already-settled', 'nothing-signed']);

  // The hub comes back: its books follow what the operator did.
  await opened.end(25_000, 0);
  await hidden.end(8_000, 0);
  for (let turn = 0; turn < 3; turn++) await hub.turn();
  await agree(hub);
}, 120_000);

// Goal: the rest of a lock goes back to the player though the hub that settled is gone. Method: a lease that was settled while it
// might still be played, by whomever, and then the node's own word that it is over.
test('a node closes what was settled and left open, and is paid no more for it', async () => {
  const hub = new HubSide(chain, database);
  await chain.call(PLAYER, 'deposit', [], 300n * DBC);
  await hub.turn();
  const opened = await hub.open(8);
  await hub.turn();
  const last = await opened.vouch(12_000);
  await chain.pass(60);
  const over = claimOf(opened, last);
  const { closeSignature: _close, ...playing } = over;
  const parts = {
    ...{ reader: chain.reader, escrow: chain.escrow, calls: escrowCalls(chain.deployed.escrow) },
    signer: chainSigner(OTHER.key, DEV_CHAIN_ID),
    wait: () => chain.quiet(),
  };
  const outcome = async (claim: typeof playing) => (await settleAlone([claim], parts)).get(opened.lease);
  expect([await outcome(playing), await outcome(playing)]).toEqual(['settled', 'already-settled']);
  expect((await chain.escrow.lease(opened.lease)).state).toBe('open');
  expect([await outcome(over), await outcome(over)]).toEqual(['closed-now', 'already-settled']);
  expect((await chain.account(PLAYER.address)).balance).toBe(300n * DBC - last.voucher.amount);
  await opened.end(12_000, 0);
  for (let turn = 0; turn < 3; turn++) await hub.turn();
  await agree(hub);
}, 120_000);

// Goal: an operator reads what it earned and took, however early it took it. Method: it settles alone, and claims before its hub
// knows of the settlement; then the session ends at the hub.
test('who settles alone and claims at once reads it as earned and redeemed', async () => {
  const hub = new HubSide(chain, database);
  const treasury: Address = `0x${'fe'.repeat(20)}`; // Not the one of the hub's start: it is as early, and short of nobody's.
  await chain.asOwner('setTreasury', [treasury]);
  await chain.call(PLAYER, 'deposit', [], 300n * DBC);
  await hub.turn();
  const opened = await hub.open(9);
  await hub.turn();
  const { voucher, signature } = await opened.vouch(30_000);
  await chain.pass(60);
  await chain.call(OPERATOR, 'settle', [{ voucher, signature, closeSignature: '0x' }]);
  const tookWei = (await chain.account(OPERATOR.address)).earned;
  for (const account of [OPERATOR.address, treasury]) await chain.call(OPERATOR, 'claim', [account]);
  await hub.turn();
  await opened.end(30_000, 0);
  for (let turn = 0; turn < 4; turn++) await hub.turn();
  await agree(hub);
  expect(await shortOnes()).toEqual([]);
  const parts = { books: pgBooks(database), admin: {} as never, currency: 'DBC' } as const;
  const earnings = await earningsOf(parts, OPERATOR.address as string as OperatorId, quoteOf(), 0n);
  expect(earnings).toMatchObject({ earnedWei: `${tookWei}`, redeemedWei: `${tookWei}`, redeemableWei: '0' });
}, 120_000);

// Goal: an act that the contract refused is done in the end, and stops nobody for ever. Method: the guardian pauses the
// contract, so that welcome money cannot be deposited; a lease that cannot be released yet; a clock of our own.
import { expect, test } from 'vitest';
import { chainGiftKey } from '../../src/billing/ledger.ts';
import { escrowCalls } from '../../src/chain/escrow-calls.ts';
import { checkBooks } from '../../src/storage/pg-ledger.ts';
import { DBC, HubSide, PLAYER, playerId } from '../support/chain.ts';
import { chain, database, startChainWorld } from '../support/chain-world.ts';

startChainWorld();

const attemptsOf = (purpose: string) =>
  database.query<{ attempt: number; reverted: boolean }>(
    'select attempt, reverted_in is not null as reverted from chain_tx where purpose = $1 order by attempt',
    [purpose],
  );
const WELCOME = 1_000n * DBC;

test('welcome money that the contract refused stops nobody, is told, and is deposited when it can be', async () => {
  const hub = new HubSide(chain, database, { faucetWei: WELCOME });
  const gift = chainGiftKey(PLAYER.address);
  await hub.turn();
  await chain.asOwner('pause');
  await hub.book.welcomeGift(playerId(PLAYER), WELCOME, hub.wallMs);
  await hub.keeper.sendGift(playerId(PLAYER), hub.now);
  await chain.quiet();
  await hub.turn();
  expect((await hub.store.stateOf([gift])).get(gift)).toBe('failed');
  expect((await chain.account(PLAYER.address)).balance).toBe(0n);
  expect(await hub.free(PLAYER)).toBe(WELCOME);
  const news = await hub.turn(1_000);
  expect(news).toMatchObject({ reverted: 1, reconciled: { holds: true, underWayWei: WELCOME } });
  expect(news.trouble).toBe(`the contract refused ${gift}; it is tried again`);
  expect(hub.keeper.pauseReason(hub.now)).toBe('chain'); // The contract is paused: it takes no Open either.

  await hub.turn(); // A minute later the second try.
  expect(await attemptsOf(gift)).toEqual([
    { attempt: 0, reverted: true },
    { attempt: 1, reverted: false },
  ]);
  await hub.turn(); // It failed as well; the third waits two minutes.
  await hub.turn();
  expect(await attemptsOf(gift)).toHaveLength(2);
  await chain.asOwner('unpause');
  await hub.turn();
  expect(await attemptsOf(gift)).toHaveLength(3);
  await hub.turn();
  expect((await hub.store.stateOf([gift])).get(gift)).toBe('done');
  expect((await chain.account(PLAYER.address)).balance).toBe(WELCOME);
  expect(await hub.free(PLAYER)).toBe(WELCOME);
  expect(await hub.turn()).toMatchObject({
    ...{ reverted: 0, trouble: undefined, reconciled: { holds: true, underWayWei: 0n } },
  });
  expect(await attemptsOf(gift)).toHaveLength(3); // Done is done.
  expect(hub.keeper.pauseReason(hub.now)).toBeUndefined();
  expect(await checkBooks(database)).toEqual({ sumWei: 0n, wrong: [] });
}, 60_000);

test('a release that came too early is sent again until the contract takes it', async () => {
  const hub = new HubSide(chain, database);
  await chain.call(PLAYER, 'deposit', [], 100n * DBC);
  await hub.turn();
  const { lease } = await hub.open(1);
  await hub.turn();
  await hub.turn();
  const expire = escrowCalls(chain.deployed.escrow).expire(lease);
  const insist = () => hub.outbox.insist(`expire/${lease}`, expire, hub.nowMs, hub.wallMs);
  await insist();
  await hub.turn();
  await insist();
  await hub.turn();
  expect((await chain.account(PLAYER.address)).balance).toBe(0n);
  await chain.pass(3 * 86_400);
  await insist();
  await hub.turn();
  await insist();
  expect((await chain.account(PLAYER.address)).balance).toBe(100n * DBC);
  expect(await attemptsOf(`expire/${lease}`)).toHaveLength(2);
}, 60_000);

test('an act that is put out once stays as it ended', async () => {
  const hub = new HubSide(chain, database);
  await hub.turn();
  await chain.asOwner('pause');
  const deposit = escrowCalls(chain.deployed.escrow).depositFor(PLAYER.address, DBC);
  for (let round = 0; round < 5; round++) {
    await hub.outbox.put('test/once', deposit, hub.nowMs, hub.wallMs);
    await hub.turn();
  }
  expect(await attemptsOf('test/once')).toEqual([{ attempt: 0, reverted: false }]);
  expect(hub.keeper.news.reverted).toBe(0);
}, 60_000);

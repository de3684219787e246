// Goal: who gets players, and with what an operator begins on a development chain. Method: a real anvil with the contracts.
import { expect, test } from 'vitest';
import type { NodeId, OperatorId } from '../../src/base/ids.ts';
import { fillDevWallet } from '../../src/chain/dev-chain.ts';
import { DBC, HubSide, NODE, OPERATOR, OTHER, PLAYER, person } from '../support/chain.ts';
import { chain, database, startChainWorld } from '../support/chain-world.ts';

startChainWorld();

test('a machine without a stake gets no players', async () => {
  const bare = new HubSide(chain, database);
  const [staked, unstaked] = [NODE.address, OTHER.address].map((each) => each as string as NodeId);
  const operator = OPERATOR.address as string as OperatorId;
  const serve = () => [staked, unstaked].map((node) => bare.keeper.mayServe(node as NodeId, operator, 1));
  expect(serve()).toEqual([false, false]); // Not known yet.
  await bare.turn();
  expect(serve()).toEqual([true, false]);
  await chain.stake(OPERATOR, OTHER);
  await bare.turn(3_000); // Somebody waits for it: it is noticed long before the round of all stakes.
  expect(serve()).toEqual([true, true]);
}, 60_000);

test('a machine with two cards gets no players on a stake for one', async () => {
  const hub = new HubSide(chain, database);
  const [node, operator] = [NODE.address as string as NodeId, OPERATOR.address as string as OperatorId];
  hub.keeper.mayServe(node, operator, 2);
  await hub.turn();
  expect([1, 2].map((cards) => hub.keeper.mayServe(node, operator, cards))).toEqual([true, false]);
  expect(hub.keeper.stakedCards(node, operator)).toBe(1);
  await chain.stake(OPERATOR, NODE, 2);
  await hub.turn(3_000); // What is missing of a stake is looked for as soon as a whole one.
  expect(hub.keeper.mayServe(node, operator, 2)).toBe(true);
}, 60_000);

test('a machine that somebody else staked for gets no players, not even one of the house', async () => {
  const [own, other] = [OPERATOR, OTHER].map(({ address }) => address as string as OperatorId);
  const hub = new HubSide(chain, database, { house: other as OperatorId });
  const node = NODE.address as string as NodeId;
  const serves = () => [own, other].map((each) => hub.keeper.mayServe(node, each as OperatorId, 1));
  const counts = () => [own, other].map((each) => hub.keeper.stakedCards(node, each as OperatorId));
  expect(counts()).toEqual([undefined, undefined]);
  serves();
  await hub.turn();
  expect(serves()).toEqual([true, false]);
  expect(counts()).toEqual([1, 0]);
}, 60_000);

test('only the house of a development chain gets players before its stake is in', async () => {
  const [house, operator] = [OTHER, OPERATOR].map(({ address }) => address as string as OperatorId);
  const hub = new HubSide(chain, database, { house: house as OperatorId });
  await hub.turn();
  const node = PLAYER.address as string as NodeId;
  expect([house, operator].map((each) => hub.keeper.mayServe(node, each as OperatorId, 1))).toEqual([true, false]);
});

test('a wallet of a development chain is filled once, and only if it never had a coin', async () => {
  const { reader, node } = chain;
  const fresh = person(77).address;
  for (const [account, wei] of [
    [fresh, 5n * DBC],
    [fresh, 9n * DBC],
    [PLAYER.address, 5n * DBC],
  ] as const) {
    const before = await reader.balanceOf(account);
    await fillDevWallet(node, reader, account, wei);
    expect(await reader.balanceOf(account)).toBe(before === 0n ? 5n * DBC : before);
  }
});

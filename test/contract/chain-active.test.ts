// Goal: the burn tier goes by machines that are really paid for, without anybody who must remember to say so. Method: three
// wallets play ten hours on a machine with a stake; the hub's own turns do the rest, and the contract is asked.
import { expect, test } from 'vitest';
import { ACTIVE_WINDOW_MS } from '../../src/billing/gpu-tier.ts';
import { setDevBalance } from '../../src/chain/dev-chain.ts';
import { DBC, HubSide, OTHER, type Person, PLAYER, person } from '../support/chain.ts';
import { chain, database, startChainWorld } from '../support/chain-world.ts';

startChainWorld();

const THIRD = person(7);
const HOUR_MS = 3_600_000;
const activeGpus = async () => Number(await chain.view('tierState', [], 1));
const proofs = () =>
  database.query<{ purpose: string }>("select purpose from chain_tx where purpose like 'active/%' order by nonce");

/** Time on the chain's clock, the wall and the hub's own. */
async function pass(hub: HubSide, ms: number): Promise<void> {
  await chain.pass(ms / 1_000);
  await chain.mine();
  hub.wallMs += ms;
  hub.nowMs += ms;
}

/** Plays four hours less a little, which is as much as one lease locks, to its settlement. */
async function play(hub: HubSide, number: number, payer: Person): Promise<void> {
  const playing = await hub.open(number, BigInt(number), payer);
  await hub.turn();
  await pass(hub, 3.5 * HOUR_MS);
  await playing.end(3.5 * HOUR_MS, 3.5 * HOUR_MS);
  for (let turn = 0; turn < 3; turn++) await hub.turn();
}

test('a machine that three wallets paid for ten hours counts for the burn tier, once a week anew; for two wallets it does not', async () => {
  await setDevBalance(chain.node, THIRD.address, 1_000n * DBC);
  const hub = new HubSide(chain, database);
  for (const each of [PLAYER, OTHER, THIRD]) await chain.call(each, 'deposit', [], 500n * DBC);
  await hub.turn();
  await play(hub, 1, PLAYER);
  await play(hub, 2, OTHER);
  await play(hub, 3, OTHER);
  await pass(hub, HOUR_MS);
  await hub.turn();
  await hub.turn();
  expect(await proofs()).toEqual([]); // Ten hours and a half, but of two wallets.

  await play(hub, 4, THIRD);
  await pass(hub, HOUR_MS);
  await hub.turn();
  await hub.turn();
  expect(await activeGpus()).toBe(1);
  expect(await proofs()).toHaveLength(1);
  const state = await hub.store.stateOf((await proofs()).map(({ purpose }) => purpose));
  expect([...state.values()]).toEqual(['done']);
  expect([...(await hub.store.activeCounts()).values()]).toMatchObject([{ gpus: 1 }]);

  await pass(hub, 24 * HOUR_MS); // Nothing new: nothing is sent.
  await hub.turn();
  await hub.turn();
  expect(await proofs()).toHaveLength(1);
  await pass(hub, ACTIVE_WINDOW_MS);
  await hub.turn();
  expect(await activeGpus()).toBe(0); // Nobody played for a month.
  expect(await proofs()).toHaveLength(1);
}, 120_000);

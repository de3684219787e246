// src/main/dev-house.ts - what a development chain is given so that play works at once: coins for the hub's key, and a stake
// for the node that `up` starts beside the hub. Its operator is an address without a key, so the chain acts in its name.

import type { Hub } from '../app/hub.ts';
import { askBinding } from '../app/node-closes.ts';
import { OutageError } from '../base/assert.ts';
import type { OperatorId } from '../base/ids.ts';
import { WEI_PER_DBC } from '../base/units.ts';
import { escrowReader } from '../chain/chain-client.ts';
import { setDevBalance } from '../chain/dev-chain.ts';
import { stakeCall } from '../chain/stake-calls.ts';
import type { Log } from '../observe/log.ts';
import { cardsOf } from '../pool/gpu-class.ts';
import type { Address } from '../protocol/typed-data.ts';
import type { HubChain } from './hub-chain.ts';

const RICH_WEI = 1_000_000_000n * WEI_PER_DBC;
const STAKE_WEI = 1_000n * WEI_PER_DBC;
const LOOK_EVERY_MS = 500;

/** Gives coins to the hub's key and to the house. Throws OutageError. */
export async function prepareDevChain(side: HubChain, house: Address): Promise<void> {
  await side.pool.look();
  for (const account of [side.signer, house]) await setDevBalance(side, account, RICH_WEI);
}

/** Stakes for the house's machines as they join, until it is stopped. */
export function stakeHouse(side: HubChain, hub: Hub, house: OperatorId, log: Log): { stop(): void } {
  const owner = house as string as Address;
  const escrow = escrowReader(side.pool, side.contracts);
  const staked = new Set<string>();
  const look = async (): Promise<void> => {
    for (const { node, terms, link, machine } of hub.nodes.values()) {
      if (terms.operator !== house || link === undefined || staked.has(node)) continue;
      const { gpus, bindNonce } = await escrow.standing(node as string as Address);
      const cards = cardsOf(machine);
      if (gpus >= cards) {
        staked.add(node);
        continue;
      }
      const word = hub.bindings.get(node);
      if (word?.operator !== owner || BigInt(word.nonce) !== bindNonce) {
        askBinding(hub, node, owner, bindNonce);
        continue;
      }
      const missingWei = BigInt(cards - gpus) * STAKE_WEI;
      const call = stakeCall(side.contracts.registry, node as string as Address, cards, word.signature, missingWei);
      await side.pool.call('anvil_impersonateAccount', [owner]);
      const [gas, value] = [call.gas, call.valueWei].map((number) => `0x${number.toString(16)}`);
      await side.pool.call('eth_sendTransaction', [{ from: owner, to: call.to, data: call.data, gas, value }]);
      log.info({ node }, 'house.staked');
    }
  };
  let running = false;
  const timer = setInterval(() => {
    if (running) return;
    running = true;
    look()
      .catch((cause: unknown) => {
        if (!(cause instanceof OutageError)) log.warn({ cause: String(cause) }, 'house.stake-failed');
      })
      .finally(() => {
        running = false;
      });
  }, LOOK_EVERY_MS);
  return { stop: () => clearInterval(timer) };
}

// src/chain/stake-calls.ts - what is sent to StakeRegistry.
import { Interface } from 'ethers';
import type { ChainCall } from '../app/chain/ports.ts';
import type { Address, Signature } from '../protocol/typed-data.ts';
import { stakeRegistryAbi } from './abi/stake-registry.ts';

const registry = new Interface(stakeRegistryAbi);
const STAKE_GAS = 250_000n;

/** Stakes for a machine. `gpus`: the new total; `binding`: the machine key's word (settlement-data.ts, Bind). */
export function stakeCall(to: Address, node: Address, gpus: number, binding: Signature, valueWei: bigint): ChainCall {
  const data = registry.encodeFunctionData('stake', [node, gpus, binding]);
  return { to, data: `0x${data.slice(2)}`, gas: STAKE_GAS, valueWei };
}

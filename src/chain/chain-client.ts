// src/chain/chain-client.ts - the chain and the contracts, read and written over a pool of addresses.
import { Interface } from 'ethers';
import type { ChainFunds } from '../app/admin/ports.ts';
import type { Block, ChainReader, EscrowEvent, EscrowReader, SendAnswer } from '../app/chain/ports.ts';
import { OutageError } from '../base/assert.ts';
import type { Address } from '../protocol/typed-data.ts';
import { stakeRegistryAbi } from './abi/stake-registry.ts';
import { escrowInterface, eventTopics, readEvent } from './escrow-events.ts';
import { field, readBig, readHash, readNumber } from './hex.ts';
import { RpcError, type RpcPool } from './rpc.ts';

/** Where the two contracts are. */
export type Contracts = { readonly escrow: Address; readonly registry: Address };

const registryInterface = new Interface(stakeRegistryAbi);
const hex = (number: number) => `0x${number.toString(16)}`;
const KNOWN = /already known|already imported|nonce too low|nonce is too low|known transaction|underpriced/i;

function readBlock(value: unknown): Block {
  return {
    number: readNumber(field(value, 'number'), 'block number'),
    hash: readHash(field(value, 'hash'), 'block hash'),
    parent: readHash(field(value, 'parentHash'), 'parent hash'),
    atS: readNumber(field(value, 'timestamp'), 'block time'),
  };
}

/** Reads and writes the chain. An error answer to a read is an outage too: nobody can act on it but by asking again. */
export function chainReader(pool: RpcPool, { escrow }: Pick<Contracts, 'escrow'>): ChainReader {
  const ask = (method: string, params: readonly unknown[]): Promise<unknown> =>
    orOutage(() => pool.call(method, params));
  return {
    head: async () => readBlock(await ask('eth_getBlockByNumber', ['latest', false])),
    finalizedNumber: async () => {
      const block = await pool.call('eth_getBlockByNumber', ['finalized', false]).catch((cause: unknown) => {
        if (cause instanceof RpcError) return null;
        throw cause;
      });
      return block === null ? undefined : readNumber(field(block, 'number'), 'block number');
    },
    block: async (number) => {
      const block = await ask('eth_getBlockByNumber', [hex(number), false]);
      return block === null ? undefined : readBlock(block);
    },
    events: async (from, to) => {
      const filter = { address: escrow, fromBlock: hex(from), toBlock: hex(to), topics: [eventTopics] };
      const logs = await ask('eth_getLogs', [filter]);
      if (!Array.isArray(logs)) throw new OutageError('chain: logs are no list');
      const events: EscrowEvent[] = logs.flatMap((log) => readEvent(log) ?? []);
      return events.toSorted((a, b) => a.blockNumber - b.blockNumber || a.logIndex - b.logIndex);
    },
    receipt: async (hash) => {
      const receipt = await ask('eth_getTransactionReceipt', [hash]);
      if (receipt === null) return undefined;
      return {
        blockNumber: readNumber(field(receipt, 'blockNumber'), 'block number'),
        blockHash: readHash(field(receipt, 'blockHash'), 'block hash'),
        ok: readNumber(field(receipt, 'status'), 'status') === 1,
      };
    },
    nonceOf: async (account) => readNumber(await ask('eth_getTransactionCount', [account, 'latest']), 'nonce'),
    balanceOf: async (account, block) =>
      readBig(await ask('eth_getBalance', [account, block === undefined ? 'latest' : hex(block)]), 'balance'),
    gasPriceWei: async () => readBig(await ask('eth_gasPrice', []), 'gas price'),
    send: async (raw): Promise<SendAnswer> => {
      try {
        await pool.call('eth_sendRawTransaction', [raw]);
        return 'taken';
      } catch (cause) {
        if (!(cause instanceof RpcError)) throw cause;
        return KNOWN.test(cause.message) ? 'known' : { refused: cause.message };
      }
    },
  };
}

async function orOutage<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    if (cause instanceof RpcError) throw new OutageError(`chain: ${cause.message}`, { cause });
    throw cause;
  }
}

/** Asks the contracts. */
export function escrowReader(pool: RpcPool, { escrow, registry }: Contracts): EscrowReader {
  const read = (on: Interface, to: Address) => async (name: string, values: readonly unknown[], block?: number) => {
    const data = on.encodeFunctionData(name, values);
    const at = block === undefined ? 'latest' : hex(block);
    const answer = await orOutage(() => pool.call('eth_call', [{ to, data }, at]));
    if (typeof answer !== 'string' || answer === '0x') throw new OutageError(`chain: no contract answers ${name}`);
    try {
      return on.decodeFunctionResult(name, answer);
    } catch (cause) {
      throw new OutageError(`chain: the answer to ${name} is malformed`, { cause });
    }
  };
  const ofEscrow = read(escrowInterface, escrow);
  const ofRegistry = read(registryInterface, registry);
  const lower = (value: unknown): Address => `0x${String(value).slice(2).toLowerCase()}`;
  return {
    termsAt: async (startedAtMs) => {
      const [burnPolicy, gpuTier, burnBps, platformBps, floor] = await ofEscrow('termsAt', [Math.floor(startedAtMs)]);
      return {
        burnPolicy: Number(burnPolicy),
        gpuTier: Number(gpuTier),
        burnBps: Number(burnBps),
        platformBps: Number(platformBps),
        baseFloorWei: BigInt(String(floor)),
      };
    },
    treasury: async () => lower((await ofEscrow('treasury', []))[0]),
    liabilitiesWei: async (block) => BigInt(String((await ofEscrow('liabilities', [], block))[0])),
    burnOwedWei: async () => BigInt(String((await ofEscrow('burnOwed', []))[0])),
    lease: async (lease) => {
      const [{ payer, releaseAt, paid }] = await ofEscrow('leaseOf', [lease]);
      const known = !/^0x0+$/.test(String(payer));
      const releaseAtS = Number(releaseAt);
      const state = !known ? 'none' : releaseAtS === 0 ? 'closed' : 'open';
      return { state, paidWei: BigInt(String(paid)), releaseAtS };
    },
    standing: async (node) => {
      const [[operator, gpus], [bindNonce]] = await Promise.all([
        ofRegistry('standing', [node]),
        ofRegistry('bindNonce', [node]),
      ]);
      const owner = lower(operator);
      return {
        operator: /^0x0+$/.test(owner) ? undefined : owner,
        gpus: Number(gpus),
        bindNonce: BigInt(String(bindNonce)),
      };
    },
  };
}

/** Counts the coins of the escrow as of a block that the books have read. */
export function escrowFunds(
  reader: Pick<ChainReader, 'balanceOf' | 'block'>,
  { escrow }: Pick<Contracts, 'escrow'>,
): ChainFunds {
  return {
    escrowWei: async (asOf) => {
      if (asOf === undefined) throw new OutageError('chain: nothing was read yet');
      const wei = await reader.balanceOf(escrow, asOf.number);
      const there = await reader.block(asOf.number);
      if (there?.hash !== asOf.hash) throw new OutageError('chain: a block that was read is not there any more');
      return wei;
    },
  };
}

// src/chain/chain-client.ts - the chain and the contracts, read and written over a pool of addresses.
import { Interface } from 'ethers';
import type { ChainFunds } from '../app/admin/ports.ts';
import type { Block, ChainReader, EscrowEvent, EscrowReader, SendAnswer } from '../app/chain/ports.ts';
import { OutageError } from '../base/assert.ts';
import type { Address } from '../protocol/typed-data.ts';
import { stakeRegistryAbi } from './abi/stake-registry.ts';
import { escrowInterface, eventTopics, readEvent } from './escrow-events.ts';
import { field, readBig, readHash, readNumber } from './hex.ts';
import { type Question, RpcError, type RpcPool } from './rpc.ts';

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

/** Refuses an answer that is not about what was asked. */
function same<T>(asked: T, answered: T, what: string): void {
  if (asked !== answered) throw new OutageError(`chain: ${what} is another one than was asked for`);
}

/** Reads and writes the chain. An error answer to a read is an outage too: nobody can act on it but by asking again. */
export function chainReader(pool: RpcPool, { escrow }: Pick<Contracts, 'escrow'>): ChainReader {
  const ask = <T>(method: string, params: readonly unknown[], read: (answer: unknown) => T): Promise<T> =>
    orOutage(() => pool.call(method, params, read));
  return {
    head: () => ask('eth_getBlockByNumber', ['latest', false], readBlock),
    finalizedNumber: async () => {
      const read = (block: unknown) =>
        block === null ? undefined : readNumber(field(block, 'number'), 'block number');
      return pool.call('eth_getBlockByNumber', ['finalized', false], read).catch((cause: unknown) => {
        if (cause instanceof RpcError) return undefined;
        throw cause;
      });
    },
    block: (number) =>
      ask('eth_getBlockByNumber', [hex(number), false], (answer) => {
        const block = answer === null ? undefined : readBlock(answer);
        if (block !== undefined) same(number, block.number, 'a block');
        return block;
      }),
    events: (from, { number: to, hash }) => {
      const filter = { address: escrow, fromBlock: hex(from), toBlock: hex(to), topics: [eventTopics] };
      // Before: a node that lacks the block has no logs of it. After: the branch may have changed meanwhile.
      const there: Question = ['eth_getBlockByNumber', [hex(to), false]];
      const read = ([before, logs, after]: readonly unknown[]): readonly EscrowEvent[] => {
        for (const block of [before, after]) {
          if (block === null) throw new OutageError('chain: the node of these logs lacks their last block');
          same(hash, readBlock(block).hash, 'the last block of these logs');
        }
        if (!Array.isArray(logs)) throw new OutageError('chain: logs are no list');
        for (const log of logs) same(escrow, String(field(log, 'address')).toLowerCase(), 'the contract of a log');
        const events: EscrowEvent[] = logs.flatMap((log) => readEvent(log) ?? []);
        const outside = events.find(({ blockNumber }) => blockNumber < from || blockNumber > to);
        if (outside !== undefined) throw new OutageError('chain: a log is of another block than was asked for');
        return events.toSorted((a, b) => a.blockNumber - b.blockNumber || a.logIndex - b.logIndex);
      };
      return orOutage(() => pool.together([there, ['eth_getLogs', [filter]], there], read));
    },
    receipt: (hash) =>
      ask('eth_getTransactionReceipt', [hash], (receipt) => {
        if (receipt === null) return undefined;
        same(hash, readHash(field(receipt, 'transactionHash'), 'transaction of a receipt'), 'a receipt');
        return {
          blockNumber: readNumber(field(receipt, 'blockNumber'), 'block number'),
          blockHash: readHash(field(receipt, 'blockHash'), 'block hash'),
          ok: readNumber(field(receipt, 'status'), 'status') === 1,
        };
      }),
    nonceOf: (account) => ask('eth_getTransactionCount', [account, 'latest'], (answer) => readNumber(answer, 'nonce')),
    balanceOf: (account, block) =>
      ask('eth_getBalance', [account, block === undefined ? 'latest' : hex(block)], (answer) =>
        readBig(answer, 'balance'),
      ),
    gasPriceWei: () => ask('eth_gasPrice', [], (answer) => readBig(answer, 'gas price')),
    send: async (raw): Promise<SendAnswer> => {
      const answers = await pool.tellAll('eth_sendRawTransaction', [raw]);
      if (answers.some(({ ok }) => ok)) return 'taken';
      const refused = answers.flatMap((answer) =>
        !answer.ok && answer.error instanceof RpcError ? [answer.error.message] : [],
      );
      if (refused.some((message) => KNOWN.test(message))) return 'known';
      if (refused[0] === undefined) throw new OutageError('chain: no address takes a transaction');
      return { refused: refused[0] };
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
    return orOutage(() =>
      pool.call('eth_call', [{ to, data }, at], (answer) => {
        if (typeof answer !== 'string' || answer === '0x') {
          throw new OutageError(`chain: no contract answers ${name}`);
        }
        try {
          return on.decodeFunctionResult(name, answer);
        } catch (cause) {
          throw new OutageError(`chain: the answer to ${name} is malformed`, { cause });
        }
      }),
    );
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
    paused: async () => Boolean((await ofEscrow('paused', []))[0]),
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

// clients/web/src/wallet/contract-reads.ts - what an account has on the chain, read by the page itself: from the wallet's own
// node where it has one, else through the hub. All answers are static words, so they are read by hand.
import { assert, OutageError } from '../../../../src/base/assert.ts';
import { fromHex } from '../../../../src/base/bytes.ts';
import type { Address, Hash32 } from '../../../../src/protocol/typed-data.ts';
import { calldata } from './contract-calls.ts';

/** One JSON-RPC call. @throws OutageError without an answer, or with an error for one */
export type Rpc = (method: string, params: readonly unknown[]) => Promise<unknown>;

/** The two contracts. */
export type Contracts = { readonly escrow: Address; readonly registry: Address };

/** A machine's stake. `exitAtMs` 0: no exit was asked for. */
export type StakeFacts = {
  readonly node: Address;
  readonly gpus: number;
  readonly amountWei: bigint;
  readonly exitAtMs: number;
};
/** Everything a page shows of an account. */
export type ChainAccount = {
  /** Coins in the wallet itself. */
  readonly coinsWei: bigint;
  readonly gasPriceWei: bigint;
  /** In the escrow: free, earned and not claimed, asked for and when that may leave. */
  readonly balanceWei: bigint;
  readonly earnedWei: bigint;
  readonly withdrawWei: bigint;
  readonly withdrawAtMs: number;
  readonly stakes: readonly StakeFacts[];
  /** Stakes that have left and can be claimed. */
  readonly stakeBackWei: bigint;
  readonly stakeWeiPerGpu: bigint;
  readonly exitDelayMs: number;
  /** The chain's own time: that of its newest block. */
  readonly headAtMs: number;
};

/** Where a transaction is: `blocks` counts its own. */
export type TransactionState = { readonly state: 'waiting' | 'done' | 'failed'; readonly blocks: number };

const WORD = 32;
const LATEST = 'latest';

function quantity(value: unknown): bigint {
  if (typeof value !== 'string' || !/^0x[0-9a-fA-F]{1,64}$/.test(value)) {
    throw new OutageError('the chain answered with no number');
  }
  return BigInt(value);
}

/** The words of a static answer. */
export function words(value: unknown, count: number): readonly bigint[] {
  const bytes = typeof value === 'string' ? fromHex(value) : undefined;
  if (bytes === undefined || bytes.length < count * WORD)
    throw new OutageError('the contract answered in another shape');
  return Array.from({ length: count }, (_, at) =>
    bytes.subarray(at * WORD, (at + 1) * WORD).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n),
  );
}

async function view(
  rpc: Rpc,
  to: Address,
  signature: string,
  args: readonly Address[],
  count: number,
): Promise<readonly bigint[]> {
  return words(await rpc('eth_call', [{ to, data: calldata(signature, args) }, LATEST]), count);
}

const at = (values: readonly bigint[], index: number): bigint => {
  const value = values[index];
  assert(value !== undefined, 'an answer has as many words as were asked for');
  return value;
};

async function stakeFacts(rpc: Rpc, registry: Address, node: Address): Promise<StakeFacts | undefined> {
  const stake = await view(rpc, registry, 'stakeOf(address)', [node], 4);
  if (at(stake, 0) === 0n) return undefined;
  return { node, gpus: Number(at(stake, 1)), exitAtMs: Number(at(stake, 2)) * 1_000, amountWei: at(stake, 3) };
}

/** Reads an account. `nodes`: machines whose stakes to look up. */
export async function readAccount(
  rpc: Rpc,
  { escrow, registry }: Contracts,
  account: Address,
  nodes: readonly Address[],
): Promise<ChainAccount> {
  const [coins, gasPrice, head, own, back, rules, ...stakes] = await Promise.all([
    rpc('eth_getBalance', [account, LATEST]),
    rpc('eth_gasPrice', []),
    rpc('eth_getBlockByNumber', [LATEST, false]),
    view(rpc, escrow, 'accountOf(address)', [account], 4),
    view(rpc, registry, 'claimable(address)', [account], 1),
    view(rpc, registry, 'rules()', [], 4),
    ...nodes.map((node) => stakeFacts(rpc, registry, node)),
  ]);
  return {
    coinsWei: quantity(coins),
    gasPriceWei: quantity(gasPrice),
    balanceWei: at(own, 0),
    earnedWei: at(own, 1),
    withdrawWei: at(own, 2),
    withdrawAtMs: Number(at(own, 3)) * 1_000,
    stakes: stakes.filter((stake) => stake !== undefined),
    stakeBackWei: at(back, 0),
    stakeWeiPerGpu: at(rules, 0),
    exitDelayMs: Number(at(rules, 3)) * 1_000,
    headAtMs:
      Number(quantity(typeof head === 'object' && head !== null ? Reflect.get(head, 'timestamp') : undefined)) * 1_000,
  };
}

/**
 * What time it is for the contracts: this computer's clock may be slow, and an idle development chain has old blocks.
 * @param wallMs of this computer
 */
export function chainTimeMs({ headAtMs }: Pick<ChainAccount, 'headAtMs'>, wallMs: number): number {
  return Math.max(headAtMs, wallMs);
}

/** The number that a machine's binding must carry now. */
export async function bindNonce(rpc: Rpc, registry: Address, node: Address): Promise<bigint> {
  return at(await view(rpc, registry, 'bindNonce(address)', [node], 1), 0);
}

/** Looks for a transaction. */
export async function readTransaction(rpc: Rpc, hash: Hash32): Promise<TransactionState> {
  const receipt = await rpc('eth_getTransactionReceipt', [hash]);
  if (typeof receipt !== 'object' || receipt === null) return { state: 'waiting', blocks: 0 };
  const [own, head] = [quantity(Reflect.get(receipt, 'blockNumber')), quantity(await rpc('eth_blockNumber', []))];
  const state = quantity(Reflect.get(receipt, 'status')) === 1n ? 'done' : 'failed';
  return { state, blocks: Number(head - own) + 1 };
}

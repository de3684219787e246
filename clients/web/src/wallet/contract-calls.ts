// clients/web/src/wallet/contract-calls.ts - the calls of our two contracts that a person makes, as bytes. Written by hand:
// each has at most three static arguments and one of bytes, so no library is loaded to show a page. A test compares each
// with ethers over the committed ABI.
import { keccak_256 } from '@noble/hashes/sha3.js';
import { fromHex, toHex } from '../../../../src/base/bytes.ts';
import { toUtf8 } from '../../../../src/base/utf8.ts';
import type { Address } from '../../../../src/protocol/typed-data.ts';
import type { ContractCall } from '../player/ports.ts';

type Argument = bigint | Address | { readonly bytes: `0x${string}` };
const WORD = 32;

function word(value: bigint): string {
  return value.toString(16).padStart(2 * WORD, '0');
}

/** Calldata of `signature` such as 'withdraw(address)' (contract ABI, section 'Function Selector and Argument Encoding'). */
export function calldata(signature: string, args: readonly Argument[]): `0x${string}` {
  let head = '';
  let tail = '';
  for (const arg of args) {
    if (typeof arg !== 'object') {
      head += word(BigInt(arg));
      continue;
    }
    head += word(BigInt(WORD * args.length + tail.length / 2));
    const bytes = fromHex(arg.bytes) ?? new Uint8Array(0);
    const padded = new Uint8Array(Math.ceil(bytes.length / WORD) * WORD);
    padded.set(bytes);
    tail += word(BigInt(bytes.length)) + toHex(padded).slice(2);
  }
  const selector = toHex(keccak_256(toUtf8(signature)).subarray(0, 4));
  return `${selector}${head}${tail}`;
}

const GAS = {
  deposit: 120_000n,
  ask: 120_000n,
  take: 120_000n,
  claim: 100_000n,
  stake: 260_000n,
  exit: 160_000n,
} as const;

const call = (
  to: Address,
  gas: bigint,
  signature: string,
  args: readonly Argument[] = [],
  valueWei = 0n,
): ContractCall => ({ to, data: calldata(signature, args), valueWei, gas });

/** What a player does with the escrow. */
export const escrowCalls = {
  deposit: (escrow: Address, amountWei: bigint) => call(escrow, GAS.deposit, 'deposit()', [], amountWei),
  /** 0 takes the request back. */
  requestWithdraw: (escrow: Address, amountWei: bigint) =>
    call(escrow, GAS.ask, 'requestWithdraw(uint256)', [amountWei]),
  withdraw: (escrow: Address, to: Address) => call(escrow, GAS.take, 'withdraw(address)', [to]),
  /** Either contract: what the account earned, or a stake that has left. */
  claim: (contract: Address, account: Address) => call(contract, GAS.claim, 'claim(address)', [account]),
} as const;

/** What an operator does with the stake. */
export const stakeCalls = {
  /** `gpus`: the new total. `binding`: the machine's signature, or 0x when it is bound already. */
  stake: (registry: Address, of: { node: Address; gpus: number; binding: `0x${string}`; amountWei: bigint }) =>
    call(
      registry,
      GAS.stake,
      'stake(address,uint32,bytes)',
      [of.node, BigInt(of.gpus), { bytes: of.binding }],
      of.amountWei,
    ),
  requestExit: (registry: Address, node: Address) => call(registry, GAS.exit, 'requestExit(address)', [node]),
  cancelExit: (registry: Address, node: Address) => call(registry, GAS.exit, 'cancelExit(address)', [node]),
  exit: (registry: Address, node: Address) => call(registry, GAS.exit, 'exit(address)', [node]),
} as const;

/**
 * A payment request for a wallet on another device (EIP-681): it calls `depositFor` of the escrow, so the coins count for
 * `player` whoever sends them.
 * @param amountWei 0 leaves the amount to the wallet
 */
export function depositRequest(of: { escrow: Address; chainId: bigint; player: Address; amountWei: bigint }): string {
  const value = of.amountWei === 0n ? '' : `&value=${of.amountWei}`;
  return `ethereum:${of.escrow}@${of.chainId}/depositFor?address=${of.player}${value}`;
}

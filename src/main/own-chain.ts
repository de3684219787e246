// src/main/own-chain.ts - the chain as a node's operator reaches it, without the hub: by addresses and, where the operator
// pays for gas, a key of its own.
import { setTimeout as pause } from 'node:timers/promises';
import type { OwnChain } from '../agent/lease-watch.ts';
import { type AloneParts, settleAlone } from '../app/chain/settle-alone.ts';
import { OutageError } from '../base/assert.ts';
import { fromHex } from '../base/bytes.ts';
import type { Clock } from '../base/clock.ts';
import { chainReader, escrowReader } from '../chain/chain-client.ts';
import { escrowCalls } from '../chain/escrow-calls.ts';
import { RpcPool } from '../chain/rpc.ts';
import { chainSigner } from '../chain/signer.ts';
import { type Address, privateKeyFrom, type SigningDomain } from '../protocol/typed-data.ts';
import { UsageError } from './role.ts';

const BLOCK_WAIT_MS = 1_000;

/** What an operator set. */
export type OwnChainWish = {
  readonly urls: readonly string[];
  /** The contract that is paid by; without it the hub's word for it is taken. */
  readonly escrow?: Address;
  /** 32 bytes; it pays for gas and nothing else. */
  readonly key?: Uint8Array;
  readonly clock: Clock;
};

/** Reads a key that pays for gas. Throws StartError for text that is none. */
export function gasKey(text: string): Uint8Array {
  const key = privateKeyFrom(fromHex(text) ?? new Uint8Array(0));
  if (key === undefined) throw new UsageError('--chain-key is no private key; write 0x and 64 hex digits');
  return key;
}

/** Which chain a session is settled on is said by its claim: an address of another one is never used. */
export function openOwnChain({ urls, escrow, key, clock }: OwnChainWish): OwnChain {
  const pools = new Map<bigint, RpcPool>();
  const poolOf = (chainId: bigint): RpcPool => {
    const pool = pools.get(chainId) ?? new RpcPool({ urls, chainId, clock });
    pools.set(chainId, pool);
    return pool;
  };
  const partsOf = async ({ chainId, verifyingContract }: SigningDomain) => {
    const pool = poolOf(chainId);
    await pool.look(); // An address that was silent once is asked again.
    const contracts = { escrow: verifyingContract, registry: verifyingContract }; // The registry is not asked for anything.
    return { reader: chainReader(pool, contracts), escrow: escrowReader(pool, contracts) };
  };
  const check = ({ verifyingContract }: SigningDomain): void => {
    if (escrow === undefined || escrow === verifyingContract) return;
    throw new OutageError(`the hub settles by ${verifyingContract}, which is not the contract of --chain-escrow`);
  };
  let last: Promise<unknown> = Promise.resolve(); // One transaction after another: each takes the next nonce.
  const settle: OwnChain['settle'] = (claim) => {
    const act = async (): Promise<string> => {
      check(claim.domain);
      const signer = chainSigner(key ?? new Uint8Array(0), claim.domain.chainId);
      const calls = escrowCalls(claim.domain.verifyingContract);
      const parts: AloneParts = { ...(await partsOf(claim.domain)), signer, calls, wait: () => pause(BLOCK_WAIT_MS) };
      return (await settleAlone([claim], parts)).get(claim.lease) ?? 'refused';
    };
    const done = last.catch(() => {}).then(act);
    last = done;
    return done;
  };
  return {
    look: async ({ domain, lease }) => {
      check(domain);
      const { reader, escrow: contract } = await partsOf(domain);
      const [stands, { atS: headS }] = await Promise.all([contract.lease(lease), reader.head()]);
      return { ...stands, headS };
    },
    ...(key !== undefined && { settle }),
  };
}

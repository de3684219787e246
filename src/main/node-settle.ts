// src/main/node-settle.ts - `./nearcade node settle`: the operator's money without the hub, from the claims that the node kept.
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openClaims } from '../agent/claims.ts';
import { openJournal } from '../agent/journal.ts';
import { openMachineKey } from '../agent/machine-key.ts';
import { type OwnClaim, settleAlone } from '../app/chain/settle-alone.ts';
import { OutageError } from '../base/assert.ts';
import { fromHex } from '../base/bytes.ts';
import { formatDbc } from '../base/units.ts';
import type { SignedVoucher } from '../billing/voucher-book.ts';
import { chainReader, escrowReader } from '../chain/chain-client.ts';
import { escrowCalls } from '../chain/escrow-calls.ts';
import { RpcPool } from '../chain/rpc.ts';
import { chainSigner } from '../chain/signer.ts';
import type { Values } from '../config/load.ts';
import type { nodeSettleSettings } from '../config/settings.ts';
import { systemClock, systemRandom } from '../observe/clock.ts';
import { closeType } from '../protocol/settlement-data.ts';
import { type Address, privateKeyFrom, typedDataDigest } from '../protocol/typed-data.ts';
import { fromWire, type Voucher, voucherType } from '../protocol/voucher.ts';
import { chainKinds } from './hub-chain.ts';
import { StartError } from './role.ts';

const BLOCK_WAIT_MS = 1_000;
const WORDS = {
  settled: 'settled now',
  'nothing-signed': 'no voucher was signed',
  'already-settled': 'was settled before',
  'closed-before': 'was closed before with less',
  'never-opened': 'was never opened, and is too old to be',
  refused: 'was refused by the contract',
} as const;

/** The claims of a data folder, each with its highest voucher; one that the hub has not taken over yet has it in the journal. */
async function ownClaims(data: string): Promise<Map<Address, OwnClaim[]>> {
  const key = openMachineKey(data, systemRandom);
  const journal = openJournal(join(data, 'journal'));
  const byContract = new Map<Address, OwnClaim[]>();
  for (const claim of await openClaims(join(data, 'claims')).all()) {
    const { lease, domain, consent, consentSignature, open, openSignature } = claim;
    const { voucher: message } = await journal.read(claim.session);
    const newest = message === undefined ? undefined : fromWire<Voucher>(voucherType, message.voucher);
    const highest: SignedVoucher | undefined =
      message !== undefined && newest?.ok === true
        ? { voucher: newest.value, signature: message.signature }
        : claim.highest;
    const close = { lease, seq: highest?.voucher.seq ?? 0n, amount: highest?.voucher.amount ?? 0n };
    const closeSignature = key.signForChain(typedDataDigest(domain, closeType, close));
    const own = { lease, facts: { consent, consentSignature, open }, openSignature, closeSignature };
    const list = byContract.get(domain.verifyingContract) ?? [];
    byContract.set(domain.verifyingContract, [...list, { ...own, ...(highest && { highest }) }]);
  }
  return byContract;
}

/**
 * Settles everything that the node kept and prints one line a session.
 * @returns the exit code: 1 when the chain could not be reached or took nothing
 * @throws StartError when something that must be said was not
 */
export async function runNodeSettle(
  values: Values<typeof nodeSettleSettings>,
  print: (line: string) => void,
): Promise<number> {
  const { chain = 'dbc-mainnet', chainRpc, chainKey } = values;
  const key = privateKeyFrom(fromHex(chainKey ?? '') ?? new Uint8Array(0));
  if (chainRpc === undefined) throw new StartError('settling needs the chain: --chain-rpc URL,URL');
  if (key === undefined) throw new StartError('settling needs a key that pays the gas: NEARCADE_CHAIN_KEY=0x...');
  const { chainId } = chainKinds[chain];
  const pool = new RpcPool({ urls: chainRpc, chainId, clock: systemClock });
  const signer = chainSigner(key, chainId);
  let paidWei = 0n;
  try {
    for (const [escrow, claims] of await ownClaims(resolve(values.data ?? '.nearcade'))) {
      // The registry is not asked for anything here.
      const contracts = { escrow, registry: escrow };
      const parts = { reader: chainReader(pool, contracts), escrow: escrowReader(pool, contracts), signer };
      const wait = () => pause(BLOCK_WAIT_MS);
      const outcomes = await settleAlone(claims, { ...parts, calls: escrowCalls(escrow), wait });
      for (const { lease, highest } of claims) {
        const outcome = outcomes.get(lease) ?? 'refused';
        if (outcome === 'settled') paidWei += highest?.voucher.amount ?? 0n;
        print(`${lease}  ${formatDbc(highest?.voucher.amount ?? 0n).padStart(14)} DBC  ${WORDS[outcome]}`);
      }
    }
  } catch (cause) {
    if (!(cause instanceof OutageError)) throw cause;
    print(`nearcade: ${cause.message}`);
    return 1;
  }
  print(`${formatDbc(paidWei)} DBC of play were settled now; claim your share on the operator page or by any wallet`);
  return 0;
}

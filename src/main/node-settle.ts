// src/main/node-settle.ts - `./nearcade node settle`: the operator's money without the hub, from the claims that the node kept.
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openClaims } from '../agent/claims.ts';
import { openJournal, type SessionRecord } from '../agent/journal.ts';
import { openMachineKey } from '../agent/machine-key.ts';
import { type DatedClaim, ownClaim } from '../agent/own-claims.ts';
import { markedProcess } from '../agent/process-mark.ts';
import { LOCK_FILE } from '../agent/start-agent.ts';
import { settleAlone } from '../app/chain/settle-alone.ts';
import { OutageError } from '../base/assert.ts';
import { formatDbc } from '../base/units.ts';
import { chainReader, escrowReader } from '../chain/chain-client.ts';
import { escrowCalls } from '../chain/escrow-calls.ts';
import { RpcPool } from '../chain/rpc.ts';
import { chainSigner } from '../chain/signer.ts';
import type { Values } from '../config/load.ts';
import type { nodeSettleSettings } from '../config/settings.ts';
import { systemClock, systemRandom } from '../observe/clock.ts';
import type { Address } from '../protocol/typed-data.ts';
import { chainKinds } from './hub-chain.ts';
import { gasKey } from './own-chain.ts';
import { StartError, UsageError } from './role.ts';

const BLOCK_WAIT_MS = 1_000;
const WORDS = {
  settled: 'settled now',
  'nothing-signed': 'no voucher was signed',
  'already-settled': 'was settled before',
  'closed-now': 'was settled before; closed now, the rest of the lock is the player’s again',
  'closed-before': 'was closed before with less',
  'never-opened': 'was never opened, and is too old to be',
  refused: 'was refused by the contract',
} as const;

const STAYS_OPEN = '; it may still be played, so it stays open';
const OPEN_STILL: ReadonlySet<string> = new Set(['settled', 'nothing-signed', 'already-settled']);

type Kept = {
  readonly byContract: ReadonlyMap<Address, readonly DatedClaim[]>;
  /** Files of claims that this version cannot read. */
  readonly unread: readonly string[];
};

/**
 * What can be settled of a data folder: its claims, each with its highest voucher; one that the hub has not taken over yet has it in the journal.
 * While a node runs on the folder, what its journal has no end of may be played: that stays open, for the vouchers to come.
 * @throws StartError for a folder of no node
 */
export async function ownClaims(data: string): Promise<Kept> {
  // A wrong folder must not be made into a node's.
  if (!existsSync(join(data, 'machine.key'))) {
    throw new StartError(`no node has kept anything in ${data}; name the folder of the node with --data`);
  }
  const claims = openClaims(join(data, 'claims'));
  const parts = { claims, key: openMachineKey(data, systemRandom), journal: openJournal(join(data, 'journal')) };
  const runs = markedProcess(join(data, LOCK_FILE)) !== undefined;
  const isOver = ({ tick, voucher, ended }: SessionRecord) =>
    !runs || ended !== undefined || (tick ?? voucher) === undefined;
  const byContract = new Map<Address, DatedClaim[]>();
  const kept = await claims.all();
  const read = new Set(kept.map(({ session }) => `${session}.json`));
  const unread = readdirSync(join(data, 'claims')).filter((name) => name.endsWith('.json') && !read.has(name));
  for (const { session } of kept) {
    const own = await ownClaim(session, parts, isOver);
    if (own === undefined) continue;
    const { verifyingContract } = own.domain;
    byContract.set(verifyingContract, [...(byContract.get(verifyingContract) ?? []), own]);
  }
  return { byContract, unread };
}

/**
 * Settles everything that the node kept and prints one line a session.
 * @returns the exit code: 1 when the chain could not be reached or took nothing, or a claim could not be read
 * @throws StartError when something that must be said was not
 */
export async function runNodeSettle(
  values: Values<typeof nodeSettleSettings>,
  print: (line: string) => void,
): Promise<number> {
  const { chain = 'dbc-mainnet', chainRpc, chainKey } = values;
  if (chainRpc === undefined) throw new UsageError('settling needs the chain: --chain-rpc URL,URL');
  if (chainKey === undefined) throw new UsageError('settling needs a key that pays the gas: NEARCADE_CHAIN_KEY=0x...');
  const { chainId } = chainKinds[chain];
  const pool = new RpcPool({ urls: chainRpc, chainId, clock: systemClock });
  const signer = chainSigner(gasKey(chainKey), chainId);
  const data = resolve(values.data ?? '.nearcade');
  const kept = await ownClaims(data);
  for (const name of kept.unread) {
    print(`${join(data, 'claims', name)} cannot be read: use the version that wrote it`);
  }
  if (kept.byContract.size === 0) {
    print(`nothing that could be settled is kept in ${join(data, 'claims')}`);
    return kept.unread.length > 0 ? 1 : 0;
  }
  let paidWei = 0n;
  try {
    for (const [escrow, claims] of kept.byContract) {
      // The registry is not asked for anything here.
      const contracts = { escrow, registry: escrow };
      const parts = { reader: chainReader(pool, contracts), escrow: escrowReader(pool, contracts), signer };
      const wait = () => pause(BLOCK_WAIT_MS);
      const outcomes = await settleAlone(claims, { ...parts, calls: escrowCalls(escrow), wait });
      for (const { lease, highest, closeSignature } of claims) {
        const outcome = outcomes.get(lease) ?? 'refused';
        const open = closeSignature === undefined && OPEN_STILL.has(outcome) ? STAYS_OPEN : '';
        if (outcome === 'settled') paidWei += highest?.voucher.amount ?? 0n;
        print(`${lease}  ${formatDbc(highest?.voucher.amount ?? 0n).padStart(14)} DBC  ${WORDS[outcome]}${open}`);
      }
    }
  } catch (cause) {
    if (!(cause instanceof OutageError)) throw cause;
    print(`nearcade: ${cause.message}`);
    return 1;
  }
  print(`${formatDbc(paidWei)} DBC of play were settled now; claim your share on the operator page or by any wallet`);
  return kept.unread.length > 0 ? 1 : 0;
}

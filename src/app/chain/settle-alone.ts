// src/app/chain/settle-alone.ts - an operator settles what was signed for its machine, without any hub: opens what can still
// be opened, pays itself by the highest vouchers, and closes, so that the rest goes back to the players.
import { OutageError } from '../../base/assert.ts';
import type { SignedVoucher } from '../../billing/voucher-book.ts';
import type { Hash32, Signature } from '../../protocol/typed-data.ts';
import type { ChainCall, ChainReader, ChainSigner, EscrowCalls, EscrowReader, LeaseToOpen } from './ports.ts';
import { BATCH_MAX } from './settle-sessions.ts';

/** One session that was signed for. */
export type OwnClaim = LeaseToOpen & {
  readonly lease: Hash32;
  readonly highest?: SignedVoucher;
  /** The machine key's word that `highest` is the last; absent while somebody plays: a closed lease pays nothing more. */
  readonly closeSignature?: Signature;
};

/** What became of a claim. */
export type AloneOutcome =
  | 'settled'
  | 'nothing-signed'
  | 'already-settled'
  | 'closed-now'
  | 'closed-before'
  | 'never-opened'
  | 'refused';

/** What settling alone is made of. `wait` lets a block come. */
export type AloneParts = {
  readonly reader: ChainReader;
  readonly escrow: Pick<EscrowReader, 'lease'>;
  readonly calls: EscrowCalls;
  readonly signer: ChainSigner;
  readonly wait: () => Promise<void>;
};

const OPEN_WINDOW_S = 600; // As the contract has it.
const WAITS_MAX = 60; // Ten times ten blocks.

/**
 * Settles every claim. Anyone may send these transactions; the sender pays the gas, the operator of the stake is paid.
 * @returns by lease what became of it
 * @throws OutageError when the chain is away or takes nothing; calling again goes on
 */
export async function settleAlone(
  claims: readonly OwnClaim[],
  parts: AloneParts,
): Promise<ReadonlyMap<Hash32, AloneOutcome>> {
  const outcomes = new Map<Hash32, AloneOutcome>();
  const due: (OwnClaim & { readonly verdict: 'to-pay' | 'to-close' })[] = [];
  for (const claim of claims) {
    const verdict = await judge(claim, parts);
    if (verdict === 'to-pay' || verdict === 'to-close') due.push({ ...claim, verdict });
    else outcomes.set(claim.lease, verdict);
  }
  for (let from = 0; from < due.length; from += BATCH_MAX) {
    const batch = due.slice(from, from + BATCH_MAX);
    const items = batch.map(({ lease, highest, closeSignature }) => ({
      lease,
      ...(closeSignature && { closeSignature }),
      ...(highest && { signed: highest }),
    }));
    await send(parts.calls.settleMany(items), parts);
    for (const { lease, highest, verdict } of batch) {
      const { state, paidWei } = await parts.escrow.lease(lease);
      const paid = paidWei === highest?.voucher.amount ? 'settled' : 'refused';
      outcomes.set(lease, verdict === 'to-pay' ? paid : state === 'closed' ? 'closed-now' : 'already-settled');
    }
  }
  return outcomes;
}

async function judge(claim: OwnClaim, parts: AloneParts): Promise<AloneOutcome | 'to-pay' | 'to-close'> {
  const { lease, highest, facts } = claim;
  if (highest === undefined) return 'nothing-signed';
  let { state, paidWei } = await parts.escrow.lease(lease);
  if (state === 'none') {
    const head = await parts.reader.head();
    if (head.atS > Number(facts.open.startedAtMs / 1_000n) + OPEN_WINDOW_S) return 'never-opened';
    await send(parts.calls.open(claim), parts);
    ({ state, paidWei } = await parts.escrow.lease(lease));
    if (state === 'none') return 'refused';
  }
  const leftWei = highest.voucher.amount - paidWei;
  // Paid and open still, as when a hub vanished between the two: only the machine's word gives the player the rest back.
  if (leftWei === 0n && state === 'open' && claim.closeSignature !== undefined) return 'to-close';
  if (leftWei <= 0n) return 'already-settled';
  return state === 'closed' ? 'closed-before' : 'to-pay';
}

/** Sends one transaction and waits for its block. */
async function send(call: ChainCall, { reader, signer, wait }: AloneParts): Promise<void> {
  const [nonce, gasPriceWei] = await Promise.all([reader.nonceOf(signer.address), reader.gasPriceWei()]);
  const { raw, hash } = signer.sign(call, nonce, gasPriceWei);
  const answer = await reader.send(raw);
  if (typeof answer === 'object') throw new OutageError(`the chain refuses the transaction: ${answer.refused}`);
  for (let waits = 0; waits < WAITS_MAX; waits++) {
    if ((await reader.receipt(hash)) !== undefined) return;
    await wait();
  }
  throw new OutageError(`transaction ${hash} is in no block yet; look again later`);
}

// src/agent/own-claims.ts - a claim as it is settled without a hub: with the highest voucher that this machine holds and,
// where nobody plays any more, its word that this voucher was the last.
import type { OwnClaim } from '../app/chain/settle-alone.ts';
import type { SessionId } from '../base/ids.ts';
import type { SignedVoucher } from '../billing/voucher-book.ts';
import { closeType } from '../protocol/settlement-data.ts';
import { type SigningDomain, typedDataDigest } from '../protocol/typed-data.ts';
import { fromWire, type Voucher, voucherType } from '../protocol/voucher.ts';
import type { Claims } from './claims.ts';
import type { Journal, SessionRecord } from './journal.ts';
import type { MachineKey } from './machine-key.ts';

/** Where a node keeps what was signed for it, and the key that ends a lease. */
export type KeptParts = {
  readonly claims: Pick<Claims, 'find'>;
  readonly journal: Pick<Journal, 'read'>;
  readonly key: Pick<MachineKey, 'signForChain'>;
};
/** A claim to settle, and the contract that pays it. */
export type DatedClaim = OwnClaim & { readonly domain: SigningDomain };

/**
 * The claim of a session as it can be settled now.
 * @param isOver whether play is over, from what the journal holds of it. A lease that is closed pays no later voucher, so
 *   only then does the machine sign its end
 * @returns undefined when nothing was signed for that session; throws OutageError
 */
export async function ownClaim(
  session: SessionId,
  { claims, journal, key }: KeptParts,
  isOver: (record: SessionRecord) => boolean,
): Promise<DatedClaim | undefined> {
  const record = await journal.read(session); // Before the claim: a session's end moves its voucher from here to there.
  const claim = await claims.find(session);
  if (claim === undefined) return undefined;
  const { lease, domain, openSignature, highest: kept, session: _session, ...facts } = claim;
  const message = record.voucher;
  const newest = message === undefined ? undefined : fromWire<Voucher>(voucherType, message.voucher);
  const highest: SignedVoucher | undefined =
    message !== undefined && newest?.ok === true ? { voucher: newest.value, signature: message.signature } : kept;
  const close = { lease, seq: highest?.voucher.seq ?? 0n, amount: highest?.voucher.amount ?? 0n };
  return {
    ...{ lease, domain, facts, openSignature },
    ...(highest && { highest }),
    ...(isOver(record) && { closeSignature: key.signForChain(typedDataDigest(domain, closeType, close)) }),
  };
}

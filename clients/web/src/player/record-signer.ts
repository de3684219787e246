// clients/web/src/player/record-signer.ts - the page's half of proof of play time: signs the node's record of each minute
// when it says nothing that this page knows to be untrue. What is not signed is not denied: the record then stands on the
// node's word alone.
import { priceWei } from '../../../../src/billing/pricing.ts';
import type { NodeToPlayer, PlayerToNode } from '../../../../src/protocol/control-messages.ts';
import { type PlayRecord, playRecordDigest, playRecordType } from '../../../../src/protocol/play-record.ts';
import type { Hash32, Signature, SigningDomain } from '../../../../src/protocol/typed-data.ts';
import { fromWire } from '../../../../src/protocol/voucher.ts';

/** What the records of one session are checked against. */
export type RecordTerms = {
  readonly lease: Hash32;
  readonly domain: SigningDomain;
  readonly rateWeiPerHour: bigint;
  /** Unix time of the Open. */
  readonly startedAtMs: bigint;
};
/** What the page knows at this moment. */
export type RecordKnown = { readonly wallMs: number; readonly goodMs: number; readonly voucherSeq: bigint };

/** Clocks of page and node differ, and a node's count runs ahead of its connection by a moment. */
const SLACK_MS = 60_000n;

/** True when nothing in a record is beyond what the page knows. */
export function recordHolds(record: PlayRecord, terms: RecordTerms, known: RecordKnown): boolean {
  const elapsedMs = BigInt(Math.floor(known.wallMs)) - terms.startedAtMs + SLACK_MS;
  return (
    record.lease === terms.lease &&
    record.nodeGoodMs <= elapsedMs &&
    record.vouchedMs <= BigInt(Math.floor(known.goodMs)) &&
    record.voucherSeq <= known.voucherSeq &&
    record.amount === priceWei(terms.rateWeiPerHour, record.vouchedMs)
  );
}

/** Makes the signer of a session: answers a node's `record`, or keeps silent. */
export function createRecordSigner(
  terms: RecordTerms,
  sign: (digest: Hash32) => Signature,
): (
  message: Extract<NodeToPlayer, { t: 'record' }>,
  known: RecordKnown,
) => Extract<PlayerToNode, { t: 'record.signed' }> | undefined {
  let last: { readonly seq: bigint; readonly digest: Hash32 } | undefined;
  return ({ record: wire }, known) => {
    const read = fromWire<PlayRecord>(playRecordType, wire);
    if (!read.ok || !recordHolds(read.value, terms, known)) return undefined;
    const record = read.value;
    const digest = playRecordDigest(terms.domain, record);
    // A page that was reloaded knows no earlier record; one that does lets none be left out.
    const follows = last === undefined || (record.seq === last.seq + 1n && record.previous === last.digest);
    if (!follows && digest !== last?.digest) return undefined;
    last = { seq: record.seq, digest };
    return { t: 'record.signed', seq: Number(record.seq), signature: sign(digest) };
  };
}

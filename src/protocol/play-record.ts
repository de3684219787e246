// src/protocol/play-record.ts - proof of play time: once a minute, and at the end, player and node sign what both know of
// the session so far. Each record names the one before it, so none can be left out, added or changed later. The node
// makes the record, the page's session key signs its digest, then the machine's key; node and hub keep both. What a chain
// of records must look like is in src/billing/audit.ts.
import Type from 'typebox';
import { exact, Hash32Shape, SignatureShape, UintShape } from './shapes.ts';
import { type Hash32, type SigningDomain, type StructType, typedDataDigest } from './typed-data.ts';

/** Everything is counted since the session began, so the last record alone says all that the earlier ones do. */
export type PlayRecord = {
  /** Digest of the Open. */
  readonly lease: Hash32;
  /** 1, 2, 3, ... */
  readonly seq: bigint;
  /** Digest of the record before; the lease for the first. */
  readonly previous: Hash32;
  /** Unix time by the node's clock. */
  readonly atMs: bigint;
  /** Good milliseconds as the node counts them. */
  readonly nodeGoodMs: bigint;
  /** The highest voucher that the node holds: number, good milliseconds as the player counts them, wei. Zeros: none. */
  readonly voucherSeq: bigint;
  readonly vouchedMs: bigint;
  readonly amount: bigint;
  /** Pictures and bytes that left the node. */
  readonly framesSent: bigint;
  readonly bytesSent: bigint;
  /** The relay's counter as the hub had told the node, zeros on a direct path. */
  readonly relayToPlayerBytes: bigint;
  readonly relayToNodeBytes: bigint;
};

/** Field order of a record, as it is signed. */
export const playRecordType: StructType = {
  name: 'PlayRecord',
  fields: [
    ['lease', 'bytes32'],
    ['seq', 'uint64'],
    ['previous', 'bytes32'],
    ['atMs', 'uint64'],
    ['nodeGoodMs', 'uint64'],
    ['voucherSeq', 'uint64'],
    ['vouchedMs', 'uint64'],
    ['amount', 'uint256'],
    ['framesSent', 'uint64'],
    ['bytesSent', 'uint64'],
    ['relayToPlayerBytes', 'uint64'],
    ['relayToNodeBytes', 'uint64'],
  ],
};

/** What both sides sign, and what the next record names as `previous`. */
export function playRecordDigest(domain: SigningDomain, record: PlayRecord): Hash32 {
  return typedDataDigest(domain, playRecordType, record);
}

/** A record on a wire: numbers as decimal text. */
export const PlayRecordShape = exact({
  lease: Hash32Shape,
  seq: UintShape,
  previous: Hash32Shape,
  atMs: UintShape,
  nodeGoodMs: UintShape,
  voucherSeq: UintShape,
  vouchedMs: UintShape,
  amount: UintShape,
  framesSent: UintShape,
  bytesSent: UintShape,
  relayToPlayerBytes: UintShape,
  relayToNodeBytes: UintShape,
});
/** A record with the signatures that are there: a page that is gone cannot sign, and neither can a node. */
export const SignedRecordShape = exact({
  record: PlayRecordShape,
  nodeSignature: Type.Optional(SignatureShape),
  playerSignature: Type.Optional(SignatureShape),
});
export type SignedRecord = Type.Static<typeof SignedRecordShape>;

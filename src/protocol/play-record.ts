// src/protocol/play-record.ts - proof of play time: once a minute, and at the end, player and node sign what both know of
// the session so far. Each record names the one before it, so none can be left out, added or changed later. The node
// makes the record, the page's session key signs its digest, then the machine's key; node and hub keep both. The digest
// is that of a NodeRecord (settlement-data.ts), so that two different ones of one number cost the operator its stake.
// What a chain of records must look like is in src/billing/record-checks.ts.
import Type from 'typebox';
import { toHex } from '../base/bytes.ts';
import { nodeRecordType } from './settlement-data.ts';
import { exact, Hash32Shape, SignatureShape, UintShape } from './shapes.ts';
import { type Hash32, type SigningDomain, type StructType, structHash, typedDataDigest } from './typed-data.ts';

/** Everything is counted since the session began, so the last record alone says all that the earlier ones do. */
export type PlayRecord = {
  /** Digest of the Open. */
  readonly lease: Hash32;
  /** 1, 2, 3, ... */
  readonly seq: bigint;
  /** Which slot of the machine served. */
  readonly slot: bigint;
  /** Unix time by the node's clock: from the end of the record before, until this one. Spans of a slot never overlap. */
  readonly fromMs: bigint;
  readonly untilMs: bigint;
  /** Digest of the record before; the lease for the first. */
  readonly previous: Hash32;
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

/** The part of a record that no contract reads; its hash is `NodeRecord.content`. */
const playContentType: StructType = {
  name: 'PlayContent',
  fields: [
    ['previous', 'bytes32'],
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
/** Every field of a record with its width, for reading it from a wire (`fromWire`). Nobody signs this struct as it is. */
export const playRecordType: StructType = {
  name: 'PlayRecord',
  fields: [...nodeRecordType.fields.filter(([name]) => name !== 'content'), ...playContentType.fields],
};

/** What both sides sign, and what the next record names as `previous`. */
export function playRecordDigest(domain: SigningDomain, record: PlayRecord): Hash32 {
  const { lease, seq, slot, fromMs, untilMs } = record;
  const content = toHex(structHash(playContentType, record));
  return typedDataDigest(domain, nodeRecordType, { lease, seq, slot, fromMs, untilMs, content });
}

/** A record on a wire: numbers as decimal text. */
export const PlayRecordShape = exact({
  lease: Hash32Shape,
  seq: UintShape,
  slot: UintShape,
  fromMs: UintShape,
  untilMs: UintShape,
  previous: Hash32Shape,
  nodeGoodMs: UintShape,
  voucherSeq: UintShape,
  vouchedMs: UintShape,
  amount: UintShape,
  framesSent: UintShape,
  bytesSent: UintShape,
  relayToPlayerBytes: UintShape,
  relayToNodeBytes: UintShape,
});
/** A record with its signatures; a page that was gone has not signed. */
export const SignedRecordShape = exact({
  record: PlayRecordShape,
  nodeSignature: SignatureShape,
  playerSignature: Type.Optional(SignatureShape),
});
export type SignedRecord = Type.Static<typeof SignedRecordShape>;

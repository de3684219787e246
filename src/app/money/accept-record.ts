// src/app/money/accept-record.ts - a node's record of a session on its way into the store: from the node that serves it,
// of its lease, signed by both whose signatures it carries. Where it stands in its chain is judged by whoever replays the
// session (src/billing/session-audit.ts): a witness is kept as it was given.
import type { NodeId, SessionId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import { type PlayRecord, playRecordDigest, playRecordType, type SignedRecord } from '../../protocol/play-record.ts';
import type { Hash32 } from '../../protocol/typed-data.ts';
import { fromWire } from '../../protocol/voucher.ts';
import type { BookCore } from './book-core.ts';

/** A session of 12 hours, the longest that one Open allows for, and its end. */
const RECORDS_MAX = 721n;

const bad = (field: string): Result<never, Refusal> => err(refusal('RECORD_BAD', { field }));

/**
 * Keeps a record. The same one again is fine; another one of the same number is refused: the node has signed twice.
 * @returns the record's number
 * @throws OutageError
 */
export async function acceptRecord(
  core: BookCore,
  node: NodeId,
  session: SessionId,
  signed: SignedRecord,
): Promise<Result<number, Refusal>> {
  const { store, recoverSigner, terms } = core.parts;
  // A session that has just ended has its last record still on the way.
  const facts = core.live.get(session)?.facts ?? (await store.session(session))?.facts;
  if (facts === undefined) return err(refusal('SESSION_UNKNOWN'));
  if (facts.node !== node) return err(refusal('FORBIDDEN'));
  const read = fromWire<PlayRecord>(playRecordType, signed.record);
  if (!read.ok) return bad(read.error.field);
  const record = read.value;
  if (record.lease !== (facts.lease as string as Hash32)) return bad('lease');
  if (record.seq < 1n || record.seq > RECORDS_MAX) return bad('seq');
  const digest = playRecordDigest(terms.domain, record);
  if ((await recoverSigner(digest, signed.nodeSignature)) !== facts.open.node) return bad('nodeSignature');
  const { playerSignature } = signed;
  if (playerSignature !== undefined) {
    if ((await recoverSigner(digest, playerSignature)) !== facts.open.key) return bad('playerSignature');
  }
  const seq = Number(record.seq);
  return (await store.saveRecord(session, seq, signed)) === 'kept' ? ok(seq) : bad('seq');
}

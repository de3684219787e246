// src/billing/record-checks.ts - is a chain of play records true? Numbers, links, signatures, counters and prices of the
// minutes that player and node signed, from the records and the Open alone.
import { type PlayRecord, playRecordDigest, playRecordType, type SignedRecord } from '../protocol/play-record.ts';
import { type Address, type Hash32, recoverSigner, type SigningDomain } from '../protocol/typed-data.ts';
import { fromWire } from '../protocol/voucher.ts';
import { priceWei } from './pricing.ts';

/** One line of a log compared: `says` stands there, `follows` is what it must be. */
export type AuditLine = {
  /** Which line, as a path: `receipt.costWei`, `records[3].nodeGoodMs`, `transfers[0].amountWei`. */
  readonly line: string;
  readonly ok: boolean;
  readonly says: string;
  readonly follows: string;
};

/** Collects compared lines. */
export class AuditLines {
  readonly list: AuditLine[] = [];

  /** `line` says `says` and must say `follows`. */
  equal(line: string, says: unknown, follows: unknown): void {
    this.that(line, says, follows, String(says) === String(follows));
  }

  /** `line` holds when `ok`; `follows` says in short what it had to be. */
  that(line: string, says: unknown, follows: unknown, ok: boolean): void {
    this.list.push({ line, ok, says: String(says), follows: String(follows) });
  }
}

/** What records are checked against: all of it is signed in consent and Open. */
export type RecordTerms = {
  readonly domain: SigningDomain;
  readonly lease: Hash32;
  readonly node: Address;
  readonly sessionKey: Address;
  readonly rateWeiPerHour: bigint;
};

/** Counters that never fall from one record to the next. */
const COUNTERS = [
  'nodeGoodMs',
  'voucherSeq',
  'vouchedMs',
  'amount',
  'framesSent',
  'bytesSent',
  'relayToPlayerBytes',
  'relayToNodeBytes',
] as const;
/** A voucher is cumulative and may pay at once for what was served over the last minutes; a node's count may not. */
const SERVED_SLACK_MS = 5_000n;

function checkSigned(
  at: string,
  signed: SignedRecord,
  record: PlayRecord,
  terms: RecordTerms,
  lines: AuditLines,
): void {
  const digest = playRecordDigest(terms.domain, record);
  lines.equal(`${at}.nodeSignature`, recoverSigner(digest, signed.nodeSignature) ?? 'nobody', terms.node);
  if (signed.playerSignature === undefined) return;
  lines.equal(`${at}.playerSignature`, recoverSigner(digest, signed.playerSignature) ?? 'nobody', terms.sessionKey);
}

function checkGrowth(at: string, before: PlayRecord, record: PlayRecord, lines: AuditLines): void {
  lines.equal(`${at}.slot`, record.slot, before.slot);
  lines.equal(`${at}.fromMs`, record.fromMs, before.untilMs);
  for (const name of COUNTERS) {
    lines.that(`${at}.${name}`, record[name], `at least ${before[name]}`, record[name] >= before[name]);
  }
}

/** The end of the record before, where the served time of this one begins to count. */
function checkServed(at: string, before: PlayRecord | undefined, record: PlayRecord, lines: AuditLines): void {
  const spanMs = record.untilMs - record.fromMs;
  lines.that(`${at}.untilMs`, record.untilMs, `above ${record.fromMs}`, spanMs > 0n);
  const servedMs = record.nodeGoodMs - (before?.nodeGoodMs ?? 0n);
  const mostMs = spanMs + SERVED_SLACK_MS;
  lines.that(`${at}.nodeGoodMs`, `${servedMs} more`, `at most ${mostMs} more`, servedMs <= mostMs);
}

/**
 * Checks the records of one session, in their order.
 * @returns those that could be read
 */
export function checkRecords(
  signed: readonly SignedRecord[],
  terms: RecordTerms,
  lines: AuditLines,
): readonly PlayRecord[] {
  const read: PlayRecord[] = [];
  let before: PlayRecord | undefined;
  for (const [index, entry] of signed.entries()) {
    const at = `records[${index}]`;
    const parsed = fromWire<PlayRecord>(playRecordType, entry.record);
    if (!parsed.ok) {
      lines.that(`${at}.${parsed.error.field}`, 'unreadable', 'a number or a hash', false);
      continue;
    }
    const record = parsed.value;
    lines.equal(`${at}.lease`, record.lease, terms.lease);
    lines.equal(`${at}.seq`, record.seq, index + 1);
    const previous = before === undefined ? terms.lease : playRecordDigest(terms.domain, before);
    lines.equal(`${at}.previous`, record.previous, previous);
    checkSigned(at, entry, record, terms, lines);
    lines.equal(`${at}.amount`, record.amount, priceWei(terms.rateWeiPerHour, record.vouchedMs));
    checkServed(at, before, record, lines);
    if (before !== undefined) checkGrowth(at, before, record, lines);
    before = record;
    read.push(record);
  }
  return read;
}

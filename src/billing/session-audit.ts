// src/billing/session-audit.ts - replays a session from its log alone: the receipt, the minutes that player and node
// signed, and the transfers. The minutes must be a chain, the receipt must fit them, and the books must fit the receipt.
// Needs no hub and no network; a page runs it as `./nearcade audit` does.
import type { SessionLog } from '../protocol/money-api.ts';
import type { PlayRecord } from '../protocol/play-record.ts';
import type { Receipt } from '../protocol/receipt.ts';
import type { Address, Hash32 } from '../protocol/typed-data.ts';
import { type AuditLine, AuditLines, checkRecords } from './record-checks.ts';
import { checkEntries } from './session-entries.ts';
import { type ReceiptLine, readReceipt, verifyReceipt } from './verify-receipt.ts';

function fromReceiptLine({ id, wrong }: ReceiptLine): AuditLine {
  if (wrong === undefined) return { line: `receipt (${id})`, ok: true, says: '', follows: '' };
  const { field, found, expected = 'what was sealed' } = wrong;
  return { line: `receipt.${field}`, ok: false, says: found, follows: expected };
}

/** The last record is the last word of both sides before the receipt, which must not fall behind it. */
function checkLast(receipt: Receipt, records: readonly PlayRecord[], lines: AuditLines): void {
  const last = records.at(-1);
  if (last === undefined) return;
  const at = `records[${records.length - 1}]`;
  const limits = [
    ['nodeGoodMs', BigInt(receipt.nodeGoodMs), 'nodeGoodMs'],
    ['vouchedMs', BigInt(receipt.playerGoodMs), 'playerGoodMs'],
    ['voucherSeq', BigInt(receipt.voucher?.seq ?? '0'), 'voucher'],
    ['relayToPlayerBytes', BigInt(receipt.relay?.toPlayerBytes ?? 0), 'relay.toPlayerBytes'],
    ['relayToNodeBytes', BigInt(receipt.relay?.toNodeBytes ?? 0), 'relay.toNodeBytes'],
  ] as const;
  for (const [name, most, of] of limits) {
    lines.that(`${at}.${name}`, last[name], `at most ${most}, the receipt's ${of}`, last[name] <= most);
  }
}

function checkCounts({ counts }: SessionLog, receipt: Receipt, lines: AuditLines): void {
  lines.equal('counts.playerGoodMs', counts.playerGoodMs, receipt.playerGoodMs);
  lines.equal('counts.nodeGoodMs', counts.nodeGoodMs, receipt.nodeGoodMs);
  const free: Readonly<Record<string, number>> = counts.freeMs;
  for (const [cause, ms] of Object.entries(receipt.freeMs)) lines.equal(`counts.freeMs.${cause}`, free[cause], ms);
  for (const name of ['lease', 'seq', 'servedMs', 'amount'] as const) {
    lines.equal(`counts.voucher.${name}`, counts.voucher?.[name], receipt.voucher?.[name]);
  }
  lines.equal('counts.voucherSignature', counts.voucherSignature, receipt.voucherSignature);
}

/**
 * Replays a session that ended.
 * @returns every line that was compared, good ones too; undefined while there is no receipt
 */
export function auditSession(log: SessionLog): readonly AuditLine[] | undefined {
  if (log.receipt === undefined) return undefined;
  const lines = new AuditLines();
  lines.list.push(...verifyReceipt(log.receipt).lines.map(fromReceiptLine));
  const read = readReceipt(log.receipt);
  if (!read.ok) return lines.list; // `form` has said so: nothing below could be compared.
  const { receipt, domain, open } = read.value;
  lines.equal('session', log.session, receipt.session);
  const records = checkRecords(
    log.records,
    {
      domain,
      lease: receipt.lease as string as Hash32,
      node: receipt.node as string as Address,
      sessionKey: open.key,
      rateWeiPerHour: open.rate,
    },
    lines,
  );
  checkLast(receipt, records, lines);
  checkEntries(read.value, log.transfers, lines);
  checkCounts(log, receipt, lines);
  return lines.list;
}

// src/billing/session-audit.ts - replays a session from its log alone: the receipt, the minutes that player and node
// signed, and the transfers. The minutes must be a chain, the receipt must fit them, and the books must fit the receipt.
// Needs no hub and no network; a page runs it as `./nearcade audit` does.
import type { SessionLog } from '../protocol/money-api.ts';
import type { PlayRecord } from '../protocol/play-record.ts';
import type { Receipt } from '../protocol/receipt.ts';
import type { Address, Hash32 } from '../protocol/typed-data.ts';
import { type AuditLine, AuditLines, checkRecords } from './record-checks.ts';
import { type ReceiptLine, readReceipt, verifyReceipt } from './verify-receipt.ts';

type Line = SessionLog['transfers'][number];

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

/** What must have left the hold, by the receipt: key -> account without its currency, wei. */
function partsOf(receipt: Receipt): Map<string, readonly [to: string, wei: string]> {
  const { session, quote, operator, player } = receipt;
  const parts = [
    ['burn', `burn/${quote.burnPolicy}`, receipt.burnWei],
    ['platform', 'platform/fees', receipt.platformWei],
    ['operator', `operator/${operator}`, receipt.operatorWei],
    ['release', `player/${player}`, receipt.releasedWei],
  ] as const;
  return new Map(parts.filter(([, , wei]) => wei !== '0').map(([part, to, wei]) => [`${session}/${part}`, [to, wei]]));
}

const currencyOf = (account: string): string => account.slice(0, account.indexOf('/'));
const withoutCurrency = (account: string): string => account.slice(account.indexOf('/') + 1);

function checkTransfers(receipt: Receipt, transfers: readonly Line[], lines: AuditLines): void {
  const { session, player } = receipt;
  const parts = partsOf(receipt);
  const currencies = new Set<string>();
  let [holds, heldWei] = [0, 0n];
  for (const [index, { key, from, to, amountWei }] of transfers.entries()) {
    const at = `transfers[${index}]`;
    for (const account of [from, to]) currencies.add(currencyOf(account));
    if (key.startsWith(`refund/${session}/`)) continue; // A counter-entry: its reason is in the audit table.
    const part = parts.get(key);
    parts.delete(key);
    if (part === undefined) {
      holds += 1;
      heldWei += BigInt(amountWei);
      lines.equal(`${at}.key`, key, `${session}/hold/${holds}`);
    } else lines.equal(`${at}.amountWei`, amountWei, part[1]);
    lines.equal(`${at}.from`, withoutCurrency(from), part === undefined ? `player/${player}` : `held/${session}`);
    lines.equal(`${at}.to`, withoutCurrency(to), part === undefined ? `held/${session}` : part[0]);
  }
  for (const [key, [to, wei]] of parts) lines.that(`transfers ${key}`, 'missing', `${wei} to ${to}`, false);
  lines.equal('transfers (sum of holds)', heldWei, receipt.heldWei);
  lines.that('transfers (currency)', [...currencies].join(' and '), 'one', currencies.size === 1);
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
  const { receipt, domain, consent, open } = read.value;
  lines.equal('session', log.session, receipt.session);
  const records = checkRecords(
    log.records,
    {
      domain,
      lease: receipt.lease as string as Hash32,
      node: receipt.node as string as Address,
      sessionKey: consent.sessionKey,
      rateWeiPerHour: open.rate,
    },
    lines,
  );
  checkLast(receipt, records, lines);
  checkTransfers(receipt, log.transfers, lines);
  checkCounts(log, receipt, lines);
  return lines.list;
}

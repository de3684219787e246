// src/billing/verify-receipt.ts - is a receipt true? Every signature and every sum on it, one line each, without asking
// anybody. The page's /verify, its saved copy, every receipt in the account and `./nearcade audit` all ask here.
import { parseJsonOnce } from '../base/json-once.ts';
import { err, ok, type Result } from '../base/result.ts';
import { bodyDecoder } from '../protocol/body-decoder.ts';
import { type Receipt, ReceiptShape } from '../protocol/receipt.ts';
import { type StructType, typedDataDigest } from '../protocol/typed-data.ts';
import {
  type Consent,
  consentType,
  fromWire,
  type Open,
  openType,
  openTypeWithoutKey,
  type Voucher,
  voucherType,
} from '../protocol/voucher.ts';
import { type Finding, type LineId, lineChecks, lineIds, type ReadReceipt } from './receipt-checks.ts';

/** One line of the answer: which check, and what it found. It holds when `wrong` is absent. */
export type ReceiptLine = { readonly id: LineId } & Finding;
/** The whole answer: true only when every line holds. */
export type ReceiptVerdict = {
  readonly holds: boolean;
  readonly lines: readonly ReceiptLine[];
  /** Absent when the file is no receipt at all. */
  readonly receipt?: Receipt;
};

const decodeReceipt = bodyDecoder(ReceiptShape);
/** A receipt is some 6 kB; more than this is some other file. */
export const RECEIPT_CHARS_MAX = 1_000_000;
const CHAIN_ID_BITS = 256n; // EIP-712 holds a chain id in one word.

function struct<T>(type: StructType, at: string, wire: Readonly<Record<string, unknown>>): Result<T, string> {
  const read = fromWire<T>(type, wire);
  return read.ok ? read : err(`${at}.${read.error.field}`);
}

/** Reads a parsed JSON value as a receipt with its structs; refuses with the path of the first field of another shape. */
export function readReceipt(value: unknown): Result<ReadReceipt, string> {
  const decoded = decodeReceipt(value);
  if (!decoded.ok) return err(decoded.error.field.replace(/^\//, '').replaceAll('/', '.') || '-');
  const receipt = decoded.value;
  const consent = struct<Consent>(consentType, 'consent', receipt.consent);
  if (!consent.ok) return consent;
  // Receipts from before consents spoke for several keys: their Open names none, and hashes to another lease.
  const type = receipt.open.key === undefined ? openTypeWithoutKey : openType;
  const open = struct<Open>(type, 'open', receipt.open);
  if (!open.ok) return open;
  const voucher =
    receipt.voucher === undefined ? ok(undefined) : struct<Voucher>(voucherType, 'voucher', receipt.voucher);
  if (!voucher.ok) return voucher;
  const chainId = BigInt(receipt.domain.chainId);
  if (chainId >= 1n << CHAIN_ID_BITS) return err('domain.chainId');
  const domain = { chainId, verifyingContract: receipt.domain.verifyingContract };
  const lease = typedDataDigest(domain, type, open.value);
  const keyed = { ...open.value, key: receipt.open.key ?? consent.value.sessionKey };
  return ok({ receipt, domain, consent: consent.value, open: keyed, lease, voucher: voucher.value });
}

function noReceipt(field: string): ReceiptVerdict {
  return { holds: false, lines: [{ id: 'form', wrong: { field, found: '' }, facts: {} }] };
}

/**
 * Checks the text of a file.
 * @returns as `verifyReceipt`; only `form` as well when the text is too long, no JSON, or names a field twice
 */
export function verifyReceiptText(text: string): ReceiptVerdict {
  if (text.length > RECEIPT_CHARS_MAX) return noReceipt('-');
  const parsed = parseJsonOnce(text);
  return parsed.ok ? verifyReceipt(parsed.value) : noReceipt(parsed.error.field);
}

/**
 * Checks a receipt from anywhere.
 * @param value parsed JSON, of any shape
 * @returns all lines in their order; only `form` when the value is no receipt. Never throws
 */
export function verifyReceipt(value: unknown): ReceiptVerdict {
  const read = readReceipt(value);
  if (!read.ok) return noReceipt(read.error);
  const lines = lineIds.map((id): ReceiptLine => {
    if (id === 'form') return { id, facts: { session: read.value.receipt.session } };
    return { id, ...lineChecks[id](read.value) };
  });
  return { holds: lines.every(({ wrong }) => wrong === undefined), lines, receipt: read.value.receipt };
}

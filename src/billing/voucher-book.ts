// src/billing/voucher-book.ts - keeps the highest voucher of a lease. Vouchers are cumulative, so one is enough. The same
// rules run at the node, which must not serve unpaid time, and at the hub, which keeps the copy that settles.
import { err, ok, type Result } from '../base/result.ts';
import { type Refusal, refusal } from '../protocol/error-codes.ts';
import type { Signature } from '../protocol/typed-data.ts';
import type { Open, Voucher } from '../protocol/voucher.ts';
import { priceWei } from './pricing.ts';

/** A voucher with the signature that makes it worth something. */
export type SignedVoucher = { readonly voucher: Voucher; readonly signature: Signature };
/** The highest voucher of a lease so far. */
export type VoucherBook = {
  readonly lease: string;
  readonly open: Pick<Open, 'rate' | 'maxAmount'>;
  readonly highest?: SignedVoucher;
};

/** What the other side can own at this moment, to stop a voucher for time that was never served. */
export type ServedLimit = { readonly servedLimitMs: bigint };

/**
 * Checks everything about a voucher but its signature, which costs a thousand times more.
 * @returns 'new' when it is to be verified and kept, 'known' when it is the very one kept already, or a refusal:
 *   VOUCHER_TOO_LOW (seq or time not above the kept one, or less than the price of its time), VOUCHER_TOO_HIGH (more
 *   than the price, the lock or the served time), VOUCHER_BAD_SIGNATURE (another lease)
 */
export function weighVoucher(
  book: VoucherBook,
  { voucher, signature }: SignedVoucher,
  { servedLimitMs }: ServedLimit,
): Result<'new' | 'known', Refusal> {
  const { highest, open } = book;
  if (voucher.lease !== book.lease) return err(refusal('VOUCHER_BAD_SIGNATURE', { field: 'lease' }));
  if (highest !== undefined) {
    const kept = highest.voucher;
    const same = voucher.seq === kept.seq && voucher.servedMs === kept.servedMs && voucher.amount === kept.amount;
    if (same && signature === highest.signature) return ok('known');
    if (voucher.seq <= kept.seq) return err(refusal('VOUCHER_TOO_LOW', { field: 'seq' }));
    if (voucher.servedMs < kept.servedMs) return err(refusal('VOUCHER_TOO_LOW', { field: 'servedMs' }));
  }
  if (voucher.servedMs > servedLimitMs) return err(refusal('VOUCHER_TOO_HIGH', { field: 'servedMs' }));
  const dueWei = priceWei(open.rate, voucher.servedMs);
  if (voucher.amount < dueWei) return err(refusal('VOUCHER_TOO_LOW', { field: 'amount' }));
  if (voucher.amount > dueWei) return err(refusal('VOUCHER_TOO_HIGH', { field: 'amount' }));
  if (voucher.amount > open.maxAmount) return err(refusal('VOUCHER_TOO_HIGH', { field: 'maxAmount' }));
  return ok('new');
}

/** The book with a weighed and verified voucher in it. */
export function keepVoucher(book: VoucherBook, signed: SignedVoucher): VoucherBook {
  return { ...book, highest: signed };
}

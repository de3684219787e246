// clients/web/src/pages/cafe/receipt-state.ts - what became of a receipt, and what may still be taken back of it.
import { mayDo } from '../../../../../src/cafe/roles.ts';
import type { CafeReceiptList } from '../../../../../src/protocol/cafe-api.ts';
import type { CafeRole } from '../../../../../src/protocol/cafe-shapes.ts';
import type { CafeReceipt } from '../../../../../src/protocol/cafe-things.ts';

/** What a void or a refund gave back. The lines count, not the total: what goes back to a wallet does not pass the counter. */
export const givenBack = ({ lines }: Pick<CafeReceipt, 'lines'>): bigint =>
  lines.reduce((sum, { minor }) => sum - BigInt(minor), 0n);

/** What somebody may do with a receipt: take all of it back, or give back up to an amount. */
export type Offer = { readonly voidable: boolean; readonly refundMinor: bigint };

/** What a role is offered for a receipt, by what the hub said of its payment; `undefined`: nothing. */
export function offerOf(
  payments: CafeReceiptList['payments'],
  receipt: CafeReceipt['number'],
  role: CafeRole,
): Offer | undefined {
  const taken = payments.find((one) => one.receipt === receipt);
  const voidable = taken?.voidable === true && mayDo(role, 'void').ok;
  const refundMinor = mayDo(role, 'refund').ok ? BigInt(taken?.refundMinor ?? '0') : 0n;
  return voidable || refundMinor > 0n ? { voidable, refundMinor } : undefined;
}

/** What went back of a receipt when play was stopped. */
export const unusedOf = (payments: CafeReceiptList['payments'], receipt: CafeReceipt['number']): bigint =>
  BigInt(payments.find((one) => one.receipt === receipt)?.unusedMinor ?? '0');

// clients/web/src/pages/cafe/receipt-search.ts - what somebody types who looks for a receipt, as the hub is asked for it.
import { type Currency, parseMoney } from './local-money.ts';
import { narrow } from './typed-number.ts';

/** By what a receipt is looked for. */
export const RECEIPT_FIELDS = ['number', 'seat', 'member', 'minor', 'cashier'] as const;
/** One of them. */
export type ReceiptField = (typeof RECEIPT_FIELDS)[number];
/** Fields of the question; the hub's own words. */
export type ReceiptAsk = { readonly date?: string; readonly payments?: 'true' } & {
  readonly [F in ReceiptField]?: string;
};

/** The question; `none` while nothing is typed, `odd` for what no receipt could have. */
export function readSearch(field: ReceiptField, text: string, currency: Currency): ReceiptAsk | 'none' | 'odd' {
  const typed = narrow(text);
  if (typed === '') return 'none';
  const value = field === 'minor' ? parseMoney(typed, currency) : typed;
  if (field === 'number' && !/^[1-9]\d{0,11}$/.test(typed)) return 'odd';
  if (field === 'seat' && !/^[A-Za-z0-9-]{1,8}$/.test(typed)) return 'odd';
  return value === undefined ? 'odd' : { [field]: value };
}

// clients/web/src/pages/node/premium.ts - a premium as operators type it.
import { PREMIUM_BPS_MAX } from '../../../../../src/billing/price-table.ts';

/** Basis points of one percent. */
export const BPS_PERCENT = 100;
const PREMIUM_MOST = Number(PREMIUM_BPS_MAX) / BPS_PERCENT;

/** Percent as typed, or undefined when it is none from 0 to 100 with at most two decimals. */
export function percentOf(text: string): number | undefined {
  const percent = /^\d{1,3}(\.\d{1,2})?$/.test(text.trim()) ? Number(text) : Number.NaN;
  return percent <= PREMIUM_MOST ? percent : undefined;
}

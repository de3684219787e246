// clients/web/src/pages/cafe/local-money.ts - local money as people read and type it. It is whole minor units in decimal text
// and never meets DBC.
import type { CafeSettings } from '../../../../../src/protocol/cafe-settings.ts';
import { currentLanguage } from '../../i18n/index.ts';
import { narrow } from './typed-number.ts';

/** A site's currency. */
export type Currency = CafeSettings['currency'];

/** Minor units in words: 'NT$35', '€2.50'. Sums are below 2^53 minor units, which a number holds exactly. */
export function money(minor: string | bigint, { code, decimals }: Currency): string {
  return new Intl.NumberFormat(currentLanguage(), {
    style: 'currency',
    currency: code,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(Number(minor) / 10 ** decimals);
}

/** Thousands that are set apart by commas, as tills and pages print them. */
const GROUPED = /^\d{1,3}(?:,\d{3}){1,2}(?=\.|$)/;

/** What was typed ('35', '2.50', '1,200') in minor units, or nothing where it is no amount of this currency. */
export function parseMoney(text: string, { decimals }: Currency): string | undefined {
  const typed = narrow(text);
  // With three decimals '1,200' is read as one and a fifth.
  const plain = decimals === 3 ? typed : typed.replace(GROUPED, (digits) => digits.replaceAll(',', ''));
  const [, whole, fraction = ''] = /^(\d{1,9})(?:[.,](\d+))?$/.exec(plain) ?? [];
  if (whole === undefined || fraction.length > decimals) return undefined;
  return BigInt(whole + fraction.padEnd(decimals, '0')).toString();
}

// clients/web/src/pages/cafe/local-money.ts - local money as people read and type it. It is whole minor units in decimal text
// and never meets DBC.
import type { CafeSettings } from '../../../../../src/protocol/cafe-settings.ts';
import { currentLanguage } from '../../i18n/index.ts';

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

/** What was typed ('35', '2.50') in minor units, or nothing where it is no amount of this currency. */
export function parseMoney(text: string, { decimals }: Currency): string | undefined {
  const [, whole, fraction = ''] = /^(\d{1,9})(?:[.,](\d+))?$/.exec(text.trim()) ?? [];
  if (whole === undefined || fraction.length > decimals) return undefined;
  return BigInt(whole + fraction.padEnd(decimals, '0')).toString();
}

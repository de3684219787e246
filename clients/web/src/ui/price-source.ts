// clients/web/src/ui/price-source.ts - where the price of a coin came from, in words. Feeds have names of their own.
import type { TFunction } from 'i18next';

/** Words for the `source` of a price. */
export function priceSource(t: TFunction, source: string): string {
  return source === 'fixed' ? t('shell.rateFixed') : source;
}

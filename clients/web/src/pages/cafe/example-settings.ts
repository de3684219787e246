// clients/web/src/pages/cafe/example-settings.ts - whole settings from the few things that a simple form asks: one zone, one
// price an hour, presets of one, two and three hours. The rest is changed on the page of prices.
import type { CafeSettings } from '../../../../../src/protocol/cafe-settings.ts';

/** Currencies that the form offers, with their notes and coins in minor units. */
export const currencies = {
  TWD: { decimals: 0, denominations: ['1', '5', '10', '50', '100', '500', '1000'] },
  CNY: { decimals: 2, denominations: ['10', '50', '100', '500', '1000', '2000', '5000', '10000'] },
  HKD: { decimals: 2, denominations: ['10', '50', '100', '200', '500', '1000', '2000', '5000', '10000', '50000'] },
  EUR: { decimals: 2, denominations: ['5', '10', '20', '50', '100', '200', '500', '1000', '2000', '5000', '10000'] },
  USD: { decimals: 2, denominations: ['1', '5', '10', '25', '100', '500', '1000', '2000', '5000', '10000'] },
} as const;
/** One of them. */
export type CurrencyCode = keyof typeof currencies;

/** What the form asks. */
export type SimpleCafe = {
  readonly name: string;
  readonly timeZone: string;
  readonly code: CurrencyCode;
  readonly minorPerHour: string;
  readonly zone: string;
  /** Age bands and curfew rules, as the hub's example gives them; none: nobody is asked for an age. */
  readonly rules: Pick<CafeSettings, 'ageBands' | 'curfew'>;
};

const DAYS = 8; // Sunday to Saturday, and holidays.

/** Settings that fit together. */
export function settingsFor({ name, timeZone, code, minorPerHour, zone, rules }: SimpleCafe): CafeSettings {
  const { decimals, denominations } = currencies[code];
  return {
    name,
    timeZone,
    currency: { code, decimals, denominations: [...denominations], minorPerUsd: '0' },
    zones: [{ id: 'hall', name: zone, postpaid: true }],
    groups: [],
    tariffs: [
      {
        zone: 'hall',
        group: 'guest',
        rates: [{ name: zone, minorPerHour }],
        week: Array.from({ length: DAYS }, () => 'a'.repeat(24)),
      },
    ],
    packages: [],
    holidays: [],
    restWeekdays: [0, 6],
    minimumMinor: '0',
    rounding: { stepMinor: '1', mode: 'up' },
    presetMinutes: [60, 120, 180],
    voidMinutes: 10,
    refundMinutes: 1_440,
    creditMinutesMax: 30,
    ...rules,
    caps: {},
    receipt: { header: name, footer: '' },
  };
}

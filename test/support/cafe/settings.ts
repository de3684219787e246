// test/support/cafe/settings.ts - a small café in Taipei: two zones, a day and a night price, one package of each kind.
import { TAIPEI_AGE_BANDS, TAIPEI_CURFEW } from '../../../src/cafe/curfew.ts';
import type { CafeSettings } from '../../../src/protocol/cafe-settings.ts';

const DAYS = [0, 1, 2, 3, 4, 5, 6, 7];
/** 08:00-18:00 is 'a', the rest 'b'; weekends and holidays are 'b' all day. */
const WORKDAY = `${'b'.repeat(8)}${'a'.repeat(10)}${'b'.repeat(6)}`;
const FREE_DAY = 'b'.repeat(24);
export const WEEK = [FREE_DAY, WORKDAY, WORKDAY, WORKDAY, WORKDAY, WORKDAY, FREE_DAY, FREE_DAY];

/** Settings that fit together; `change` replaces fields. */
export function cafeSettings(change: Partial<CafeSettings> = {}): CafeSettings {
  const rates = (day: string, night: string) => [
    { name: 'day', minorPerHour: day },
    { name: 'night', minorPerHour: night },
  ];
  return {
    name: 'Ximen',
    timeZone: 'Asia/Taipei',
    currency: {
      code: 'TWD',
      decimals: 0,
      denominations: ['1', '5', '10', '50', '100', '500', '1000'],
      minorPerUsd: '32',
    },
    zones: [
      { id: 'hall', name: 'Hall', postpaid: true },
      { id: 'vip', name: 'VIP', postpaid: false },
    ],
    groups: [{ id: 'gold', name: 'Gold' }],
    tariffs: [
      { zone: 'hall', group: 'guest', rates: rates('25', '35'), week: WEEK },
      { zone: 'hall', group: 'gold', rates: rates('20', '30'), week: WEEK },
      { zone: 'vip', group: 'guest', rates: rates('50', '60'), week: WEEK },
    ],
    packages: [
      {
        id: 'three-hours',
        name: 'Three hours',
        priceMinor: '60',
        zones: ['hall'],
        groups: ['guest', 'gold'],
        rule: { kind: 'duration', minutes: 180 },
      },
      {
        id: 'overnight',
        name: 'Overnight',
        priceMinor: '150',
        zones: ['hall', 'vip'],
        groups: ['guest', 'gold'],
        rule: { kind: 'window', days: DAYS, fromMinute: 23 * 60, toMinute: 31 * 60 },
      },
      {
        id: 'lunch',
        name: 'Two of the lunch hours',
        priceMinor: '30',
        zones: ['hall'],
        groups: ['guest', 'gold'],
        rule: { kind: 'duration-in-window', minutes: 120, days: DAYS, fromMinute: 11 * 60, toMinute: 14 * 60 },
      },
    ],
    holidays: ['2026-10-10'],
    restWeekdays: [0, 6],
    minimumMinor: '10',
    rounding: { stepMinor: '5', mode: 'up' },
    presetMinutes: [60, 120, 180],
    voidMinutes: 10,
    refundMinutes: 1_440,
    creditMinutesMax: 30,
    ageBands: [...TAIPEI_AGE_BANDS],
    curfew: [...TAIPEI_CURFEW],
    caps: {},
    receipt: { header: 'Ximen Net Café', footer: 'Thank you' },
    ...change,
  };
}

/** Unix time of a UTC date and time, '2026-03-07T14:00'. */
export const utc = (text: string): number => Date.parse(`${text}Z`);
/** Unix time of a date and time in Taipei, which has no clock changes: UTC+8. */
export const taipei = (text: string): number => Date.parse(`${text}+08:00`);

// src/cafe/curfew.ts - who may not play when: a site's rules as data, asked for an age band at an instant. No birth date is
// kept anywhere. The operator confirms the rules; this is no legal advice.
import type { CafeSettings, CurfewRule } from '../protocol/cafe-settings.ts';
import { type Calendar, isRuleDay } from './calendar.ts';
import { DAY_MINUTES } from './local-time.ts';
import { openWindow } from './window.ts';

/** Who asks. */
export type Guest = { readonly ageBand: string | undefined; readonly guardian: boolean };
/** The rule that keeps somebody away, and until when. */
export type Curfew = { readonly rule: CurfewRule; readonly untilMs: number };

function holdsFor(rule: CurfewRule, { ageBand, guardian }: Guest): boolean {
  return ageBand !== undefined && rule.ageBands.includes(ageBand) && !(rule.guardianLifts && guardian);
}

/** The rule that keeps somebody away at an instant; of several the one that ends last. */
export function curfewAt(
  rules: readonly CurfewRule[],
  guest: Guest,
  calendar: Calendar,
  atMs: number,
): Curfew | undefined {
  let strictest: Curfew | undefined;
  for (const rule of rules) {
    if (!holdsFor(rule, guest)) continue;
    const open = openWindow(rule, (day) => isRuleDay(calendar, rule.days, day), calendar, atMs);
    if (open !== undefined && open.untilMs > (strictest?.untilMs ?? 0)) strictest = { rule, untilMs: open.untilMs };
  }
  return strictest;
}

/** What is told of it: a phone or a seat does not know on which wall its end is read. */
export const curfewFacts = ({ rule, untilMs }: Curfew, { time }: Calendar) => ({
  ...{ rule: rule.name, until: time.clockAt(untilMs), untilMs },
});

/** When the next rule begins to keep somebody away, within two days; `undefined` when none does. */
export function nextCurfewMs(
  rules: readonly CurfewRule[],
  guest: Guest,
  calendar: Calendar,
  atMs: number,
): number | undefined {
  const { day } = calendar.time.wallAt(atMs);
  const begins = rules
    .filter((rule) => holdsFor(rule, guest))
    .flatMap((rule) =>
      [day, day + 1, day + 2]
        .filter((begin) => isRuleDay(calendar, rule.days, begin))
        .map((begin) => calendar.time.instantOf({ day: begin, minute: rule.fromMinute }, 'first')),
    )
    // Of a window that begins in the hour which a clock change skips nothing may be left: nobody is sent away by it.
    .filter((begin) => begin > atMs && curfewAt(rules, guest, calendar, begin) !== undefined);
  return begins.length === 0 ? undefined : Math.min(...begins);
}

/** Whether somebody's age must be asked now: a rule exists that could bind today or tomorrow. */
export const asksAge = ({ curfew }: Pick<CafeSettings, 'curfew'>): boolean => curfew.length > 0;

const [UNDER_15, FROM_15, FROM_18] = ['under-15', '15-to-17', '18-up'] as const;

/** Age bands of the example below. */
export const TAIPEI_AGE_BANDS: CafeSettings['ageBands'] = [
  { id: UNDER_15, name: 'under 15' },
  { id: FROM_15, name: '15 to 17' },
  { id: FROM_18, name: '18 and over' },
];

/**
 * An example: Taipei's ordinance of 2015-09-14 as we read it. Under 15: not admitted. 15 to 17: not on school days from 08:00
 * to 17:00, and not at night from 22:00 (23:00 before a free day) to 08:00. A guardian lifts all but the night. Evening
 * schools have other hours: a site near one adds a band and a rule. Other cities differ; whoever runs the site confirms it.
 */
export const TAIPEI_CURFEW: readonly CurfewRule[] = [
  {
    id: 'under-15',
    name: 'Under 15: not admitted',
    ageBands: [UNDER_15],
    days: 'any',
    fromMinute: 0,
    toMinute: DAY_MINUTES,
    guardianLifts: true,
  },
  {
    id: 'school-hours',
    name: '15 to 17: not in school hours',
    ageBands: [FROM_15],
    days: 'school-day',
    fromMinute: 8 * 60,
    toMinute: 17 * 60,
    guardianLifts: true,
  },
  {
    id: 'night',
    name: 'Under 18: not after 22:00',
    ageBands: [UNDER_15, FROM_15],
    days: 'not-eve-of-free-day',
    fromMinute: 22 * 60,
    toMinute: DAY_MINUTES + 8 * 60,
    guardianLifts: false,
  },
  {
    id: 'night-before-free-day',
    name: 'Under 18: not after 23:00 before a free day',
    ageBands: [UNDER_15, FROM_15],
    days: 'eve-of-free-day',
    fromMinute: 23 * 60,
    toMinute: DAY_MINUTES + 8 * 60,
    guardianLifts: false,
  },
];

// src/cafe/calendar.ts - what kind of day it is at a site: weekday, holiday, school day, the eve of a free day.
import { assert } from '../base/assert.ts';
import type { CafeSettings, CurfewRule } from '../protocol/cafe-settings.ts';
import { dayOf, LocalTime, weekdayOf } from './local-time.ts';

/** Row of a week grid, and number in a list of days, that stands for holidays. */
export const HOLIDAY = 7;

/** A site's clock and its special days. */
export type Calendar = {
  readonly time: LocalTime;
  readonly holidays: ReadonlySet<number>;
  readonly restWeekdays: ReadonlySet<number>;
};

/** Reads the calendar out of checked settings (settings-check.ts). */
export function calendarOf({
  timeZone,
  holidays,
  restWeekdays,
}: Pick<CafeSettings, 'timeZone' | 'holidays' | 'restWeekdays'>): Calendar {
  return {
    time: new LocalTime(timeZone),
    holidays: new Set(
      holidays.map((date) => {
        const day = dayOf(date);
        assert(day !== undefined, 'checked settings have true dates');
        return day;
      }),
    ),
    restWeekdays: new Set(restWeekdays),
  };
}

/** 0 Sunday to 6 Saturday, 7 for a holiday: a holiday is no weekday any more. */
export function dayKind({ holidays }: Calendar, day: number): number {
  return holidays.has(day) ? HOLIDAY : weekdayOf(day);
}

/** A day without school: a holiday or one of the site's rest weekdays. */
export function isFreeDay({ holidays, restWeekdays }: Calendar, day: number): boolean {
  return holidays.has(day) || restWeekdays.has(weekdayOf(day));
}

/** Whether a day is of the kind that a curfew rule names. */
export function isRuleDay(calendar: Calendar, days: CurfewRule['days'], day: number): boolean {
  switch (days) {
    case 'any':
      return true;
    case 'school-day':
      return !isFreeDay(calendar, day);
    case 'eve-of-free-day':
      return isFreeDay(calendar, day + 1);
    default:
      return !isFreeDay(calendar, day + 1);
  }
}

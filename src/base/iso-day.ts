// src/base/iso-day.ts - a day since 1970 as YYYY-MM-DD in the Gregorian calendar, without a clock or a time zone.

const DAYS_PER_ERA = 146_097; // 400 years.
const DAYS_FROM_MARCH_0000 = 719_468; // 1970-01-01 counted from 0000-03-01: a leap day then ends its year.

/** Writes a day. `day`: whole days since 1970-01-01, >= 0. */
export function isoDay(day: number): string {
  const days = day + DAYS_FROM_MARCH_0000;
  const era = Math.floor(days / DAYS_PER_ERA);
  const dayOfEra = days - era * DAYS_PER_ERA;
  const leaps =
    Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / (DAYS_PER_ERA - 1));
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const date = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  return `${year}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`;
}

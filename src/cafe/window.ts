// src/cafe/window.ts - windows of the wall clock, such as 'Friday 23:00 to 07:00': does one hold now, when does it end.
import { type Calendar, dayKind } from './calendar.ts';
import { DAY_MINUTES } from './local-time.ts';

/** `toMinute` counts from the midnight before the window began, and may lie on the next day. */
export type Window = { readonly fromMinute: number; readonly toMinute: number };
/** A window that is open: the day on which it began, and when it ends. */
export type OpenWindow = { readonly day: number; readonly untilMs: number };

/**
 * The window that holds at an instant. One that began yesterday and reaches into today counts too.
 * @param isDay whether a window begins on a day
 * @returns the one that ends last, or `undefined` when none holds. Its first minute is in, its last is out.
 */
export function openWindow(
  window: Window,
  isDay: (day: number) => boolean,
  { time }: Calendar,
  atMs: number,
): OpenWindow | undefined {
  const { day } = time.wallAt(atMs);
  for (const began of window.toMinute > DAY_MINUTES ? [day, day - 1] : [day]) {
    if (!isDay(began)) continue;
    const fromMs = time.instantOf({ day: began, minute: window.fromMinute }, 'first');
    const untilMs = time.instantOf({ day: began, minute: window.toMinute }, 'last');
    if (fromMs <= atMs && atMs < untilMs) return { day: began, untilMs };
  }
  return undefined;
}

/** Whether a window with a list of days (0 Sunday to 6 Saturday, 7 holiday) begins on a day. */
export const onDays =
  (days: readonly number[], calendar: Calendar) =>
  (day: number): boolean =>
    days.includes(dayKind(calendar, day));

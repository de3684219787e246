// clients/web/src/pages/cafe/price-preview.ts - what settings mean for somebody who comes at a time: the price of the hour, what each
// purchase costs, and whom the curfew keeps away. Reckoned by the rules that the hub charges by (src/cafe).
import { curfewAt, nextCurfewMs } from '../../../../../src/cafe/curfew.ts';
import { dayOf, LocalTime } from '../../../../../src/cafe/local-time.ts';
import { coverOf } from '../../../../../src/cafe/packages.ts';
import { pricesOf } from '../../../../../src/cafe/tab.ts';
import type { CafeSettings } from '../../../../../src/protocol/cafe-settings.ts';
import { hourHere, priceHere } from './price-here.ts';

/** Who comes where and when. */
export type Visit = { readonly zone: string; readonly group: string; readonly atMs: number };
/** What it means. */
export type Preview = {
  /** Minor units an hour; nothing where the zone has no price. */
  readonly hourMinor: bigint | undefined;
  readonly presets: readonly { readonly minutes: number; readonly dueMinor: bigint | undefined }[];
  /** Packages that are sold then; `untilMs`: when they end by the wall. */
  readonly packages: readonly {
    readonly id: string;
    readonly name: string;
    readonly dueMinor: bigint;
    readonly untilMs: number | undefined;
  }[];
  /** By age band, without a guardian: the rule that refuses and its end, or until when somebody may stay. */
  readonly ages: readonly {
    readonly id: string;
    readonly name: string;
    readonly refusedBy: string | undefined;
    readonly untilMs: number | undefined;
  }[];
};

/** Reckons it; the settings must be right (faultyField). */
export function previewOf(settings: CafeSettings, { zone, group, atMs }: Visit): Preview {
  const { calendar } = pricesOf(settings);
  const ages = settings.curfew.length === 0 ? [] : settings.ageBands;
  return {
    hourMinor: hourHere(settings, zone, group, atMs),
    presets: settings.presetMinutes.map((minutes) => ({
      minutes,
      dueMinor: priceHere(settings, { zone, group, buy: { kind: 'minutes', minutes }, atMs }),
    })),
    packages: settings.packages.flatMap((one) => {
      const cover = coverOf(one, { zone, group, atMs }, calendar);
      if (!cover.ok) return [];
      return [{ id: one.id, name: one.name, dueMinor: cover.value.priceMinor, untilMs: cover.value.untilMs }];
    }),
    ages: ages.map(({ id, name }) => {
      const guest = { ageBand: id, guardian: false };
      const refused = curfewAt(settings.curfew, guest, calendar, atMs);
      const untilMs = refused?.untilMs ?? nextCurfewMs(settings.curfew, guest, calendar, atMs);
      return { id, name, refusedBy: refused?.rule.name, untilMs };
    }),
  };
}

/** The instant of a date and time on the site's wall, '2026-03-07T23:10'; nothing for what is none. */
export function instantAt(timeZone: string, wall: string): number | undefined {
  const [, date = '', hour, minute] = /^(\d{4}-\d\d-\d\d)T(\d\d):(\d\d)$/.exec(wall) ?? [];
  const day = date === '' ? undefined : dayOf(date);
  if (day === undefined) return undefined;
  return new LocalTime(timeZone).instantOf({ day, minute: Number(hour) * 60 + Number(minute) }, 'first');
}

/** The next moment after `fromMs` at which the site's clock shows a time, '23:00'; nothing for what is none. */
export function nextOnWall(timeZone: string, time: string, fromMs: number): number | undefined {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time) ?? [];
  if (hour === undefined) return undefined;
  const local = new LocalTime(timeZone);
  const { day } = local.wallAt(fromMs);
  const at = (of: number): number => local.instantOf({ day: of, minute: Number(hour) * 60 + Number(minute) }, 'first');
  return at(day) > fromMs ? at(day) : at(day + 1);
}

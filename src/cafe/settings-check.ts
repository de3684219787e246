// src/cafe/settings-check.ts - whether settings fit together. The shape says what each field may hold; this says what the
// fields owe each other. The first fault is named by its place.
import type { CafePackage, CafeSettings } from '../protocol/cafe-settings.ts';
import { type Refusal, refusal } from '../protocol/error-codes.ts';
import { dayOf, isTimeZone } from './local-time.ts';

const doubled = (ids: readonly string[]): boolean => new Set(ids).size !== ids.length;

function packageFault({ zones, groups, rule }: CafePackage, known: Known): string | undefined {
  if (!zones.every((zone) => known.zones.has(zone))) return 'zones';
  if (!groups.every((group) => known.groups.has(group))) return 'groups';
  if (rule.kind !== 'duration' && rule.toMinute <= rule.fromMinute) return 'rule';
  return undefined;
}

type Known = { readonly zones: ReadonlySet<string>; readonly groups: ReadonlySet<string> };

function fault(settings: CafeSettings): string | undefined {
  const { zones, groups, tariffs, packages, holidays, ageBands, curfew, timeZone } = settings;
  const known: Known = {
    zones: new Set(zones.map(({ id }) => id)),
    groups: new Set(['guest', ...groups.map(({ id }) => id)]),
  };
  const bands = new Set(ageBands.map(({ id }) => id));
  if (!isTimeZone(timeZone)) return 'timeZone';
  const lists = { zones, packages, ageBands, curfew, groups: [...groups, { id: 'guest' }] };
  for (const [name, list] of Object.entries(lists)) if (doubled(list.map(({ id }) => id))) return name;
  if (doubled(tariffs.map(({ zone, group }) => `${zone} ${group}`))) return 'tariffs';
  for (const [index, { zone, group, rates, week }] of tariffs.entries()) {
    if (!known.zones.has(zone)) return `tariffs/${index}/zone`;
    if (!known.groups.has(group)) return `tariffs/${index}/group`;
    const last = String.fromCharCode(96 + rates.length);
    if (week.some((row) => [...row].some((letter) => letter > last))) return `tariffs/${index}/week`;
  }
  for (const { id } of zones) {
    if (!tariffs.some(({ zone, group }) => zone === id && group === 'guest')) return `tariffs: ${id}`;
  }
  for (const [index, one] of packages.entries()) {
    const wrong = packageFault(one, known);
    if (wrong !== undefined) return `packages/${index}/${wrong}`;
  }
  const badDate = holidays.find((date) => dayOf(date) === undefined);
  if (badDate !== undefined) return `holidays: ${badDate}`;
  for (const [index, rule] of curfew.entries()) {
    if (!rule.ageBands.every((band) => bands.has(band))) return `curfew/${index}/ageBands`;
    if (rule.toMinute <= rule.fromMinute) return `curfew/${index}/toMinute`;
  }
  return undefined;
}

/** SETTINGS_BAD with the place of the first fault (`field`), or nothing. */
export function settingsFault(settings: CafeSettings): Refusal | undefined {
  const field = fault(settings);
  return field === undefined ? undefined : refusal('SETTINGS_BAD', { field });
}

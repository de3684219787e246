// clients/web/src/pages/cafe/settings-draft.ts - settings while somebody edits them. The hub takes them as one document with the
// version it was made from; who was slower keeps what was typed and puts it on top of what is there now.

import { settingsFault } from '../../../../../src/cafe/settings-check.ts';
import { bodyDecoder } from '../../../../../src/protocol/body-decoder.ts';
import { type CafeSettings, CafeSettingsShape } from '../../../../../src/protocol/cafe-settings.ts';

/** What was there when the typing began, its version, and what was made of it. */
export type Draft = { readonly version: number; readonly base: CafeSettings; readonly mine: CafeSettings };
/** A part of the settings that is changed and compared as a whole. */
export type Field = keyof CafeSettings;
/** Changes settings: says from what they are now which parts become what. */
export type Edit = (change: (now: CafeSettings) => Change) => void;
/** Parts and what they become; those that may be absent can go. */
export type Change = Omit<Partial<CafeSettings>, 'idle' | 'lineKbps' | 'unseenPlayCounts'> & {
  readonly idle?: CafeSettings['idle'] | undefined;
  readonly lineKbps?: CafeSettings['lineKbps'] | undefined;
  readonly unseenPlayCounts?: true | undefined;
};

const read = bodyDecoder(CafeSettingsShape);
const fields = Object.keys(CafeSettingsShape.properties) as Field[];
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** The parts in which two settings differ. */
export const changedFields = (from: CafeSettings, to: CafeSettings): Field[] =>
  fields.filter((field) => !same(from[field], to[field]));

/** The parts that both changed since the draft was begun, each in a way of its own. */
export const bothChanged = ({ base, mine }: Draft, theirs: CafeSettings): Field[] =>
  changedFields(base, mine).filter((field) => !same(base[field], theirs[field]) && !same(mine[field], theirs[field]));

/** The draft anew, on top of what is there now: what was typed wins, all else is theirs. */
export function onTopOf({ base, mine }: Draft, theirs: CafeSettings, version: number): Draft {
  const put = (sum: CafeSettings, field: Field): CafeSettings => changedBy(sum, { [field]: mine[field] });
  return { version, base: theirs, mine: changedFields(base, mine).reduce(put, theirs) };
}

/** The settings with a change. */
export function changedBy(settings: CafeSettings, change: Change): CafeSettings {
  const { idle, lineKbps, unseenPlayCounts, ...rest } = { ...settings, ...change };
  return {
    ...rest,
    ...(idle === undefined ? {} : { idle }),
    ...(lineKbps === undefined ? {} : { lineKbps }),
    ...(unseenPlayCounts === undefined ? {} : { unseenPlayCounts }),
  };
}

/** The part that is not right yet, by the shape and by the rules that the hub holds settings against. */
export function faultyField(settings: CafeSettings): Field | undefined {
  const shaped = read(settings);
  const place = shaped.ok ? settingsFault(shaped.value)?.facts?.field : shaped.error.field;
  if (place === undefined) return undefined;
  const first = String(place)
    .split(/[/:]/)
    .find((part) => part !== '');
  return fields.find((field) => field === first) ?? 'name';
}

/** The lowest id with this beginning that nobody has yet: 'zone-2'. */
export function freeId(beginning: string, taken: readonly { readonly id: string }[]): string {
  const ids = new Set(taken.map(({ id }) => id));
  let number = 1;
  while (ids.has(`${beginning}-${number}`)) number += 1;
  return `${beginning}-${number}`;
}

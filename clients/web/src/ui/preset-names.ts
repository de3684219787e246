// clients/web/src/ui/preset-names.ts - names of the age bands and rules of the example (src/cafe/curfew.ts), in the reader's
// language. A site keeps them in English, as it took them over; a name that it gave itself is shown as it is.
import type { TFunction } from 'i18next';
import { TAIPEI_AGE_BANDS, TAIPEI_CURFEW } from '../../../../src/cafe/curfew.ts';
import type { CafeSettings } from '../../../../src/protocol/cafe-settings.ts';

type Named = { readonly id: string; readonly name: string };

function nameIn(words: Readonly<Record<string, string>>, examples: readonly Named[], name: string): string {
  const id = examples.find((one) => one.name === name)?.id;
  return (id === undefined ? undefined : words[id]) ?? name;
}

/** The name of an age band. */
export const bandName = (t: TFunction, name: string): string =>
  nameIn(t('settings.presets.bands', { returnObjects: true }), TAIPEI_AGE_BANDS, name);

/** The name of an age rule. */
export const ruleName = (t: TFunction, name: string): string =>
  nameIn(t('settings.presets.rules', { returnObjects: true }), TAIPEI_CURFEW, name);

/** Settings to be read, not to be saved: with these names. */
export function withPresetNames(t: TFunction, settings: CafeSettings): CafeSettings {
  return {
    ...settings,
    ageBands: settings.ageBands.map((band) => ({ ...band, name: bandName(t, band.name) })),
    curfew: settings.curfew.map((rule) => ({ ...rule, name: ruleName(t, rule.name) })),
  };
}

// clients/web/src/i18n/words.ts - the shape that all three languages fill: English has every key, the others must too.
import type { en } from './en/index.ts';

/** Text instead of each English sentence. Keys that end in `_one` exist only in languages with a singular. */
type Text<T> = T extends string
  ? string
  : { readonly [K in keyof T as K extends `${string}_one` ? never : K]: Text<T[K]> };
/** Every word of the page. */
export type Words = Text<typeof en>;

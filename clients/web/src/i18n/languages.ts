// clients/web/src/i18n/languages.ts - which languages there are and which one a visitor reads. Apart from i18next, so that
// the saved verify page does not carry it.

/** Languages of the page, as `<html lang>` names them. */
export const languages = ['zh-Hant', 'zh-Hans', 'en'] as const;
/** One of them. */
export type Language = (typeof languages)[number];

/** Each language in its own words. */
export const languageNames: Record<Language, string> = { 'zh-Hant': '繁體中文', 'zh-Hans': '简体中文', en: 'English' };

/** The best of our languages for a list of BCP 47 tags, best first; English for a visitor who reads none of them. */
export function languageFor(tags: readonly string[]): Language {
  for (const tag of tags) {
    if (/^zh\b.*\b(hant|tw|hk|mo)\b/i.test(tag)) return 'zh-Hant';
    if (/^zh\b/i.test(tag)) return 'zh-Hans';
    if (/^en\b/i.test(tag)) return 'en';
  }
  return 'en';
}

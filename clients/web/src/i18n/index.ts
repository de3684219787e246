// clients/web/src/i18n/index.ts - the page's language: found, loaded, kept. Each language is a chunk of its own.
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { type Language, languageFor, languageNames, languages } from './languages.ts';
import type { Words } from './words.ts';

export { type Language, languageFor, languageNames, languages };

const STORE = 'nearcade.language';
const loaders: Record<Language, () => Promise<Words>> = {
  'zh-Hant': async () => (await import('./zh-hant/index.ts')).zhHant,
  'zh-Hans': async () => (await import('./zh-hans/index.ts')).zhHans,
  en: async () => (await import('./en/index.ts')).en,
};

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: Words };
  }
}

const isLanguage = (text: string | null): text is Language => languages.some((language) => language === text);

/** The language of the page now. */
export function currentLanguage(): Language {
  const { language } = i18next;
  return isLanguage(language) ? language : 'zh-Hant';
}

async function load(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'translation')) {
    i18next.addResourceBundle(language, 'translation', await loaders[language]());
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

/** Starts with the language chosen before, or the browser's. */
export async function startLanguage(): Promise<void> {
  const kept = localStorage.getItem(STORE);
  const language = isLanguage(kept) ? kept : languageFor(navigator.languages);
  await i18next.use(initReactI18next).init({
    resources: { [language]: { translation: await loaders[language]() } },
    lng: language,
    fallbackLng: false,
    interpolation: { escapeValue: false }, // React escapes.
    returnNull: false,
  });
  document.documentElement.lang = language;
}

/** Changes the language at once, and for later visits. */
export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(STORE, language);
  await load(language);
}

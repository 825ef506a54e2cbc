/**
 * The page's languages: every string comes from here, keys are checked by the compiler.
 */
import { createInstance, type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { stationSentences } from '#contract/station-sentences.ts';
import en from './en.json';
import vi from './vi.json';

/** The station's own sentences are English already. */
const english = { ...en, sentence: stationSentences };

declare module 'i18next' {
  interface CustomTypeOptions {
    readonly resources: { readonly translation: typeof english };
  }
}

export const languages = ['en', 'vi'] as const;
export type Language = (typeof languages)[number];

const storageKey = 'tallywatch.language';

/** Starts with the language chosen last, else the first of the browser's that is here. */
export async function createI18n(page: Window): Promise<i18n> {
  const instance = createInstance();
  await instance.use(initReactI18next).init({
    resources: { en: { translation: english }, vi: { translation: vi } },
    lng: firstLanguage(page),
    fallbackLng: 'en',
    // React escapes what it shows; escaping twice would show &amp; in a camera's name.
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  const mark = (language: string) => {
    page.document.documentElement.lang = language;
    page.localStorage.setItem(storageKey, language);
  };
  mark(instance.language);
  instance.on('languageChanged', mark);
  return instance;
}

function firstLanguage(page: Window): Language {
  const wanted = [page.localStorage.getItem(storageKey) ?? '', ...page.navigator.languages];
  for (const tag of wanted) {
    const known = languages.find((language) => tag.toLowerCase().startsWith(language));
    if (known !== undefined) return known;
  }
  return 'en';
}

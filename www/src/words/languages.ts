/** The languages of the page, each by its own name. A language's texts are the folder of its code. */
export const LANGUAGE_NAMES = { en: 'English', ko: '한국어' } as const;
export type Language = keyof typeof LANGUAGE_NAMES;
export const LANGUAGES = Object.keys(LANGUAGE_NAMES) as readonly Language[];

/** The page's language for a tag such as `ko-KR`. */
export const languageOf = (tag: string): Language | undefined =>
  LANGUAGES.find((language) => language === tag.toLowerCase().split('-')[0]);

/** The first of the browser's languages that the page speaks. */
export function preferredLanguage(): Language {
  const known = navigator.languages.map(languageOf).filter((language) => language !== undefined);
  return known[0] ?? 'en';
}

/** The shape of a language's texts. */
export type Same<T> = { readonly [K in keyof T]: T[K] extends string ? string : Same<T[K]> };

/**
 * What the folders of the languages hold, by language: `./ko/live.ts` is of `ko`.
 *
 * @param found - what `import.meta.glob` found in `./*&#47;<file>.ts`
 * @throws an Error that names the file which a language lacks
 */
export function byLanguage<T>(found: Readonly<Record<string, T>>): Readonly<Record<Language, T>> {
  const texts = (language: Language): T => {
    const text = Object.entries(found).find(([path]) => path.startsWith(`./${language}/`))?.[1];
    if (text === undefined)
      throw new Error(`words/${language} lacks one of ${Object.keys(found).join(', ')}`);
    return text;
  };
  return Object.fromEntries(LANGUAGES.map((language) => [language, texts(language)])) as Record<Language, T>;
}

import { en } from './en';
import { ko } from './ko';

/** The shape of a language's texts. */
export type Same<T> = { readonly [K in keyof T]: T[K] extends string ? string : Same<T[K]> };
/** Every text of the page in one language. */
export type Words = Same<typeof en>;

export const LANGUAGES = ['en', 'ko'] as const;
export type Language = (typeof LANGUAGES)[number];
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', ko: '한국어' };
export const WORDS: Readonly<Record<Language, Words>> = { en, ko };

/** Puts values into the blanks of a text: `{name}` becomes `values.name`. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (blank, name: string) => String(values[name] ?? blank));
}

import type { words as en } from './en';
import { byLanguage, type Same } from './languages';

export { LANGUAGE_NAMES, languageOf, LANGUAGES, preferredLanguage, type Language } from './languages';

/** Every text of the page in one language. */
export type Words = Same<typeof en>;
export const WORDS = byLanguage(import.meta.glob<Words>('./*/index.ts', { eager: true, import: 'words' }));

/** Puts values into the blanks of a text: `{name}` becomes `values.name`. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (blank, name: string) => String(values[name] ?? blank));
}

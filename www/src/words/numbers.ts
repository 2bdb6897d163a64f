import type { Language } from '.';

/** Making a format takes milliseconds, using one does not. */
const FORMATS = new Map<Language, Intl.NumberFormat>();

/** A number as the language writes it: 1,234. */
export function whole(value: number, language: Language): string {
  const known = FORMATS.get(language);
  const format = known ?? new Intl.NumberFormat(language);
  if (!known) FORMATS.set(language, format);
  return format.format(value);
}

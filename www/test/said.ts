/** All that the pages say, for the tests of their words. */
import { WORDS, type Language } from '../src/words';
import { ERRORS } from '../src/words/errors';
import { LABORATORY } from '../src/words/laboratory';
import { LIVE } from '../src/words/live';
import { MESSAGES } from '../src/words/messages';
import { REPORT } from '../src/words/report';

const all = (language: Language) => ({
  ...WORDS[language],
  live: LIVE[language],
  laboratory: LABORATORY[language],
  report: REPORT[language],
});

/** The texts of all pages, those that are fetched apart from the others included. */
export const PAGES = { en: all('en'), ko: all('ko') };

/** Every text with its key, as `matrix.rows`. */
export function texts(words: object, path = ''): (readonly [key: string, text: string])[] {
  return Object.entries(words).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'string'
      ? [[`${path}${key}`, value] as const]
      : texts(value as object, `${path}${key}.`),
  );
}

/** All that a visitor may read in a language: pages, messages, errors. */
export const said = (language: Language): string[] =>
  [PAGES[language], MESSAGES[language], ERRORS[language]].flatMap((words) =>
    texts(words).map(([, text]) => text),
  );

/** The blanks of a text: `{step}`. */
export const blanks = (text: string): string[] =>
  [...text.matchAll(/\{\w+\}/g)].map(([blank]) => blank).sort();

import type { ErrorCode, MetricLabError } from 'metriclab';
import { WORDS, type Language } from '.';
import { byLanguage } from './languages';

export const ERRORS = byLanguage(
  import.meta.glob<Readonly<Record<ErrorCode, string>>>('./*/errors.ts', { eager: true, import: 'errors' }),
);

/** The cause of the error of an element whose page names no copy of the site. */
export const NO_SITE = 'no site';

/** The package's words on a file that a server does not have. */
const NO_FILE = /HTTP 4(?:04|10)|with a web page/;

/** By its name, for an element and its page may hold two copies of the class. */
const isCoded = (error: unknown): error is MetricLabError =>
  error instanceof Error && error.name === 'MetricLabError';

/** An error's meaning to a person, and its own words, which are English. */
export function meaning(error: unknown, language: Language): { readonly text: string; readonly own: string } {
  const own = error instanceof Error ? error.message : String(error);
  if (!isCoded(error)) return { text: ERRORS[language]['engine.unexpected'], own };
  // This one says the same in both languages.
  if (error.cause === NO_SITE) return { text: WORDS[language].page.noSite, own: '' };
  // The connection is well, and no other data can be chosen.
  if (error.code === 'data.unreachable' && NO_FILE.test(own))
    return { text: WORDS[language].page.noFile, own };
  return { text: ERRORS[language][error.code], own };
}

import { MetricLabError, type ErrorCode } from 'metriclab';
import type { Language } from '.';
import { errors as en } from './en/errors';
import { errors as ko } from './ko/errors';

export const ERRORS: Readonly<Record<Language, Readonly<Record<ErrorCode, string>>>> = { en, ko };

/** What an error means to a person, and its own words, which are English. */
export function meaning(error: unknown, language: Language): { readonly text: string; readonly own: string } {
  return {
    text: ERRORS[language][error instanceof MetricLabError ? error.code : 'engine.unexpected'],
    own: error instanceof Error ? error.message : String(error),
  };
}

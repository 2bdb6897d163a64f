import { WORDS, type Words } from '../words';

/** A term of the glossary, as a mark of a text names it. */
export type Term = keyof Words['terms'];

export function isTerm(mark: string | null): mark is Term {
  return mark !== null && Object.hasOwn(WORDS.en.terms, mark);
}

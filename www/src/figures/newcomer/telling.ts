import type { Language, Words } from '../../words';
import { fill } from '../../words';
import { verdictOf, type Counts } from './recognition';
import { romanise } from './romanise';
import type { Reading } from './study';

/** The sentence that follows the result, whatever it is. */
export function resultSentence(words: Words, reading: Reading | null, raw: Counts | null): string {
  const w = words.newcomer;
  if (!reading || !raw) return w.awaiting;
  const { names, compare } = reading.counts;
  const per100 = ({ found }: Counts): string => (100 * found.mean).toFixed(0);
  return fill(w[verdictOf(compare, names)], {
    step: reading.step,
    compare: per100(compare),
    names: per100(names),
    raw: per100(raw),
  });
}

/** A syllable, with its sound for those who do not read Hangul. */
export function syllableName(syllable: string, language: Language): string {
  return language === 'ko' ? syllable : `${syllable} (${romanise(syllable)})`;
}

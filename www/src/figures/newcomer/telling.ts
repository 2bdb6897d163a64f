import type { Language, Words } from '../../words';
import { fill } from '../../words';
import { whole } from '../../words/numbers';
import { verdictOf, type Counts } from './recognition';
import { romanise } from './romanise';
import type { Reading } from './study';

/** The sentence that follows the result, whatever it is. */
export function resultSentence(
  words: Words,
  language: Language,
  reading: Pick<Reading, 'step' | 'counts'> | null,
  raw: Counts | null,
): string {
  const w = words.newcomer;
  if (!reading || !raw) return w.awaiting;
  const { names, compare } = reading.counts;
  const written = (value: number): string => whole(value, language);
  return fill(w[verdictOf(compare, names)], {
    step: reading.step,
    asked: written(compare.asked),
    compare: written(compare.right),
    names: written(names.right),
    raw: written(raw.right),
  });
}

/** A syllable, with its sound for those who do not read Hangul. */
export function syllableName(syllable: string, language: Language): string {
  return language === 'ko' ? syllable : `${syllable} (${romanise(syllable)})`;
}

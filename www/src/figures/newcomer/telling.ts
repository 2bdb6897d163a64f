import type { Language, Words } from '../../words';
import { fill } from '../../words';
import { whole } from '../../words/numbers';
import { verdictOf, type Answer, type Counts } from './recognition';
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

/** Each network's answer when a newcomer asks, in words. */
export function answerSentences(
  words: Words,
  answer: Answer,
  asked: number | null,
  nameOf: (label: number) => string,
): { readonly names: string; readonly compare: string } {
  const w = words.newcomer;
  const [named, best] = [answer.names[0], answer.compare[0]];
  if (!named || !best) return { names: '', compare: '' };
  const right = best.label === asked;
  const text = right ? w.compareRight : best.value < answer.limit ? w.compareUnknown : w.compareWrong;
  return {
    names: fill(w.namesVerdict, { first: nameOf(named.label), sure: `${Math.round(100 * named.value)}%` }),
    compare: fill(text, { name: nameOf(best.label) }),
  };
}

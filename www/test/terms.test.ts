import { expect, test } from 'vitest';
import { beside, meet } from '../src/lesson/beside';
import { CHAPTERS } from '../src/lesson/chapters';
import { bound, heldParts, partsOf } from '../src/lesson/rich';
import { isTerm } from '../src/lesson/terms';
import { LANGUAGES, WORDS, type Language } from '../src/words';

/** Marks that are no terms: strong words, and the colour of newcomers. */
const NO_TERMS = ['b', 'unknown'];

/** Every text of a chapter that is written with marks, by its place. */
function texts(language: Language): Map<string, string> {
  return new Map(
    CHAPTERS.flatMap(({ id, steps }) => {
      const chapter = WORDS[language].lesson[id];
      const said = chapter as unknown as Readonly<Record<string, { readonly text: string }>>;
      return [
        ...steps.map((step): [string, string] => [`${id}.${step}`, said[step]?.text ?? '']),
        [`${id}.ask`, chapter.question.ask] as [string, string],
        [`${id}.because`, chapter.question.because] as [string, string],
      ];
    }),
  );
}

const marksOf = (text: string): string[] => partsOf(text).flatMap(({ mark }) => mark ?? []);

test('every marked term has an entry, and every entry is used', () => {
  const used = new Set<string>();
  // That both languages mark the same is tested with all their texts.
  for (const [place, text] of texts('en')) {
    const terms = marksOf(text).filter((mark) => !NO_TERMS.includes(mark));
    expect(
      terms.filter((term) => !isTerm(term)),
      place,
    ).toEqual([]);
    for (const term of terms) used.add(term);
  }
  for (const language of LANGUAGES)
    expect(Object.keys(WORDS[language].terms).sort(), language).toEqual([...used].sort());
});

test('a term is explained in a sentence or two', () => {
  for (const language of LANGUAGES)
    for (const [term, { says }] of Object.entries(WORDS[language].terms)) {
      expect(says.length, `${language}: ${term}`).toBeLessThan(200);
      expect(says, `${language}: ${term}`).toMatch(/\.$/);
    }
});

test('letters at a term stay with it, and none is lost or doubled', () => {
  expect(heldParts('the line-up ([infonce:InfoNCE]), and [b:so] on', isTerm)).toEqual([
    { mark: null, words: bound('the line-up '), before: '', after: '' },
    { mark: 'infonce', words: 'InfoNCE', before: '(', after: '),' },
    { mark: null, words: ' and ', before: '', after: '' },
    { mark: 'b', words: 'so', before: '', after: '' },
    { mark: null, words: ' on', before: '', after: '' },
  ]);
  for (const language of LANGUAGES)
    for (const [place, text] of texts(language))
      expect(
        heldParts(text, isTerm)
          .map(({ before, words, after }) => before + words + after)
          .join(''),
        place,
      ).toBe(
        partsOf(text)
          .map(({ words }) => words)
          .join(''),
      );
});

test('a meaning lies beside its word, on the screen and off the figure', () => {
  const box = (left: number, top: number, width: number, height: number) => ({
    left,
    top,
    right: left + width,
    bottom: top + height,
  });
  const [screen, size] = [box(0, 0, 390, 844), { width: 350, height: 120 }];
  const lines = box(20, 430, 350, 400);
  const figure = box(0, 0, 390, 422);
  const at = (word: ReturnType<typeof box>) => beside(word, lines, size, screen, figure);
  expect(at(box(300, 500, 60, 30)), 'below, and within the lines').toEqual({ left: 20, top: 538 });
  expect(at(box(300, 760, 60, 30)), 'above where there is no room below').toEqual({ left: 20, top: 632 });
  for (let top = 430; top < 810; top += 10) {
    const place = at(box(200, top, 60, 30));
    const covered = box(place.left, place.top, size.width, size.height);
    expect(meet(covered, figure), `a word at ${top}`).toBe(false);
    expect(covered.bottom).toBeLessThanOrEqual(844);
  }
});

import { expect, test } from 'vitest';
import { CHAPTERS, SCENES } from '../src/lesson/chapters';
import { firstSlideOf, SLIDES } from '../src/lesson/slides';
import { WORDS } from '../src/words';

test('the slides of a chapter: question, its steps in order, answer, and the formula where there is one', () => {
  for (const { id, steps } of CHAPTERS) {
    const kinds = SLIDES.filter(({ chapter }) => chapter === id).map(({ kind }) => kind);
    const formula = 'formula' in WORDS.en.lesson[id] ? ['formula'] : [];
    const title = id === 'why' ? ['title'] : [];
    expect(kinds, id).toEqual([...title, 'question', ...steps.map(() => 'step'), 'answer', ...formula]);
  }
  expect(SLIDES.filter(({ kind }) => kind === 'step').map(({ at }) => at)).toEqual(SCENES);
  expect(new Set(SLIDES.map(({ at }) => at)).size).toBe(SLIDES.length);
});

test('the number of a chapter leads to its question', () => {
  expect(CHAPTERS.map((_, k) => SLIDES[firstSlideOf(k + 1)]?.at)).toEqual(
    CHAPTERS.map(({ id }) => `${id}.question`),
  );
  expect(firstSlideOf(9)).toBe(-1);
});

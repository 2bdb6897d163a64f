import { expect, test } from 'vitest';
import { fill } from '../src/words';
import { blanks, PAGES, texts } from './said';

/** The marked words of a text: `[anchor:the point]`. */
const marks = (text: string): string[] =>
  [...new Set([...text.matchAll(/\[(\w+):/g)].map(([, mark]) => mark ?? ''))].sort();

test('both languages have the same texts, with the same blanks and marks', () => {
  const [en, ko] = [texts(PAGES.en), new Map(texts(PAGES.ko))];
  expect([...ko.keys()].sort()).toEqual(en.map(([key]) => key).sort());
  for (const [key, text] of en) {
    expect(blanks(ko.get(key) ?? ''), key).toEqual(blanks(text));
    expect(marks(ko.get(key) ?? ''), key).toEqual(marks(text));
  }
});

test('Korean is Korean, but for terms of the field', () => {
  const borrowed = texts(PAGES.ko).filter(([, text]) => !/[가-힣]/.test(text));
  expect(borrowed.map(([key]) => key)).toEqual(expect.arrayContaining(['newcomer.compareNote']));
  for (const [key, text] of borrowed) expect(text.length, key).toBeLessThan(40);
});

test('blanks are filled, unknown ones stay', () => {
  expect(fill('{a} of {b}', { a: 1 })).toBe('1 of {b}');
});

import { expect, test } from 'vitest';
import { fill, WORDS as OF_PAGES } from '../src/words';
import { LABORATORY } from '../src/words/laboratory';
import { LIVE } from '../src/words/live';
import { REPORT } from '../src/words/report';

const WORDS = {
  en: { ...OF_PAGES.en, live: LIVE.en, laboratory: LABORATORY.en, report: REPORT.en },
  ko: { ...OF_PAGES.ko, live: LIVE.ko, laboratory: LABORATORY.ko, report: REPORT.ko },
};

const blanks = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([blank]) => blank).sort();
/** The marked words of a text: `[anchor:the point]`. */
const marks = (text: string): string[] =>
  [...new Set([...text.matchAll(/\[(\w+):/g)].map(([, mark]) => mark ?? ''))].sort();

function texts(words: object, path = ''): (readonly [key: string, text: string])[] {
  return Object.entries(words).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'string'
      ? [[`${path}${key}`, value] as const]
      : texts(value as object, `${path}${key}.`),
  );
}

test('both languages have the same texts, with the same blanks and marks', () => {
  const [en, ko] = [texts(WORDS.en), new Map(texts(WORDS.ko))];
  expect([...ko.keys()].sort()).toEqual(en.map(([key]) => key).sort());
  for (const [key, text] of en) {
    expect(blanks(ko.get(key) ?? ''), key).toEqual(blanks(text));
    expect(marks(ko.get(key) ?? ''), key).toEqual(marks(text));
  }
});

test('Korean is Korean, but for terms of the field', () => {
  const borrowed = texts(WORDS.ko).filter(([, text]) => !/[가-힣]/.test(text));
  expect(borrowed.map(([key]) => key)).toEqual(expect.arrayContaining(['newcomer.compareNote']));
  for (const [key, text] of borrowed) expect(text.length, key).toBeLessThan(40);
});

test('blanks are filled, unknown ones stay', () => {
  expect(fill('{a} of {b}', { a: 1 })).toBe('1 of {b}');
});

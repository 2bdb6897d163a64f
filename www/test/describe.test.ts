import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { PackedDataset } from 'metriclab';
import { expect, test } from 'vitest';
import {
  asked,
  byLooks,
  pairsOf,
  PICTURE,
  smaller,
  splitOf,
  vocabularyOf,
  type EmojiWords,
} from '../src/figures/describe/emoji';

const DATA = fileURLToPath(new URL('../../data/', import.meta.url));
const said = JSON.parse(
  gunzipSync(readFileSync(`${DATA}words/emoji-words.json.gz`)).toString(),
) as EmojiWords;
const packed = gunzipSync(readFileSync(`${DATA}packed/emoji.mlds.gz`));

test('the words are those of the packed emoji, in their order', () => {
  const { classes } = JSON.parse(packed.toString('utf8', 12, 12 + packed.readUInt32LE(8))) as EmojiWords;
  expect(said.classes).toEqual(classes);
  const wordsOf = (language: 'en' | 'ko', emoji: string): string[] => {
    const { of, words } = vocabularyOf(said, language);
    return (of[classes.indexOf(emoji)] ?? []).map((at) => words[at] ?? '');
  };
  expect(wordsOf('en', '🐩')).toEqual(expect.arrayContaining(['animal', 'dog']));
  expect(wordsOf('ko', '🐩')).toEqual(expect.arrayContaining(['동물', '개']));
});

test('hidden emoji are not in training, and keep words that were learned only', () => {
  for (const language of ['en', 'ko'] as const) {
    const { known, hidden, learned: words, wordsOf } = splitOf(vocabularyOf(said, language), 1);
    expect(known.length).toBeGreaterThan(1200);
    expect(hidden.length).toBeGreaterThan(280);
    expect(hidden.filter((at) => known.includes(at))).toEqual([]);
    const learned = new Set(known.flatMap((at) => wordsOf[at] ?? []));
    expect(words).toEqual([...learned].sort((a, b) => a - b));
    for (const at of hidden) {
      expect(wordsOf[at]?.length).toBeGreaterThan(0);
      expect(wordsOf[at]?.every((word) => learned.has(word))).toBe(true);
    }
  }
  expect(splitOf(said.en, 1)).toEqual(splitOf(said.en, 1));
  expect(splitOf(said.en, 2).hidden).not.toEqual(splitOf(said.en, 1).hidden);
});

test('a picture at half its side, by hand', () => {
  const pixels = new Uint8Array(3 * 32 * 32).fill(255);
  // The first four pixels of the second colour: black, black, white, white.
  pixels[1024] = pixels[1025] = 0;
  const row = smaller({ pixels, width: 32, height: 32 } as PackedDataset, 0);
  expect(row.length).toBe(PICTURE);
  expect(row[256]).toBeCloseTo(0.5, 6);
  expect(row.filter((value) => value !== 0).length).toBe(1);
});

test('what is asked: words, their starts, words of the same meaning, and strangers', () => {
  const words = ['animal', 'animals', 'dog', 'sad'];
  const vocabulary = { words, of: [], near: { animals: [1, 0], puppy: [1, 2], fish: [1], dog: [0] } };
  const of = (text: string) => asked(text, vocabulary, new Set([0, 2, 3]));
  expect(of('Sad ANIMAL, sad')).toEqual({ ids: [3, 0], strange: [], meant: [] });
  expect(of('dog')).toEqual({ ids: [2], strange: [], meant: [] });
  expect(of('anim')).toEqual({ ids: [0], strange: [], meant: [] });
  expect(of('sad puppy')).toEqual({ ids: [3, 2], strange: [], meant: [{ typed: 'puppy', as: 'dog' }] });
  expect(of('animals')).toEqual({ ids: [0], strange: [], meant: [{ typed: 'animals', as: 'animal' }] });
  const strangers = ['fish', 'd', 'unicorn', 'constructor'];
  expect(of(strangers.join(' '))).toEqual({ ids: [], strange: strangers, meant: [] });
  expect(of('  ')).toEqual({ ids: [], strange: [], meant: [] });
  expect(asked('puppy', { words, of: [] }, new Set([2]))).toEqual({ ids: [], strange: ['puppy'], meant: [] });
});

test('near words are words of the emoji, none of them near itself', () => {
  const { words, near = {} } = said.en;
  expect(Object.keys(near).length).toBeGreaterThan(5000);
  for (const [word, places] of Object.entries(near)) {
    const named = places.map((at) => words[at]);
    expect(named).not.toContain(undefined);
    expect(named).not.toContain(word);
  }
  expect(words[near['coffee']?.[0] ?? 0]).toBe('beverage');
  expect(words[near['dogs']?.[0] ?? 0]).toBe('dog');
});

test('borrowed words, by hand', () => {
  // Word 0 is in both known emoji and so says nothing; word 1 in one of two weighs ln 2.
  const split = { known: [0, 1], hidden: [2], learned: [0, 1], wordsOf: [[0, 1], [0], [1]] };
  const scores = byLooks([[0, 1], [1], [0, 0]], split)([0, 1]);
  expect([...scores]).toEqual([Math.LN2, 0, 2 * Math.LN2]);
});

test('pairs, by hand', () => {
  const split = { known: [0, 2], hidden: [1], learned: [3, 5], wordsOf: [[5], [5], [3, 5]] };
  // Pictures 0 and 1 are of the first style, 2 and 3 of the second.
  expect([...pairsOf(split)]).toEqual([0, 1, 1, 0, 1, 1, 2, 1, 3, 0, 3, 1]);
});

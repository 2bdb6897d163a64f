import { expect, test } from 'vitest';
import { bound, partsOf } from '../src/lesson/rich';

const SPACE = '\u00a0';

test('marked words are parts of their own', () => {
  expect(partsOf('a [b:strong] and [positive:p].')).toEqual([
    { mark: null, words: 'a ' },
    { mark: 'b', words: 'strong' },
    { mark: null, words: ' and ' },
    { mark: 'positive', words: 'p' },
    { mark: null, words: '.' },
  ]);
});

test('a Korean ending stays with a word in brackets, also where the word is marked', () => {
  expect(bound('mining(고르기)이 없으면')).toBe('mining(고르기)\u2060이 없으면');
  expect(partsOf('[b:표현(representation)]입니다').map(({ words }) => words)).toEqual([
    '표현(representation)\u2060',
    '입니다',
  ]);
  expect(partsOf('[b:표현(representation)] 하나')[0]?.words).toBe('표현(representation)');
});

test('a line breaks neither within d(x, y), nor around =, nor after a sign or a hyphen', () => {
  expect(bound('d(x, y) = 0 exactly')).toBe(`d(x,${SPACE}y)${SPACE}=${SPACE}0 exactly`);
  expect(bound('d(x, y) + d(y, z) ≥ d(x, z)')).toBe(
    `d(x,${SPACE}y) +${SPACE}d(y,${SPACE}z) ≥${SPACE}d(x,${SPACE}z)`,
  );
  expect(bound('cross-entropy, pytorch-metric-learning, 1-3')).toBe(
    'cross-\u2060entropy, pytorch-\u2060metric-\u2060learning, 1-3',
  );
  expect(bound('plain words, and others')).toBe('plain words, and others');
});

import { expect, test } from 'vitest';
import { changed, CHANGES, FAINT, histogramOf } from '../src/figures/metrics/changes';
import { hitOf, rank } from '../src/figures/metrics/verdict';
import { factsOf, FIVE, MORE } from '../src/figures/metrics/names';

/** A drawing of 10 × 10 with one stroke, whose ink is 1 at (4, 2) and 0.5 at (5, 7). */
const drawing = Float32Array.from({ length: 100 }, (_, at) => (at === 24 ? 1 : at === 75 ? 0.5 : 0));
const inkAt = (ink: Float32Array): (readonly [number, number])[] =>
  [...ink].flatMap((value, at) => (value > 0 ? [[at, Number(value.toFixed(3))] as const] : []));

test('what happens to a drawing, by hand', () => {
  expect(inkAt(changed(drawing, 10, 'typeface'))).toEqual([
    [24, 1],
    [75, 0.5],
  ]);
  expect(inkAt(changed(drawing, 10, 'faint'))).toEqual([
    [24, FAINT],
    [75, FAINT / 2],
  ]);
  expect(inkAt(changed(drawing, 10, 'moved'))).toEqual([
    [27, 1],
    [78, 0.5],
  ]);
  expect(inkAt(changed(drawing, 10, 'hidden'))).toEqual([[24, 1]]);
  expect(inkAt(changed(drawing, 10, 'speck')).map(([at]) => at)).toEqual([
    7, 8, 9, 17, 18, 19, 24, 27, 28, 29, 75,
  ]);
  const edge = Float32Array.from({ length: 100 }, (_, at) => (at === 38 ? 1 : 0));
  expect(
    inkAt(changed(edge, 10, 'moved')),
    'what leaves the paper does not come back on the other side',
  ).toEqual([]);
  for (const change of CHANGES) expect(changed(drawing, 10, change)).toHaveLength(100);
});

test('a histogram sums to 1, and is uniform without ink', () => {
  expect([...histogramOf(Float32Array.of(1, 3, 0, 0))]).toEqual([0.25, 0.75, 0, 0]);
  expect([...histogramOf(new Float32Array(4))]).toEqual([0.25, 0.25, 0.25, 0.25]);
});

test('a tie for the first place is shared out', () => {
  expect(hitOf([7, 3, 5], [0.1, 0.2, 0.3], 7)).toBe(1);
  expect(hitOf([7, 3, 5], [0.1, 0.2, 0.3], 3)).toBe(0);
  expect(hitOf([7, 3, 5], [0.1, 0.1000001, 0.3], 3)).toBe(1 / 2);
  expect(hitOf([7, 3, 5], [0, 0, 0], 5)).toBe(1 / 3);
  expect(hitOf([7, 3, 5], [-9, -9, -2], 3), 'a negative distance, as the dot product has it').toBe(1 / 2);
});

test('the ranking names what nothing beats, and tells a difference only where there is one', () => {
  const all = Array<number>(100).fill(1);
  const few = all.map((_, k) => (k < 10 ? 1 : 0));
  const most = all.map((_, k) => (k < 98 ? 1 : 0));
  const clear = rank(
    new Map([
      ['low', few],
      ['high', all],
      ['near', most],
    ]),
  );
  expect(clear?.best).toEqual(['high', 'near']);
  expect([clear?.worst, clear?.differs]).toEqual([['low'], true]);
  const halves = all.map(() => 1 / 2);
  const coins = rank(
    new Map([
      ['one', halves],
      ['sure', all],
      ['other', halves],
    ]),
  );
  expect(coins?.worst, 'as bad as each other').toEqual(['one', 'other']);
  expect(
    rank(
      new Map([
        ['a', most],
        ['b', all],
      ]),
    )?.differs,
    '2 of 100 are no difference',
  ).toBe(false);
  expect(
    rank(
      new Map([
        ['a', all],
        ['b', all],
      ]),
    )?.differs,
  ).toBe(false);
  expect(rank(new Map())).toBeNull();
});

test('every metric on offer is in the catalogue', () => {
  for (const name of [...FIVE, ...MORE]) expect(factsOf(name).formula, name).not.toBe('');
  expect([...FIVE].map((name) => factsOf(name).histograms)).toEqual([false, false, true, true, true]);
});

import { expect, test } from 'vitest';
import type { Table } from '../src/figures/matrix/table';
import { lanesOf, lensOf } from '../src/figures/miner/lens';

/** Samples on a line: the anchor at 0 with two of its class, and four of another. */
const PLACES = [0, 0.3, 0.5, 0.4, 0.6, 0.7, 0.9];
const table: Table = {
  step: 0,
  ids: [10, 11, 12, 20, 21, 22, 23],
  labels: [1, 1, 1, 2, 2, 2, 2],
  learned: Float32Array.from(PLACES.flatMap((x) => PLACES.map((y) => Math.abs(x - y)))),
  raw: new Float32Array(),
  similarity: false,
  // The semi-hard ones of the anchor and its farthest positive, one of its nearer positive, one of another anchor.
  triplets: Uint32Array.of(0, 2, 4, 0, 2, 5, 0, 1, 3, 1, 2, 6),
  counts: null,
  flow: null,
};

test('an anchor sees its negatives on both sides of its farthest positive, and which were taken with that one', () => {
  const lens = lensOf(table, 0, 0.25);
  expect(lens?.positive.at).toBe(2);
  expect(lens?.positives.map(({ at }) => at)).toEqual([1, 2]);
  expect(lens?.negatives.map(({ at, zone, taken }) => [at, zone, taken])).toEqual([
    [3, 'hard', false],
    [4, 'semihard', true],
    [5, 'semihard', true],
    [6, 'easy', false],
  ]);
  expect(lens?.negatives[0]?.distance).toBeCloseTo(0.4, 6);
  expect(lensOf({ ...table, labels: [1, 2, 2, 2, 2, 2, 2] }, 0, 0.2), 'no positive').toBeNull();
});

test('marks along a line lie in lanes, none over another', () => {
  expect(lanesOf([0, 5, 10, 21, 22], 10)).toEqual([0, 1, 0, 0, 1]);
  expect(lanesOf([], 10)).toEqual([]);
});

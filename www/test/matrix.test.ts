import { expect, test } from 'vitest';
import {
  blocks,
  chosenWith,
  classFacts,
  minedOf,
  pairFacts,
  pictured,
  signOf,
  tripletOf,
  type Table,
} from '../src/figures/matrix/table';

/** Four samples on a line at 0, 1, 3 and 10: two of class 5, two of class 7. */
const PLACES = [0, 1, 3, 10];
const between = PLACES.flatMap((x) => PLACES.map((y) => Math.abs(x - y)));
const table: Table = {
  step: 3,
  ids: [40, 41, 50, 51],
  labels: [5, 5, 7, 7],
  learned: Float32Array.from(between),
  raw: Float32Array.from(between, (value) => 2 * value),
  similarity: false,
  triplets: Uint32Array.of(0, 1, 2, 0, 1, 3),
  counts: null,
  flow: null,
};

test('a pair, by hand', () => {
  expect(pairFacts(table, [0, 1])).toEqual({ same: true, learned: 1, raw: 2, mined: 2, sign: null });
  expect(pairFacts(table, [0, 3])).toEqual({ same: false, learned: 10, raw: 20, mined: 1, sign: null });
  expect(pairFacts(table, [1, 0]).mined, 'an anchor has its own row').toBe(0);
  expect([...minedOf(table)].filter((count) => count > 0)).toHaveLength(3);
});

test('the gradient pulls, pushes or leaves a pair, by hand', () => {
  // Rows at 0, 1 and 3; against their gradients the first moves right, the second left, the third as the first does.
  const flow = { rows: Float32Array.of(0, 1, 3), gradient: Float32Array.of(-1, 1, -1), dim: 1 };
  expect(signOf(flow, [0, 1]), 'towards each other').toBe(-1);
  expect(signOf(flow, [1, 2]), 'away from each other').toBe(1);
  expect(signOf(flow, [0, 2]), 'side by side').toBe(0);
  for (const cell of [
    [0, 1],
    [1, 2],
  ] as const) {
    const moved = flow.rows.map((x, at) => x - 0.01 * (flow.gradient[at] ?? 0));
    const gap = (rows: Float32Array): number => Math.abs((rows[cell[0]] ?? 0) - (rows[cell[1]] ?? 0));
    expect(Math.sign(gap(moved) - gap(flow.rows))).toBe(signOf(flow, cell));
  }
});

test('a class, by hand', () => {
  // Within class 7: 7. To class 5: 3, 2, 10, 9. The nearest of sample 50 is 41, of class 5; the nearest of 51 is 50.
  expect(classFacts(table, 7)).toEqual({
    label: 7,
    size: 2,
    within: 7,
    between: 6,
    nearest: 5,
    taken: [[5, 1]],
  });
  expect(classFacts(table, 5)).toEqual({ label: 5, size: 2, within: 1, between: 6, nearest: 7, taken: [] });
  const lone = { ...table, labels: [5, 6, 7, 7] };
  expect(classFacts(lone, 5)).toMatchObject({ size: 1, within: NaN, nearest: 6, taken: [[6, 1]] });
  const alike = { ...table, similarity: true, learned: table.learned.map((value) => -value) };
  expect(classFacts(alike, 7)).toMatchObject({ within: -7, between: -6, nearest: 5, taken: [[5, 1]] });
});

test('a positive and a negative of one row make a triplet; another row begins anew', () => {
  const first = chosenWith(null, table, [0, 1]);
  expect(first).toEqual({ anchor: 40, positive: 41, negative: null });
  expect(tripletOf(table, first, 0.5)).toBeNull();
  const done = chosenWith(first, table, [0, 2]);
  expect(tripletOf(table, done, 0.5)).toEqual({
    samples: [40, 41, 50],
    places: [0, 1, 2],
    ap: 1,
    an: 3,
    zone: 'easy',
    mined: true,
  });
  expect(tripletOf(table, done, 2)?.zone, 'at the margin').toBe('semihard');
  expect(chosenWith(done, table, [3, 0])).toEqual({ anchor: 51, positive: null, negative: 40 });
  expect(chosenWith(done, table, [2, 2]), 'a sample with itself').toBe(done);
  const turned = chosenWith(chosenWith(null, table, [3, 1]), table, [3, 2]);
  expect(tripletOf(table, turned, 0)).toMatchObject({ ap: 7, an: 9, zone: 'easy', mined: false });
  expect(tripletOf({ ...table, ids: [1, 2, 3, 4] }, done, 0), 'another batch').toBeNull();
});

test('pictures along an edge: of each class that has room, and none over another', () => {
  expect(blocks(table)).toEqual([
    [0, 2],
    [2, 4],
  ]);
  expect(pictured(table, 20, 18)).toEqual([0, 1, 2, 3]);
  expect(pictured(table, 10, 18)).toEqual([1, 3]);
  expect(pictured(table, 8, 18)).toEqual([]);
});

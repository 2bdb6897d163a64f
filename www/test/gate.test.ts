import { expect, test } from 'vitest';
import { equalError, errorsAt, histogram, pairsOf, shareUpTo } from '../src/figures/gate/pairs';

test('pairs of a matrix, by hand', async () => {
  // Rows 0 and 1 are of one class, 2 is of another.
  const matrix = Float32Array.of(0, 0.5, 0.75, 0.5, 0, 0.25, 0.75, 0.25, 0);
  expect(await pairsOf(matrix, [4, 4, 9])).toEqual({
    same: Float32Array.of(0.5),
    different: Float32Array.of(0.25, 0.75),
  });
});

test('errors of a gate, by hand', () => {
  const pairs = { same: Float32Array.of(1, 2, 3, 6), different: Float32Array.of(2.5, 4, 5, 7, 8) };
  expect(errorsAt(pairs, 3)).toEqual({ turned: 0.25, let: 0.2 });
  expect(errorsAt(pairs, 0)).toEqual({ turned: 1, let: 0 });
  expect(errorsAt(pairs, 9)).toEqual({ turned: 0, let: 1 });
  expect(equalError(pairs)).toEqual({ limit: 3, rate: 0.225 });
});

test('equal error is 0 where the classes are apart, 1/2 where they are alike', () => {
  const low = Float32Array.from({ length: 50 }, (_, k) => k / 100);
  const high = low.map((value) => value + 1);
  expect(equalError({ same: low, different: high }).rate).toBe(0);
  expect(equalError({ same: low, different: low }).rate).toBeCloseTo(0.5, 1);
  expect(equalError({ same: high, different: low }).rate).toBeGreaterThan(0.9);
});

test('shares and bins', () => {
  const sorted = Float32Array.of(0, 0.5, 0.5, 1);
  expect([-1, 0, 0.5, 2].map((limit) => shareUpTo(sorted, limit))).toEqual([0, 0.25, 0.75, 1]);
  expect(histogram(sorted, 2, 1)).toEqual([0.75, 0.25]);
});

import { expect, test } from 'vitest';
import { alignTo } from '../src/projection/alignment';
import { nearestOf, trustworthiness } from '../src/projection/neighbourhoods';
import { rowsOf, sampleOf, sampleWith, spread } from '../src/projection/sample';

const points = (rows: number[], dim: number) => ({ rows: Float32Array.from(rows), dim });

test('trustworthiness: a picture that keeps every neighbour has 1, whatever else it does', () => {
  const truth = points([0, 0, 0, 1, 0, 0, 3, 0, 0, 7, 0, 0, 15, 0, 0], 3);
  const stretched = points([0, 5, 2, 5, 9, 5, 30, 5, 90, 5], 2);
  expect(trustworthiness(truth, stretched, 1)).toBe(1);
});

test('trustworthiness, by hand', () => {
  // In truth 0, 1, 3, 7, 15 on a line; in the picture the last one sits beside the first.
  const truth = points([0, 1, 3, 7, 15], 1);
  const picture = points([0, 0, 10, 0, 30, 0, 70, 0, 1, 0], 2);
  // k = 1. Nearest in the picture, and its rank in truth: 0 -> 4 (rank 4, cost 3); 1 -> 4 (rank 4: 0, 2, 3 are before it, cost 3);
  // 2 -> 1 (rank 1); 3 -> 2 (rank 1); 4 -> 0 (rank 4, cost 3). 1 - 2 / (5 * 1 * (10 - 3 - 1)) * 9 = 0.4.
  expect(trustworthiness(truth, picture, 1)).toBeCloseTo(0.4, 12);
});

test('trustworthiness: a tie is shared out, in whatever order the points come', () => {
  // In the picture all are in one place: each neighbour is any of the others. Its rank in truth is 1 to 4, the mean cost 1.5.
  // 1 - 2 / (5 * 1 * (10 - 3 - 1)) * 7.5 = 0.5.
  const picture = points([3, 3, 3, 3, 3, 3, 3, 3, 3, 3], 2);
  for (const truth of [
    [0, 1, 3, 7, 15],
    [15, 0, 7, 1, 3],
  ])
    expect(trustworthiness(points(truth, 1), picture, 1)).toBeCloseTo(0.5, 12);
});

test('trustworthiness of many points: some are asked, and ranked among all', () => {
  const truth = points([0, 1, 3, 7, 15], 1);
  const picture = points([0, 0, 10, 0, 30, 0, 70, 0, 1, 0], 2);
  // Points 0, 2 and 4 of the case by hand: costs 3, 0 and 3 of three points. 1 - 2 / (3 * 1 * (10 - 3 - 1)) * 6 = 1/3.
  expect(trustworthiness(truth, picture, 1, 3)).toBeCloseTo(1 / 3, 12);
  expect(trustworthiness(truth, picture, 1, 5)).toBe(trustworthiness(truth, picture, 1));
});

test('the nearest: ties by index, points without a place never', () => {
  expect(nearestOf(points([0, 1, 2, 10], 1), 1, 2)).toEqual([0, 2]);
  expect(nearestOf(points([0, 0, NaN, NaN, 2, 0, 1, 0], 2), 0, 3)).toEqual([3, 2]);
});

test('a sample: so many, each once, in order, the same for the same seed', () => {
  const sample = sampleOf(10_000, 1500, 1);
  expect(sample).toHaveLength(1500);
  expect(new Set(sample).size).toBe(1500);
  expect([...sample]).toEqual([...sample].sort((a, b) => a - b));
  expect(sampleOf(10_000, 1500, 1)).toEqual(sample);
  const shared = sampleOf(10_000, 1500, 2).filter((index) => sample.includes(index)).length;
  expect(shared).toBeGreaterThan(150);
  expect(shared).toBeLessThan(300);
  // The mean of a fair sample: 4999.5, give or take 4 standard errors of 75.
  expect(Math.abs(sample.reduce((sum, index) => sum + index, 0) / 1500 - 4999.5)).toBeLessThan(300);
  expect([...sampleOf(5, 1500, 1)]).toEqual([0, 1, 2, 3, 4]);
});

test('a sample with the picked point and its nearest: they take the places of others, and no more', () => {
  const plain = sampleOf(30_000, 20_000, 1);
  const drawn = new Set(plain);
  const outside = Array.from({ length: 30_000 }, (_, i) => i).filter((index) => !drawn.has(index));
  const always = [plain[7] ?? 0, ...outside.slice(0, 5), ...outside.slice(-3)];
  const sample = sampleWith(always, 30_000, 20_000, 1);
  expect(new Set(sample).size).toBe(20_000);
  expect([...sample]).toEqual([...sample].sort((a, b) => a - b));
  for (const index of always) expect(sample).toContain(index);
  const now = new Set(sample);
  const kept = plain.filter((index) => now.has(index)).length;
  expect(kept, 'eight are new').toBe(20_000 - 8);
  expect(sampleWith([], 30_000, 20_000, 1)).toEqual(plain);
  expect(sampleWith(always, 30_000, 20_000, 1)).toEqual(sample);
  // Fewer places than wanted points: the first ones, the picked point before its nearest.
  expect([...sampleWith([9, 8, 7, 6], 10, 3, 1)]).toEqual([7, 8, 9]);
});

test('rows of the sample, and its places among all', () => {
  const sample = Uint32Array.of(1, 3);
  expect([...rowsOf(Float32Array.of(0, 0, 1, 1, 2, 2, 3, 3), 2, sample)]).toEqual([1, 1, 3, 3]);
  expect([...spread(Float32Array.of(5, 6, 7, 8), sample, 4)]).toEqual([NaN, NaN, 5, 6, NaN, NaN, 7, 8]);
});

test('a picture turned, mirrored, moved and enlarged comes back to lie as it did', () => {
  const before = Float32Array.of(0, 0, 4, 0, 4, 1, 0, 3, 2, 2);
  const turned = new Float32Array(before.length);
  for (let i = 0; i < before.length; i += 2) {
    const [x, y] = [before[i] ?? 0, -(before[i + 1] ?? 0)];
    turned[i] = 5 * (Math.cos(2) * x - Math.sin(2) * y) + 100;
    turned[i + 1] = 5 * (Math.sin(2) * x + Math.cos(2) * y) - 7;
  }
  for (const [i, value] of alignTo(turned, before).entries()) expect(value).toBeCloseTo(before[i] ?? NaN, 4);
  const partly = Float32Array.from(before);
  partly[8] = NaN;
  for (const [i, value] of alignTo(turned, partly).entries()) expect(value).toBeCloseTo(before[i] ?? NaN, 4);
  expect([...alignTo(turned, new Float32Array(before.length).fill(NaN))]).toEqual([...turned]);
});

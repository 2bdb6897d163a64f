import { expect, test } from 'vitest';
import { placeTriangle, straightLength, straightOf } from '../src/geometry/placement';
import {
  boxOf,
  extentOf,
  linePlaces,
  PLANE_ASPECT,
  stretchesAt,
  wordPlaces,
  type Box,
} from '../src/geometry/zones';
import { readTaken, writeTaken, type Taken } from '../src/store/taken';

const distance = (points: readonly number[], i: number, j: number): number =>
  Math.hypot(
    (points[2 * i] ?? 0) - (points[2 * j] ?? 0),
    (points[2 * i + 1] ?? 0) - (points[2 * j + 1] ?? 0),
  );

test('a triangle of given sides has these sides', () => {
  const { points, exact } = placeTriangle({ ap: 3, an: 4, pn: 5 });
  expect(exact).toBe(true);
  expect(
    [distance(points, 0, 1), distance(points, 0, 2), distance(points, 1, 2)].map((value) =>
      Number(value.toFixed(9)),
    ),
  ).toEqual([3, 4, 5]);
});

test('sides that break the triangle inequality are drawn as near as can be, and it is said', () => {
  const { points, exact } = placeTriangle({ ap: 1, an: 1, pn: 4 });
  expect(exact).toBe(false);
  expect(distance(points, 0, 1)).toBeCloseTo(1);
  expect(distance(points, 0, 2)).toBeCloseTo(1);
  expect(distance(points, 1, 2)).toBeCloseTo(2);
  expect(placeTriangle({ ap: 0, an: 2, pn: 2 }).exact).toBe(true);
});

test('a similarity becomes a chord, a square its root, a metric stays', () => {
  expect(straightOf({ similarity: true, metric: false })).toBe('chord');
  // A right angle between unit vectors: cosine 0, chord √2.
  expect(straightLength(0, 'chord')).toBeCloseTo(Math.SQRT2);
  expect(straightLength(0.25, straightOf({ similarity: false, metric: false }))).toBe(0.5);
  expect(straightLength(0.25, straightOf({ similarity: false, metric: true }))).toBe(0.25);
});

// A square of side 4 with a square hole of side 2 in it.
const RING = [
  [-2, -2, 2, -2, 2, 2, -2, 2],
  [-1, -1, 1, -1, 1, 1, -1, 1],
];
const FRAME: Box = [-5, -5, 5, 5];

test('the box of an outline ends within the frame, or there is none', () => {
  expect(boxOf(RING, FRAME)).toEqual([-2, -2, 2, 2]);
  expect(boxOf([], FRAME)).toEqual([]);
  expect(boxOf([[-5, 0, 0, 0, 0, 1]], FRAME)).toEqual([]);
});

test('a line through a hole has two stretches', () => {
  expect(stretchesAt(RING, 0)).toEqual([
    [-2, -1],
    [1, 2],
  ]);
  expect(stretchesAt(RING, 1.5)).toEqual([[-2, 2]]);
  expect(stretchesAt(RING, 3)).toEqual([]);
});

test('a word is written where it fits, with room around it', () => {
  const large = RING.map((line) => line.map((value) => 100 * value));
  const room: Box = [-300, -300, 300, 300];
  const fits = ([x, y]: readonly [number, number], width: number): boolean =>
    [y - 10, y + 10].every((at) =>
      stretchesAt(large, at).some(([from, to]) => from <= x - width / 2 && to >= x + width / 2),
    );
  for (const width of [80, 150]) {
    const [first = [NaN, NaN]] = wordPlaces(large, room, [width, 20], [[120, 0]]);
    expect(fits(first, width)).toBe(true);
    expect(Math.hypot(first[0] - 120, first[1])).toBeGreaterThan(80);
  }
  // A ring that is narrower than the word: it stands across, where it sticks out least.
  const [across = [NaN, NaN]] = wordPlaces(large, room, [500, 20], [[0, 0]]);
  expect(stretchesAt(large, across[1])).toEqual([[-200, 200]]);
  expect(wordPlaces([], room, [80, 20], [[0, 0]])).toEqual([]);
  const highest = linePlaces(large)[0] ?? [NaN, NaN];
  expect(highest[1]).toBe(-200);
});

test('the extent holds every point, and the plane is wider than high', () => {
  for (const points of [
    [0.1, 0.2],
    [3, -1],
    [0, 7.9],
    [-1, -1, 3, 3],
  ]) {
    const extent = extentOf(points);
    points.forEach((value, i) => {
      expect(Math.abs(value)).toBeLessThanOrEqual(extent * (i % 2 === 0 ? PLANE_ASPECT : 1));
    });
  }
});

test('a taken triplet comes back from its numbers', () => {
  const taken: Taken = {
    samples: [1_234_567, 0, 9],
    step: 40,
    draw: 3,
    mined: true,
    exact: false,
    chord: true,
    picked: true,
    moved: false,
  };
  expect(readTaken(writeTaken(taken))).toEqual(taken);
  expect(readTaken([])).toBeNull();
});

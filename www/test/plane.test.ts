import { expect, test } from 'vitest';
import { placeTriangle } from '../src/geometry/placement';
import { boxAround, extentOf, PLANE_ASPECT, reach, zones } from '../src/geometry/zones';

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

test('hard ends at d(a,p), semi-hard a margin later', () => {
  expect(zones(0.5, 0.2, 'euclidean', false)).toEqual({
    hard: { kind: 'disc', size: 0.5 },
    semihard: { kind: 'disc', size: 0.7 },
  });
  expect(zones(0.25, 0.11, 'squaredEuclidean', false).hard.size).toBeCloseTo(0.5);
  expect(zones(0.25, 0.11, 'squaredEuclidean', false).semihard.size).toBeCloseTo(0.6);
  // A similarity falls with the angle: cos 60 degrees = 0.5, cos 90 degrees = 0.
  const { hard, semihard } = zones(0.5, 0.5, 'cosine', false);
  expect(
    [hard.kind, hard.size, semihard.size].map((value) =>
      typeof value === 'number' ? Number(value.toFixed(6)) : value,
    ),
  ).toEqual(['wedge', 1.047198, 1.570796]);
});

test('on the unit circle a distance is a chord', () => {
  expect(reach(Math.SQRT2, 'euclidean', true)).toEqual({
    kind: 'wedge',
    size: expect.closeTo(Math.PI / 2) as number,
  });
  expect(reach(5, 'euclidean', true).size).toBeCloseTo(Math.PI);
});

test('the extent holds every point, and the plane is wider than high', () => {
  for (const points of [[0.1, 0.2], [3, -1], [0, 7.9], boxAround(1, 1, 2)]) {
    const extent = extentOf(points);
    points.forEach((value, i) => {
      expect(Math.abs(value)).toBeLessThanOrEqual(extent * (i % 2 === 0 ? PLANE_ASPECT : 1));
    });
  }
});

import { expect, test } from 'vitest';
import { below, border, CORNERS, grid, placeOf, sharesAt, type Corner } from '../src/figures/balls/simplex';

const area = (polygon: readonly Corner[]): number =>
  Math.abs(
    polygon.reduce((sum, [x, y], k) => {
      const [u, v] = polygon[(k + 1) % polygon.length] ?? [0, 0];
      return sum + x * v - u * y;
    }, 0) / 2,
  );

test('a histogram and its place in the triangle', () => {
  for (const shares of [
    [0.2, 0.5, 0.3],
    [0.98, 0.01, 0.01],
    [1 / 3, 1 / 3, 1 / 3],
  ] as const) {
    const back = sharesAt(...placeOf(shares));
    back.forEach((share, bin) => {
      expect(share).toBeCloseTo(shares[bin] ?? 0, 9);
    });
  }
  expect(placeOf([0, 1, 0])).toEqual(CORNERS[1]);
  for (const [x, y] of [
    [9, 9],
    [-9, 0],
    [0, -9],
  ] as const) {
    const shares = sharesAt(x, y);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
    expect(Math.min(...shares)).toBeGreaterThan(0);
  }
});

test('the grid covers the triangle once', () => {
  const { rows, triangles } = grid();
  expect(rows).toHaveLength(3 * 861);
  for (let at = 0; at < rows.length; at += 3)
    expect(rows.subarray(at, at + 3).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
  const total = triangles.reduce(
    (sum, triangle) => sum + area(triangle.map((at) => placeOf(rows.subarray(3 * at, 3 * at + 3)))),
    0,
  );
  expect(total).toBeCloseTo(area(CORNERS), 4);
});

test('a triangle is cut at a level, by hand', () => {
  const corners: readonly Corner[] = [
    [0, 0],
    [2, 0],
    [0, 2],
  ];
  expect(below(corners, [0, 1, 1], 2)).toEqual(corners);
  expect(below(corners, [3, 4, 5], 2)).toEqual([]);
  expect(below(corners, [0, 4, 4], 1)).toEqual([
    [0, 0],
    [0.5, 0],
    [0, 0.5],
  ]);
  expect(area(below(corners, [4, 0, 0], 1))).toBeCloseTo(2 * (1 - (3 / 4) ** 2));
});

test('polygons that meet lose the edges between them, and keep holes', () => {
  const square = (x: number, y: number): Corner[] => [
    [x, y],
    [x + 1, y],
    [x + 1, y + 1],
    [x, y + 1],
  ];
  expect(border([square(0, 0), square(1, 0)])).toHaveLength(1);
  expect(border([square(0, 0), square(1, 0)])[0]).toHaveLength(6);
  const ring = [0, 1, 2]
    .flatMap((x) => [0, 1, 2].map((y) => [x, y] as const))
    .filter(([x, y]) => x !== 1 || y !== 1);
  const lines = border(ring.map(([x, y]) => square(x, y)));
  expect(lines.map(area).sort()).toEqual([1, 9]);
  expect(border([])).toEqual([]);
});

test('a ball of histograms is bounded by lines around the same area as its cut triangles', () => {
  const { rows, triangles } = grid();
  const place = (at: number): Corner => placeOf(rows.subarray(3 * at, 3 * at + 3));
  const cut = triangles.map((triangle) => {
    const corners = triangle.map(place);
    return below(
      corners,
      corners.map(([x, y]) => Math.hypot(x - 0.1, y + 0.2)),
      0.37,
    );
  });
  const lines = border(cut);
  expect(lines).toHaveLength(1);
  expect(area(lines[0] ?? [])).toBeCloseTo(
    cut.reduce((sum, polygon) => sum + area(polygon), 0),
    6,
  );
  expect(area(lines[0] ?? [])).toBeCloseTo(Math.PI * 0.37 ** 2, 2);
});

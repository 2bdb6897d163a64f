import { rounded } from '../settings';

/** Shares of three bins, at least 0, sum 1. */
export type Shares = readonly [number, number, number];
export type Corner = readonly [x: number, y: number];

/** Where a histogram with all its mass in one bin lies. The second bin is at the top: the order of the bins counts. */
export const CORNERS: readonly [Corner, Corner, Corner] = [
  [-1, -0.75],
  [0, 0.98],
  [1, -0.75],
];
/** Parts of an edge of the grid. */
const PARTS = 40;
/** No bin is pulled below it, where a logarithm has no end. */
const LEAST = 0.01;

/** The place of a histogram in the triangle. */
export function placeOf(shares: ArrayLike<number>): Corner {
  const along = (axis: 0 | 1): number =>
    CORNERS.reduce((sum, corner, bin) => sum + corner[axis] * (shares[bin] ?? 0), 0);
  return [along(0), along(1)];
}

/** The histogram at a place; outside the triangle, one at its border. */
export function sharesAt(x: number, y: number): Shares {
  const [[, low], [, high]] = CORNERS;
  const second = (y - low) / (high - low);
  const bins = [(1 - second - x) / 2, second, (1 - second + x) / 2].map((share) => Math.max(LEAST, share));
  const sum = bins.reduce((total, share) => total + share, 0);
  const [a = 0, b = 0, c = 0] = bins.map((share) => share / sum);
  return [a, b, c];
}

/** A histogram that a link can name: its last share is what is left of 1. */
export function named([a = 0, b = 0]: readonly number[]): Shares {
  return [rounded(a), rounded(b), rounded(1 - rounded(a) - rounded(b))];
}

/** A histogram after one of its bars was pulled to a share: the two others keep their proportion. */
export function pulled(shares: Shares, bin: number, share: number): Shares {
  const own = Math.max(LEAST, Math.min(1 - 2 * LEAST, share));
  const [first, second] = [(bin + 1) % 3, (bin + 2) % 3];
  const [one, other] = [shares[first] ?? 0, shares[second] ?? 0];
  const left = 1 - own;
  const part = Math.max(LEAST, Math.min(left - LEAST, (left * one) / (one + other)));
  const [a = 0, b = 0, c = 0] = [0, 1, 2].map((at) => (at === bin ? own : at === first ? part : left - part));
  return named([a, b, c]);
}

interface Grid {
  /** A histogram a row, three shares each. */
  readonly rows: Float32Array;
  /** Three rows each. */
  readonly triangles: readonly (readonly number[])[];
}

/** All histograms whose shares are multiples of 1/40, and the small triangles between neighbouring ones. */
export function grid(): Grid {
  const at = (i: number, j: number): number => i * (PARTS + 1) - (i * (i - 1)) / 2 + j;
  const rows: number[] = [];
  const triangles: number[][] = [];
  for (let i = 0; i <= PARTS; i++)
    for (let j = 0; j <= PARTS - i; j++) {
      rows.push(i / PARTS, j / PARTS, (PARTS - i - j) / PARTS);
      if (i + j < PARTS) triangles.push([at(i, j), at(i + 1, j), at(i, j + 1)]);
      if (i + j < PARTS - 1) triangles.push([at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)]);
    }
  return { rows: Float32Array.from(rows), triangles };
}

/** The part of a triangle whose values, linear between the corners, are at most `level`: a polygon, maybe empty. */
export function below(corners: readonly Corner[], values: readonly number[], level: number): Corner[] {
  return corners.flatMap((corner, k) => {
    const next = (k + 1) % corners.length;
    const [a, b] = [values[k] ?? 0, values[next] ?? 0];
    const kept = a <= level ? [corner] : [];
    if (a <= level === b <= level) return kept;
    const share = (level - a) / (b - a);
    const [x, y] = corners[next] ?? corner;
    return [...kept, [corner[0] + share * (x - corner[0]), corner[1] + share * (y - corner[1])] as const];
  });
}

const key = ([x, y]: Corner): string => `${String(Math.round(x * 1e6))} ${String(Math.round(y * 1e6))}`;

/**
 * What bounds polygons that turn the same way and meet along whole edges, as closed lines: an edge that two of them share lies
 * within.
 */
export function border(polygons: readonly (readonly Corner[])[]): Corner[][] {
  const edges = new Map<string, readonly [Corner, Corner]>();
  for (const polygon of polygons)
    polygon.forEach((corner, k) => {
      const next = polygon[(k + 1) % polygon.length] ?? corner;
      const [one, other] = [key(corner), key(next)];
      if (one !== other && !edges.delete(`${other}|${one}`)) edges.set(`${one}|${other}`, [corner, next]);
    });
  const leaving = new Map<string, (readonly [Corner, Corner])[]>();
  for (const edge of edges.values()) leaving.set(key(edge[0]), [...(leaving.get(key(edge[0])) ?? []), edge]);
  const lines: Corner[][] = [];
  for (const ways of leaving.values())
    while (ways.length > 0) {
      const line: Corner[] = [];
      for (let edge = ways.pop(); edge; edge = leaving.get(key(edge[1]))?.pop()) line.push(edge[0]);
      lines.push(line);
    }
  return lines;
}

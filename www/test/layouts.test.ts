import { expect, test } from 'vitest';
import { firstOf, othersOf, reached, symmetric, type Near } from '../src/projection/graph';
import { trustworthiness } from '../src/projection/neighbourhoods';
import { principal } from '../src/projection/principal';
import { QuadTree } from '../src/projection/quadtree';
import { jittered, unitRows, wholeNumbers } from '../src/projection/sample';
import { affinities, Tsne } from '../src/projection/tsne';
import { curve, memberships, Umap } from '../src/projection/umap';

/** Each row's nearest others, by sorting all of them. */
function nearOf(rows: Float32Array, dim: number, k: number): Near {
  const count = rows.length / dim;
  const distance = (i: number, j: number): number =>
    Math.sqrt(
      Array.from(
        { length: dim },
        (_, d) => ((rows[i * dim + d] ?? NaN) - (rows[j * dim + d] ?? NaN)) ** 2,
      ).reduce((sum, square) => sum + square, 0),
    );
  const found = { indices: new Uint32Array(count * k), distances: new Float32Array(count * k) };
  for (let i = 0; i < count; i++) {
    const others = Array.from({ length: count }, (_, j) => [distance(i, j), j] as const)
      .filter(([, j]) => j !== i)
      .sort(([a], [b]) => a - b);
    for (let at = 0; at < k; at++) {
      found.distances[i * k + at] = others[at]?.[0] ?? NaN;
      found.indices[i * k + at] = others[at]?.[1] ?? NaN;
    }
  }
  return { count, k, ...found };
}

/** Six clusters around corners of a cube in eight dimensions, 30 points each. */
function clusters(seed = 5): { readonly rows: Float32Array; readonly dim: number } {
  const next = wholeNumbers(seed);
  const rows = Float32Array.from({ length: 180 * 8 }, (_, at) => {
    const [cluster, d] = [Math.floor(at / 240), at % 8];
    return (cluster === d ? 4 : 0) + next(1000) / 1000;
  });
  return { rows, dim: 8 };
}

/** Places by chance that a seed gives. */
const scattered = (count: number, seed = 3): Float32Array => {
  const next = wholeNumbers(seed);
  return Float32Array.from({ length: 2 * count }, () => next(2000) / 1000 - 1);
};

/** The weight of one edge; 0 where there is none. */
function weight({ ends, to, weights }: ReturnType<typeof memberships>, i: number, j: number): number {
  for (let at = ends[i] ?? 0; at < (ends[i + 1] ?? 0); at++) if (to[at] === j) return weights[at] ?? NaN;
  return 0;
}

test('weights both ways, by hand', () => {
  // 0 knows 1, 1 knows 2, 2 knows 1.
  const near: Near = {
    count: 3,
    k: 1,
    indices: Uint32Array.of(1, 2, 1),
    distances: Float32Array.of(1, 1, 1),
  };
  const graph = symmetric(near, Float64Array.of(0.5, 0.25, 1), (there, back) => there + 10 * back);
  expect([...graph.ends]).toEqual([0, 1, 3, 4]);
  expect([weight(graph, 0, 1), weight(graph, 1, 0)]).toEqual([0.5, 5]);
  expect([weight(graph, 1, 2), weight(graph, 2, 1)]).toEqual([10.25, 3.5]);
  expect(weight(graph, 0, 2)).toBe(0);
});

test('neighbours without the point itself, wherever it stands or if it is not there', () => {
  const asked = {
    indices: Uint32Array.of(0, 1, 2, 0, 1, 2, 0, 1, 3),
    distances: Float32Array.of(0, 0, 1, 0, 0, 1, 1, 2, 3),
  };
  const others = othersOf(asked, 3, 2);
  expect([...others.indices]).toEqual([1, 2, 0, 2, 0, 1]);
  expect([...others.distances]).toEqual([0, 1, 0, 1, 1, 2]);
  expect([...firstOf(others, 1).indices]).toEqual([1, 0, 0]);
});

test('where a rising function reaches a number', () => {
  expect(reached(9, 0, 10, (x) => x * x)).toBeCloseTo(3, 12);
});

test('rows of length 1, and places with a given spread, none twice', () => {
  const unit = unitRows(Float32Array.of(3, 4, 0, 0), 2);
  for (const [at, value] of [0.6, 0.8, 0, 0].entries()) expect(unit[at]).toBeCloseTo(value, 6);
  const places = jittered(Float32Array.of(1, 1, 1, 1, -1, -1), 5, 1);
  expect(Math.hypot(...places) / Math.sqrt(6)).toBeCloseTo(5, 1);
  expect(places[0]).not.toBe(places[2]);
});

test('the principal plane, by hand', () => {
  // On the plane of (1, 1, 0) / √2 and (0, 0, 1): 3 and -3 along the first, 1 and -1 along the second.
  const h = Math.SQRT1_2;
  const rows = Float32Array.of(3 * h + 5, 3 * h, 7, -3 * h + 5, -3 * h, 7, 5, 0, 8, 5, 0, 6);
  for (const [at, value] of [3, 0, -3, 0, 0, 1, 0, -1].entries())
    expect(principal({ rows, dim: 3 })[at]).toBeCloseTo(value, 5);
  expect(principal({ rows: new Float32Array(6).fill(4), dim: 3 }).every((value) => value === 0)).toBe(true);
});

test('UMAP: the weights of a point sum to log2 k, and its nearest weighs 1', () => {
  const { rows, dim } = clusters();
  const near = nearOf(rows, dim, 15);
  const graph = memberships(near);
  for (const i of [0, 50, 179]) {
    // An edge whose way back is not listed weighs what it weighs there.
    const nearest = near.indices[i * 15] ?? NaN;
    expect(weight(graph, i, nearest)).toBeCloseTo(1, 12);
    expect(weight(graph, nearest, i)).toBeCloseTo(1, 12);
  }
  // Nobody knows point 0, whose neighbours lie at 1, 2 and 3: ρ = 1, and 1 + x + x² = log2 3 with x = exp(-1 / σ).
  const alone = memberships({
    count: 4,
    k: 3,
    indices: Uint32Array.of(1, 2, 3, 2, 3, 2, 1, 3, 1, 1, 2, 1),
    distances: Float32Array.of(1, 2, 3, 9, 9, 9, 9, 9, 9, 9, 9, 9),
  });
  const x = (Math.sqrt(4 * Math.log2(3) - 3) - 1) / 2;
  expect([1, 2, 3].map((j) => weight(alone, 0, j))).toEqual([
    1,
    expect.closeTo(x, 6),
    expect.closeTo(x * x, 6),
  ]);
});

test('UMAP: the curve is that of the reference implementation', () => {
  // umap-learn 0.5, find_ab_params(1, min_dist).
  expect(curve(0.1).a).toBeCloseTo(1.577, 2);
  expect(curve(0.1).b).toBeCloseTo(0.895, 2);
  expect(curve(0.5).a).toBeCloseTo(0.583, 2);
  expect(curve(0.5).b).toBeCloseTo(1.334, 2);
});

test('t-SNE: chances sum to 1, are the same both ways, and have the perplexity that was asked', () => {
  const { rows, dim } = clusters();
  const near = nearOf(rows, dim, 60);
  const graph = affinities(near, 20);
  expect(graph.weights.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 10);
  for (let i = 0; i < 180; i += 17)
    expect(weight(graph, i, (i + 5) % 180)).toBe(weight(graph, (i + 5) % 180, i));
  // One point whose neighbours do not know it: its chances are its own over 2n. Four at distances of 1, perplexity 4.
  const even: Near = {
    count: 5,
    k: 4,
    indices: Uint32Array.of(1, 2, 3, 4, ...Array.from({ length: 4 }, () => [1, 2, 3, 4]).flat()),
    distances: new Float32Array(20).fill(1),
  };
  for (const j of [1, 2, 3, 4]) expect(weight(affinities(even, 4), 0, j)).toBeCloseTo(0.25 / 10, 12);
});

test('the tree of squares: exact where nothing stands for others, near where it does', () => {
  const xy = scattered(300);
  // Two points in one place, and three so near that no square tells them apart.
  xy.set([0.5, 0.5, 0.5, 0.5, 0.1, 0.1, 0.1 + 1e-7, 0.1, 0.1, 0.1 + 1e-7]);
  const tree = new QuadTree();
  tree.build(scattered(40, 9));
  tree.build(xy);
  const found = new Float64Array(3);
  for (let i = 0; i < xy.length; i += 38) {
    const [x, y] = [xy[i] ?? NaN, xy[i + 1] ?? NaN];
    const exact = [0, 0, 0];
    for (let j = 0; j < xy.length; j += 2) {
      const [dx, dy] = [x - (xy[j] ?? NaN), y - (xy[j + 1] ?? NaN)];
      const q = 1 / (1 + dx * dx + dy * dy);
      for (const [part, value] of [q * q * dx, q * q * dy, q].entries())
        exact[part] = (exact[part] ?? 0) + value;
    }
    tree.push(x, y, 0, found);
    for (const [part, value] of exact.entries()) expect(found[part]).toBeCloseTo(value, 5);
    tree.push(x, y, 0.25, found);
    const off = Math.hypot((found[0] ?? NaN) - (exact[0] ?? NaN), (found[1] ?? NaN) - (exact[1] ?? NaN));
    expect(off).toBeLessThan(0.02 * Math.hypot(exact[0] ?? NaN, exact[1] ?? NaN) + 0.2);
    expect((found[2] ?? NaN) / (exact[2] ?? NaN)).toBeCloseTo(1, 1);
  }
});

test('t-SNE: the slope is that of the divergence, by finite differences', () => {
  const { rows, dim } = clusters();
  const few = rows.slice(0, 40 * dim);
  const near = nearOf(few, dim, 30);
  const graph = affinities(near, 10);
  const start = scattered(40);
  const divergence = (xy: Float64Array): number => {
    const q = (i: number, j: number): number =>
      1 /
      (1 + ((xy[2 * i] ?? 0) - (xy[2 * j] ?? 0)) ** 2 + ((xy[2 * i + 1] ?? 0) - (xy[2 * j + 1] ?? 0)) ** 2);
    let [total, sum] = [0, 0];
    for (let i = 0; i < 40; i++) for (let j = 0; j < 40; j++) if (i !== j) total += q(i, j);
    for (let i = 0; i < 40; i++)
      for (let j = 0; j < 40; j++) {
        const p = weight(graph, i, j);
        if (p > 0) sum += p * Math.log(p / (q(i, j) / total));
      }
    return sum;
  };
  const slope = new Tsne(near, start, { perplexity: 10, rounds: 400 }).slope(1, 0);
  const h = 1e-5;
  for (const at of [0, 1, 31, 78]) {
    const [more, less] = [h, -h].map((move) => {
      const xy = Float64Array.from(start);
      xy[at] = (xy[at] ?? NaN) + move;
      return divergence(xy);
    });
    expect(slope[at]).toBeCloseTo(((more ?? NaN) - (less ?? NaN)) / (2 * h), 6);
  }
});

test('both pictures keep who is near whom, and the same seed gives the same picture', () => {
  const { rows, dim } = clusters();
  const near = nearOf(rows, dim, 60);
  const start = scattered(180);
  const trust = (xy: Float32Array): number => trustworthiness({ rows, dim }, { rows: xy, dim: 2 }, 12);
  const drawn = {
    umap: () => new Umap(firstOf(near, 15), jittered(start, 5, 1), { minDist: 0.1, rounds: 300, seed: 1 }),
    tsne: () => new Tsne(near, jittered(start, 1e-4, 1), { perplexity: 20, rounds: 400 }),
  };
  for (const make of Object.values(drawn)) {
    const layout = make();
    const [first] = [trust(layout.xy)];
    for (let round = 0; round < (layout instanceof Umap ? 300 : 400); round++) layout.round();
    expect(first).toBeLessThan(0.6);
    expect(trust(layout.xy)).toBeGreaterThan(0.85);
    const again = make();
    for (let round = 0; round < (layout instanceof Umap ? 300 : 400); round++) again.round();
    expect(again.xy).toEqual(layout.xy);
  }
});

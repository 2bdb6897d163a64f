import { expect, test } from 'vitest';
import { lineUp } from '../src/figures/lineup/lineup';
import { huesOf } from '../src/figures/glyph-map';
import { NeighbourMap, joint } from '../src/figures/neighbour-map';
import {
  centresOf,
  countsOf,
  estimate,
  rosterOf,
  similarTop,
  softmaxTop,
  toUnit,
  verdictOf,
  type Counts,
} from '../src/figures/newcomer/recognition';
import { romanise } from '../src/figures/newcomer/romanise';
import { typicalPlace } from '../src/figures/typical';
import { nearestByFirst, nearestOthers, nearestRows } from '../src/figures/search/nearest';
import { partsOf } from '../src/lesson/rich';
import { tensor } from '../src/figures/newcomer/safetensors';

/** Two known classes (0, 1) with one training and one test picture, two newcomers (2, 3); two typefaces. */
const roster = rosterOf(
  {
    labels: Uint16Array.of(0, 0, 1, 1, 2, 2, 3, 3),
    domainOf: Uint8Array.of(0, 1, 0, 1, 0, 1, 0, 1),
    domains: ['plain', 'bold'],
  },
  Uint8Array.of(0, 1, 0, 1, 2, 2, 2, 2),
);

test('pictures are sorted by their role', () => {
  expect(roster.known).toEqual([0, 1]);
  expect(roster.newcomers).toEqual([2, 3]);
  expect([roster.train, roster.test, roster.unseen]).toEqual([
    [0, 2],
    [1, 3],
    [4, 5, 6, 7],
  ]);
});

test('the case to begin with fares as most do, whatever that is', () => {
  const place = (outcomes: string): number => typicalPlace(Array.from(outcomes));
  expect(['-++-+', '+--+-', '-+++', '+', 'abcbc', ''].map(place)).toEqual([1, 1, 1, 0, 1, 0]);
  expect(place('+-+-'), 'as many of both: the first of all').toBe(0);
});

test('known classes keep their hues when newcomers arrive on the map', () => {
  const marks = (labels: readonly number[]) => labels.map((label) => ({ label }));
  const before = huesOf(marks([1, 4, 4, 6, 9]), new Set([2, 5, 7]));
  expect([...before]).toEqual([
    [1, 0],
    [4, 1],
    [6, 2],
    [9, 3],
  ]);
  expect(huesOf(marks([1, 2, 4, 4, 5, 6, 7, 9]), new Set([2, 5, 7]))).toEqual(before);
});

test('counts by hand: all classes compete, each typeface is registered in turn', async () => {
  // Columns: centres of 0 and 1, then pictures 4 (2 plain), 5 (2 bold), 6 (3 plain), 7 (3 bold).
  const distances = Float32Array.from([
    ...[0.1, 0.9, 0.8, 0.8, 0.8, 0.8], // test picture of class 0: right, and kept
    ...[0.9, 0.2, 0.1, 0.8, 0.8, 0.8], // test picture of class 1: a plain newcomer takes its place
    ...[0.9, 0.9, 0.0, 0.3, 0.5, 0.5], // 2 plain asks: 2 bold is nearest of the bold
    ...[0.9, 0.9, 0.3, 0.0, 0.2, 0.5], // 2 bold asks: 3 plain is nearer than 2 plain
    ...[0.15, 0.9, 0.5, 0.5, 0.0, 0.3], // 3 plain asks: the known class 0 is nearer than 3 bold
    ...[0.9, 0.9, 0.5, 0.5, 0.3, 0.0], // 3 bold asks: 3 plain is nearest of the plain
  ]);
  const counts = await countsOf(distances, roster);
  expect(counts.perNewcomer).toEqual([0.5, 0.5]);
  expect(counts.found.mean).toBe(0.5);
  // Two newcomers, two typefaces each: four questions, and half of them are answered rightly.
  expect([counts.right, counts.asked]).toEqual([2, 4]);
  expect(counts.old).toBe((1 + 0.5) / 2);
  expect(counts.limit).toBeCloseTo(0.2, 6);
  expect(counts.refused).toBe(3 / 4);
});

test('an interval by hand: the standard error over newcomers', () => {
  const { mean, half } = estimate([0, 1, 1, 0]);
  expect(mean).toBe(0.5);
  expect(half).toBeCloseTo(1.96 * Math.sqrt(1 / 3 / 4), 12);
});

test('the verdict is paired, and a difference inside its interval is none', () => {
  const of = (perNewcomer: readonly number[]): Counts => ({
    perNewcomer,
    found: estimate(perNewcomer),
    old: 1,
    asked: 0,
    right: 0,
    refused: 0,
    limit: 0,
  });
  expect(verdictOf(of([0.9, 0.8, 0.9]), of([0.1, 0.1, 0.2]))).toBe('better');
  expect(verdictOf(of([0.1, 0.1, 0.2]), of([0.9, 0.8, 0.9]))).toBe('worse');
  expect(verdictOf(of([0.9, 0.1, 0.5]), of([0.1, 0.9, 0.5]))).toBe('same');
});

test('centres, softmax and similarity by hand', () => {
  const rows = toUnit(Float32Array.of(3, 4, 0, 1, 0, 2, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1), 2);
  expect([...centresOf(rows, 2, roster)].map((value) => Number(value.toFixed(6)))).toEqual([0.6, 0.8, 0, 1]);
  const [first] = softmaxTop([0, Math.log(3)], [7, 9], 1);
  expect(first?.label).toBe(9);
  expect(first?.value).toBeCloseTo(0.75, 12);
  const references = [
    { label: 1, row: Float32Array.of(0, 1) },
    { label: 2, row: Float32Array.of(1, 0) },
  ];
  expect(similarTop(Float32Array.of(1, 0), references, 1)).toEqual([{ label: 2, value: 1 }]);
});

test('a zero row stays zero', () => {
  expect([...toUnit(Float32Array.of(0, 0, 0, 2), 2)]).toEqual([0, 0, 0, 1]);
});

test('syllables have their sounds', () => {
  expect(['한', '글', '가', '꽃', '밭', 'A'].map(romanise)).toEqual([
    'han',
    'geul',
    'ga',
    'kkot',
    'bat',
    'A',
  ]);
});

test('a tensor is read from a safetensors file', () => {
  const header = new TextEncoder().encode(
    JSON.stringify({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] }, b: { data_offsets: [4, 12] } }),
  );
  const file = new Uint8Array(8 + header.length + 12);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  [1, 2, 3].forEach((value, k) => {
    view.setFloat32(8 + header.length + 4 * k, value, true);
  });
  expect([...tensor(file, 'b')]).toEqual([2, 3]);
  expect(() => tensor(file, 'c')).toThrow('c');
});

/** Three groups of eight unit rows around three axes. */
function groups(): Float32Array {
  const rows = Float32Array.from({ length: 24 * 3 }, (_, k) => {
    const [row, axis] = [Math.floor(k / 3), k % 3];
    return (row % 3 === axis ? 1 : 0) + 0.1 * Math.sin(7 * k);
  });
  return toUnit(rows, 3);
}

test('the map puts rows of a group together', () => {
  const map = new NeighbourMap();
  const ids = Array.from({ length: 24 }, (_, k) => k);
  map.follow(ids, groups(), 3);
  for (let round = 0; round < 300; round++) map.round();
  const gap = (i: number, j: number): number =>
    Math.hypot(
      (map.xy[2 * i] ?? 0) - (map.xy[2 * j] ?? 0),
      (map.xy[2 * i + 1] ?? 0) - (map.xy[2 * j + 1] ?? 0),
    );
  for (const i of ids) {
    const nearest = ids.filter((j) => j !== i).reduce((best, j) => (gap(i, j) < gap(i, best) ? j : best));
    expect(nearest % 3, `the nearest of ${i}`).toBe(i % 3);
  }
});

test('joint probabilities are symmetric and sum to 1', () => {
  const near = joint(groups(), 24, 3);
  expect(near.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
  for (let i = 0; i < 24; i++) for (let j = 0; j < 24; j++) expect(near[i * 24 + j]).toBe(near[j * 24 + i]);
});

test('equal rows and rounds give equal maps; points stay where they are when others come', () => {
  const [a, b] = [new NeighbourMap(), new NeighbourMap()];
  for (const map of [a, b]) {
    map.follow([0, 1, 2, 3, 4, 5], groups().subarray(0, 18), 3);
    for (let round = 0; round < 20; round++) map.round();
  }
  expect([...a.xy]).toEqual([...b.xy]);
  const before = [...a.xy];
  a.follow([0, 1, 2, 3, 4, 5, 9], groups().subarray(0, 21), 3);
  expect([...a.xy].slice(0, 12)).toEqual(before);
});

test('a line-up by hand: shares, loss and forces', () => {
  const { loss, candidates } = lineUp([Math.log(3), 0], 1);
  expect(loss).toBeCloseTo(Math.log(4 / 3), 12);
  expect(candidates.map(({ share }) => Number(share.toFixed(12)))).toEqual([0.75, 0.25]);
  expect(candidates.map(({ force }) => Number(force.toFixed(12)))).toEqual([0.25, -0.25]);
  // The forces are the negative slope of the loss, at another temperature too.
  const at = (s: number): number => lineUp([0.3, s, -0.2], 0.2).loss;
  const slope = (at(0.1 + 1e-5) - at(0.1 - 1e-5)) / 2e-5;
  expect(lineUp([0.3, 0.1, -0.2], 0.2).candidates[1]?.force).toBeCloseTo(-slope, 6);
});

test('the nearest rows leave the query out, and ties go by index', () => {
  const rows = Float32Array.of(1, 0, 0, 1, 1, 0, 1, 0);
  expect(nearestRows(rows, 2, 2, 3)).toEqual([0, 3, 1]);
});

test('of each other class the nearest row, and never one of the own class', () => {
  const rows = Float32Array.of(1, 0, 0.96, 0.28, 0.6, 0.8, 0.8, 0.6, 0, 1, 0.8, -0.6, -1, 0);
  const labels = [7, 7, 3, 3, 5, 9, 8];
  // Rows 3 and 5 are equally near: the first of them comes first.
  expect(nearestOthers(rows, 2, 0, labels, 3)).toEqual([3, 5, 4]);
  expect(nearestOthers(rows, 2, 0, labels, 9)).toEqual([3, 5, 4, 6]);
});

test('rows that are cut are compared by what is left, whatever its length', () => {
  // By two numbers the third row points as the first does, though it is short; by all three the second is nearest.
  const rows = Float32Array.of(0.6, 0, 0.8, 0.5, 0.33, 0.8, 0.1, 0, -0.99, 0, 1, 0);
  expect(nearestByFirst(rows, 3, 2, 0, 3)).toEqual([2, 1, 3]);
  expect(nearestByFirst(rows, 3, 3, 0, 3)).toEqual([1, 3, 2]);
  expect(nearestByFirst(rows, 3, 2, 0, 3, [2])).toEqual([1, 3]);
});

test('marked words are split from the text', () => {
  expect(partsOf('a [b:b c] d[anchor:e]')).toEqual([
    { mark: null, words: 'a ' },
    { mark: 'b', words: 'b c' },
    { mark: null, words: ' d' },
    { mark: 'anchor', words: 'e' },
  ]);
});

import { expect, test } from 'vitest';
import type { Layout } from '../src/session/drawings';
import { lookAt, nearIn } from '../src/session/look';

/** Five points on a line, at 0, 1, 2, 3 and nowhere. */
const LINE = Float32Array.of(0, 0, 1, 0, 2, 0, 3, 0, NaN, NaN);

test('a point that is near in the picture and far in the embedding is an intruder', () => {
  const look = lookAt(0, LINE, 5, () => [3, 1]);
  expect(look).toEqual({ selected: 0, placed: true, near: [3, 1], intruders: [2], k: 2 });
});

test('nothing is said of a point without a place, nor before its nearest are known', () => {
  const away = lookAt(4, LINE, 5, () => [3, 1]);
  expect(away).toEqual({ selected: 4, placed: false, near: null, intruders: [], k: 5 });
  const early = lookAt(0, LINE, 5, () => null);
  expect(early).toEqual({ selected: 0, placed: true, near: null, intruders: [], k: 5 });
});

test('the nearest in a sample are told as points of the data set', () => {
  const layout = {
    sample: Uint32Array.of(10, 20, 30),
    near: { count: 3, k: 2, indices: Uint32Array.of(1, 2, 0, 2, 1, 0), distances: new Float32Array(6) },
    found: { kind: 'projected', xy: new Float32Array(6), trust: 1, pcaTrust: 1 },
  } as Partial<Layout> as Layout;
  expect(nearIn(layout, 20, 2)).toEqual([10, 30]);
  expect(nearIn(layout, 20, 1)).toEqual([10]);
  expect(nearIn({ ...layout, found: null }, 20, 2)).toBe(null);
});

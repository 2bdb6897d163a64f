import { expect, test } from 'vitest';
import { trailsOf } from '../src/session/trails';

const kept = (step: number, indices: number[], xy: number[]) => ({
  step,
  picture: {
    step,
    indices: Uint32Array.from(indices),
    xy: Float32Array.from(xy),
    explained: [1, 0] as const,
    refreshed: 0,
    complete: false,
  },
});
const RUN = [
  kept(0, [4, 7], [0, 1, 2, 3]),
  kept(10, [7, 4, 9], [4, 5, 6, 7, 8, 9]),
  kept(20, [4, 7], [10, 11, 12, 13]),
];

test('a trail goes over the places of earlier steps, each from the map of its own step', () => {
  const { trails, steps } = trailsOf(RUN, 20, [4, 9, 5], 'class');
  expect(steps).toEqual([0, 10]);
  // Sample 5 is in no map, sample 9 in one.
  expect(trails).toEqual([
    { index: 4, places: [0, 1, 6, 7] },
    { index: 9, places: [8, 9] },
  ]);
});

test('before the first kept step there is none', () => {
  expect(trailsOf(RUN, 0, [4], 'point')).toEqual({ of: 'point', trails: [], steps: [] });
});

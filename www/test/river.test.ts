import { expect, test } from 'vitest';
import { meansOf } from '../src/figures/river/river';

test('the mean over all valid triplets and over the mined ones above 0, by hand', () => {
  // Two of class 0 and one of class 1: d(0,1) = 1, d(0,2) = 1.1, d(1,2) = 3.
  const batch = {
    labels: Uint16Array.of(0, 0, 1),
    distances: Float32Array.of(0, 1, 1.1, 1, 0, 3, 1.1, 3, 0),
    similarity: false,
    triplets: Uint32Array.of(0, 1, 2, 1, 0, 2),
  };
  // Losses with a margin of 0.5: 1 − 1.1 + 0.5 = 0.4, and none for 1 − 3 + 0.5.
  const { valid, mined } = meansOf(batch, 0.5);
  expect(valid).toBeCloseTo(0.2, 6);
  expect(mined).toBeCloseTo(0.4, 6);
  // As similarities the second is the worst: −1 + 3 + 0.5 = 2.5, and −1 + 1.1 + 0.5 = 0.6.
  expect(meansOf({ ...batch, similarity: true }, 0.5).valid).toBeCloseTo(1.55, 6);
  expect(meansOf({ ...batch, triplets: new Uint32Array() }, 0.5).mined).toBeNull();
});

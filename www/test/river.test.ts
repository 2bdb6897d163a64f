import { expect, test } from 'vitest';
import type { Evaluation } from 'metriclab';
import { meansOf } from '../src/figures/river/river';
import { recallOf } from '../src/laboratory/recall';

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

test('Recall@1 of a run beside raw pixels: intervals that overlap are no difference', () => {
  const score = (recall: number) => ({ recall, low: recall - 0.1, high: recall + 0.1, map: 0 });
  const scores = [
    { step: 10, seen: score(0.5), unseen: null },
    { step: 20, seen: score(0.9), unseen: score(0.4) },
  ];
  const raw = (recallAt1: number) => ({ recallAt1, recallAt1Interval: [recallAt1 - 0.05, recallAt1 + 0.05] });
  const baseline = (seen: number) => ({ seen: raw(seen), unseen: raw(0.6) }) as unknown as Evaluation;
  const [seen, unseen] = recallOf(scores, baseline(0.7));
  expect(seen?.own.map(({ step }) => step)).toEqual([10, 20]);
  expect(seen?.verdict).toBe('better');
  expect(unseen?.own).toHaveLength(1);
  // 0.3 to 0.5 beside 0.55 to 0.65.
  expect(unseen?.verdict).toBe('worse');
  expect(recallOf(scores, baseline(0.78))[0]?.verdict).toBe('same');
  expect(recallOf(scores, null)).toEqual([]);
});

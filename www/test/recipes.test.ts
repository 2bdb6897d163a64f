import { expect, test } from 'vitest';
import { PlaneFrame } from '../src/figures/plane';
import { KINDS, placeOf, type Kind } from '../src/figures/triplet/recipes';
import { METRICS, START } from '../src/figures/triplet/triplet.svelte';

type Metric = (typeof METRICS)[number];

/** How far two points are; for cosine, how unlike. */
function apart(metric: Metric, [ax = 0, ay = 0]: number[], [bx = 0, by = 0]: number[]): number {
  if (metric === 'euclidean') return Math.hypot(ax - bx, ay - by);
  if (metric === 'manhattan') return Math.abs(ax - bx) + Math.abs(ay - by);
  return -(ax * bx + ay * by) / (Math.hypot(ax, ay) * Math.hypot(bx, by));
}

/** The kind that a negative is of, by its definition. */
function kindOf(metric: Metric, points: readonly number[], margin: number, n: readonly number[]): Kind {
  const a = points.slice(0, 2);
  const [ap, an] = [apart(metric, a, points.slice(2, 4)), apart(metric, a, [...n])];
  return an < ap ? 'hard' : an < ap + margin ? 'semihard' : 'easy';
}

const WIDE = new PlaneFrame(640, 480, 1.45);
/** As low as on a phone. */
const LOW = new PlaneFrame(400, 200, 1.45);
/** Places all over the picture. */
function placesOf(frame: PlaneFrame): [number, number][] {
  const [, , right, top] = frame.seen;
  const steps = Array.from({ length: 80 }, (_, k) => k / 40 - 1);
  return steps.flatMap((x) =>
    steps
      .map((y): [number, number] => [x * right, y * top])
      .filter((place) => frame.holds(...place) && Math.hypot(...place) > 0),
  );
}

const PLACES = [
  START.points,
  [-0.4, 0.05, 0.25, 0.5, 0.45, -0.65],
  [0.6, 0.05, 0.75, 0.75, 1.2, -0.35],
  [1.2, 1.1, 0.3, 0.2, 1.25, 1.2],
];

test('a recipe moves the negative to where it is of that kind, within the picture', () => {
  let count = 0;
  for (const frame of [WIDE, LOW])
    for (const metric of METRICS)
      for (const points of PLACES)
        for (const margin of [0.05, 0.4, 0.75])
          for (const kind of KINDS) {
            const place = placeOf(kind, { points, margin, metric }, frame);
            const what = `${kind}, ${metric}, margin ${margin}, ${points.join(' ')}`;
            if (!place) {
              const found = placesOf(frame).filter((n) => kindOf(metric, points, margin, n) === kind);
              expect(found, `nowhere: ${what}`).toEqual([]);
              continue;
            }
            count += 1;
            expect(kindOf(metric, points, margin, place), what).toBe(kind);
            expect(frame.holds(...place), what).toBe(true);
          }
  expect(count).toBeGreaterThan(200);
});

test('where no place is of a kind there is no recipe', () => {
  // Nothing is nearer than a positive that lies on its anchor.
  const collapsed = { points: [0.3, 0.2, 0.3, 0.2, 0.3, 0.2], margin: 0.4 };
  expect(placeOf('hard', { ...collapsed, metric: 'euclidean' }, WIDE)).toBeNull();
  expect(placeOf('easy', { ...collapsed, metric: 'euclidean' }, WIDE)).not.toBeNull();
  // No similarity is below −1.
  const opposite = { points: [1, 0, -0.9, 0.05, 0, 1], margin: 0.4, metric: 'cosine' };
  expect(placeOf('easy', opposite, WIDE)).toBeNull();
});

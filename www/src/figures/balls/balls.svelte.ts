import type { Outline } from 'metriclab';
import { newest, tools } from '../../state/tools';
import { factsOf, MORE, type MetricName } from '../metrics/names';
import { PlaneFrame } from '../plane';
import { below, border, grid, named, placeOf, type Corner, type Shares } from './simplex';

/** Distances of points; a third is chosen. */
export const POINTS = ['euclidean', 'manhattan'] as const satisfies readonly MetricName[];
export const OTHER_POINTS = [
  'cosine',
  'chebyshev',
  'minkowski',
  'dot',
] as const satisfies readonly MetricName[];
/** Distances of histograms; a third is chosen. */
export const SHARES = ['kullbackLeibler', 'wasserstein'] as const satisfies readonly MetricName[];
export const OTHER_SHARES: readonly MetricName[] = [
  'energy',
  ...MORE.filter((name) => factsOf(name).histograms),
];

/** All that is as near to x as p is, and how near that is. */
export interface Ball {
  readonly distance: number;
  /** Closed lines of the plane. */
  readonly outline: Outline;
}

const GRID = grid();
/** A loss is asked for with the zones; they are the same for every loss. */
const LOSS = { kind: 'triplet', margin: 0.1, swap: false, smooth: false } as const;

/** How the figure begins. */
export const BEGIN = {
  points: [0.4, 0.3, 0.1, 0.7],
  shares: [0.55, 0.27, 0.18, 0.35, 0.5, 0.15],
  metric: 'cosine',
  histograms: 'energy',
} as const;

const cornersOf = ([a = 0, b = 0, c = 0, d = 0]: readonly number[]): readonly [Corner, Corner] => [
  [a, b],
  [c, d],
];

const sharesOf = (six: readonly number[]): readonly [Shares, Shares] => [
  named(six.slice(0, 3)),
  named(six.slice(3)),
];

/** Two points of the plane and two histograms, x and p each: the balls around x that reach to p, by the engine. */
export class Balls {
  frame = $state.raw(new PlaneFrame(200, 200, 1.2));
  /** x and p in the plane. */
  points = $state.raw(cornersOf(BEGIN.points));
  /** x and p as histograms. */
  shares = $state.raw(sharesOf(BEGIN.shares));
  otherPoints = $state<(typeof OTHER_POINTS)[number]>(BEGIN.metric);
  otherShares = $state<MetricName>(BEGIN.histograms);
  balls = $state.raw<ReadonlyMap<MetricName, Ball>>(new Map());
  failure = $state.raw<unknown>(null);
  /** Whether an answer of the engine is awaited. */
  asking = $state(false);
  #ask = newest(
    () => this.#answer(),
    (error) => (this.failure = error),
    (asking) => (this.asking = asking),
  );

  /** Takes over x and p, as a link has them. */
  open(points: readonly number[], shares: readonly number[]): void {
    [this.points, this.shares] = [cornersOf(points), sharesOf(shares)];
  }

  ask(): void {
    this.#ask();
  }

  resize(side: number): void {
    if (side > 0) this.frame = new PlaneFrame(side, side, 1.2);
  }

  get shownPoints(): readonly MetricName[] {
    return [...POINTS, this.otherPoints];
  }

  get shownShares(): readonly MetricName[] {
    return [...SHARES, this.otherShares];
  }

  async #answer(): Promise<void> {
    const { shownPoints, shownShares } = this;
    const [inPlane, ofHistograms] = await Promise.all([
      Promise.all(shownPoints.map((name) => this.#inPlane(name))),
      Promise.all(shownShares.map((name) => this.#ofHistograms(name))),
    ]);
    this.balls = new Map([...inPlane, ...ofHistograms]);
  }

  /** The hard zone of a triplet with anchor x and positive p: exactly the points that are no farther from x than p. */
  async #inPlane(name: MetricName): Promise<[MetricName, Ball]> {
    const lab = await tools();
    const [x, p] = this.points;
    const { kind } = factsOf(name);
    const asked = { loss: LOSS, distance: kind, normalize: false, minerMargin: LOSS.margin };
    const [{ hard }, [distance = 0]] = await Promise.all([
      lab.zones({ points: [...x, ...p], frame: this.frame.seen, ...asked }),
      lab.distances({
        queries: Float32Array.from(x),
        references: Float32Array.from(p),
        dim: 2,
        metric: kind,
      }),
    ]);
    return [name, { distance, outline: hard }];
  }

  async #ofHistograms(name: MetricName): Promise<[MetricName, Ball]> {
    const [x, p] = this.shares;
    const references = new Float32Array(GRID.rows.length + 3);
    references.set(GRID.rows);
    references.set(p, GRID.rows.length);
    const lab = await tools();
    const queries = Float32Array.from(x);
    const d = await lab.distances({ queries, references, dim: 3, metric: factsOf(name).kind });
    const distance = d[d.length - 1] ?? 0;
    const inside = GRID.triangles.map((triangle) =>
      below(
        triangle.map((at) => placeOf(GRID.rows.subarray(3 * at, 3 * at + 3))),
        triangle.map((at) => d[at] ?? 0),
        distance,
      ),
    );
    return [name, { distance, outline: border(inside).map((line) => line.flat()) }];
  }
}

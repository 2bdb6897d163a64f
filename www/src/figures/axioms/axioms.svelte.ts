import type { DistanceKind } from 'metriclab';
import { newest, tools } from '../../state/tools';
import { moved, PlaneFrame } from '../plane';

export const RULES = ['euclidean', 'squaredEuclidean', 'manhattan', 'cosine', 'angular'] as const;
export type Rule = (typeof RULES)[number];
/** The core's name of each; 1 − cos is its cosine as a distance. */
const KINDS: Readonly<Record<Rule, DistanceKind>> = {
  euclidean: 'euclidean',
  squaredEuclidean: 'squaredEuclidean',
  manhattan: 'manhattan',
  cosine: 'cosine',
  angular: 'angle',
};
/** A metric that puts the same pairs in the same order. */
const MENDED: Readonly<Partial<Record<Rule, Rule>>> = { squaredEuclidean: 'euclidean', cosine: 'angular' };
export const NAMES = ['x', 'y', 'z'] as const;
const START: readonly number[] = [-0.8, -0.3, 0.1, 0.6, 0.9, -0.2];
const MOVE_MS = 600;
/** A difference below this is rounding. */
const ROUNDING = 1e-5;

/** Three points and a distance; the core measures the three sides. */
export class AxiomPlane {
  frame = $state.raw(new PlaneFrame(640, 400, 1.1));
  points = $state.raw<readonly number[]>(START);
  rule = $state<Rule>('euclidean');
  /** d(x, y), d(y, z), d(x, z) */
  sides = $state.raw<readonly [number, number, number] | null>(null);
  failure = $state.raw<unknown>(null);
  #ask = newest(
    () => this.#measure(),
    (error) => (this.failure = error),
  );

  ask(): void {
    this.#ask();
  }

  get directional(): boolean {
    return this.rule === 'cosine' || this.rule === 'angular';
  }

  /** By how much the detour is shorter than the direct way; 0 where it is not. */
  get overhang(): number {
    const [xy = 0, yz = 0, xz = 0] = this.sides ?? [];
    const by = xz - xy - yz;
    return by > ROUNDING * Math.max(1, xz) ? by : 0;
  }

  get mended(): Rule | undefined {
    return MENDED[this.rule];
  }

  /** Fits the plane into a box of the page. */
  resize(width: number, height: number): void {
    this.frame = PlaneFrame.fitting(width, height, 1.1) ?? this.frame;
  }

  move(corner: number, x: number, y: number): void {
    this.points = moved(this.points, corner, x, y);
  }

  mend(): void {
    this.rule = this.mended ?? this.rule;
  }

  /** Lets the points travel to the worst triple that the core finds on a grid; at once where motion is unwelcome. */
  async worst(still: boolean): Promise<void> {
    const grid = Array.from({ length: 48 }, (_, k) => [
      (k % 8) / 4 - 0.875,
      Math.floor(k / 8) / 3 - 0.83,
    ]).flat();
    try {
      const request = { points: Float32Array.from(grid), dim: 2, distance: KINDS[this.rule] };
      const { worst } = (await (await tools()).axioms(request)).triangle;
      if (!worst) return;
      // The core names the ends first: d(x, z), d(x, y), d(y, z) of its rows x, y, z.
      const target = worst.rows.flat();
      const largest = Math.max(...target.map(Math.abs));
      await this.#travel(largest > 1 ? target.map((value) => value / largest) : target, still);
    } catch (error) {
      this.failure = error;
    }
  }

  async #travel(target: readonly number[], still: boolean): Promise<void> {
    const from = this.points;
    const begun = performance.now();
    for (let share = still ? 1 : 0; ;) {
      const eased = share * share * (3 - 2 * share);
      this.points = from.map((value, k) => value + (this.#inside(target, k) - value) * eased);
      if (share >= 1) return;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      share = Math.min(1, (performance.now() - begun) / MOVE_MS);
    }
  }

  #inside(target: readonly number[], k: number): number {
    const corner = Math.floor(k / 2);
    return this.frame.inside(target[2 * corner] ?? 0, target[2 * corner + 1] ?? 0)[k % 2] ?? 0;
  }

  async #measure(): Promise<void> {
    const rows = Float32Array.from(this.points);
    const lab = await tools();
    const d = await lab.distances({ queries: rows, references: rows, dim: 2, metric: KINDS[this.rule] });
    this.sides = [d[1] ?? 0, d[5] ?? 0, d[2] ?? 0];
  }
}

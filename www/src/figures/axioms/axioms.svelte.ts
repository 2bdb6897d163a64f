import type { DistanceKind } from 'metriclab';
import { newest, tools } from '../../state/tools';
import { moved, PlaneFrame } from '../plane';
import { travel } from '../travel';

export const RULES = ['euclidean', 'squaredEuclidean', 'manhattan', 'cosine', 'angular'] as const;
/** What a step of the lesson is about. */
export const VIEWS = ['number', 'identity', 'symmetry', 'triangle'] as const;
export type AxiomView = (typeof VIEWS)[number];
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
export const START: readonly number[] = [-0.8, -0.3, 0.1, 0.6, 0.9, -0.2];
/** A difference below this is rounding. */
const ROUNDING = 1e-5;

/** Three points and a distance; the core measures the three sides. */
export class AxiomPlane {
  frame = $state.raw(new PlaneFrame(640, 400, 1.1));
  points = $state.raw<readonly number[]>(START);
  rule = $state<Rule>('euclidean');
  /** d(x, y), d(y, z), d(x, z) */
  sides = $state.raw<readonly [number, number, number] | null>(null);
  /** d(y, x) */
  back = $state(0);
  travelling = $state(false);
  failure = $state.raw<unknown>(null);
  /** Whether an answer of the engine is awaited. */
  asking = $state(false);
  #opening: { readonly points: readonly number[]; readonly rule: Rule } = {
    points: START,
    rule: 'euclidean',
  };
  #journey = 0;
  #ask = newest(
    () => this.#measure(),
    (error) => (this.failure = error),
    (asking) => (this.asking = asking),
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

  /** Takes over a state, to which the points travel; `start` is where a reset leads. */
  open(opening: { points: readonly number[]; rule: Rule }, still: boolean, start = opening): void {
    this.#opening = start;
    this.rule = opening.rule;
    void this.#travel(opening.points, still);
  }

  reset(): void {
    this.open(this.#opening, true);
  }

  move(corner: number, x: number, y: number): void {
    this.#journey += 1;
    this.travelling = false;
    this.points = moved(this.points, corner, x, y);
  }

  /** Whether x and y are in one place. */
  get together(): boolean {
    const [x = 0, y = 0, u = 0, v = 0] = this.points;
    return Math.hypot(u - x, v - y) < ROUNDING;
  }

  nextRule(): void {
    this.rule = RULES[(RULES.indexOf(this.rule) + 1) % RULES.length] ?? 'euclidean';
  }

  /** Lets y travel to x, or back to where it was at the start. */
  async meet(still: boolean): Promise<void> {
    const [x = 0, y = 0] = this.points;
    const [, , u = 0, v = 0] = this.#opening.points;
    await this.#travel(this.together ? moved(this.points, 1, u, v) : moved(this.points, 1, x, y), still);
  }

  async exchange(still: boolean): Promise<void> {
    const [x = 0, y = 0, u = 0, v = 0, ...z] = this.points;
    await this.#travel([u, v, x, y, ...z], still);
  }

  mend(): void {
    this.rule = this.mended ?? this.rule;
  }

  /**
   * Lets the points travel to the worst triple that the core finds on a grid; at once where motion is unwelcome. Where it finds
   * none, y travels between x and z, where the detour is shortest.
   */
  async worst(still: boolean): Promise<void> {
    const grid = Array.from({ length: 48 }, (_, k) => [
      (k % 8) / 4 - 0.875,
      Math.floor(k / 8) / 3 - 0.83,
    ]).flat();
    try {
      const request = { points: Float32Array.from(grid), dim: 2, distance: KINDS[this.rule] };
      const { worst } = (await (await tools()).axioms(request)).triangle;
      const [x = 0, y = 0, , , u = 0, v = 0] = this.points;
      // The core names the ends first: d(x, z), d(x, y), d(y, z) of its rows x, y, z.
      const target = worst?.rows.flat() ?? moved(this.points, 1, (x + u) / 2, (y + v) / 2);
      const largest = Math.max(...target.map(Math.abs));
      await this.#travel(largest > 1 ? target.map((value) => value / largest) : target, still);
    } catch (error) {
      this.failure = error;
    }
  }

  async #travel(target: readonly number[], still: boolean): Promise<void> {
    const journey = ++this.#journey;
    this.travelling = true;
    await travel(
      this.points,
      target.map((_, k) => this.#inside(target, k)),
      still,
      (points) => (this.points = points),
      () => journey === this.#journey,
    );
    if (journey === this.#journey) this.travelling = false;
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
    this.back = d[3] ?? 0;
  }
}

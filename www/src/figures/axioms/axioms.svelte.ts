import type { Lab } from 'metriclab';
import { brokenBy, UNIT_DIM, UNIT_VECTORS, type Axiom } from '../../geometry/axioms';
import { newest, tools } from '../../state/tools';
import { named, pulled } from '../balls/simplex';
import { moved, PlaneFrame } from '../plane';
import { travel } from '../travel';
import { breakerOf, entryOf, mendedOf, RULES, type Rule } from './rules';

export const NAMES = ['x', 'y', 'z'] as const;
export const START: readonly number[] = [-0.8, -0.3, 0.1, 0.6, 0.9, -0.2];
/** Three histograms of three bins. */
export const START_SHARES: readonly number[] = [0.7, 0.2, 0.1, 0.2, 0.5, 0.3, 0.1, 0.2, 0.7];
/** x in one bin but for a little, and y in all bins alike: the KL divergence there and back differs by much. */
const ONE_WAY: readonly number[] = [0.96, 0.02, 0.02, 1 / 3, 1 / 3, 1 / 3];
/** Two points in one direction. */
const ONE_RAY: readonly number[] = [-0.8, -0.3, -0.4, -0.15];
/** A difference below this is rounding. */
const ROUNDING = 1e-5;

/** Where the worst triple is looked for: a grid of the plane, and one of the histograms. */
const PLACES = Float32Array.from(
  Array.from({ length: 48 }, (_, k) => [(k % 8) / 4 - 0.875, Math.floor(k / 8) / 3 - 0.83]).flat(),
);
const SIXTHS = [0, 1, 2, 3, 4, 5, 6] as const;
const HISTOGRAMS = Float32Array.from(
  SIXTHS.flatMap((i) =>
    SIXTHS.filter((j) => i + j <= 6).flatMap((j) =>
      // No share is 0, where a logarithm has no end.
      [i, j, 6 - i - j].map((part) => 0.01 + (0.97 * part) / 6),
    ),
  ),
);

type Sides = readonly [xy: number, yz: number, xz: number];

export interface Opening {
  readonly points: readonly number[];
  readonly shares: readonly number[];
  readonly rule: Rule;
}

/** By how much the detour is shorter than the direct way; 0 where it is not. */
export function overhangOf([xy, yz, xz]: Sides): number {
  const by = xz - xy - yz;
  return by > ROUNDING * Math.max(1, xz) ? by : 0;
}

const known = new Map<Rule, readonly Axiom[]>();

/** The axioms that a distance of vectors breaks on unit vectors of the plane. */
async function brokenOnUnit(lab: Lab, rule: Rule): Promise<readonly Axiom[]> {
  const before = known.get(rule);
  if (before) return before;
  const rows = { queries: UNIT_VECTORS, references: UNIT_VECTORS, dim: UNIT_DIM };
  const distances = await lab.distances({ ...rows, metric: entryOf(rule).kind });
  const broken = brokenBy(distances, UNIT_VECTORS.length / UNIT_DIM);
  known.set(rule, broken);
  return broken;
}

/** Three points, or three histograms, and a distance; the core measures the three sides. */
export class AxiomPlane {
  frame = $state.raw(new PlaneFrame(640, 400, 1.1));
  points = $state.raw<readonly number[]>(START);
  shares = $state.raw(START_SHARES);
  rule = $state<Rule>('euclidean');
  /** d(x, y), d(y, z), d(x, z) */
  sides = $state.raw<Sides | null>(null);
  /** The sides as they are drawn: while a distance is mended, on the way to the new ones. */
  drawn = $state.raw<Sides | null>(null);
  /** The axioms that the rule breaks on unit vectors; null for a distance of histograms. */
  onUnit = $state.raw<readonly Axiom[] | null>(null);
  /** d(y, x) */
  back = $state(0);
  travelling = $state(false);
  failure = $state.raw<unknown>(null);
  /** Whether an answer of the engine is awaited. */
  asking = $state(false);
  #opening: Opening = { points: START, shares: START_SHARES, rule: 'euclidean' };
  #mending = false;
  #journey = 0;
  #ask = newest(
    () => this.#measure(),
    (error) => (this.failure = error),
    (asking) => (this.asking = asking),
  );

  ask(): void {
    this.#ask();
  }

  /** Whether only the directions of vectors count. */
  get directional(): boolean {
    return this.rule === 'cosine' || this.rule === 'angle';
  }

  get histograms(): boolean {
    return entryOf(this.rule).rows === 'histograms';
  }

  /** By how much the detour is shorter than the direct way; 0 where it is not. */
  get overhang(): number {
    return this.sides ? overhangOf(this.sides) : 0;
  }

  get mended(): Rule | undefined {
    return mendedOf(this.rule);
  }

  /** Fits the plane into a box of the page. */
  resize(width: number, height: number): void {
    this.frame = PlaneFrame.fitting(width, height, 1.1) ?? this.frame;
  }

  /** Takes over a state, to which the points travel; `start` is where a reset leads. */
  open(opening: Opening, still: boolean, start = opening): void {
    this.#opening = start;
    this.rule = opening.rule;
    if (this.histograms) this.points = opening.points;
    else this.shares = opening.shares;
    void this.#travel(this.histograms ? opening.shares : opening.points, still);
  }

  reset(): void {
    this.open(this.#opening, true);
  }

  move(corner: number, x: number, y: number): void {
    this.#journey += 1;
    this.travelling = false;
    this.points = moved(this.points, corner, x, y);
  }

  /** Pulls a bar of a histogram. */
  pull(of: number, bin: number, share: number): void {
    this.#journey += 1;
    this.travelling = false;
    const [a = 0, b = 0, c = 0] = this.#split(this.shares)[of] ?? [];
    const bars = pulled([a, b, c], bin, share);
    this.shares = this.shares.map((own, at) => (Math.floor(at / 3) === of ? (bars[at % 3] ?? own) : own));
  }

  /** Whether x and y are in one place. */
  get together(): boolean {
    const [x, y] = this.#ends;
    return x.every((value, k) => Math.abs(value - (y[k] ?? 0)) < ROUNDING);
  }

  nextRule(): void {
    this.rule = RULES[(RULES.indexOf(this.rule) + 1) % RULES.length] ?? 'euclidean';
  }

  /** Lets y travel to x, or back to where it was at the start. */
  async meet(still: boolean): Promise<void> {
    const [x, , z] = this.#ends;
    const [, y] = this.#split(this.histograms ? this.#opening.shares : this.#opening.points);
    await this.#travel([...x, ...(this.together ? y : x), ...z], still);
  }

  async exchange(still: boolean): Promise<void> {
    const [x, y, z] = this.#ends;
    await this.#travel([...y, ...x, ...z], still);
  }

  /** Goes on with the metric that has the same order; the bars change into its own, unless motion is unwelcome. */
  mend(still: boolean): void {
    this.#mending = !still;
    this.rule = this.mended ?? this.rule;
  }

  /** Goes on with a distance that breaks the axiom, and lets the points travel to where it does. */
  async break(axiom: Axiom, still: boolean): Promise<void> {
    this.rule = breakerOf(axiom, this.rule);
    const [, , z] = this.#ends;
    if (axiom === 'triangle') await this.worst(still);
    else await this.#travel([...(axiom === 'symmetry' ? ONE_WAY : ONE_RAY), ...z], still);
  }

  /**
   * Lets the points travel to the worst triple that the core finds on a grid; at once where motion is unwelcome. Where it finds
   * none, y travels between x and z, where the detour is shortest.
   */
  async worst(still: boolean): Promise<void> {
    try {
      const { kind } = entryOf(this.rule);
      const [points, dim] = this.histograms ? [HISTOGRAMS, 3] : [PLACES, 2];
      const { worst } = (await (await tools()).axioms({ points, dim, distance: kind })).triangle;
      const [x, , z] = this.#ends;
      const middle = x.map((value, k) => (value + (z[k] ?? 0)) / 2);
      // The core names the ends first: d(x, z), d(x, y), d(y, z) of its rows x, y, z.
      const target = worst?.rows.flat() ?? [...x, ...middle, ...z];
      const largest = Math.max(...target.map(Math.abs));
      await this.#travel(largest > 1 ? target.map((value) => value / largest) : target, still);
    } catch (error) {
      this.failure = error;
    }
  }

  get #ends(): readonly [readonly number[], readonly number[], readonly number[]] {
    return this.#split(this.histograms ? this.shares : this.points);
  }

  #split(rows: readonly number[]): readonly [readonly number[], readonly number[], readonly number[]] {
    const dim = rows.length / 3;
    return [rows.slice(0, dim), rows.slice(dim, 2 * dim), rows.slice(2 * dim)];
  }

  async #travel(target: readonly number[], still: boolean): Promise<void> {
    const journey = ++this.#journey;
    this.travelling = true;
    const shares = this.histograms;
    await travel(
      shares ? this.shares : this.points,
      shares ? target : target.map((_, k) => this.#inside(target, k)),
      still,
      (rows) => {
        if (shares) this.shares = this.#split(rows).flatMap(named);
        else this.points = rows;
      },
      () => journey === this.#journey,
    );
    if (journey === this.#journey) this.travelling = false;
  }

  #inside(target: readonly number[], k: number): number {
    const corner = Math.floor(k / 2);
    return this.frame.inside(target[2 * corner] ?? 0, target[2 * corner + 1] ?? 0)[k % 2] ?? 0;
  }

  async #measure(): Promise<void> {
    const { rule, histograms } = this;
    const rows = Float32Array.from(histograms ? this.shares : this.points);
    const lab = await tools();
    const asked = { queries: rows, references: rows, dim: rows.length / 3, metric: entryOf(rule).kind };
    const [d, onUnit] = await Promise.all([
      lab.distances(asked),
      histograms ? null : brokenOnUnit(lab, rule),
    ]);
    const sides: Sides = [d[1] ?? 0, d[5] ?? 0, d[2] ?? 0];
    const drawn = this.#mending ? this.drawn : null;
    this.#mending = false;
    if (drawn) await travel(drawn, sides, false, ([xy = 0, yz = 0, xz = 0]) => (this.drawn = [xy, yz, xz]));
    [this.sides, this.drawn, this.back, this.onUnit] = [sides, sides, d[3] ?? 0, onUnit];
  }
}

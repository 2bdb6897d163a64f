import type { TripletZones } from 'metriclab';
import { newest, tools } from '../../state/tools';
import { moved, PlaneFrame } from '../plane';
import { LOSSES, type Recipe } from '../compare/recipes';
import { gridOf, lossAt, softmaxLoss } from './field';

const LABELS = [0, 0, 1] as const;
const START: readonly number[] = [-0.5, -0.2, 0.35, 0.55, 0.15, -0.5];
/** Weights of the two classes under softmax, w of each class as a column: x of both, then y of both. */
const WEIGHTS: readonly number[] = [-0.6, 0.7, 0.9, -0.6];
const HALF_HEIGHT = 1.75;
const COLUMNS = 72;
const RATE = 0.04;
const STEP_MS = 60;
const MOST_STEPS = 150;
const STILL = 1e-4;

/** The loss of three points, and where the core would move them. */
export interface Answer {
  readonly loss: number;
  /** By the points, in their order. */
  readonly gradient: readonly number[];
  /** By the class weights; empty where there are none. */
  readonly weightGradient: readonly number[];
  readonly ap: number;
  readonly an: number;
}

/** The loss at each cell of the plane, if the picked point were there. */
export interface Field {
  readonly columns: number;
  readonly rows: number;
  readonly values: Float32Array;
  readonly least: number;
  readonly most: number;
}

/** Three points under one of four losses; the core gives distances, loss, gradient and thresholds. */
export class Forces {
  frame = $state.raw(new PlaneFrame(640, 480, HALF_HEIGHT));
  recipe = $state<Recipe>('contrastive');
  points = $state.raw<readonly number[]>(START);
  weights = $state.raw<readonly number[]>(WEIGHTS);
  /** The point whose place the height field asks about. */
  picked = $state(2);
  answer = $state.raw<Answer | null>(null);
  zones = $state.raw<TripletZones | null>(null);
  field = $state.raw<Field | null>(null);
  trail = $state.raw<readonly (readonly number[])[]>([]);
  following = $state(false);
  failure = $state.raw<unknown>(null);
  #ask = newest(
    () => this.#update(),
    (error) => (this.failure = error),
  );

  ask(): void {
    this.#ask();
  }

  resize(width: number, height: number): void {
    this.frame = PlaneFrame.fitting(width, height, HALF_HEIGHT) ?? this.frame;
  }

  move(corner: number, x: number, y: number): void {
    this.picked = corner;
    this.points = moved(this.points, corner, x, y);
    this.trail = [];
  }

  reset(): void {
    this.following = false;
    [this.points, this.weights, this.trail, this.picked] = [START, WEIGHTS, [], 2];
  }

  /** Follows the negative gradient of points and class weights until nothing moves, or until it is stopped. */
  async follow(): Promise<void> {
    this.following = true;
    this.trail = [this.points];
    try {
      for (let step = 0; step < MOST_STEPS && this.#isFollowing(); step++) {
        const { gradient, weightGradient } = await this.#measure();
        if (!this.#isFollowing() || gradient.every((part) => Math.abs(part) < STILL)) break;
        this.points = this.points.map((value, k) => value - RATE * (gradient[k] ?? 0));
        this.weights = this.weights.map((value, k) => value - RATE * (weightGradient[k] ?? 0));
        this.trail = [...this.trail, this.points];
        await new Promise((resolve) => setTimeout(resolve, STEP_MS));
      }
    } catch (error) {
      this.failure = error;
    }
    this.following = false;
  }

  #isFollowing(): boolean {
    return this.following;
  }

  async #measure(): Promise<Answer> {
    const lab = await tools();
    const loss = LOSSES[this.recipe];
    const { points, weights } = this;
    if (loss.kind === 'softmax') {
      const { value, gradient, learnedGradient } = await lab.lossOf({
        embeddings: Float32Array.from(points),
        dim: 2,
        labels: Uint16Array.from(LABELS),
        loss,
        distance: 'euclidean',
        normalize: false,
        learned: Float32Array.from(weights),
      });
      const answer = { loss: value, gradient: [...gradient], weightGradient: [...learnedGradient] };
      return { ...answer, ap: NaN, an: NaN };
    }
    const shared = { loss, distance: 'euclidean', normalize: false, minerMargin: 0.2 } as const;
    const found = await lab.geometry({ points, ...shared });
    const { ap, an } = found;
    return { loss: found.loss, gradient: [...found.gradient], weightGradient: [], ap, an };
  }

  async #update(): Promise<void> {
    const { recipe, points, frame } = this;
    const loss = LOSSES[recipe];
    const lab = await tools();
    const shared = { loss, distance: 'euclidean', normalize: false, minerMargin: 0.2 } as const;
    const zones =
      loss.kind === 'softmax'
        ? null
        : lab.zones({ points: points.slice(0, 4), frame: frame.seen, ...shared });
    const [answer, outlines, field] = await Promise.all([this.#measure(), zones, this.#fieldOf()]);
    [this.answer, this.zones, this.field] = [answer, outlines, field];
  }

  /** The loss for each place of the picked point; its distances come from the core in one call. */
  async #fieldOf(): Promise<Field> {
    const { points, weights, picked, frame } = this;
    const loss = LOSSES[this.recipe];
    const { width, height, scale } = frame;
    const rows = Math.max(8, Math.round((COLUMNS * height) / width));
    const [x, y] = [width / 2 / scale, height / 2 / scale];
    const grid = gridOf([-x, -y, x, y], COLUMNS, rows);
    const count = COLUMNS * rows;
    let values: Float32Array;
    if (loss.kind === 'softmax') {
      values = Float32Array.from({ length: count }, (_, k) => {
        const moved = points.with(2 * picked, grid[2 * k] ?? 0).with(2 * picked + 1, grid[2 * k + 1] ?? 0);
        return softmaxLoss(moved, LABELS, weights);
      });
    } else {
      const request = { queries: grid, references: Float32Array.from(points), dim: 2 };
      const d = await (await tools()).distances({ ...request, metric: 'euclidean' });
      const [ap, an] = [this.#between(0, 1), this.#between(0, 2)];
      values = Float32Array.from({ length: count }, (_, k) => {
        const to = (corner: number): number => d[3 * k + corner] ?? 0;
        if (picked === 0) return lossAt(loss, to(1), to(2));
        return picked === 1 ? lossAt(loss, to(0), an) : lossAt(loss, ap, to(0));
      });
    }
    const least = values.reduce((a, b) => Math.min(a, b), Infinity);
    const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
    return { columns: COLUMNS, rows, values, least, most };
  }

  #between(one: number, other: number): number {
    const at = (k: number): number => this.points[k] ?? 0;
    return Math.hypot(at(2 * one) - at(2 * other), at(2 * one + 1) - at(2 * other + 1));
  }
}

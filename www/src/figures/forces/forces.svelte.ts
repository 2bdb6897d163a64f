import type { TripletZones } from 'metriclab';
import { newest, tools } from '../../state/tools';
import { moved, PlaneFrame } from '../plane';
import { LOSSES, type Recipe } from '../compare/recipes';
import { Run } from '../run/run.svelte';
import { rounded } from '../settings';
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
/** So many steps without a lower loss are enough. */
const PATIENT = 8;

/** A state that the figure begins with, or that a link carries. */
export interface Opening {
  readonly recipe: Recipe;
  readonly points: readonly number[];
  readonly weights: readonly number[];
  /** The point that the height field asks about. */
  readonly picked: number;
  /** Points and weights from which the gradient was followed, and for how many steps, if that led to the present ones. */
  readonly from?: readonly number[];
  readonly followed?: number;
}

export const OPENING: Opening = { recipe: 'contrastive', points: START, weights: WEIGHTS, picked: 2 };

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
export class Forces extends Run {
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
  /** Whether an answer of the engine is awaited. */
  asking = $state(false);
  /** The state at the beginning of the trail. */
  #origin: Opening | null = null;
  #ask = newest(
    () => this.#update(),
    (error) => (this.failure = error),
    (asking) => (this.asking = asking),
  );

  ask(): void {
    if (!this.running && !this.way && this.trail.length > 0) this.trail = [];
    this.#ask();
  }

  resize(width: number, height: number): void {
    this.frame = PlaneFrame.fitting(width, height, HALF_HEIGHT) ?? this.frame;
  }

  move(corner: number, x: number, y: number): void {
    this.picked = corner;
    this.points = moved(this.points, corner, x, y);
    [this.trail, this.#origin] = [[], null];
  }

  /** Takes over a state; `alone` as for `follow`. */
  open({ recipe, points, weights, picked, from, followed }: Opening, alone = false): void {
    this.pause();
    [this.recipe, this.points, this.weights, this.trail, this.picked] = [recipe, points, weights, [], picked];
    if (!from || !followed) return;
    [this.points, this.weights] = [from.slice(0, 6), from.length === 10 ? from.slice(6) : WEIGHTS];
    void this.follow(alone, followed, 0);
  }

  /** The trail as a link names it; null without one, and for one that another loss made. */
  get way(): { readonly from: readonly number[]; readonly followed: number } | null {
    const [origin, followed] = [this.#origin, this.trail.length - 1];
    if (!origin || followed < 1 || origin.recipe !== this.recipe) return null;
    return { from: [...origin.points, ...origin.weights], followed };
  }

  reset(): void {
    this.open({ ...OPENING, recipe: this.recipe });
  }

  /**
   * Follows the negative gradient until nothing moves, until the loss falls no longer, or until it is stopped.
   *
   * @param alone whether the picked point moves alone, as on the landscape of the height field, which is that of one point
   */
  async follow(alone: boolean, most = MOST_STEPS, pause = STEP_MS): Promise<void> {
    if (this.running) return;
    this.trail = [this.points];
    const { recipe, points, weights, picked } = this;
    this.#origin = { recipe, points, weights, picked };
    let [least, since] = [Infinity, 0];
    await this.makeSteps(most, 1, async (_count, _round, stop) => {
      const answer = await this.#measure();
      if (stop.aborted) return;
      const gradient = answer.gradient.map((part, k) =>
        alone && Math.floor(k / 2) !== this.picked ? 0 : part,
      );
      // Two points that have met jump over each other with every step; the loss tells that they have arrived.
      since = answer.loss < least - STILL ? 0 : since + 1;
      least = Math.min(least, answer.loss);
      if (since >= PATIENT || gradient.every((part) => Math.abs(part) < STILL)) {
        this.pause();
        return;
      }
      this.points = this.points.map((value, k) => value - RATE * (gradient[k] ?? 0));
      if (!alone)
        this.weights = this.weights.map((value, k) => value - RATE * (answer.weightGradient[k] ?? 0));
      this.trail = [...this.trail, this.points];
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    });
    this.#settle();
  }

  /** The last places become those that a link can name. A trail that no link can name ends. */
  #settle(): void {
    // The next way may have begun already.
    if (this.running) return;
    [this.points, this.weights] = [this.points.map(rounded), this.weights.map(rounded)];
    this.trail = this.way ? [...this.trail.slice(0, -1), this.points] : [];
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

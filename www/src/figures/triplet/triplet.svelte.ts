import type { DistanceKind, LossConfig, TripletGeometry, TripletZones } from 'metriclab';
import { newest, tools } from '../../state/tools';
import { moved, PlaneFrame } from '../plane';
import { Run } from '../run/run.svelte';
import { rounded } from '../settings';
import { travel } from '../travel';
import { MARGIN } from './corners';
import { KINDS, placeOf, type Kind } from './recipes';

/** The subject of a step of the lesson: the two distances, the zones, the gradient, or other metrics. */
export const VIEWS = ['distances', 'zones', 'forces', 'metrics'] as const;
export type TripletView = (typeof VIEWS)[number];

export const METRICS = ['euclidean', 'manhattan', 'cosine'] as const;
export type PlaneMetric = (typeof METRICS)[number];

/** A state that a step of the lesson begins with, or that a link carries. */
export interface Opening {
  readonly points: readonly number[];
  readonly margin: number;
  readonly metric: PlaneMetric;
  /** Where the gradient was followed from, and for how many steps, if that led to the points. */
  readonly from?: readonly number[];
  readonly followed?: number;
}

export const START: Opening = {
  points: [-0.3, 0, 0.4, 0.5, 0.2, -0.6],
  margin: 0.4,
  metric: 'euclidean',
};
/** Room for the ring of the semi-hard zone. */
const HALF_HEIGHT = 1.45;
/** A step moves a point by so much of its gradient. */
const RATE = 0.04;
const STEP_MS = 60;
const MOST_STEPS = 200;
/** A gradient below it moves nothing. */
const STILL = 1e-6;

/** Three points of the plane under a triplet loss; the core gives loss, gradient and zones. */
export class Triplet extends Run {
  frame = $state.raw(new PlaneFrame(640, 480, HALF_HEIGHT));
  points = $state.raw<readonly number[]>(START.points);
  margin = $state(START.margin);
  metric = $state<PlaneMetric>(START.metric);
  geometry = $state.raw<TripletGeometry | null>(null);
  zones = $state.raw<TripletZones | null>(null);
  /** Where each point has been while the gradient was followed. */
  trail = $state.raw<readonly (readonly number[])[]>([]);
  travelling = $state(false);
  /** Whether an answer of the engine is awaited. */
  asking = $state(false);
  #opening = START;
  #journey = 0;
  /** The state at the beginning of the trail. */
  #origin: Opening | null = null;
  #ask = newest(
    () => this.#answer(),
    (error) => (this.failure = error),
    (asking) => (this.asking = asking),
  );

  /** Asks the core for the state as it is; called whenever the state changes. */
  ask(): void {
    if (!this.running && !this.way && this.trail.length > 0) this.trail = [];
    this.#ask();
  }

  /** Fits the plane into a box of the page. */
  resize(width: number, height: number): void {
    this.frame = PlaneFrame.fitting(width, height, HALF_HEIGHT) ?? this.frame;
  }

  /** Takes over a state, to which the points travel; `start` is where a reset leads. */
  open(opening: Opening, still: boolean, start = opening): void {
    this.#opening = start;
    this.pause();
    [this.margin, this.metric, this.trail] = [opening.margin, opening.metric, []];
    if (opening.from && opening.followed) void this.#repeat(opening);
    else void this.#travel(opening.points, still);
  }

  /** The trail as a link names it; null without one, and for one that the present loss did not make. */
  get way(): { readonly from: readonly number[]; readonly followed: number } | null {
    const [origin, followed] = [this.#origin, this.trail.length - 1];
    if (!origin || followed < 1 || origin.margin !== this.margin || origin.metric !== this.metric)
      return null;
    return { from: origin.points, followed };
  }

  move(corner: number, x: number, y: number): void {
    this.#journey += 1;
    this.travelling = false;
    this.points = moved(this.points, corner, x, y);
    [this.trail, this.#origin] = [[], null];
  }

  reset(): void {
    this.open(this.#opening, true);
  }

  /** The recipe of a collapse: three points in one place. */
  collapse(): void {
    this.pause();
    this.trail = [];
    void this.#travel([0.3, 0.2, 0.3, 0.2, 0.3, 0.2], true);
  }

  /** Where the negative would be of that kind; null if nowhere in the picture. */
  placeOf(kind: Kind): readonly [number, number] | null {
    return placeOf(kind, this, this.frame);
  }

  /** The kind of negative that comes after the present one: hard, semi-hard, easy, and hard again. */
  get nextKind(): Kind | null {
    const at = this.geometry ? KINDS.indexOf(this.geometry.zone) : -1;
    const turn = KINDS.map((_, k) => KINDS[(at + 1 + k) % KINDS.length] ?? 'hard');
    return turn.slice(0, 2).find((kind) => this.placeOf(kind)) ?? null;
  }

  /** Moves the negative to where it is of that kind. */
  async toKind(kind: Kind, still: boolean): Promise<void> {
    const place = this.placeOf(kind);
    if (!place) return;
    this.pause();
    this.trail = [];
    await this.#travel(moved(this.points, 2, ...place), still);
  }

  /** Takes a margin of the scale that its knob has. */
  setMargin(margin: number): void {
    const { least, most, step } = MARGIN;
    this.margin = rounded(Math.max(least, Math.min(most, step * Math.round(margin / step))));
  }

  nextMetric(): void {
    this.metric = METRICS[(METRICS.indexOf(this.metric) + 1) % METRICS.length] ?? 'euclidean';
  }

  /** Whether no point moves although the loss is above 0. */
  get stuck(): boolean {
    const { geometry } = this;
    return (
      geometry !== null && geometry.loss > 0 && geometry.gradient.every((part) => Math.abs(part) < STILL)
    );
  }

  /** Follows the negative gradient until nothing moves, until it is stopped, or for so many steps. */
  async follow(most = MOST_STEPS, pause = STEP_MS): Promise<void> {
    if (this.running) return;
    this.#journey += 1;
    this.travelling = false;
    this.trail = [this.points];
    const { points, margin, metric } = this;
    this.#origin = { points, margin, metric };
    await this.makeSteps(most, 1, async (_count, _round, stop) => {
      const { gradient } = await this.#geometry();
      if (stop.aborted) return;
      if (gradient.every((part) => Math.abs(part) < STILL)) {
        this.pause();
        return;
      }
      this.points = this.points.map((value, k) => value - RATE * (gradient[k] ?? 0));
      this.trail = [...this.trail, this.points];
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    });
    this.#settle();
  }

  /** Makes the same steps as the run that a link tells of. */
  async #repeat({ points, from = points, followed = 0 }: Opening): Promise<void> {
    this.points = from;
    const journey = this.#journey + 1;
    await this.follow(followed, 0);
    if (journey === this.#journey) this.points = points;
  }

  /** The last place of each point becomes one that a link can name. A trail that no link can name ends. */
  #settle(): void {
    // The next way may have begun already.
    if (this.running) return;
    this.points = this.points.map(rounded);
    this.trail = this.way ? [...this.trail.slice(0, -1), this.points] : [];
  }

  async #travel(target: readonly number[], still: boolean): Promise<void> {
    const journey = ++this.#journey;
    this.travelling = true;
    await travel(
      this.points,
      target,
      still,
      (points) => (this.points = points),
      () => journey === this.#journey,
    );
    if (journey === this.#journey) this.travelling = false;
  }

  get #loss(): LossConfig {
    return { kind: 'triplet', margin: this.margin, swap: false, smooth: false };
  }

  get #shared(): { loss: LossConfig; distance: DistanceKind; normalize: boolean; minerMargin: number } {
    return { loss: this.#loss, distance: this.metric, normalize: false, minerMargin: this.margin };
  }

  async #geometry(): Promise<TripletGeometry> {
    return (await tools()).geometry({ points: this.points, ...this.#shared });
  }

  async #answer(): Promise<void> {
    const { points, frame } = this;
    const lab = await tools();
    const [geometry, zones] = await Promise.all([
      this.#geometry(),
      lab.zones({ points: points.slice(0, 4), frame: frame.seen, ...this.#shared }),
    ]);
    [this.geometry, this.zones] = [geometry, zones];
  }
}

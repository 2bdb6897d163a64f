import type { DistanceKind, LossConfig, TripletGeometry, TripletZones } from 'metriclab';
import { newest, tools } from '../../state/tools';
import { moved, PlaneFrame } from '../plane';

export const METRICS = ['euclidean', 'manhattan', 'cosine'] as const;
export type PlaneMetric = (typeof METRICS)[number];

const START: readonly number[] = [-0.45, -0.15, 0.25, 0.35, 0.05, -0.75];
/** A step moves a point by so much of its gradient. */
const RATE = 0.04;
const STEP_MS = 60;
const MOST_STEPS = 200;
/** A gradient below it moves nothing. */
const STILL = 1e-6;

/** Three points of the plane under a triplet loss; the core gives loss, gradient and zones. */
export class Triplet {
  frame = $state.raw(new PlaneFrame(640, 480, 1.2));
  points = $state.raw<readonly number[]>(START);
  margin = $state(0.4);
  metric = $state<PlaneMetric>('euclidean');
  geometry = $state.raw<TripletGeometry | null>(null);
  zones = $state.raw<TripletZones | null>(null);
  /** Where each point has been while the gradient was followed. */
  trail = $state.raw<readonly (readonly number[])[]>([]);
  following = $state(false);
  failure = $state.raw<unknown>(null);
  #ask = newest(
    () => this.#answer(),
    (error) => (this.failure = error),
  );

  /** Asks the core for the state as it is; called whenever the state changes. */
  ask(): void {
    this.#ask();
  }

  /** Fits the plane into a box of the page. */
  resize(width: number, height: number): void {
    this.frame = PlaneFrame.fitting(width, height, 1.2) ?? this.frame;
  }

  move(corner: number, x: number, y: number): void {
    this.points = moved(this.points, corner, x, y);
    this.trail = [];
  }

  reset(): void {
    this.following = false;
    [this.points, this.trail, this.margin] = [START, [], 0.4];
  }

  /** The recipe of a collapse: three points in one place. */
  collapse(): void {
    this.following = false;
    [this.points, this.trail] = [[0.3, 0.2, 0.3, 0.2, 0.3, 0.2], []];
  }

  /** Whether no point moves although the loss is above 0. */
  get stuck(): boolean {
    const { geometry } = this;
    return (
      geometry !== null && geometry.loss > 0 && geometry.gradient.every((part) => Math.abs(part) < STILL)
    );
  }

  /** Follows the negative gradient until nothing moves, or until it is stopped. */
  async follow(): Promise<void> {
    this.following = true;
    this.trail = [this.points];
    try {
      for (let step = 0; step < MOST_STEPS && this.#isFollowing(); step++) {
        const { gradient } = await this.#geometry();
        if (!this.#isFollowing() || gradient.every((part) => Math.abs(part) < STILL)) break;
        this.points = this.points.map((value, k) => value - RATE * (gradient[k] ?? 0));
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

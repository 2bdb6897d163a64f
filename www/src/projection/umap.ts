import { reached, symmetric, type Graph, type Near } from './graph';
import { wholeNumbers } from './sample';

/** Points that push a point away, for each neighbour that pulls it. */
const PUSHES = 5;
/** No coordinate moves farther in one pull or push. */
const LONGEST = 4;
/** How far the curve of membership is fitted, and at how many places. */
const [FITTED, PLACES] = [3, 300];

/**
 * How much each point belongs to each other's neighbourhood (McInnes, Healy & Melville 2018, UMAP, section 3):
 * `exp(-(d - ρ) / σ)`, where ρ is the distance of the nearest neighbour that is not the same point, and σ is such that a
 * point's weights sum to log2 k. Both ways `a + b - a b`, the chance that one of the two holds.
 */
export function memberships(near: Near): Graph {
  const { count, k, distances } = near;
  const weights = new Float64Array(count * k);
  for (let i = 0; i < count; i++) {
    const own = distances.subarray(i * k, (i + 1) * k);
    const rho = own.find((distance) => distance > 0) ?? 0;
    const beyond = Array.from(own, (distance) => Math.max(0, distance - rho));
    const farthest = Math.max(...beyond);
    const sum = (sigma: number): number =>
      beyond.reduce((total, gap) => total + (gap > 0 ? Math.exp(-gap / sigma) : 1), 0);
    // With most neighbours at one distance no σ gives the sum; the least one comes nearest.
    const sigma = farthest > 0 ? reached(Math.log2(k), 1e-3 * farthest, 1e3 * farthest, sum) : 1;
    for (const [j, gap] of beyond.entries()) weights[i * k + j] = gap > 0 ? Math.exp(-gap / sigma) : 1;
  }
  return symmetric(near, weights, (there, back) => there + back - there * back);
}

/**
 * a and b of the curve 1 / (1 + a x^(2b)) that is nearest, by least squares, to 1 up to `minDist` and to
 * `exp(minDist - x)` beyond. Gauss and Newton's steps, damped.
 */
export function curve(minDist: number): { readonly a: number; readonly b: number } {
  const xs = Array.from({ length: PLACES }, (_, i) => (FITTED * (i + 1)) / PLACES);
  const wanted = xs.map((x) => (x <= minDist ? 1 : Math.exp(minDist - x)));
  const errorOf = (a: number, b: number): number =>
    xs.reduce((sum, x, i) => sum + (1 / (1 + a * x ** (2 * b)) - (wanted[i] ?? 0)) ** 2, 0);
  let [a, b, damping] = [1, 1, 1e-3];
  // At this damping no step is left that helps.
  while (damping < 1e9) {
    let [aa, ab, bb, ga, gb] = [0, 0, 0, 0, 0];
    for (const [i, x] of xs.entries()) {
      const power = x ** (2 * b);
      const value = 1 / (1 + a * power);
      const [byA, byB] = [-power * value ** 2, -a * power * 2 * Math.log(x) * value ** 2];
      const error = value - (wanted[i] ?? 0);
      aa += byA * byA;
      ab += byA * byB;
      bb += byB * byB;
      ga += byA * error;
      gb += byB * error;
    }
    const [p, q] = [aa * (1 + damping), bb * (1 + damping)];
    const determinant = p * q - ab * ab;
    const next = [a - (q * ga - ab * gb) / determinant, b - (p * gb - ab * ga) / determinant] as const;
    if (next[0] > 0 && next[1] > 0 && errorOf(...next) < errorOf(a, b)) {
      [a, b] = next;
      damping /= 10;
    } else {
      damping *= 10;
    }
  }
  return { a, b };
}

export interface UmapOptions {
  readonly minDist: number;
  /** Passes over the edges until the end. */
  readonly rounds: number;
  readonly seed: number;
}

/**
 * UMAP (McInnes, Healy & Melville 2018): neighbours pull by their membership, points drawn by chance push. An edge is pulled
 * in a share of the rounds that is its weight over the largest one.
 */
export class Umap {
  /** Two numbers a point, changed by each round. */
  readonly xy: Float32Array<ArrayBuffer>;
  readonly #from: Uint32Array;
  readonly #to: Uint32Array;
  /** Rounds from one pull of an edge to the next, and the round of the next one. */
  readonly #every: Float64Array;
  readonly #due: Float64Array;
  readonly #a: number;
  readonly #b: number;
  readonly #rounds: number;
  readonly #below: (bound: number) => number;
  #done = 0;

  constructor(near: Near, start: Float32Array, { minDist, rounds, seed }: UmapOptions) {
    this.xy = Float32Array.from(start);
    ({ a: this.#a, b: this.#b } = curve(minDist));
    this.#rounds = rounds;
    this.#below = wholeNumbers(seed);
    const { ends, to, weights } = memberships(near);
    const most = weights.reduce((largest, weight) => Math.max(largest, weight), 0);
    // An edge whose weight would pull it in no round is left out.
    const pulled = (edge: number): boolean => (weights[edge] ?? 0) * rounds >= most;
    const edges = Uint32Array.from(to.keys()).filter(pulled);
    const from = new Uint32Array(to.length);
    for (let i = 0; i < near.count; i++) from.fill(i, ends[i], ends[i + 1]);
    this.#from = edges.map((edge) => from[edge] ?? 0);
    this.#to = edges.map((edge) => to[edge] ?? 0);
    this.#every = Float64Array.from(edges, (edge) => most / (weights[edge] ?? most));
    this.#due = this.#every.slice();
  }

  round(): void {
    this.#done += 1;
    const { xy } = this;
    const [a, b, below] = [this.#a, this.#b, this.#below];
    const [from, to, due, every] = [this.#from, this.#to, this.#due, this.#every];
    const [done, step, count] = [this.#done, 1 - (this.#done - 1) / this.#rounds, xy.length / 2];
    for (let edge = 0; edge < due.length; edge++) {
      const when = due[edge] ?? Infinity;
      if (when > done) continue;
      due[edge] = when + (every[edge] ?? Infinity);
      const own = 2 * (from[edge] ?? 0);
      let x = xy[own] ?? 0;
      let y = xy[own + 1] ?? 0;
      const other = 2 * (to[edge] ?? 0);
      const dx = x - (xy[other] ?? 0);
      const dy = y - (xy[other + 1] ?? 0);
      const square = dx * dx + dy * dy;
      if (square > 0) {
        const power = a * square ** b;
        const force = (-2 * b * power) / (square * (1 + power));
        const moveX = step * clipped(force * dx);
        const moveY = step * clipped(force * dy);
        x += moveX;
        y += moveY;
        xy[other] = (xy[other] ?? 0) - moveX;
        xy[other + 1] = (xy[other + 1] ?? 0) - moveY;
      }
      for (let push = 0; push < PUSHES; push++) {
        const away = 2 * below(count);
        const px = x - (xy[away] ?? 0);
        const py = y - (xy[away + 1] ?? 0);
        const gap = px * px + py * py;
        // The point itself, and one that lies in the same place, push nowhere.
        if (gap === 0 || away === own) continue;
        const force = (2 * b) / ((0.001 + gap) * (1 + a * gap ** b));
        x += step * clipped(force * px);
        y += step * clipped(force * py);
      }
      xy[own] = x;
      xy[own + 1] = y;
    }
  }
}

function clipped(move: number): number {
  return Math.max(-LONGEST, Math.min(LONGEST, move));
}

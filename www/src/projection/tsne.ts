import { reached, symmetric, type Graph, type Near } from './graph';
import { QuadTree } from './quadtree';

/** Neighbours that count, for each unit of perplexity: beyond them a Gaussian of that perplexity is next to nothing. */
export const NEAR_PER_PERPLEXITY = 3;
/** In the first quarter of the rounds attraction counts this much more, so that clusters find together. */
const EXAGGERATED = 12;
/** How wide a square may look, side by distance, to stand for its points. */
const WIDE = 0.5;

/**
 * The chance that two points are neighbours (van der Maaten & Hinton 2008): p(j | i) is a Gaussian of the distance whose
 * perplexity, 2 to the power of its entropy, is the one given; both ways (p(j | i) + p(i | j)) / 2n, which sums to 1.
 */
export function affinities(near: Near, perplexity: number): Graph {
  const { count, k, distances } = near;
  const chances = new Float64Array(count * k);
  for (let i = 0; i < count; i++) {
    // Relative to the nearest and in units of the mean: the Gaussian is the same, and no exponent is far below 0.
    const squares = Array.from(distances.subarray(i * k, (i + 1) * k), (distance) => distance ** 2);
    const least = Math.min(...squares);
    const mean = squares.reduce((sum, square) => sum + square - least, 0) / k || 1;
    const gaps = squares.map((square) => (square - least) / mean);
    const weights = (width: number): number[] => gaps.map((gap) => Math.exp(-gap / width));
    const width = reached(Math.log(perplexity), 1e-6, 1e6, (candidate) => entropy(weights(candidate)));
    const own = weights(width);
    const sum = own.reduce((total, weight) => total + weight, 0);
    for (const [j, weight] of own.entries()) chances[i * k + j] = weight / sum;
  }
  return symmetric(near, chances, (there, back) => (there + back) / (2 * count));
}

/** Entropy of weights that need not sum to 1, in nats. */
function entropy(weights: readonly number[]): number {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return Math.log(sum) - weights.reduce((total, w) => total + (w > 0 ? w * Math.log(w) : 0), 0) / sum;
}

export interface TsneOptions {
  readonly perplexity: number;
  readonly rounds: number;
}

/**
 * t-SNE (van der Maaten & Hinton 2008) in O(n log n) a round: neighbours attract, and a tree of squares stands for those who
 * are far (van der Maaten 2014). The step is n / 48 at least 50 (Belkina et al. 2019), with a gain for each coordinate.
 */
export class Tsne {
  /** Two numbers a point, changed by each round. */
  readonly xy: Float32Array<ArrayBuffer>;
  readonly #graph: Graph;
  readonly #rounds: number;
  readonly #tree = new QuadTree();
  readonly #slope: Float64Array;
  readonly #speed: Float64Array;
  readonly #gain: Float64Array;
  #done = 0;

  constructor(near: Near, start: Float32Array, { perplexity, rounds }: TsneOptions) {
    this.xy = Float32Array.from(start);
    this.#rounds = rounds;
    this.#graph = affinities(near, perplexity);
    this.#slope = new Float64Array(start.length);
    this.#speed = new Float64Array(start.length);
    this.#gain = new Float64Array(start.length).fill(1);
  }

  round(): void {
    const early = this.#done < this.#rounds / 4;
    this.#done += 1;
    this.slope(early ? EXAGGERATED : 1, WIDE);
    const { xy } = this;
    const count = xy.length / 2;
    const step = Math.max(50, count / 48);
    const kept = early ? 0.5 : 0.8;
    const middle = [0, 0];
    for (let at = 0; at < xy.length; at++) {
      const slope = this.#slope[at] ?? 0;
      const speed = this.#speed[at] ?? 0;
      const gain = this.#gain[at] ?? 1;
      // A coordinate that goes on in one direction gains; one that turns back is held.
      const own = Math.max(0.01, slope * speed < 0 ? gain + 0.2 : 0.8 * gain);
      this.#gain[at] = own;
      const next = kept * speed - step * own * slope;
      this.#speed[at] = next;
      xy[at] = (xy[at] ?? 0) + next;
      middle[at % 2] = (middle[at % 2] ?? 0) + (xy[at] ?? 0) / count;
    }
    for (let at = 0; at < xy.length; at++) xy[at] = (xy[at] ?? 0) - (middle[at % 2] ?? 0);
  }

  /** The gradient of KL(p || q) by each coordinate, with attraction as many times as said. `wide` of 0 is exact. */
  slope(attraction: number, wide: number): Float64Array {
    const { xy } = this;
    const slope = this.#slope;
    const { ends, to, weights } = this.#graph;
    this.#tree.build(xy);
    const pushed = new Float64Array(3);
    let total = 0;
    for (let i = 0; i < xy.length; i += 2) {
      this.#tree.push(xy[i] ?? 0, xy[i + 1] ?? 0, wide * wide, pushed);
      slope[i] = pushed[0] ?? 0;
      slope[i + 1] = pushed[1] ?? 0;
      // Without the point itself.
      total += (pushed[2] ?? 0) - 1;
    }
    for (let i = 0; i < xy.length; i += 2) {
      const x = xy[i] ?? 0;
      const y = xy[i + 1] ?? 0;
      const end = ends[i / 2 + 1] ?? 0;
      let fx = 0;
      let fy = 0;
      for (let edge = ends[i / 2] ?? 0; edge < end; edge++) {
        const other = 2 * (to[edge] ?? 0);
        const dx = x - (xy[other] ?? 0);
        const dy = y - (xy[other + 1] ?? 0);
        const pull = (weights[edge] ?? 0) / (1 + dx * dx + dy * dy);
        fx += pull * dx;
        fy += pull * dy;
      }
      slope[i] = 4 * (attraction * fx - (slope[i] ?? 0) / total);
      slope[i + 1] = 4 * (attraction * fy - (slope[i + 1] ?? 0) / total);
    }
    return slope;
  }
}

import { estimate, type Estimate } from '../newcomer/recognition';

/** The answers of one metric: the nearest references of each query, and how much of the first place is the right one's. */
export interface Found {
  /** queries x k, nearest first. */
  readonly indices: Uint32Array;
  readonly distances: Float32Array;
  /** Per query 1 if the right reference is nearest, its share of a tie, 0 otherwise. */
  readonly hits: readonly number[];
}

/** Distances closer than this share of the larger one are equal up to rounding. */
const ROUNDING = 1e-5;

/** The right one's share of the first place among `k` nearest; a tie is shared out. */
export function hitOf(indices: ArrayLike<number>, distances: ArrayLike<number>, right: number): number {
  const first = distances[0] ?? 0;
  const scale = Math.max(Math.abs(first), Math.abs(distances[distances.length - 1] ?? 0));
  const tied = Array.from(indices).filter((_, at) => (distances[at] ?? Infinity) - first <= ROUNDING * scale);
  return tied.includes(right) ? 1 / tied.length : 0;
}

export interface Ranking<Name> {
  readonly counts: ReadonlyMap<Name, Estimate>;
  /** The metrics that nothing beats clearly, best first. */
  readonly best: readonly Name[];
  /** The metrics with the fewest hits: one, or several that have as many. */
  readonly worst: readonly Name[];
  /** Whether the worst is clearly behind the best. */
  readonly differs: boolean;
}

/** Ranks metrics by their hits on the same queries. A difference counts where its paired 95% interval leaves out 0. */
export function rank<Name>(found: ReadonlyMap<Name, readonly number[]>): Ranking<Name> | null {
  const counts = new Map([...found].map(([name, hits]) => [name, estimate(hits)]));
  const order = [...counts].sort(([, a], [, b]) => b.mean - a.mean).map(([name]) => name);
  const [first] = order;
  const last = order.at(-1);
  if (first === undefined || last === undefined) return null;
  const behind = (name: Name): boolean => {
    const [top, other] = [found.get(first) ?? [], found.get(name) ?? []];
    const { mean, half } = estimate(top.map((value, k) => value - (other[k] ?? 0)));
    return mean - half > 0;
  };
  const meanOf = (name: Name): number => counts.get(name)?.mean ?? 0;
  const worst = order.filter((name) => meanOf(name) - meanOf(last) < 1e-9);
  return { counts, best: order.filter((name) => !behind(name)), worst, differs: behind(last) };
}

/** The nearest others of each point, nearest first. */
export interface Near {
  readonly count: number;
  /** Neighbours a point. */
  readonly k: number;
  /** `count` x `k` places. */
  readonly indices: Uint32Array;
  /** `count` x `k` Euclidean distances, ascending within a point. */
  readonly distances: Float32Array;
}

/** An engine's answer for points that were asked about themselves, `k` + 1 places each, without each point itself. */
export function othersOf(
  { indices, distances }: Pick<Near, 'indices' | 'distances'>,
  count: number,
  k: number,
): Near {
  const others = { indices: new Uint32Array(count * k), distances: new Float32Array(count * k) };
  for (let i = 0; i < count; i++) {
    let used = 0;
    for (let at = i * (k + 1); at < (i + 1) * (k + 1) && used < k; at++) {
      if (indices[at] === i) continue;
      others.indices[i * k + used] = indices[at] ?? 0;
      others.distances[i * k + used] = distances[at] ?? 0;
      used += 1;
    }
  }
  return { count, k, ...others };
}

/** The nearest few of those that are known. */
export function firstOf({ count, k, indices, distances }: Near, few: number): Near {
  const kept = (_: number, at: number): boolean => at % k < few;
  return { count, k: few, indices: indices.filter(kept), distances: distances.filter(kept) };
}

/** Weights between points, those of a point together. What is not listed is 0. */
export interface Graph {
  /** Point i's edges are those from `ends[i]` to `ends[i + 1]`; `count` + 1 numbers. */
  readonly ends: Uint32Array;
  readonly to: Uint32Array;
  readonly weights: Float64Array;
}

/** For each point, the edges that lead to it: places in `indices`, point after point, and where those of a point begin. */
function incoming({ count, indices }: Near): { readonly begin: Uint32Array; readonly edges: Uint32Array } {
  const begin = new Uint32Array(count + 1);
  for (const to of indices) begin[to + 1] = (begin[to + 1] ?? 0) + 1;
  for (let i = 0; i < count; i++) begin[i + 1] = (begin[i + 1] ?? 0) + (begin[i] ?? 0);
  const next = begin.slice();
  const edges = new Uint32Array(indices.length);
  for (const [edge, to] of indices.entries()) {
    const at = next[to] ?? 0;
    edges[at] = edge;
    next[to] = at + 1;
  }
  return { begin, edges };
}

/**
 * The same weight both ways: `both` of the weight there and the weight back, where a neighbour that is not listed weighs 0.
 * `weights` has one number for each place in `near.indices`.
 */
export function symmetric(
  near: Near,
  weights: Float64Array,
  both: (there: number, back: number) => number,
): Graph {
  const { count, k, indices } = near;
  const { begin, edges } = incoming(near);
  const ends = new Uint32Array(count + 1);
  const to = new Uint32Array(2 * indices.length);
  const there = new Float64Array(to.length);
  const back = new Float64Array(to.length);
  /** Where the present point's edge to another one is. Places of earlier points lie before its first. */
  const placeOf = new Int32Array(count).fill(-1);
  let used = 0;
  for (let i = 0; i < count; i++) {
    const first = used;
    const place = (other: number): number => {
      const known = placeOf[other] ?? -1;
      if (known >= first) return known;
      placeOf[other] = used;
      to[used] = other;
      return used++;
    };
    for (let edge = i * k; edge < (i + 1) * k; edge++) there[place(indices[edge] ?? 0)] = weights[edge] ?? 0;
    for (let at = begin[i] ?? 0; at < (begin[i + 1] ?? 0); at++) {
      const edge = edges[at] ?? 0;
      back[place(Math.floor(edge / k))] = weights[edge] ?? 0;
    }
    ends[i + 1] = used;
  }
  const value = there.subarray(0, used).map((weight, at) => both(weight, back[at] ?? 0));
  return { ends, to: to.slice(0, used), weights: value };
}

/** The `x` between `low` and `high` at which a rising function reaches `target`, by halving. */
export function reached(target: number, low: number, high: number, rising: (x: number) => number): number {
  for (let round = 0; round < 64; round++) {
    const middle = (low + high) / 2;
    if (rising(middle) < target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

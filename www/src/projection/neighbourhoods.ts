/** Points as rows of `dim` numbers. */
export interface Points {
  readonly rows: Float32Array;
  readonly dim: number;
}

function squares({ rows, dim }: Points, from: number, into: Float64Array): void {
  const start = from * dim;
  for (let j = 0; j < into.length; j++) {
    let sum = 0;
    for (let d = 0; d < dim; d++) {
      const step = (rows[start + d] ?? NaN) - (rows[j * dim + d] ?? NaN);
      sum += step * step;
    }
    into[j] = sum;
  }
}

/** The `k` smallest of `values` but for `self`, smallest first, ties by index; NaN is never near. */
function smallest(values: Float64Array, self: number, k: number): number[] {
  const found: number[] = [];
  const value = (index: number | undefined): number =>
    index === undefined ? Infinity : (values[index] ?? Infinity);
  for (let j = 0; j < values.length; j++) {
    const own = value(j);
    if (j === self || !(own < Infinity) || (found.length === k && own >= value(found[k - 1]))) continue;
    let at = found.length;
    while (at > 0 && value(found[at - 1]) > own) at -= 1;
    found.splice(at, 0, j);
    if (found.length > k) found.pop();
  }
  return found;
}

/** The `k` points nearest to each, nearest first: count x k. */
export function nearestOfAll(points: Points, k: number): Uint32Array<ArrayBuffer> {
  const count = points.rows.length / points.dim;
  const near = new Uint32Array(count * k);
  const distances = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    squares(points, i, distances);
    near.set(smallest(distances, i, k), i * k);
  }
  return near;
}

/** The `k` points nearest to one, nearest first; points without a place (NaN) are left out. */
export function nearestOf(points: Points, index: number, k: number): readonly number[] {
  const distances = new Float64Array(points.rows.length / points.dim);
  squares(points, index, distances);
  return smallest(distances, index, k);
}

/**
 * Trustworthiness (Venna and Kaski 2001): 1 where the k nearest in the picture are, for every point, the k nearest in truth;
 * each intruder costs by how far behind the k-th it ranks in truth. For 2k < count. Points at one distance have no order: the
 * value is the mean over all orders of the tied ones, as in the core's `projection_quality`.
 */
export function trustworthiness(truth: Points, picture: Points, k: number): number {
  const count = truth.rows.length / truth.dim;
  const [far, flat] = [new Float64Array(count), new Float64Array(count)];
  let cost = 0;
  for (let i = 0; i < count; i++) {
    squares(truth, i, far);
    squares(picture, i, flat);
    const [farOthers, flatOthers] = [sortedOthers(far, i), sortedOthers(flat, i)];
    const border = flatOthers[k - 1] ?? NaN;
    for (let j = 0; j < count; j++) {
      const distance = flat[j] ?? NaN;
      if (j === i || !(distance <= border)) continue;
      const near = tieOf(flatOthers, distance);
      const within = Math.min(k - near.nearer, near.tied) / near.tied;
      cost += within * meanExcess(tieOf(farOthers, far[j] ?? NaN), k);
    }
  }
  return 1 - (2 * cost) / (count * k * (2 * count - 3 * k - 1));
}

/** The distances of all but `self`, ascending. */
function sortedOthers(distances: Float64Array, self: number): Float64Array {
  return distances.filter((_, index) => index !== self).sort();
}

interface Tie {
  readonly nearer: number;
  readonly tied: number;
}

/** How many of the sorted distances are below one of them, and how many are equal to it. */
function tieOf(sorted: Float64Array, distance: number): Tie {
  const first = (after: (value: number) => boolean): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (after(sorted[middle] ?? NaN)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const nearer = first((value) => value < distance);
  return { nearer, tied: Math.max(1, first((value) => value <= distance) - nearer) };
}

/** The mean of max(0, rank - k) over the ranks of a tie. */
function meanExcess({ nearer, tied }: Tie, k: number): number {
  const [first, last] = [Math.max(nearer, k) + 1, nearer + tied];
  return first > last ? 0 : ((last - first + 1) * ((first + last) / 2 - k)) / tied;
}

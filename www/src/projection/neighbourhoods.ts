/** Points as rows of `dim` numbers. */
export interface Points {
  readonly rows: Float32Array;
  readonly dim: number;
}

function squares({ rows, dim }: Points, from: number, into: Float64Array): void {
  const own = rows.subarray(from * dim, (from + 1) * dim);
  let at = 0;
  for (let j = 0; j < into.length; j++) {
    let sum = 0;
    for (let d = 0; d < dim; d++) {
      const step = (own[d] ?? NaN) - (rows[at] ?? NaN);
      at += 1;
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

/** The `k` points nearest to one, nearest first; points without a place (NaN) are left out. */
export function nearestOf(points: Points, index: number, k: number): readonly number[] {
  const distances = new Float64Array(points.rows.length / points.dim);
  squares(points, index, distances);
  return smallest(distances, index, k);
}

/**
 * Trustworthiness (Venna and Kaski 2001): 1 where the k nearest in the picture are, for every point, the k nearest in truth;
 * each intruder costs by how far behind the k-th it ranks in truth. For 2k < count. Points at one distance have no order: the
 * value is the mean over all orders of the tied ones, as in the core's `projection_quality`. Of more than `most` points, those
 * at equal steps through the list are asked, `most` of them at most, and ranked among all.
 */
export function trustworthiness(truth: Points, picture: Points, k: number, most = Infinity): number {
  const count = truth.rows.length / truth.dim;
  const [far, flat] = [new Float64Array(count), new Float64Array(count)];
  const every = Math.ceil(count / most) || 1;
  let [cost, asked] = [0, 0];
  for (let i = 0; i < count; i += every) {
    asked += 1;
    squares(truth, i, far);
    squares(picture, i, flat);
    // A point is no neighbour of itself.
    far[i] = flat[i] = Infinity;
    const border = flat[smallest(flat, i, k)[k - 1] ?? i] ?? NaN;
    const found: number[] = [];
    for (const [j, distance] of flat.entries()) if (distance <= border) found.push(j);
    const ranks = tiesOf(far, found);
    for (const [at, { nearer, tied }] of tiesOf(flat, found).entries())
      cost += (Math.min(k - nearer, tied) / tied) * meanExcess(ranks[at] ?? { nearer: NaN, tied: 1 }, k);
  }
  return 1 - (2 * cost) / (asked * k * (2 * count - 3 * k - 1));
}

interface Tie {
  readonly nearer: number;
  readonly tied: number;
}

/** For each of some points, how many distances are below its own, and how many are equal to it. */
function tiesOf(distances: Float64Array, points: readonly number[]): readonly Tie[] {
  const own = points.map((point) => distances[point] ?? NaN);
  const [nearer, tied] = [own.map(() => 0), own.map(() => 0)];
  const farthest = Math.max(...own);
  for (const other of distances) {
    if (other > farthest) continue;
    for (let at = 0; at < own.length; at++) {
      const distance = own[at] ?? NaN;
      if (other < distance) nearer[at] = (nearer[at] ?? 0) + 1;
      else if (other === distance) tied[at] = (tied[at] ?? 0) + 1;
    }
  }
  return own.map((_, at) => ({ nearer: nearer[at] ?? 0, tied: tied[at] ?? 0 }));
}

/** The mean of max(0, rank - k) over the ranks of a tie. */
function meanExcess({ nearer, tied }: Tie, k: number): number {
  const [first, last] = [Math.max(nearer, k) + 1, nearer + tied];
  return first > last ? 0 : ((last - first + 1) * ((first + last) / 2 - k)) / tied;
}

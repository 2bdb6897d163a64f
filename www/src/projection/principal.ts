import type { Points } from './neighbourhoods';

/** Rounds of the iteration: axes of nearly equal variance need no exact order here. */
const ROUNDS = 100;

/** Covariance of the rows, times their number: `dim` x `dim`. */
function scatter({ rows, dim }: Points, mean: Float64Array): Float64Array {
  const sums = new Float64Array(dim * dim);
  const own = new Float64Array(dim);
  for (let at = 0; at < rows.length; at += dim) {
    for (let d = 0; d < dim; d++) own[d] = (rows[at + d] ?? 0) - (mean[d] ?? 0);
    for (let d = 0; d < dim; d++) {
      const value = own[d] ?? 0;
      for (let e = 0; e < dim; e++) sums[d * dim + e] = (sums[d * dim + e] ?? 0) + value * (own[e] ?? 0);
    }
  }
  return sums;
}

function meanOf({ rows, dim }: Points): Float64Array {
  const mean = new Float64Array(dim);
  for (const [at, value] of rows.entries())
    mean[at % dim] = (mean[at % dim] ?? 0) + (value * dim) / rows.length;
  return mean;
}

const dot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, d) => sum + value * (b[d] ?? 0), 0);

/** The axis of largest variance at right angles to `others`, by power iteration; its largest part is positive. */
function axis(sums: Float64Array, dim: number, others: readonly Float64Array[]): Float64Array {
  let found = Float64Array.from({ length: dim }, (_, d) => 1 + ((d * 7) % 13) / 13);
  for (let round = 0; round < ROUNDS; round++) {
    const next = found.map((_, d) => dot(sums.subarray(d * dim, (d + 1) * dim), found));
    for (const other of others) {
      const along = dot(next, other);
      for (const [d, value] of other.entries()) next[d] = (next[d] ?? 0) - along * value;
    }
    const length = Math.hypot(...next);
    // No variance is left: any axis will do.
    if (!(length > 0)) break;
    found = next.map((value) => value / length);
  }
  const largest = found.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
  return largest < 0 ? found.map((value) => -value) : found;
}

/** Places by the first two principal components, two numbers a row. The same rows give the same places. */
export function principal(points: Points): Float32Array<ArrayBuffer> {
  const { rows, dim } = points;
  const mean = meanOf(points);
  const sums = scatter(points, mean);
  const first = axis(sums, dim, []);
  const axes = [first, axis(sums, dim, [first])] as const;
  const xy = new Float32Array((2 * rows.length) / dim);
  for (let at = 0; at < xy.length; at++) {
    const direction = axes[at % 2 === 0 ? 0 : 1];
    const begin = Math.floor(at / 2) * dim;
    let place = 0;
    for (let d = 0; d < dim; d++) place += (direction[d] ?? 0) * ((rows[begin + d] ?? 0) - (mean[d] ?? 0));
    xy[at] = place;
  }
  return xy;
}

// Reference answers: sums of squared differences in float64, row by row.

/** Rows to check: all of a small set, or `most` spread evenly over a large one. */
export function probes(count, most = 256) {
  const taken = Math.min(count, most);
  return Array.from({ length: taken }, (_, i) => Math.floor((i * count) / taken));
}

/** Euclidean distances of one row to all. */
export function distancesOf({ rows, count, dim }, index) {
  const own = Float64Array.from(rows.subarray(index * dim, (index + 1) * dim));
  const distances = new Float64Array(count);
  for (let j = 0; j < count; j++) {
    let sum = 0;
    for (let k = 0; k < dim; k++) sum += (own[k] - rows[j * dim + k]) ** 2;
    distances[j] = Math.sqrt(sum);
  }
  return distances;
}

/**
 * Share of the true `k` nearest (the point itself among them) that `indicesOf(row)` names, over the probes.
 * A point as near as the k-th, within float32's precision, counts too.
 */
export function recall(points, k, indicesOf, most) {
  const rows = probes(points.count, most);
  return rows.reduce((sum, row) => sum + recallOf(points, k, row, indicesOf(row)), 0) / rows.length;
}

/** The same of one row. */
export function recallOf(points, k, row, indices) {
  const distances = distancesOf(points, row);
  const farthest = Float64Array.from(distances).sort()[k - 1] * (1 + 1e-6);
  const found = [...new Set(indices)].filter((index) => distances[index] <= farthest).length;
  return Math.min(found, k) / k;
}

/** Largest error of an n x n matrix over the probes' rows, off the diagonal and on it. */
export function matrixError(points, matrix) {
  let [error, diagonal] = [0, 0];
  for (const row of probes(points.count, 64)) {
    const distances = distancesOf(points, row);
    for (let j = 0; j < points.count; j++) {
      const off = Math.abs(matrix[row * points.count + j] - distances[j]);
      if (!(off < Infinity)) return { error: Infinity, diagonal: Infinity };
      if (j === row) diagonal = Math.max(diagonal, off);
      else error = Math.max(error, off);
    }
  }
  return { error, diagonal };
}

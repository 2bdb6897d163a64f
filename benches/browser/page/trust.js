import { probes } from './truth.js';

const K = 12;

function squares({ rows, count, dim }, index) {
  const distances = new Float64Array(count);
  for (let j = 0; j < count; j++) {
    for (let k = 0; k < dim; k++) distances[j] += (rows[index * dim + k] - rows[j * dim + k]) ** 2;
  }
  return distances;
}

/** Trustworthiness at 12 (Venna and Kaski 2001) of 256 of the points: 1 where the nearest in the picture are the nearest in the embedding. */
export function trust(points, xy) {
  const { count } = points;
  if (xy.length !== 2 * count || !xy.every(Number.isFinite)) throw new Error('no picture of these points');
  const rows = probes(count);
  let cost = 0;
  for (const row of rows) {
    const truth = squares(points, row);
    const flat = squares({ rows: xy, count, dim: 2 }, row);
    flat[row] = Infinity;
    const near = Array.from(flat.keys())
      .sort((a, b) => flat[a] - flat[b])
      .slice(0, K);
    for (const j of near) {
      let rank = 0;
      for (let i = 0; i < count; i++)
        if (i !== row && (truth[i] < truth[j] || (truth[i] === truth[j] && i <= j))) rank += 1;
      cost += Math.max(0, rank - K);
    }
  }
  return 1 - (2 * cost) / (rows.length * K * (2 * count - 3 * K - 1));
}

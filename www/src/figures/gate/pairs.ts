import { inSlices, sortedInSlices } from '../../dom/slices';

/** Distances of pairs, each list ascending. */
export interface Pairs {
  readonly same: Float32Array;
  readonly different: Float32Array;
}

/** Sorts all pairs of a distance matrix, n x n, by whether both are of one class. */
export async function pairsOf(distances: Float32Array, labels: readonly number[]): Promise<Pairs> {
  const n = labels.length;
  const all = (n * (n - 1)) / 2;
  const [same, different] = [new Float32Array(all), new Float32Array(all)];
  let [ofOne, ofTwo] = [0, 0];
  await inSlices(n, (i) => {
    for (let j = i + 1; j < n; j++) {
      const distance = distances[i * n + j] ?? 0;
      if (labels[i] === labels[j]) same[ofOne++] = distance;
      else different[ofTwo++] = distance;
    }
  });
  return {
    same: await sortedInSlices(same.slice(0, ofOne)),
    different: await sortedInSlices(different.slice(0, ofTwo)),
  };
}

/** The share of an ascending list that is at most `limit`. */
export function shareUpTo(sorted: Float32Array, limit: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return sorted.length > 0 ? low / sorted.length : 0;
}

/** The errors of a gate with this limit: right ones turned away, wrong ones let in. */
export function errorsAt({ same, different }: Pairs, limit: number): { turned: number; let: number } {
  return { turned: 1 - shareUpTo(same, limit), let: shareUpTo(different, limit) };
}

/** The limit at which both errors are nearest to equal, and their mean there. */
export function equalError(pairs: Pairs): { readonly limit: number; readonly rate: number } {
  let [low, high] = [0, pairs.same.length - 1];
  // Along the sorted pairs of one class the first error falls and the second rises: they cross once.
  while (low < high) {
    const middle = (low + high) >> 1;
    const { turned, let: wrong } = errorsAt(pairs, pairs.same[middle] ?? 0);
    if (turned > wrong) low = middle + 1;
    else high = middle;
  }
  const around = [low - 1, low].filter((at) => at >= 0).map((at) => pairs.same[at] ?? 0);
  const gap = (limit: number): number => {
    const { turned, let: wrong } = errorsAt(pairs, limit);
    return Math.abs(turned - wrong);
  };
  const [limit = 0] = around.sort((a, b) => gap(a) - gap(b));
  const { turned, let: wrong } = errorsAt(pairs, limit);
  return { limit, rate: (turned + wrong) / 2 };
}

/** Shares of a list in `bins` equal steps from 0 to `most`. */
export function histogram(sorted: Float32Array, bins: number, most: number): number[] {
  const edges = Array.from({ length: bins + 1 }, (_, k) => shareUpTo(sorted, (k / bins) * most));
  return edges.slice(1).map((share, k) => share - (k === 0 ? 0 : (edges[k] ?? 0)));
}

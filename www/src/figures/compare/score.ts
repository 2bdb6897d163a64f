/** For each row, whether the nearest other row (Euclidean) has its label; a tie goes to the smaller place. */
export function rightOf(rows: Float32Array, dim: number, labels: readonly number[]): boolean[] {
  return labels.map((label, query) => {
    let best = -1;
    let least = Infinity;
    for (let at = 0; at < labels.length; at++) {
      if (at === query) continue;
      let squared = 0;
      for (let j = 0; j < dim; j++)
        squared += ((rows[query * dim + j] ?? 0) - (rows[at * dim + j] ?? 0)) ** 2;
      if (squared < least) [least, best] = [squared, at];
    }
    return labels[best] === label;
  });
}

/** A share with its 95% interval. */
export interface Share {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const Z = 1.96;

/** A share of right answers with its Wilson interval. */
export function shareOf(right: readonly boolean[]): Share {
  const n = right.length;
  const mean = right.filter(Boolean).length / n;
  const middle = (mean + Z ** 2 / (2 * n)) / (1 + Z ** 2 / n);
  const half = (Z / (1 + Z ** 2 / n)) * Math.sqrt((mean * (1 - mean)) / n + Z ** 2 / (4 * n * n));
  return { mean, low: middle - half, high: middle + half };
}

/** By how much `a` is right more often than `b` on the same questions, with its paired 95% interval. */
export function difference(a: readonly boolean[], b: readonly boolean[]): Share {
  const parts = a.map((right, k) => Number(right) - Number(b[k] ?? false));
  const mean = parts.reduce((sum, part) => sum + part, 0) / parts.length;
  const squares = parts.reduce((sum, part) => sum + (part - mean) ** 2, 0);
  const half = Z * Math.sqrt(squares / Math.max(1, parts.length - 1) / parts.length);
  return { mean, low: mean - half, high: mean + half };
}

export type Verdict = 'better' | 'same' | 'worse';

/** A difference inside its interval is none. */
export function verdictOf({ low, high }: Share): Verdict {
  return low > 0 ? 'better' : high < 0 ? 'worse' : 'same';
}

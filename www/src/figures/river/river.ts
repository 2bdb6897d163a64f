import type { BatchView } from 'metriclab';

/** Shares of all valid triplets of one batch. */
export interface RiverPoint {
  readonly step: number;
  readonly hard: number;
  readonly semihard: number;
  readonly easy: number;
}

export const BANDS = ['hard', 'semihard', 'easy'] as const;
export type Band = (typeof BANDS)[number];

export interface Counts {
  readonly valid: number;
  readonly hard: number;
  readonly semihard: number;
  readonly easy: number;
}

/** The shares of a batch; null for a batch without a triplet. */
export function pointOf(step: number, { valid, hard, semihard, easy }: Counts): RiverPoint | null {
  return valid > 0 ? { step, hard: hard / valid, semihard: semihard / valid, easy: easy / valid } : null;
}

/** Where each band begins and ends at each point, hard at the bottom. */
export function stacked(
  points: readonly RiverPoint[],
): Readonly<Record<Band, readonly (readonly [number, number])[]>> {
  return {
    hard: points.map(({ hard }) => [0, hard]),
    semihard: points.map(({ hard, semihard }) => [hard, hard + semihard]),
    easy: points.map(({ hard, semihard }) => [hard + semihard, 1]),
  };
}

/** Means of the triplet loss over a batch: max(0, d(a, p) − d(a, n) + margin). */
export interface Means {
  /** The mean over all valid triplets. */
  readonly valid: number;
  /** The mean over the miner's triplets with a loss above 0; null without any. */
  readonly mined: number | null;
}

export function meansOf(
  { labels, distances, similarity, triplets }: Omit<BatchView, 'step' | 'indices' | 'counts'>,
  margin: number,
): Means {
  const size = labels.length;
  const sign = similarity ? -1 : 1;
  const lossOf = (a: number, p: number, n: number): number =>
    Math.max(0, sign * ((distances[a * size + p] ?? 0) - (distances[a * size + n] ?? 0)) + margin);
  let [sum, count] = [0, 0];
  for (let a = 0; a < size; a++)
    for (let p = 0; p < size; p++) {
      if (p === a || labels[p] !== labels[a]) continue;
      for (let n = 0; n < size; n++) {
        if (labels[n] === labels[a]) continue;
        sum += lossOf(a, p, n);
        count += 1;
      }
    }
  const mined = Array.from({ length: triplets.length / 3 }, (_, k) =>
    lossOf(triplets[3 * k] ?? 0, triplets[3 * k + 1] ?? 0, triplets[3 * k + 2] ?? 0),
  ).filter((loss) => loss > 0);
  return {
    valid: count > 0 ? sum / count : 0,
    mined: mined.length > 0 ? mined.reduce((total, loss) => total + loss, 0) / mined.length : null,
  };
}

/** Whether the nearest other sample has the class, for samples outside of training, of classes that were learned and of others. */
export interface Found {
  readonly seen: readonly boolean[];
  readonly unseen: readonly boolean[];
}

/** The measures of a step. */
export interface Measured extends Means {
  readonly step: number;
  readonly found: Found;
}

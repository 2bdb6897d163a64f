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

import type { ErrorRates, ThresholdReport } from 'metriclab';

/** Both errors at a threshold: those of the last point of the curve that is not beyond it. */
export function atThreshold(curve: readonly ErrorRates[], threshold: number): ErrorRates | null {
  let found: ErrorRates | null = null;
  for (const point of curve) {
    if (point.threshold > threshold) break;
    found = point;
  }
  return found;
}

/** The bins as heights: the share of the pairs of their kind, the highest of both is 1. */
export function heights({ same, different }: ThresholdReport['bins']): {
  readonly same: readonly number[];
  readonly different: readonly number[];
} {
  const shares = [same, different].map((bins) => {
    const total = bins.reduce((sum, value) => sum + value, 0);
    return bins.map((value) => (total > 0 ? value / total : 0));
  });
  const most = Math.max(...shares.flat(), Number.MIN_VALUE);
  const [a = [], b = []] = shares.map((bins) => bins.map((share) => share / most));
  return { same: a, different: b };
}

/** Where an axis of distances 1 − s ends: at 1, or at the next quarter that holds all of them; none is above 2. */
export const axisEnd = (distances: readonly number[]): number =>
  Math.min(2, Math.ceil(4 * Math.max(1, ...distances)) / 4);

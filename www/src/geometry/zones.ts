import type { DistanceKind } from 'metriclab';

/** All that lies within a distance of the anchor: a disc around it, or the wedge of directions near its own. */
export interface Reach {
  readonly kind: 'disc' | 'wedge';
  /** Radius of the disc, or half the wedge's angle in radians. */
  readonly size: number;
}

const clampUnit = (value: number): number => Math.max(-1, Math.min(1, value));

/** On the unit circle, and for the cosine, only the direction counts. */
export function reach(value: number, distance: DistanceKind, normalize: boolean): Reach {
  if (distance === 'cosine') return { kind: 'wedge', size: Math.acos(clampUnit(value)) };
  const length = distance === 'squaredEuclidean' ? Math.sqrt(Math.max(0, value)) : Math.max(0, value);
  return normalize
    ? { kind: 'wedge', size: 2 * Math.asin(Math.min(1, length / 2)) }
    : { kind: 'disc', size: length };
}

/** Where a negative is hard (nearer to the anchor than the positive) and, beyond that, semi-hard (farther by `margin` at most). */
export function zones(
  ap: number,
  margin: number,
  distance: DistanceKind,
  normalize: boolean,
): { readonly hard: Reach; readonly semihard: Reach } {
  const limit = distance === 'cosine' ? ap - margin : ap + margin;
  return { hard: reach(ap, distance, normalize), semihard: reach(limit, distance, normalize) };
}

/** Wider than high: so many times. */
export const PLANE_ASPECT = 1.6;

/** Half the height of a plane around the origin that shows all points: a round number, so that the scale seldom changes. */
export function extentOf(points: readonly number[]): number {
  const far =
    1.1 * Math.max(0.02, ...points.map((value, i) => Math.abs(value) / (i % 2 === 0 ? PLANE_ASPECT : 1)));
  for (let power = 0.01; ; power *= 10) {
    for (const lead of [1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8]) if (lead * power >= far) return lead * power;
  }
}

/** Corners of the box around a disc, for `extentOf`. */
export function boxAround(x: number, y: number, radius: number): number[] {
  return [x - radius, y - radius, x + radius, y + radius];
}

import type { DistanceKind } from 'metriclab';

/** How far apart two things are, as the plane shows it. */
export type Region =
  | { readonly kind: 'rings'; readonly inner: number; readonly outer: number }
  /** Half-angles in radians around the direction of the anchor, from the origin. */
  | { readonly kind: 'wedges'; readonly inner: number; readonly outer: number };

const clampUnit = (value: number): number => Math.max(-1, Math.min(1, value));

/** The angle between unit vectors whose distance (or similarity) is `value`. */
function angleAt(value: number, distance: DistanceKind): number {
  if (distance === 'cosine') return Math.acos(clampUnit(value));
  const chord = distance === 'squaredEuclidean' ? Math.sqrt(Math.max(0, value)) : value;
  return 2 * Math.asin(Math.min(1, Math.max(0, chord) / 2));
}

/** The radius in the plane at which a distance is `value`. */
export function radiusAt(value: number, distance: DistanceKind): number {
  return distance === 'squaredEuclidean' ? Math.sqrt(Math.max(0, value)) : Math.max(0, value);
}

/**
 * Where a negative is hard (nearer to the anchor than the positive), semi-hard (farther by `margin` at most), and easy.
 * On the unit circle, and for the cosine, only the direction counts: the zones are wedges.
 */
export function zones(ap: number, margin: number, distance: DistanceKind, normalize: boolean): Region {
  if (distance === 'cosine') return { kind: 'wedges', inner: angleAt(ap, distance), outer: angleAt(ap - margin, distance) };
  if (normalize) return { kind: 'wedges', inner: angleAt(ap, distance), outer: angleAt(ap + margin, distance) };
  return { kind: 'rings', inner: radiusAt(ap, distance), outer: radiusAt(ap + margin, distance) };
}

/** An SVG path of the wedge of half-angle `half` around `direction`, out to `radius`. */
export function wedgePath(direction: number, half: number, radius: number): string {
  if (half >= Math.PI - 1e-6) return `M ${radius} 0 A ${radius} ${radius} 0 1 0 ${-radius} 0 A ${radius} ${radius} 0 1 0 ${radius} 0 Z`;
  const x = (angle: number): string => (radius * Math.cos(angle)).toFixed(4);
  const y = (angle: number): string => (radius * Math.sin(angle)).toFixed(4);
  const large = half > Math.PI / 2 ? 1 : 0;
  const [from, to] = [direction - half, direction + half];
  return `M 0 0 L ${x(from)} ${y(from)} A ${radius} ${radius} 0 ${large} 1 ${x(to)} ${y(to)} Z`;
}

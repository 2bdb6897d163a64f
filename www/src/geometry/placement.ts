export interface Sides {
  readonly ap: number;
  readonly an: number;
  readonly pn: number;
}

export interface Placement {
  /** ax ay px py nx ny */
  readonly points: readonly number[];
  /** False where three such distances cannot lie in a plane (they break the triangle inequality). */
  readonly exact: boolean;
}

/**
 * Three points in the plane with the given distances: by the law of cosines, anchor to the left of the positive.
 * The triangle is centred on its middle.
 */
export function placeTriangle({ ap, an, pn }: Sides): Placement {
  const along = ap > 0 ? (an * an + ap * ap - pn * pn) / (2 * ap) : an;
  const square = an * an - along * along;
  const slack = 1e-4 * Math.max(ap, an, pn, 1e-12) ** 2;
  const exact = square >= -slack && (ap > 0 || Math.abs(an - pn) <= 1e-3 * Math.max(an, pn));
  const x = Math.max(-an, Math.min(an, along));
  const y = Math.sqrt(Math.max(0, an * an - x * x));
  const corners = [0, 0, ap, 0, x, -y];
  const cx = (ap + x) / 3;
  const cy = -y / 3;
  return { points: corners.map((value, i) => value - (i % 2 === 0 ? cx : cy)), exact };
}

/** How the values of a distance become lengths of straight lines. */
export type Straight = 'chord' | 'root' | 'itself';

/** The chord for a similarity between unit vectors; the root where the triangle inequality may fail; else the value. */
export function straightOf({ similarity, metric }: { similarity: boolean; metric: boolean }): Straight {
  return similarity ? 'chord' : metric ? 'itself' : 'root';
}

export function straightLength(value: number, straight: Straight): number {
  switch (straight) {
    case 'chord':
      return Math.sqrt(Math.max(0, 2 - 2 * value));
    case 'root':
      return Math.sqrt(Math.max(0, value));
    case 'itself':
      return Math.max(0, value);
  }
}

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

/** The straight-line distance between unit vectors that a distance of the session stands for. */
export function chord(value: number, kind: string): number {
  // Squares of metrics become these again; what else is no metric may make no triangle, and the picture says so.
  if (/^(squaredEuclidean|energy|sampleEnergy|jensenShannon)$/.test(kind))
    return Math.sqrt(Math.max(0, value));
  return kind === 'cosine' || kind === 'dot' ? Math.sqrt(Math.max(0, 2 - 2 * value)) : Math.max(0, value);
}

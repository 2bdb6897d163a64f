/** The axioms of a metric. */
export const AXIOMS = ['identity', 'symmetry', 'triangle'] as const;
export type Axiom = (typeof AXIOMS)[number];

/** A difference below it, relative to the largest distance, is rounding. */
const ROUNDING = 1e-4;

/** Unit vectors of the plane, 15° beside the axes and every 30° from there. */
export const UNIT_DIM = 2;
export const UNIT_VECTORS = Float32Array.from(
  Array.from({ length: 12 }, (_, k) => [
    Math.cos(((15 + 30 * k) * Math.PI) / 180),
    Math.sin(((15 + 30 * k) * Math.PI) / 180),
  ]).flat(),
);

/** The axioms that `count` different points break, by the distances of all pairs of them, row after row. */
export function brokenBy(distances: ArrayLike<number>, count: number): Axiom[] {
  const d = (i: number, j: number): number => distances[i * count + j] ?? 0;
  const all = Array.from({ length: count }, (_, k) => k);
  const least = ROUNDING * Math.max(...Array.from(distances).map(Math.abs));
  const pairs = all.flatMap((i) => all.map((j) => [i, j] as const));
  const broken: Readonly<Record<Axiom, () => boolean>> = {
    identity: () => pairs.some(([i, j]) => (i === j ? Math.abs(d(i, j)) > least : d(i, j) <= least)),
    symmetry: () => pairs.some(([i, j]) => Math.abs(d(i, j) - d(j, i)) > least),
    triangle: () => pairs.some(([i, j]) => all.some((k) => d(i, j) > d(i, k) + d(k, j) + least)),
  };
  return AXIOMS.filter((axiom) => broken[axiom]());
}

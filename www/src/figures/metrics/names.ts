import { CATALOGUE, type DistanceKind } from 'metriclab';

/** The lecture's five. */
export const FIVE = ['euclidean', 'cosine', 'kullbackLeibler', 'wasserstein', 'energy'] as const;
/** A sixth is chosen from these. The others are learned, or too slow for drawings of 1,024 numbers. */
export const MORE = [
  'manhattan',
  'chebyshev',
  'minkowski',
  'angle',
  'dot',
  'hellinger',
  'jensenShannon',
  'rootJensenShannon',
] as const;
export type MetricName = (typeof FIVE)[number] | (typeof MORE)[number];

export interface Facts {
  readonly kind: DistanceKind;
  readonly formula: string;
  readonly histograms: boolean;
}

/** What the catalogue says of a metric. */
export function factsOf(name: MetricName): Facts {
  const entry = CATALOGUE.distances.find(
    ({ kind }) => kind === name || (typeof kind === 'object' && name in kind),
  );
  if (!entry) throw new Error(`the catalogue has no ${name}`);
  return { kind: entry.kind, formula: entry.formula, histograms: entry.rows === 'histograms' };
}

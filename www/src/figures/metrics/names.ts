import { CATALOGUE, type DistanceKind } from 'metriclab';
import type { Words } from '../../words';

export type MetricName = keyof Words['distances']['names'];

/** The lecture's five. */
export const FIVE = [
  'euclidean',
  'cosine',
  'kullbackLeibler',
  'wasserstein',
  'energy',
] as const satisfies readonly MetricName[];
/** Learned, too slow for drawings of 1,024 numbers, or in the same order as another. */
const LEFT_OUT: readonly MetricName[] = ['mahalanobis', 'sinkhorn', 'squaredEuclidean', 'rootEnergy'];

const NAMES = CATALOGUE.distances.map(({ kind }) =>
  typeof kind === 'string' ? kind : Object.keys(kind)[0],
) as readonly MetricName[];

/** A sixth is chosen from these. */
export const MORE: readonly MetricName[] = NAMES.filter(
  (name) =>
    factsOf(name).rows !== 'samples' &&
    !LEFT_OUT.includes(name) &&
    !(FIVE as readonly MetricName[]).includes(name),
);

export interface Facts {
  readonly kind: DistanceKind;
  readonly formula: string;
  readonly rows: 'vectors' | 'histograms' | 'samples';
  readonly histograms: boolean;
}

/** The catalogue's entry of a metric. */
export function factsOf(name: MetricName): Facts {
  const entry = CATALOGUE.distances.find(
    ({ kind }) => kind === name || (typeof kind === 'object' && name in kind),
  );
  if (!entry) throw new Error(`the catalogue has no ${name}`);
  const { kind, formula, rows } = entry;
  return { kind, formula, rows, histograms: rows === 'histograms' };
}

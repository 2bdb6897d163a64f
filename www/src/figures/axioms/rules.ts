import { CATALOGUE, type DistanceOption } from 'metriclab';
import type { Axiom } from '../../geometry/axioms';
import type { MetricName } from '../metrics/names';

export type Rule = MetricName;
/** The catalogue's entries of what can be tried here: rows that are seen, and values with a least one. */
const ENTRIES = new Map(
  CATALOGUE.distances
    .filter(({ rows, range: [least] }) => rows !== 'samples' && least !== null)
    .map((entry) => [nameOf(entry), entry] as const)
    // Without a network that learns it, it is the Euclidean distance.
    .filter(([name]) => name !== 'mahalanobis'),
);
export const RULES: readonly Rule[] = [...ENTRIES.keys()];

function nameOf({ kind }: DistanceOption): Rule {
  return (typeof kind === 'string' ? kind : Object.keys(kind)[0]) as Rule;
}

/** The catalogue's entry of a rule. */
export function entryOf(rule: Rule): DistanceOption {
  const entry = ENTRIES.get(rule);
  if (!entry) throw new Error(`the catalogue has no ${rule}`);
  return entry;
}

/** The rule that a link names. */
export function ruleOf(name: string): Rule | undefined {
  // Links from before the figure had the catalogue's names.
  const meant = name === 'angular' ? 'angle' : name;
  return RULES.find((rule) => rule === meant);
}

/** A metric that puts the same pairs in the same order. */
export function mendedOf(rule: Rule): Rule | undefined {
  if (entryOf(rule).verdict.metric) return undefined;
  if (rule === 'cosine') return 'angle';
  if (rule === 'squaredEuclidean') return 'euclidean';
  return ruleOf(`root${rule.charAt(0).toUpperCase()}${rule.slice(1)}`);
}

/** A distance that breaks an axiom. For the triangle inequality it is the one that the rule mends, if there is one. */
export function breakerOf(axiom: Axiom, rule: Rule): Rule {
  if (axiom === 'identity') return 'cosine';
  if (axiom === 'symmetry') return 'kullbackLeibler';
  const mends = RULES.find((other) => mendedOf(other) === rule);
  return mends ?? (entryOf(rule).rows === 'histograms' ? 'jensenShannon' : 'squaredEuclidean');
}

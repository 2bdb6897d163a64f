import type { Graph } from './graph';

/** A score for every item, from the items that a user has. */
export type Scorer = (own: readonly number[]) => Float64Array;

/** How many users have each item: the same for everybody. */
export function popularity(seen: readonly (readonly number[])[], items: number): Scorer {
  const counts = new Float64Array(items);
  for (const own of seen) for (const item of own) counts[item] = (counts[item] ?? 0) + 1;
  return () => counts;
}

/** Σ over the user's items i of |users of i and j| / √(|users of i| |users of j|), for each item j. Sarwar et al. 2001. */
export function itemNeighbours(seen: readonly (readonly number[])[], items: number): Scorer {
  const together = new Float64Array(items * items);
  for (const own of seen)
    for (const i of own) for (const j of own) together[i * items + j] = (together[i * items + j] ?? 0) + 1;
  const root = Float64Array.from({ length: items }, (_, i) => Math.sqrt(together[i * items + i] ?? 0) || 1);
  return (own) => {
    const scores = new Float64Array(items);
    for (const i of own)
      for (let j = 0; j < items; j++)
        scores[j] = (scores[j] ?? 0) + (together[i * items + j] ?? 0) / ((root[i] ?? 1) * (root[j] ?? 1));
    return scores;
  };
}

/** How rare each word is among lists of words: ln(lists / lists that have it), as in tf-idf. */
export function rarity(lists: readonly (readonly number[])[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const own of lists) for (const word of own) counts.set(word, (counts.get(word) ?? 0) + 1);
  return new Map([...counts].map(([word, count]) => [word, Math.log(lists.length / count)]));
}

/** Words in common with the user's items, rare words weighing more: the cosine of tf-idf, up to the user's length. */
export function wordsInCommon({ words, wordsOf }: Graph): Scorer {
  const weights = rarity(wordsOf);
  const weight = Float64Array.from(words, (_, word) => weights.get(word) ?? 0);
  const length = wordsOf.map((own) => Math.hypot(...own.map((word) => weight[word] ?? 0)) || 1);
  return (own) => {
    const profile = new Float64Array(words.length);
    for (const item of own)
      for (const word of wordsOf[item] ?? []) profile[word] = (profile[word] ?? 0) + (weight[word] ?? 0);
    return Float64Array.from(wordsOf, (said, item) => {
      const dot = said.reduce((sum, word) => sum + (profile[word] ?? 0) * (weight[word] ?? 0), 0);
      return dot / (length[item] ?? 1);
    });
  };
}

/** The dot product of a row with each of `rows`. */
export function dots(row: Float32Array, rows: Float32Array): Float64Array {
  const dim = row.length;
  return Float64Array.from({ length: rows.length / dim }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < dim; k++) sum += (row[k] ?? 0) * (rows[at * dim + k] ?? 0);
    return sum;
  });
}

/** The `count` of `among` with the largest scores, largest first; those of `without` are left out, the first of equals wins. */
export function topOf(
  scores: Float64Array,
  count: number,
  among: readonly number[],
  without: readonly number[] = [],
): number[] {
  const left = new Set(without);
  return among
    .filter((item) => !left.has(item))
    .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))
    .slice(0, count);
}

/**
 * Recall@k: the share of the wanted items among the `k` of `among` with the largest scores, of as many as could be there. Items at
 * one score share their places, so that the order of the data decides nothing.
 */
export function recallOf(
  scores: Float64Array,
  k: number,
  { among, wanted }: { readonly among: readonly number[]; readonly wanted: readonly number[] },
): number {
  const least = among.map((item) => scores[item] ?? 0).sort((a, b) => b - a)[k - 1] ?? -Infinity;
  const above = among.filter((item) => (scores[item] ?? 0) > least).length;
  const tied = among.filter((item) => (scores[item] ?? 0) === least).length;
  const share = tied > 0 ? (k - above) / tied : 1;
  const hits = wanted.reduce((sum, item) => {
    const score = scores[item] ?? 0;
    return sum + (score > least ? 1 : score === least ? share : 0);
  }, 0);
  return hits / Math.min(k, wanted.length);
}

/** The place of an item among others, 1 for the largest score. */
export function placeOf(scores: Float64Array, item: number, among: readonly number[]): number {
  const own = scores[item] ?? 0;
  return 1 + among.filter((other) => other !== item && (scores[other] ?? 0) > own).length;
}

import type { Neighbours } from 'metriclab';

/** A sample that asks, with the nearest of its class and the nearest of another. */
export interface Query {
  readonly id: number;
  readonly label: number;
  /** Class of the nearest other sample. */
  readonly named: number;
  readonly right: Found | null;
  readonly wrong: Found | null;
}

interface Found {
  readonly id: number;
  readonly distance: number;
}

export const FILTERS = ['any', 'wrong', 'borderline'] as const;
export type Filter = (typeof FILTERS)[number];

/** Every sample asks all others; `found` lists them all, nearest first. */
export function queriesOf(
  ids: readonly number[],
  labels: ArrayLike<number>,
  found: Neighbours,
): readonly Query[] {
  return ids.map((id, at) => {
    const label = labels[id] ?? 0;
    let [right, wrong]: (Found | null)[] = [null, null];
    let named = -1;
    for (let place = 0; place < found.k && !(right && wrong); place++) {
      const other = found.indices[at * found.k + place] ?? at;
      if (other === at) continue;
      const one = { id: ids[other] ?? 0, distance: found.distances[at * found.k + place] ?? NaN };
      const same = labels[one.id] === label;
      if (named < 0) named = labels[one.id] ?? 0;
      if (same) right ??= one;
      else wrong ??= one;
    }
    return { id, label, named, right: right ?? null, wrong: wrong ?? null };
  });
}

/** By how much the nearest wrong one is farther than the nearest right one; below 0 the answer is wrong. */
export const leadOf = ({ right, wrong }: Query): number =>
  (wrong?.distance ?? Infinity) - (right?.distance ?? Infinity);

/** The queries of a filter: wrong ones by how clearly they are, borderline ones by how narrowly they are right. */
export function filtered(queries: readonly Query[], filter: Filter): readonly Query[] {
  if (filter === 'any') return queries;
  const wrong = (query: Query): boolean => query.named !== query.label;
  const some = queries.filter((query) => wrong(query) === (filter === 'wrong'));
  return [...some].sort((a, b) => leadOf(a) - leadOf(b));
}

/** How often each class was taken for each other: rows are the true classes. */
export function countsOf(
  queries: readonly Query[],
  classes: number,
): readonly (readonly (readonly Query[])[])[] {
  const cells = Array.from({ length: classes }, () => Array.from({ length: classes }, () => [] as Query[]));
  for (const query of queries) cells[query.label]?.[query.named]?.push(query);
  return cells;
}

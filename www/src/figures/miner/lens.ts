import { excess, minedOf, zoneOf, type Table } from '../matrix/table';
import type { Zone } from 'metriclab';

/** A sample of the batch as the anchor sees it. */
export interface Seen {
  /** Its place in the batch. */
  readonly at: number;
  readonly distance: number;
  /** Whether the miner took it with this anchor. */
  readonly taken: boolean;
}

export interface Negative extends Seen {
  readonly zone: Zone;
}

/** One anchor with everything in the batch that it is compared with. */
export interface Lens {
  readonly anchor: number;
  /** The farthest positive, whose distance divides hard from semi-hard. */
  readonly positive: Seen;
  /** Near to far, the chosen one among them. */
  readonly positives: readonly Seen[];
  readonly negatives: readonly Negative[];
}

/** The batch from one anchor; null where it has no positive. A negative is taken with the lens's positive. */
export function lensOf(table: Table, anchor: number, margin: number): Lens | null {
  const size = table.ids.length;
  const mined = minedOf(table);
  const row = (at: number): Seen => ({
    at,
    distance: table.learned[anchor * size + at] ?? NaN,
    taken: (mined[anchor * size + at] ?? 0) > 0,
  });
  const others = Array.from({ length: size }, (_, at) => at)
    .filter((at) => at !== anchor)
    .map(row)
    .sort((one, other) => one.distance - other.distance);
  const like = (at: number): boolean => table.labels[at] === table.labels[anchor];
  const positives = others.filter(({ at }) => like(at));
  const positive = positives.at(-1);
  if (!positive) return null;
  const taken = new Set<number>();
  for (let k = 0; k + 2 < table.triplets.length; k += 3)
    if (table.triplets[k] === anchor && table.triplets[k + 1] === positive.at)
      taken.add(table.triplets[k + 2] ?? -1);
  const negatives = others
    .filter(({ at }) => !like(at))
    .map((one) => ({
      ...one,
      taken: taken.has(one.at),
      zone: zoneOf(excess(positive.distance, one.distance, table.similarity), margin),
    }));
  return { anchor, positive, positives, negatives };
}

/** Lanes of marks along a line, so that none lies over another: each goes to the lowest lane that is free where it is. */
export function lanesOf(places: readonly number[], width: number): number[] {
  const ends: number[] = [];
  return places.map((place) => {
    const free = ends.findIndex((end) => end <= place);
    const lane = free === -1 ? ends.length : free;
    ends[lane] = place + width;
    return lane;
  });
}

import type { BatchView, Zone } from 'metriclab';
import { excess, zoneOf } from '../figures/matrix/table';

/** A triplet that the miner took. */
export interface Triple {
  /** Samples of the data set: anchor, positive, negative. */
  readonly samples: readonly [number, number, number];
  readonly ap: number;
  readonly an: number;
  readonly zone: Zone;
}

/** The mined triplets of a batch with their distances, the hardest first. */
export function triplesOf(batch: BatchView, margin: number): readonly Triple[] {
  const { indices, distances, triplets, similarity } = batch;
  const size = indices.length;
  const made: (Triple & { readonly by: number })[] = [];
  for (let at = 0; at + 2 < triplets.length; at += 3) {
    const [a = 0, p = 0, n = 0] = triplets.subarray(at, at + 3);
    const [ap, an] = [distances[a * size + p] ?? NaN, distances[a * size + n] ?? NaN];
    const by = excess(ap, an, similarity);
    const zone = zoneOf(by, margin);
    made.push({ samples: [indices[a] ?? 0, indices[p] ?? 0, indices[n] ?? 0], ap, an, zone, by });
  }
  return made.sort((one, other) => one.by - other.by);
}

import { nearestOf } from '../projection/neighbourhoods';
import type { Layout } from './drawings';

/** The selected point in the picture that is shown. */
export interface Look {
  readonly selected: number;
  /** Whether it has a place there. */
  readonly placed: boolean;
  /** Nearest in the embedding (of those that are shown); null while they are searched. */
  readonly near: readonly number[] | null;
  /** Nearest in the picture, but not in the embedding. */
  readonly intruders: readonly number[];
  readonly k: number;
}

/**
 * Looks at a point of a picture.
 *
 * @param xy - places of all points; NaN for those without
 * @param k - how many of its nearest are asked for
 * @param nearOf - its nearest in the embedding; null while they are searched
 */
export function lookAt(
  selected: number,
  xy: Float32Array,
  k: number,
  nearOf: () => readonly number[] | null,
): Look {
  const placed = Number.isFinite(xy[2 * selected]);
  const near = placed ? nearOf() : null;
  if (!near) return { selected, placed, near, intruders: [], k };
  const flat = nearestOf({ rows: xy, dim: 2 }, selected, near.length);
  return {
    selected,
    placed,
    near,
    intruders: flat.filter((index) => !near.includes(index)),
    k: near.length,
  };
}

/** A point's nearest in the embedding, among the points of a picture by t-SNE or UMAP; null until it is done. */
export function nearIn({ found, sample, near }: Layout, index: number, k: number): readonly number[] | null {
  if (!found) return null;
  const start = sample.indexOf(index) * near.k;
  return [...near.indices.subarray(start, start + k)].map((place) => sample[place] ?? -1);
}

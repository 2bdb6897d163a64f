import type { Picture } from 'metriclab';
import type { Checkpoint } from './timeline';

/** The way of one sample over the maps of earlier steps. */
export interface Trail {
  readonly index: number;
  /** x and y at each earlier step that shows it, in order. */
  readonly places: readonly number[];
}

export interface Trails {
  readonly of: 'point' | 'class';
  readonly trails: readonly Trail[];
  /** The earlier steps, in order. */
  readonly steps: readonly number[];
}

const known = new WeakMap<Picture, Map<number, number>>();

/** Where each sample's place begins in a picture. */
function placesIn(picture: Picture): Map<number, number> {
  let places = known.get(picture);
  if (!places) {
    places = new Map(Array.from(picture.indices, (index, at) => [index, 2 * at]));
    known.set(picture, places);
  }
  return places;
}

/** Where some samples lay at the kept steps before `now`, each in the map of its own step. Those that no map shows are left out. */
export function trailsOf(
  kept: readonly Pick<Checkpoint, 'step' | 'picture'>[],
  now: number,
  samples: readonly number[],
  of: Trails['of'],
): Trails {
  const earlier = kept.filter(({ step }) => step < now);
  const trails = samples.map((index): Trail => {
    const places = earlier.flatMap(({ picture }) => {
      const at = placesIn(picture).get(index);
      return at === undefined ? [] : [picture.xy[at] ?? NaN, picture.xy[at + 1] ?? NaN];
    });
    return { index, places };
  });
  return {
    of,
    trails: trails.filter(({ places }) => places.length > 0),
    steps: earlier.map(({ step }) => step),
  };
}

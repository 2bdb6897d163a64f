import { Random } from '../random';

/** Known syllables on the maps. */
const SHOWN_KNOWN = 12;
/** Newcomers on the maps. */
export const SHOWN_NEW = 3;
/** The typeface that is registered, and the one that asks first. */
export const REGISTERED = 'nanum-gothic';
export const ASKING = 'gowun-batang';
/** Newcomers on offer at a time. */
export const TRAY = 10;
/** Chance of the order in which newcomers are on offer. */
const DRAW_SEED = 1;

/** The known classes whose drawings are on the maps. */
export function knownOnMap(known: readonly number[]): number[] {
  const every = Math.floor(known.length / SHOWN_KNOWN);
  return Array.from({ length: SHOWN_KNOWN }, (_, k) => known[k * every] ?? 0);
}

/** Newcomers in the order in which they are on offer. */
export function drawnBy(newcomers: readonly number[]): number[] {
  return new Random(DRAW_SEED).shuffled(newcomers);
}

/** The drawings of some classes, in the order of the set. */
export function drawingsOf(labels: ArrayLike<number>, classes: readonly number[]): number[] {
  return Array.from({ length: labels.length }, (_, at) => at).filter((at) =>
    classes.includes(labels[at] ?? -1),
  );
}

import type { LeftOut } from 'metriclab/data';
import { fill, type Words } from '../../words';

/** What was left out for one reason, in the words of the page. */
export interface Told {
  readonly why: string;
  /** Whether the page has no words for the reason: then it is told in English. */
  readonly english: boolean;
  count: number;
  readonly examples: (number | string)[];
}

/** Tells what was left out. Entries that differ in their English alone become one. */
export function toldOf(list: readonly LeftOut[], w: Words['gallery']): Told[] {
  const told = new Map<string, Told>();
  for (const { reason, column, count, examples, message } of list) {
    const english = !Object.hasOwn(w.leftOutFor, reason);
    const words = english ? message : w.leftOutFor[reason];
    const why = english || column === null ? words : `${fill(w.inColumn, { column })} ${words}`;
    const known = told.get(why) ?? { why, english, count: 0, examples: [] };
    known.count += count;
    known.examples.push(...examples);
    told.set(why, known);
  }
  return [...told.values()];
}

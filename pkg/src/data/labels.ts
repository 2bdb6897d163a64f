import { MetricLabError, badArgument } from '../errors.js';
import { show } from '../show.js';
import { invalid } from './work.js';

/** Labels of samples: names, numbers, or anything that has a name of its own. */
export type Labels = ArrayLike<string | number | bigint | boolean>;

export interface Named {
  readonly names: readonly string[];
  readonly of: Uint16Array;
}

/** A text that can be stored: half of a character is replaced, since UTF-8 has no form for it. */
export function plainText(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** A label as a text, or null where there is none. */
export function nameOf(label: unknown): string | null {
  if (typeof label === 'string') return label.trim() === '' ? null : plainText(label);
  if (typeof label === 'number') return Number.isNaN(label) ? null : String(label);
  return typeof label === 'bigint' || typeof label === 'boolean' ? String(label) : null;
}

/**
 * The names of labels, each once. Numbers are sorted, so that class 3 of digits is the digit 3; other labels are in the
 * order of their first appearance.
 */
export function named(labels: unknown, count: number, what: string, most: number): Named {
  const list = listOf(labels, what);
  if (list.length !== count)
    throw badArgument(`There are ${count} samples and ${list.length} ${what}: each needs one.`);
  const texts = list.map((label, at) => {
    const name = nameOf(label);
    if (name === null) throw badArgument(`${what}[${at}] must be a text or a number, is ${show(label)}.`);
    return name;
  });
  const found = [...new Set(texts)];
  const names = list.every((label) => typeof label === 'number')
    ? found.sort((a, b) => Number(a) - Number(b))
    : found;
  if (names.length > most)
    throw invalid(`There are ${names.length} different ${what} and at most ${most} can be told apart`);
  const index = new Map(names.map((name, at) => [name, at]));
  return { names, of: Uint16Array.from(texts, (text) => index.get(text) ?? 0) };
}

/** An array of anything that has a length. */
export function listOf(value: unknown, what: string): unknown[] {
  if (typeof value === 'object' && value !== null && 'length' in value) {
    const { length } = value;
    if (typeof length === 'number' && Number.isInteger(length) && length >= 0 && length < 2 ** 32)
      return Array.from(value as ArrayLike<unknown>);
  }
  throw badArgument(`${what} must be a list, is ${show(value)}.`);
}

export function oneClass(): MetricLabError {
  return new MetricLabError(
    'data.one_class',
    'All samples are of one class: metric learning needs at least two.',
  );
}

import { page } from '../../state/page.svelte';
import type { Newcomer } from '../newcomer/newcomer.svelte';
import { Nested } from './nested.svelte';

/** Lengths to which an embedding is cut. */
export const LENGTHS = [2, 3, 4, 8, 16, 32, 64] as const;

const made = new WeakMap<Newcomer, Nested>();

/** The network next to a page's plain one: what it has learned outlasts the figure. */
export function nestedOf(run: Newcomer): Nested {
  const known = made.get(run) ?? new Nested(page.dataset('hangul'));
  made.set(run, known);
  return known;
}

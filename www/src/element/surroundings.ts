import { getContext, setContext } from 'svelte';
import { appearance } from '../state/appearance.svelte';
import { page } from '../state/page.svelte';
import type { Attributes } from './attributes.svelte';

const KEY = Symbol('surroundings');

/** Gives all components within this one the language and the appearance of their element. */
export function giveSurroundings(attributes: Attributes): void {
  setContext(KEY, attributes);
}

/** What runs within a component has its context; all else gets what the page has. */
function asking(): Attributes | undefined {
  try {
    return getContext<Attributes | undefined>(KEY);
  } catch {
    return undefined;
  }
}

page.within = () => asking()?.language;
appearance.within = () => asking()?.dark;

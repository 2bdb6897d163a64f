import { getContext, setContext } from 'svelte';
import { appearance } from '../state/appearance.svelte';
import { page } from '../state/page.svelte';
import type { Telling } from '../state/telling.svelte';
import type { Attributes } from './attributes.svelte';

const KEY = Symbol('surroundings');

interface Surroundings {
  readonly attributes: Attributes;
  /** Tells the element of what a figure could not do. */
  readonly fail: (error: unknown) => void;
  /** Tells it of what a figure trains and of what is picked in it. */
  readonly tell: Telling;
}

/** Gives all components within this one the language and the appearance of their element, and its ear for faults. */
export function giveSurroundings(surroundings: Surroundings): void {
  setContext(KEY, surroundings);
}

/** Code that runs within a component has its context; all other code gets what the page has. */
function asking(): Surroundings | undefined {
  try {
    return getContext<Surroundings | undefined>(KEY);
  } catch {
    return undefined;
  }
}

page.within = () => asking()?.attributes.language;
page.failing = () => asking()?.fail;
page.telling = () => asking()?.tell;
appearance.within = () => asking()?.attributes.dark;

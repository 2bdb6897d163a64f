import { getContext, setContext } from 'svelte';
import { page } from '../state/page.svelte';
import type { Language } from '../words';

const KEY = Symbol('language');
type Ask = () => Language | undefined;

/** Gives all components within this one a language of their own. */
export function giveLanguage(ask: Ask): void {
  setContext(KEY, ask);
}

/** What runs within a component has its context; all else gets the language of the page. */
page.within = () => {
  try {
    return getContext<Ask | undefined>(KEY)?.();
  } catch {
    return undefined;
  }
};

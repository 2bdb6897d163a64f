import { Newcomer } from '../figures/newcomer/newcomer.svelte';
import { page } from '../state/page.svelte';
import { closeTools } from '../state/tools';
import { isKnown } from './engine';

let users = 0;
let experiment = $state.raw<Newcomer | null>(null);
/** The copy of the site from which the experiment has its pictures. */
let origin = '';

/**
 * The newcomer experiment that all elements of a page show, once one of them needs it. One that found no pictures is made anew
 * where another copy of the site is known.
 */
export function sharedRun(root: string): Newcomer {
  const useless = !isKnown(origin) || experiment?.phase === 'failed';
  if (!experiment || (useless && origin !== root)) {
    experiment?.stop();
    origin = root;
    experiment = new Newcomer(page.dataset('hangul'));
    void experiment.start();
  }
  return experiment;
}

/** Counts the elements that are shown; the engines end with the last. */
export function join(): () => void {
  users += 1;
  return () => {
    users -= 1;
    if (users > 0) return;
    experiment?.stop();
    experiment = null;
    closeTools();
  };
}

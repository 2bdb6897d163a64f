import { Newcomer } from '../figures/newcomer/newcomer.svelte';
import { page } from '../state/page.svelte';
import { closeTools } from '../state/tools';

let users = 0;
let experiment = $state.raw<Newcomer | null>(null);

/** The newcomer experiment that all elements of a page show, once one of them needs it. */
export function sharedRun(): Newcomer {
  if (!experiment) {
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

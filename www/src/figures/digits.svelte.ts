import { page } from '../state/page.svelte';
import { pictures, type Pictures } from './pictures';

/** The digits for a component, which makes this in its own setup; null until they are there. */
export class Digits {
  data = $state.raw<Pictures | null>(null);
  failure = $state.raw<unknown>(null);

  constructor() {
    $effect(() => {
      pictures(page.dataset('mnist')).then(
        (found) => (this.data = found),
        (error: unknown) => (this.failure = error),
      );
    });
  }
}

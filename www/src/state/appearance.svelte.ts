import { page } from './page.svelte';

const scheme = window.matchMedia('(prefers-color-scheme: dark)');
const motion = window.matchMedia('(prefers-reduced-motion: reduce)');

/** The visitor's system settings that canvases need: style sheets do not reach into them. */
class Appearance {
  #systemDark = $state(scheme.matches);
  /** Whether motion is unwelcome. */
  still = $state(motion.matches);
  /** Whether the figure that asks is dark, where one page shows light ones and dark ones. */
  within: (() => boolean | undefined) | null = null;

  constructor() {
    scheme.addEventListener('change', () => (this.#systemDark = scheme.matches));
    motion.addEventListener('change', () => (this.still = motion.matches));
  }

  get dark(): boolean {
    return this.within?.() ?? (page.theme === 'dark' || (page.theme === 'system' && this.#systemDark));
  }
}

export const appearance = new Appearance();

import { page } from './page.svelte';

const scheme = window.matchMedia('(prefers-color-scheme: dark)');
const motion = window.matchMedia('(prefers-reduced-motion: reduce)');

/** The visitor's system settings that canvases need: style sheets do not reach into them. */
class Appearance {
  #systemDark = $state(scheme.matches);
  /** Whether motion is unwelcome. */
  still = $state(motion.matches);

  constructor() {
    scheme.addEventListener('change', () => (this.#systemDark = scheme.matches));
    motion.addEventListener('change', () => (this.still = motion.matches));
  }

  get dark(): boolean {
    return page.theme === 'dark' || (page.theme === 'system' && this.#systemDark);
  }
}

export const appearance = new Appearance();

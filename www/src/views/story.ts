import type { Mount } from './page';

/** Being written. */
export const mountStory: Mount = (host) => () => {
  host.replaceChildren();
};

/**
 * Pictures and words for the figures of `metriclab/element`, as files of this package. Imported beside the element, no figure
 * needs an attribute `site`. Nothing is fetched before a figure needs it, and each file says whose pictures they are.
 *
 * @packageDocumentation
 */

/**
 * Addresses of the files; those of pictures are packed data sets, which `fetchPacked` reads.
 *
 * @example
 * ```ts
 * import { pictures } from 'metriclab/pictures';
 * await lab.loadDataset(await fetchPacked(pictures.mnist));
 * ```
 */
export const pictures = {
  /** Syllables of Hangul, each in ten typefaces. */
  hangul: new URL('./pictures/hangul.mlds.gz', import.meta.url).href,
  /** Handwritten digits. */
  mnist: new URL('./pictures/mnist.mlds.gz', import.meta.url).href,
  /** Emoji, each in three styles. */
  emoji: new URL('./pictures/emoji.mlds.gz', import.meta.url).href,
  /** English and Korean words of the emoji, JSON. */
  'emoji-words': new URL('./pictures/emoji-words.json.gz', import.meta.url).href,
  /** Which Debian package needs which others, JSON. */
  packages: new URL('./pictures/packages.json.gz', import.meta.url).href,
} as const;

// The element is a build of its own, and reads this when a figure asks for a file.
Object.assign(globalThis, { [Symbol.for('metriclab.pictures')]: pictures });

/**
 * Pictures and words for the figures of `metriclab/element`, as files of this package. Imported beside the element, no figure
 * needs an attribute `site`. Nothing is fetched before a figure needs it, and each file says whose pictures they are.
 *
 * @packageDocumentation
 */

/**
 * The address of a file next to this script. A bundle that is no module has no address of its own, and that of a `blob:` has no
 * folder: there the file is next to the page.
 */
function address(name: string, find: () => URL): string {
  try {
    return find().href;
  } catch {
    return `./pictures/${name}`;
  }
}

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
  // Bundlers look for exactly these expressions.
  /** Syllables of Hangul, each in ten typefaces. */
  hangul: address('hangul.mlds.gz', () => new URL('./pictures/hangul.mlds.gz', import.meta.url)),
  /** Handwritten digits. */
  mnist: address('mnist.mlds.gz', () => new URL('./pictures/mnist.mlds.gz', import.meta.url)),
  /** Drawn faces of people who do not exist. */
  faces: address('faces.mlds.gz', () => new URL('./pictures/faces.mlds.gz', import.meta.url)),
  /** Emoji, each in three styles. */
  emoji: address('emoji.mlds.gz', () => new URL('./pictures/emoji.mlds.gz', import.meta.url)),
  /** English and Korean words of the emoji, JSON. */
  'emoji-words': address(
    'emoji-words.json.gz',
    () => new URL('./pictures/emoji-words.json.gz', import.meta.url),
  ),
  /** Which Debian package needs which others, JSON. */
  packages: address('packages.json.gz', () => new URL('./pictures/packages.json.gz', import.meta.url)),
} as const;

// The element is a build of its own, and reads this when a figure asks for a file.
Object.assign(globalThis, { [Symbol.for('metriclab.pictures')]: pictures });

import { reading } from '../arguments.js';
import { badArgument } from '../errors.js';
import { show } from '../show.js';
import type { Files } from './files.js';
import { type InspectOptions, inspect } from './inspect.js';
import type { Choices, Preview } from './preview.js';
import type { Samples } from './samples.js';
import { optionsOf } from '../arguments.js';
import { choicesOf } from './table-preview.js';

/** Options of pictures from files. */
export type ImageFileOptions = Pick<Choices, 'name' | 'size' | 'channels'> & Omit<InspectOptions, 'header'>;
/** Options of sounds from files. */
export type SoundFileOptions = Pick<Choices, 'name' | 'length'> & Omit<InspectOptions, 'header'>;

/**
 * Samples from picture files, of a folder or a zip: the folder that a picture lies in is its class. Each is fitted into a
 * square, centred on white, and stored as bytes. The browser decodes them.
 *
 * @throws MetricLabError as `inspect` and `Preview.load`.
 *
 * @example
 * ```ts
 * const set = await samples.fromImageFiles(input.files, { size: 48, onProgress: ({ done, total }) => (bar.value = done / total) });
 * ```
 */
export function fromImageFiles(files: Files, options?: ImageFileOptions): Promise<Samples> {
  return fromFiles(files, options, 'picture', ['name', 'size', 'channels']);
}

/**
 * Samples from sound files, of a folder or a zip: the folder is the class. The browser decodes them; they become mono, of
 * 16 kHz, and {@link logMel} frames of 40 numbers every 10 ms.
 *
 * @throws MetricLabError as `inspect` and `Preview.load`.
 *
 * @example
 * ```ts
 * const set = await samples.fromSoundFiles(input.files, { length: 100 }); // a second each
 * ```
 */
export function fromSoundFiles(files: Files, options?: SoundFileOptions): Promise<Samples> {
  return fromFiles(files, options, 'sequences', ['name', 'length']);
}

async function fromFiles(
  files: Files,
  options: unknown,
  kind: Preview['kind'],
  names: readonly string[],
): Promise<Samples> {
  const { reader, choices } = reading(() => {
    const { signal, onProgress, limit, ...rest } = optionsOf(
      options,
      ['signal', 'onProgress', 'limit', ...names],
      '{ signal }',
    );
    return { reader: { signal, onProgress, limit } as InspectOptions, choices: choicesOf(rest) };
  });
  const preview = await inspect(files, reader);
  if (preview.kind !== kind)
    throw badArgument(
      `The files are not ${kind === 'picture' ? 'pictures' : 'sounds'}, but ${show(preview.format)}.`,
    );
  return preview.load(choices, reader);
}

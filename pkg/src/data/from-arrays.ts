import { optionsOf, reading } from '../arguments.js';
import { badArgument } from '../errors.js';
import { BYTE_LIMIT } from '../header.js';
import { show } from '../show.js';
import { type Labels, listOf, nameOf } from './labels.js';
import {
  type Samples,
  type SampleOptions,
  type Shape,
  checkFinite,
  countOf,
  samplesOf,
  splitOptions,
} from './samples.js';
import { invalid, tooLarge } from './work.js';

/** Rows of numbers: a list of rows, or all rows one after the other with their length. */
export type Rows = readonly ArrayLike<number>[] | { readonly data: ArrayLike<number>; readonly dim: number };

/**
 * Samples from rows of numbers. They keep their sign and are stored as 32-bit floats; the network gets them by mean and
 * deviation of the training samples.
 *
 * @param rows - n rows of d numbers.
 * @param labels - n labels: any texts or numbers.
 * @throws MetricLabError `argument.invalid` for lists of other lengths, `data.not_finite`, `data.one_class`,
 * `data.insufficient` for no row, `data.too_large` beyond 1 GiB.
 *
 * @example
 * ```ts
 * const set = samples.fromVectors([[0.1, 0.2], [0.9, 0.8], [0.2, 0.1], [1, 1]], ['cat', 'dog', 'cat', 'dog']);
 * await lab.loadDataset(set.toBlob());
 * ```
 */
export function fromVectors(rows: Rows, labels: Labels, options?: SampleOptions): Samples<Float32Array> {
  return samplesOf(() => vectors(rows), labels, options);
}

function vectors(rows: unknown): Shape<Float32Array> {
  const { data, dim } = isFlat(rows)
    ? flatRows(rows.data, countOf(rows.dim, 'dim'))
    : joined(listOf(rows, 'rows').map(rowOf));
  checkFinite(data, dim);
  return { ...row(data.length / dim, dim), numbers: data };
}

function rowOf(row: unknown, at: number): ArrayLike<unknown> {
  if (typeof row === 'number')
    throw badArgument(
      `rows[${at}] must be a list, is ${show(row)}: all numbers in one list are { data, dim }.`,
    );
  return listLike(row, `rows[${at}]`);
}

const row = (count: number, width: number) =>
  ({ kind: 'vectors', count, channels: 1, height: 1, width, background: null }) as const;

function isFlat(rows: unknown): rows is { readonly data: unknown; readonly dim: unknown } {
  return typeof rows === 'object' && rows !== null && 'data' in rows && 'dim' in rows;
}

function flatRows(data: unknown, dim: number): { data: Float32Array; dim: number } {
  const list = listLike(data, 'data');
  if (list.length % dim !== 0) throw badArgument(`${list.length} numbers are no rows of ${dim}.`);
  return {
    data: floats(list.length, (into) => {
      into.set(checked(list, 'data'), 0);
    }),
    dim,
  };
}

function joined(rows: readonly ArrayLike<unknown>[]): { data: Float32Array; dim: number } {
  const dim = rows[0]?.length ?? 1;
  if (dim === 0) throw badArgument('rows[0] has no number.');
  const data = floats(rows.length * dim, (into) => {
    rows.forEach((row, at) => {
      if (row.length !== dim)
        throw badArgument(`rows[${at}] has ${row.length} numbers and rows[0] has ${dim}.`);
      into.set(checked(row, `rows[${at}]`), at * dim);
    });
  });
  return { data, dim };
}

function floats(length: number, fill: (into: Float32Array) => void): Float32Array {
  if (4 * length > BYTE_LIMIT)
    throw tooLarge(`This takes ${4 * length} bytes and at most ${BYTE_LIMIT} are accepted`);
  const into = new Float32Array(length);
  fill(into);
  return into;
}

function listLike(value: unknown, what: string): ArrayLike<unknown> {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return value as unknown as ArrayLike<unknown>;
  return listOf(value, what);
}

/** Numbers only: a text or null would silently become 0 or NaN. */
function checked(list: ArrayLike<unknown>, what: string): ArrayLike<number> {
  if (ArrayBuffer.isView(list) && typeof list[0] === 'number') return list as ArrayLike<number>;
  for (let at = 0; at < list.length; at++)
    if (typeof list[at] !== 'number')
      throw badArgument(`${what}[${at}] must be a number, is ${show(list[at])}.`);
  return list as ArrayLike<number>;
}

/** Pixels of pictures of one size, one picture after the other. */
export interface Pixels {
  /** Bytes from 0 to 255, or floats: all in one array, or an array for each picture. Plain lists of numbers count as floats. */
  readonly pixels:
    | Uint8Array
    | Uint8ClampedArray
    | Float32Array
    | readonly number[]
    | readonly (Uint8Array | Uint8ClampedArray | Float32Array | readonly number[])[];
  readonly width: number;
  readonly height: number;
  /** Numbers a pixel: 1 for grey, 3 for colour. 4 are accepted, and the fourth (opacity) is dropped. */
  readonly channels: number;
  /** `interleaved` (the default): all numbers of a pixel together, as a canvas gives them; `planar`: one channel after the other. */
  readonly layout?: 'interleaved' | 'planar' | undefined;
}

/** Options of pictures. */
export interface PictureOptions extends SampleOptions {
  /**
   * The value where nothing is drawn, in units of `pixels`; null for photographs, which have none. Found from the corners
   * unless given.
   */
  readonly background?: number | null | undefined;
}

/**
 * Samples from pixels.
 *
 * @throws MetricLabError as {@link fromVectors}.
 *
 * @example
 * ```ts
 * const set = samples.fromImages({ pixels: bytes, width: 28, height: 28, channels: 1 }, digits);
 * const grey = [[0, 1, 1, 0], [1, 0, 0, 1], [0, 0.9, 1, 0], [1, 0, 0.1, 1]];
 * const small = samples.fromImages({ pixels: grey, width: 2, height: 2, channels: 1 }, ['a', 'b', 'a', 'b']);
 * ```
 */
export function fromImages(pixels: Pixels, labels: Labels, options?: PictureOptions): Samples {
  return reading(() => {
    const { own, rest } = splitOptions(options, ['background'], '{ background: null }');
    return samplesOf(
      () => {
        const shape = pictures(pixels);
        return { ...shape, background: backgroundOf(rest['background'], shape.numbers) };
      },
      labels,
      own,
    );
  });
}

function backgroundOf(value: unknown, pixels: Shape['numbers']): number | null | undefined {
  const bytes = !(pixels instanceof Float32Array);
  if (value === undefined || value === null) return value;
  const fits =
    typeof value === 'number' && (bytes ? value >= 0 && value <= 255 : Number.isFinite(Math.fround(value)));
  if (fits) return value;
  throw badArgument(`background must be a number that pixels can have, or null, is ${show(value)}.`);
}

function pictures(given: unknown): Omit<Shape, 'background'> {
  const names = ['pixels', 'width', 'height', 'channels', 'layout'] as const;
  const {
    pixels: lists,
    layout = 'interleaved',
    ...size
  } = optionsOf(given, names, '{ pixels, width, height, channels }');
  const [width, height] = [countOf(size.width, 'width', 4096), countOf(size.height, 'height', 4096)];
  const channels = countOf(size.channels, 'channels', 1024);
  if (layout !== 'interleaved' && layout !== 'planar')
    throw badArgument(`layout must be 'interleaved' or 'planar', is ${show(layout)}.`);
  const area = width * height;
  const pixels = pixelsOf(lists, area * channels);
  const isBytes = areBytes(pixels);
  if (pixels.length % (area * channels) !== 0)
    throw badArgument(`${pixels.length} numbers are no pictures of ${channels} x ${height} x ${width}.`);
  const count = pixels.length / (area * channels);
  const kept = channels === 4 ? 3 : channels;
  const numbers = isBytes ? new Uint8Array(count * kept * area) : new Float32Array(count * kept * area);
  const [pixelStep, channelStep] = layout === 'planar' ? [1, area] : [channels, 1];
  for (let i = 0; i < count; i++)
    for (let c = 0; c < kept; c++) {
      const [from, to] = [i * channels * area + c * channelStep, (i * kept + c) * area];
      for (let p = 0; p < area; p++) numbers[to + p] = pixels[from + p * pixelStep] ?? 0;
    }
  if (numbers instanceof Float32Array) checkFinite(numbers, kept * area);
  return { kind: 'picture', count, channels: kept, height, width, numbers };
}

type PixelNumbers = Uint8Array | Uint8ClampedArray | Float32Array;
const areBytes = (pixels: unknown): pixels is Uint8Array | Uint8ClampedArray =>
  pixels instanceof Uint8Array || pixels instanceof Uint8ClampedArray;

/** The pixels in one array. A list has a number for each, or an array of `size` numbers for each picture. */
function pixelsOf(pixels: unknown, size: number): PixelNumbers {
  if (areBytes(pixels) || pixels instanceof Float32Array) return pixels;
  if (!Array.isArray(pixels))
    throw badArgument(
      `pixels must be a Uint8Array, a Uint8ClampedArray, a Float32Array or a list, is ${show(pixels)}.`,
    );
  const list = pixels as readonly unknown[];
  if (typeof list[0] === 'number')
    return floats(list.length, (into) => {
      into.set(checked(list, 'pixels'));
    });
  const pictures = list.map((picture, at) => {
    const numbers = listLike(picture, `pixels[${at}]`);
    if (numbers.length === size) return checked(numbers, `pixels[${at}]`);
    throw badArgument(`pixels[${at}] has ${numbers.length} numbers and must have ${size}.`);
  });
  const fill = (into: Uint8Array | Float32Array) => {
    pictures.forEach((numbers, at) => {
      into.set(numbers, at * size);
    });
  };
  if (!pictures.every(areBytes)) return floats(pictures.length * size, fill);
  const bytes = new Uint8Array(pictures.length * size);
  fill(bytes);
  return bytes;
}

/** Options of bags. */
export interface BagOptions extends SampleOptions {
  /** All items, in the order of the columns: those that appear, in order of appearance, unless given. */
  readonly items?: readonly string[] | undefined;
}

/** One bag: ids, or pairs of an id and its weight. */
export type Bag = Iterable<string | number | readonly [id: string | number, weight: number]>;

/**
 * Samples from bags: sets of ids with weights, such as the items of a user. A packed file stores a bag as a row with one
 * number an item, the sum of its weights in the bag. Their network is an embedding bag unless a configuration says otherwise.
 *
 * @param bags - n bags. An id without a weight has the weight 1.
 * @returns The samples; their `items` name the columns.
 * @throws MetricLabError as {@link fromVectors}; `data.invalid` for an id that is not in `items`, or a weight below 0.
 *
 * @example
 * ```ts
 * const { set, items } = samples.fromBags([['tea', 'milk'], [['tea', 2], ['cup', 1]]], ['ann', 'bob']);
 * await lab.loadDataset(set.toBlob());
 * ```
 */
export function fromBags(
  bags: Iterable<Bag>,
  labels: Labels,
  options?: BagOptions,
): { set: Samples<Float32Array>; items: readonly string[] } {
  return reading(() => {
    const { own, rest } = splitOptions(options, ['items'], '{ items }');
    const given =
      rest['items'] === undefined ? null : listOf(rest['items'], 'items').map((item) => nameOf(item) ?? '');
    const places = new Map((given ?? []).map((item, at) => [item, at]));
    const found = Array.from(bags, (bag, at) => weightsOf(bag, at, places, given !== null));
    const width = Math.max(1, places.size);
    const numbers = floats(found.length * width, (into) => {
      found.forEach((bag, at) => {
        for (const [place, weight] of bag) into[at * width + place] = weight;
      });
    });
    checkFinite(numbers, width);
    if (numbers.some((weight) => weight < 0))
      throw invalid('a bag has a weight below 0, which counts nothing');
    return {
      set: samplesOf(() => ({ ...row(found.length, width), kind: 'bags', numbers }), labels, own),
      items: [...places.keys()],
    };
  });
}

function weightsOf(bag: Bag, at: number, places: Map<string, number>, closed: boolean): Map<number, number> {
  const weights = new Map<number, number>();
  // A text is iterable: its letters would become the ids.
  if (typeof bag === 'string') throw badArgument(`bags[${at}] must be a list of ids, is ${show(bag)}.`);
  for (const entry of bag) {
    const [id, weight] = Array.isArray(entry) ? (entry as unknown[]) : [entry, 1];
    const name = nameOf(id);
    if (name === null || typeof weight !== 'number')
      throw badArgument(`bags[${at}] must have ids, or pairs of an id and a number; one is ${show(entry)}.`);
    if (closed && !places.has(name))
      throw invalid(`bags[${at}] has ${show(name)}, which is not one of the items`);
    const place = places.get(name) ?? places.size;
    places.set(name, place);
    weights.set(place, (weights.get(place) ?? 0) + weight);
  }
  return weights;
}

/** Options of sequences. */
export interface SequenceOptions extends SampleOptions {
  /** Most frames of a sample: those of the longest unless given, 1024 at most. A longer one is cut, and `leftOut` names it. */
  readonly length?: number | undefined;
}

/** Longest sequence that is stored unless a caller says otherwise. */
export const MOST_FRAMES = 1024;

/**
 * Samples from sequences of frames of any length, such as the spectra of a sound. A sample is stored as (features + 1) x 1 x
 * frames of the longest: the last channel is the presence, 1 for each frame that is there and 0 afterwards. With `network:
 * { kind: 'conv1d', … }` a sequence is embedded as it would be by itself, whatever the others' length. Each feature reaches
 * the network by its mean and deviation over the frames that are there.
 *
 * @param sequences - n sequences, each a list of frames of f numbers.
 * @throws MetricLabError as {@link fromVectors}.
 *
 * @example
 * ```ts
 * const set = samples.fromSequences([[[1, 2], [3, 4], [5, 6]], [[6, 5], [4, 3]]], ['up', 'down']);
 * ```
 */
export function fromSequences(
  sequences: readonly (readonly ArrayLike<number>[])[],
  labels: Labels,
  options?: SequenceOptions,
): Samples<Float32Array> {
  return reading(() => {
    const { own, rest } = splitOptions(options, ['length'], '{ length: 100 }');
    const all = listOf(sequences, 'sequences').map((sequence, at) => {
      const frames = listOf(sequence, `sequences[${at}]`);
      if (frames.length === 0) throw badArgument(`sequences[${at}] has no frame.`);
      return joined(frames.map((frame, t) => listLike(frame, `The frame sequences[${at}][${t}]`)));
    });
    const length = rest['length'] === undefined ? undefined : countOf(rest['length'], 'length', 1 << 16);
    return samplesOf(() => frames(all, length), labels, own);
  });
}

/** Rows of frames, one after the other. */
export interface Frames {
  readonly data: Float32Array;
  readonly dim: number;
}

/** Sequences of at most `most` frames, feature after feature, with their presence as the last channel. */
export function frames(all: readonly Frames[], most = MOST_FRAMES): Shape<Float32Array> {
  const dim = all[0]?.dim ?? 1;
  const lengths = all.map(({ data, dim: own }) => Math.min(most, data.length / own));
  const width = lengths.reduce((longest, length) => Math.max(longest, length), 1);
  const size = (dim + 1) * width;
  const numbers = floats(all.length * size, (into) => {
    all.forEach((sequence, at) => {
      if (sequence.dim !== dim)
        throw badArgument(`sequences[${at}] has frames of ${sequence.dim} numbers and the first has ${dim}.`);
      for (let t = 0; t < (lengths[at] ?? 0); t++) {
        for (let feature = 0; feature < dim; feature++)
          into[at * size + feature * width + t] = sequence.data[t * dim + feature] ?? 0;
        into[at * size + dim * width + t] = 1;
      }
    });
  });
  checkFinite(numbers, size);
  return {
    kind: 'sequences',
    count: all.length,
    channels: dim + 1,
    height: 1,
    width,
    background: undefined,
    numbers,
    cut: all.flatMap(({ data }, at) => (data.length / dim > width ? [at] : [])),
  };
}

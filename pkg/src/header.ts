import { MetricLabError } from './errors.js';
import { show } from './show.js';

/** Labels are u16, domains u8. */
const MOST_CLASSES = 1 << 16;
const MOST_DOMAINS = 1 << 8;
/** Largest data set that is read, in bytes. */
export const BYTE_LIMIT = 1024 * 1024 * 1024;
/** Deepest nesting that the engine's reader of JSON follows. */
const DEPTH = 127;
/** On the engine's side a count is a u32. */
const LARGEST = 2 ** 32 - 1;

/** The description of a packed data set. */
export interface PackedHeader {
  /** Short name: `mnist`. */
  readonly name: string;
  /** Name to show; the short name where a language is left out. */
  readonly title: { readonly ko: string; readonly en: string };
  readonly count: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly classes: readonly string[];
  /** Names of the domains (drawing styles); empty when the set has one. */
  readonly domains: readonly string[];
  readonly licence: string;
  readonly source: string;
  readonly notice: string;
  /**
   * Ink on paper; or rows of numbers, which keep their sign and reach the network by mean and deviation of the training
   * samples; or sequences of frames, whose last channel is 1 for each frame that is there and 0 afterwards; or bags, a number an
   * id, which tells how much of it is in the bag. A file that does not say has vectors where a sample is 1 x 1 x n, and pictures
   * otherwise.
   */
  readonly kind: SampleKind;
  /** How a number is stored: as a byte p, for p / 255, or as a little-endian 32-bit float. */
  readonly type: 'u8' | 'f32';
  /** The value of a picture where nothing is drawn; null for none; left out where the most frequent corner value is taken. */
  readonly background?: number | null | undefined;
}

export const KINDS = ['picture', 'vectors', 'sequences', 'bags'] as const;

/** The nature of a sample. */
export type SampleKind = (typeof KINDS)[number];

/** Bytes of each part of a packed data set. */
export interface PackedSizes {
  readonly samples: number;
  readonly labels: number;
  readonly domains: number;
}

export function invalid(reason: string, cause?: unknown): MetricLabError {
  return new MetricLabError('data.invalid', `The data set cannot be read: ${reason}.`, { cause });
}

/** Reads a header as the engine does; `tests/fixtures/headers.json` holds verdicts of both. */
export function parseHeader(json: Uint8Array): PackedHeader {
  const fields = objectOf(parsed(textOf(json)), '');
  const name = required(fields, 'name', text);
  const title = optional(fields, 'title', objectOf, {});
  const [ko, en] = [optional(title, 'ko', inTitle, ''), optional(title, 'en', inTitle, '')];
  const [channels, height] = [required(fields, 'channels', whole), required(fields, 'height', whole)];
  const row = channels === 1 && height === 1;
  return {
    name,
    title: { ko: ko || en || name, en: en || ko || name },
    count: required(fields, 'count', whole),
    channels,
    height,
    width: required(fields, 'width', whole),
    classes: required(fields, 'classes', texts),
    domains: optional(fields, 'domains', texts, []),
    licence: optional(fields, 'licence', text, ''),
    source: optional(fields, 'source', text, ''),
    notice: optional(fields, 'notice', text, ''),
    kind: optional(fields, 'kind', orNull(oneOf(KINDS)), null) ?? (row ? 'vectors' : 'picture'),
    type: optional(fields, 'type', oneOf(['u8', 'f32']), 'u8'),
    background: optional(fields, 'background', orNull(number), undefined),
  };
}

/** The sizes that a header promises, in the order of the file. */
export function sizesOf(header: PackedHeader): PackedSizes {
  const { count, channels, height, width, classes, domains, type } = header;
  for (const [name, value] of Object.entries({ count, channels, height, width }))
    if (value === 0) throw invalid(`its ${name} is 0`);
  for (const [name, list, most] of [
    ['classes', classes, MOST_CLASSES],
    ['domains', domains, MOST_DOMAINS],
  ] as const)
    if (list.length > most)
      throw invalid(`it names ${list.length} ${name} and at most ${most} can be told apart`);
  const sizes = {
    samples: count * channels * height * width * (type === 'f32' ? 4 : 1),
    labels: 2 * count,
    domains: domains.length > 0 ? count : 0,
  };
  const total = sizes.samples + sizes.labels + sizes.domains;
  if (total > BYTE_LIMIT)
    throw new MetricLabError(
      'data.too_large',
      `This takes ${total} bytes and at most ${BYTE_LIMIT} are accepted: use fewer or smaller samples.`,
    );
  return sizes;
}

/** Checks what the kind and the type decide. */
export function checkKind({ kind, type, channels, height, background }: PackedHeader): void {
  if ((kind === 'vectors' || kind === 'bags') && channels * height !== 1)
    throw invalid(
      `its samples are ${kind}, so its channels and height must be 1 and are ${channels} and ${height}`,
    );
  if (kind === 'sequences' && (channels < 2 || height !== 1 || type !== 'f32'))
    throw invalid(
      `its samples are sequences, so it must have 2 channels at least, a height of 1 and the type f32, and has ${channels} channels, a height of ${height} and the type ${type}`,
    );
  if (kind !== 'picture' && typeof background === 'number')
    throw invalid(`its background must be null or left out: ${kind} have none`);
  if (typeof background !== 'number') return;
  const fits =
    type === 'u8' ? background >= 0 && background <= 255 : Number.isFinite(Math.fround(background));
  if (!fits) throw invalid(`its background is ${background} and must be a number that its type can store`);
}

function textOf(json: Uint8Array): string {
  try {
    // A byte order mark is skipped.
    return new TextDecoder('utf-8', { fatal: true }).decode(json);
  } catch (cause) {
    throw invalid('its header is not UTF-8: it must not be in another encoding, cp949 say', cause);
  }
}

function parsed(json: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw invalid('its header is not JSON', cause);
  }
  if (!isPlain(value, 0))
    throw invalid(
      'its header is not JSON that can be stored: a number is too large, or a character has only one of its two halves',
    );
  return value;
}

/** Whether the engine's reader of JSON takes it too: no number beyond f64, no half of a character, no endless nesting. */
function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value === 'string') return !/\p{Surrogate}/u.test(value);
  if (typeof value !== 'object' || value === null) return true;
  return (
    depth < DEPTH &&
    Object.entries(value).every(([name, item]) => isPlain(name, 0) && isPlain(item, depth + 1))
  );
}

type Fields = Readonly<Record<string, unknown>>;
type Reader<T> = (value: unknown, name: string) => T;

function required<T>(fields: Fields, name: string, reader: Reader<T>): T {
  if (!Object.hasOwn(fields, name)) throw invalid(`its header lacks the field ${name}`);
  return reader(fields[name], name);
}

function optional<T, D>(fields: Fields, name: string, reader: Reader<T>, otherwise: D): T | D {
  return Object.hasOwn(fields, name) ? reader(fields[name], name) : otherwise;
}

function unfit(name: string, wanted: string, value: unknown): MetricLabError {
  return invalid(`its header: ${name} must be ${wanted}, is ${show(value)}`.replace(':  ', ' '));
}

function objectOf(value: unknown, name: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw unfit(name, 'an object', value);
}

const text: Reader<string> = (value, name) => {
  if (typeof value === 'string') return value;
  throw unfit(name, 'a text', value);
};

const inTitle: Reader<string> = (value, name) => text(value, `title.${name}`);

const texts: Reader<readonly string[]> = (value, name) => {
  if (!Array.isArray(value)) throw unfit(name, 'a list', value);
  return value.map((item, at) => text(item, `${name}[${at}]`));
};

const number: Reader<number> = (value, name) => {
  if (typeof value === 'number') return value;
  throw unfit(name, 'a number', value);
};

const orNull =
  <T>(reader: Reader<T>): Reader<T | null> =>
  (value, name) =>
    value === null ? null : reader(value, name);

const whole: Reader<number> = (value, name) => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LARGEST) return value;
  throw unfit(name, 'a whole number of at least 0', value);
};

const oneOf =
  <T extends string>(names: readonly T[]): Reader<T> =>
  (value, name) => {
    const found = names.find((known) => known === value);
    if (found !== undefined) return found;
    throw unfit(name, `one of ${names.join(', ')}`, value);
  };

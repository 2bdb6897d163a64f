import { optionsOf, reading, rowsTogether } from '../arguments.js';
import { MetricLabError, badArgument } from '../errors.js';
import type { Instance } from '../gallery-types.js';
import { reasonOf, show } from '../show.js';
import { listOf, nameOf, plainText } from './labels.js';
import { countOf } from './samples.js';
import { invalid, tooLarge } from './work.js';
import { zipped } from './zip-writer.js';

/** Embeddings with what is known of each. */
export interface Embeddings {
  /** n x dim numbers, row after row. */
  readonly vectors: Float32Array;
  readonly dim: number;
  /** One for each row. */
  readonly labels?: ArrayLike<string | number> | undefined;
  /** One for each row; the position, from 0, unless given. */
  readonly ids?: ArrayLike<string | number> | undefined;
}

/** An instance of `Gallery.entries`. */
export type GalleryEntry = Instance & { readonly vector: Float32Array };

/** Embeddings of which each has a label and an id. */
export interface LabelledEmbeddings extends Embeddings {
  readonly labels: readonly string[];
  readonly ids: readonly string[];
}

interface Checked {
  readonly vectors: Float32Array;
  readonly dim: number;
  readonly count: number;
  readonly labels: readonly string[] | null;
  readonly ids: readonly string[];
}

/**
 * The entries of a gallery as its writers take them: names are the labels.
 *
 * @throws MetricLabError `argument.invalid`, `data.insufficient` if there are none, `shape.mismatch`.
 *
 * @example
 * ```ts
 * const index = embeddingsOf(await gallery.entries());
 * save(toNpz(index), 'index.npz');
 * save(exportScript('faiss', { dim: index.dim, metric: 'cosine' }), 'search.py');
 * ```
 */
export function embeddingsOf(entries: readonly GalleryEntry[]): LabelledEmbeddings {
  return reading(() => {
    const list = listOf(entries, 'entries') as readonly GalleryEntry[];
    const [first] = list;
    if (!first) throw new MetricLabError('data.insufficient', 'There are no entries.');
    const dim = countOf(first.vector.length, 'dim');
    const vectors = list.map(({ vector }) => vector);
    const names = list.map(({ name }) => name);
    const ids = list.map(({ id }) => id);
    return {
      vectors: rowsTogether(vectors, dim, 'entries'),
      dim,
      labels: texts(names, list.length, 'names'),
      ids: texts(ids, list.length, 'ids'),
    };
  });
}

/** Most bytes of a file that is written as one text. */
const MOST_TEXT = 512 * 1024 * 1024;

function checked(given: unknown): Checked {
  return reading(() => {
    const { vectors, dim, labels, ids } = optionsOf(
      given,
      ['vectors', 'dim', 'labels', 'ids'],
      '{ vectors, dim, labels, ids }',
    );
    if (!(vectors instanceof Float32Array))
      throw badArgument(`vectors must be a Float32Array, is ${show(vectors)}.`);
    const width = countOf(dim, 'dim');
    if (vectors.length % width !== 0) throw badArgument(`${vectors.length} numbers are no rows of ${width}.`);
    const count = vectors.length / width;
    return {
      vectors,
      dim: width,
      count,
      labels: labels === undefined ? null : texts(labels, count, 'labels'),
      ids:
        ids === undefined ? Array.from({ length: count }, (_, at) => String(at)) : texts(ids, count, 'ids'),
    };
  });
}

function texts(value: unknown, count: number, what: string): string[] {
  const list = listOf(value, what);
  if (list.length !== count) throw badArgument(`There are ${count} rows and ${list.length} ${what}.`);
  return list.map((item) => nameOf(item) ?? '');
}

/** The header and the numbers of a `.npy` of version 1. */
function npy(
  descr: string,
  shape: readonly number[],
  bytes: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const tuple = shape.length === 1 ? `(${shape[0] ?? 0},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = 64 * Math.ceil((10 + text.length + 1) / 64) - 10;
  const file = new Uint8Array(10 + length + bytes.length);
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 255, length >> 8]);
  file.set(new TextEncoder().encode(text.padEnd(length - 1).concat('\n')), 10);
  file.set(bytes, 10 + length);
  return file;
}

function floats(vectors: Float32Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(vectors.slice().buffer);
}

/**
 * The vectors as `.npy`, n x dim, 32-bit floats: `numpy.load` reads it.
 *
 * @throws MetricLabError `argument.invalid`.
 *
 * @example
 * ```ts
 * const file = toNpy({ vectors: await lab.embeddings(), dim: config.embedding.dim });
 * ```
 */
export function toNpy(embeddings: Embeddings): Blob {
  const { vectors, dim, count } = checked(embeddings);
  return new Blob([npy('<f4', [count, dim], floats(vectors))]);
}

/**
 * An `.npz` of `vectors` (n x dim), `labels` (texts, where they are given) and `ids` (texts).
 *
 * @throws MetricLabError `argument.invalid`, `data.too_large`.
 *
 * @example
 * ```ts
 * const file = toNpz({ vectors: Float32Array.of(0.5, 1, 1, 0), dim: 2, ids: ['a', 'b'] });
 * ```
 */
export function toNpz(embeddings: Embeddings): Blob {
  const { vectors, dim, count, labels, ids } = checked(embeddings);
  const files = [
    { path: 'vectors.npy', bytes: npy('<f4', [count, dim], floats(vectors)) },
    ...(labels ? [{ path: 'labels.npy', bytes: unicode(labels) }] : []),
    { path: 'ids.npy', bytes: unicode(ids) },
  ];
  return new Blob(zipped(files));
}

/** Texts as numpy's U type: each of the length of the longest, in UTF-32. */
function unicode(list: readonly string[]): Uint8Array<ArrayBuffer> {
  const characters = list.map((text) => Array.from(text, (character) => character.codePointAt(0) ?? 0));
  const longest = characters.reduce((most, { length }) => Math.max(most, length), 1);
  if (4 * longest * list.length > MOST_TEXT)
    throw tooLarge(
      `The texts take ${4 * longest * list.length} bytes, since each takes as many as the longest`,
    );
  const codes = new Uint32Array(longest * list.length);
  characters.forEach((text, at) => {
    codes.set(text, at * longest);
  });
  return npy(`<U${longest}`, [list.length], new Uint8Array(codes.buffer));
}

/**
 * A number as text. The shortest that gives the same 32-bit float: 0.1, not 0.10000000149011612.
 */
export function shortest(value: number): string {
  for (let digits = 6; digits < 10; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(value);
}

/**
 * Spreadsheets run what begins like a formula; an apostrophe keeps it a text. A text that has apostrophes there gets one more,
 * so that the first can be taken away again.
 */
function notFormula(text: string): string {
  return /^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

/** A cell of texts. */
function cell(text: string): string {
  const safe = notFormula(text);
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * CSV in UTF-8: `id`, `label` where labels are given, then `0` to `dim - 1`. A label or id that a spreadsheet would take
 * for a formula (it begins with =, +, -, @, tab or carriage return) gets an apostrophe in front.
 *
 * @throws MetricLabError `argument.invalid`.
 *
 * @example
 * ```ts
 * const csv = await toCsv({ vectors: Float32Array.of(0.5, 1), dim: 2, labels: ['cat'] }).text();
 * ```
 */
export function toCsv(embeddings: Embeddings): Blob {
  const given = checked(embeddings);
  const { labels, ids, dim } = given;
  const names = ['id', ...(labels ? ['label'] : []), ...Array.from({ length: dim }, (_, at) => String(at))];
  const lines = rows(given, (at, numbers) =>
    [cell(ids[at] ?? ''), ...(labels ? [cell(labels[at] ?? '')] : []), ...numbers.map(shortest)].join(','),
  );
  return new Blob([`${names.join(',')}\r\n`, ...lines.map((line) => `${line}\r\n`)], { type: 'text/csv' });
}

function rows(given: Checked, line: (at: number, numbers: number[]) => string): string[] {
  const { vectors, dim, count } = given;
  return Array.from({ length: count }, (_, at) =>
    line(at, Array.from(vectors.subarray(at * dim, (at + 1) * dim))),
  );
}

/**
 * JSON Lines: `{"id": …, "label": …, "vector": […]}`. A number that JSON does not have (NaN, infinities) is `null`.
 *
 * @throws MetricLabError `argument.invalid`.
 *
 * @example
 * ```ts
 * const lines = await toJsonl({ vectors: Float32Array.of(0.5, 1), dim: 2, labels: ['cat'] }).text();
 * ```
 */
export function toJsonl(embeddings: Embeddings): Blob {
  const given = checked(embeddings);
  const { labels, ids } = given;
  const lines = rows(given, (at, numbers) => {
    const vector = numbers.map((value) => (Number.isFinite(value) ? shortest(value) : 'null')).join(',');
    const label = labels ? `"label":${JSON.stringify(labels[at])},` : '';
    return `{"id":${JSON.stringify(ids[at])},${label}"vector":[${vector}]}\n`;
  });
  return new Blob(lines, { type: 'application/jsonl' });
}

/**
 * The two files that the Embedding Projector (projector.tensorflow.org) reads: vectors, and metadata with a header. Labels and
 * ids that a spreadsheet would take for a formula get an apostrophe in front, as in `toCsv`; tabs and line ends become spaces.
 *
 * @throws MetricLabError `argument.invalid`.
 *
 * @example
 * ```ts
 * const { vectors, metadata } = toProjector({ vectors: await lab.embeddings(), dim: config.embedding.dim });
 * ```
 */
export function toProjector(embeddings: Embeddings): { readonly vectors: Blob; readonly metadata: Blob } {
  const given = checked(embeddings);
  const { ids, labels } = given;
  const plain = (text: string | undefined) => notFormula((text ?? '').replace(/[\t\r\n]+/g, ' '));
  const type = 'text/tab-separated-values';
  return {
    vectors: new Blob(
      rows(given, (_, numbers) => `${numbers.map(shortest).join('\t')}\n`),
      { type },
    ),
    metadata: new Blob(['id\tlabel\n', ...ids.map((id, at) => `${plain(id)}\t${plain(labels?.[at])}\n`)], {
      type,
    }),
  };
}

/**
 * Parquet by hyparquet-writer: `id`, `label` where labels are given, and `vector`, a list of 32-bit floats.
 *
 * @throws MetricLabError `argument.invalid`.
 *
 * @example
 * ```ts
 * const file = await toParquet({ vectors: await lab.embeddings(), dim: config.embedding.dim });
 * ```
 */
export async function toParquet(embeddings: Embeddings): Promise<Blob> {
  const { vectors, dim, count, labels, ids } = checked(embeddings);
  const own = vectors.slice();
  const { parquetWriteBuffer } = await import('../vendor/hyparquet-writer.js');
  const list = Array.from({ length: count }, (_, at) => Array.from(own.subarray(at * dim, (at + 1) * dim)));
  try {
    const buffer = parquetWriteBuffer({
      schema: [
        { name: 'schema', num_children: labels ? 3 : 2 },
        { name: 'id', type: 'BYTE_ARRAY', repetition_type: 'REQUIRED', converted_type: 'UTF8' },
        ...(labels
          ? [
              {
                name: 'label',
                type: 'BYTE_ARRAY',
                repetition_type: 'REQUIRED',
                converted_type: 'UTF8',
              } as const,
            ]
          : []),
        { name: 'vector', repetition_type: 'REQUIRED', num_children: 1, converted_type: 'LIST' },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', type: 'FLOAT', repetition_type: 'REQUIRED' },
      ],
      columnData: [
        { name: 'id', data: ids.map(plainText) },
        ...(labels ? [{ name: 'label', data: labels.map(plainText) }] : []),
        { name: 'vector', data: list },
      ],
    });
    return new Blob([buffer]);
  } catch (cause) {
    throw invalid(`Parquet cannot be written: ${reasonOf(cause)}`, cause);
  }
}

import { optionsOf, reading } from '../arguments.js';
import { MetricLabError, badArgument } from '../errors.js';
import type { SampleKind } from '../header.js';
import { show } from '../show.js';
import { type Labels, listOf, named, oneClass, plainText } from './labels.js';
import { packedFile, packedSize, type PackedParts } from './packing.js';
import { type LeftOut, Omissions } from './preview.js';

/** Names, groups and attributes of samples. Each list has one entry a sample. */
export interface SampleOptions {
  /** Short name of the set: `mine` unless given. */
  readonly name?: string | undefined;
  /** Texts by which one finds a sample again: the position, from 0, unless given. */
  readonly ids?: ArrayLike<string | number> | undefined;
  /** Groups, such as drawing style, session or language: at most 256. They become the domains of the data set. */
  readonly groups?: Labels | undefined;
  /** Further texts of each sample. */
  readonly attributes?: readonly Readonly<Record<string, string>>[] | undefined;
}

const OPTION_NAMES = ['name', 'ids', 'groups', 'attributes'] as const;

/** Bytes, or 32-bit floats. */
export type Numbers = Uint8Array | Float32Array;

/** A sample set in the page. It is immutable: its arrays are copies of what it was made from. */
export class Samples<N extends Numbers = Numbers> {
  readonly name: string;
  readonly kind: SampleKind;
  readonly count: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly classes: readonly string[];
  /** The class of each sample, as a place in `classes`. */
  readonly labels: Uint16Array;
  readonly ids: readonly string[];
  /** Names of the groups; empty when the set has one. */
  readonly groups: readonly string[];
  /** The group of each sample; empty when the set has one. */
  readonly groupOf: Uint8Array;
  readonly attributes: readonly Readonly<Record<string, string>>[];
  /** The numbers of all samples, one after the other: channels x height x width each, bytes (p stands for p / 255) or floats. */
  readonly numbers: N;
  /** Parts of the source that were left out, and why. Of samples made from arrays, only the ends of long sequences are. */
  readonly leftOut: readonly LeftOut[];
  readonly #background: number | null | undefined;

  /** @internal Use `samples.fromVectors` and its like, or `inspect`. */
  constructor(shape: Shape<N>, labels: unknown, options: unknown, leftOut: readonly LeftOut[] = []) {
    const given = optionsOf(options, OPTION_NAMES, "{ name: 'mine', ids }");
    const { kind, count, channels, height, width, numbers, background } = shape;
    if (count === 0) throw new MetricLabError('data.insufficient', 'There is no sample.');
    const classes = named(labels, count, 'labels', 1 << 16);
    if (classes.names.length < 2) throw oneClass();
    [this.kind, this.count, this.channels, this.height, this.width] = [kind, count, channels, height, width];
    [this.numbers, this.#background] = [numbers, background];
    this.name = textOf(given.name ?? 'mine', 'name');
    [this.classes, this.labels] = [classes.names, classes.of];
    this.ids = idsOf(given.ids, count);
    this.leftOut = [...leftOut, ...cutsOf(shape, this.ids)];
    const groups = given.groups === undefined ? null : named(given.groups, count, 'groups', 256);
    this.groups = groups ? groups.names : [];
    this.groupOf = Uint8Array.from(groups ? groups.of : []);
    this.attributes = attributesOf(given.attributes, count);
  }

  /** Bytes of the packed file, but for its header. */
  get bytes(): number {
    return packedSize(this.#parts());
  }

  /**
   * The samples as an `.mlds` file: `Lab.loadDataset` reads it, and `readPacked` after `arrayBuffer()`. The file has
   * labels and groups; ids and attributes stay in this object.
   *
   * @throws MetricLabError `data.too_large` beyond 1 GiB.
   *
   * @example
   * ```ts
   * await lab.loadDataset(set.toBlob());
   * ```
   */
  toBlob(): Blob {
    return new Blob(packedFile(this.#parts()), { type: 'application/octet-stream' });
  }

  /**
   * The numbers of one sample, as a view.
   *
   * @throws MetricLabError `index.out_of_range`.
   *
   * @example
   * ```ts
   * const first = set.row(0);
   * ```
   */
  row(index: number): N {
    if (!Number.isInteger(index) || index < 0 || index >= this.count)
      throw new MetricLabError(
        'index.out_of_range',
        `Index ${show(index)} does not exist: there are ${this.count}, counted from 0.`,
      );
    const size = this.channels * this.height * this.width;
    return this.numbers.subarray(index * size, (index + 1) * size) as N;
  }

  #parts(): PackedParts {
    const { name, kind, count, channels, height, width, classes, labels, groups, groupOf, numbers } = this;
    const shape = { name, kind, count, channels, height, width, classes, numbers, labels };
    return { ...shape, domains: groups, domainOf: groupOf, background: this.#background };
  }
}

/** The numbers of samples and their shape. */
export interface Shape<N extends Numbers = Numbers> {
  readonly kind: SampleKind;
  readonly count: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly background: number | null | undefined;
  readonly numbers: N;
  /** Sequences whose end was cut off, by their places. */
  readonly cut?: readonly number[];
}

function cutsOf({ cut = [], width }: Shape, ids: readonly string[]): LeftOut[] {
  const cuts = new Omissions();
  for (const at of cut) cuts.add('cut', ids[at] ?? at, `frames after the first ${width}`);
  return cuts.list();
}

/** Makes samples; exceptions of the caller's getters become errors of ours. */
export function samplesOf<N extends Numbers>(
  shape: () => Shape<N>,
  labels: unknown,
  options: unknown,
): Samples<N> {
  return reading(() => new Samples(shape(), labels, options));
}

/** Options for the samples themselves, and the others. */
export function splitOptions(options: unknown, names: readonly string[], example: string) {
  const given = optionsOf(options, [...OPTION_NAMES, ...names], example);
  const isOwn = (name: string) => OPTION_NAMES.some((known) => known === name);
  const pick = (own: boolean) =>
    Object.fromEntries(
      Object.entries(given).filter(([name, value]) => isOwn(name) === own && value !== undefined),
    );
  return { own: pick(true), rest: pick(false) };
}

function textOf(value: unknown, what: string): string {
  if (typeof value === 'string') return plainText(value);
  throw badArgument(`${what} must be a text, is ${show(value)}.`);
}

function idsOf(value: unknown, count: number): readonly string[] {
  if (value === undefined) return Array.from({ length: count }, (_, at) => String(at));
  const list = listOf(value, 'ids');
  if (list.length !== count)
    throw badArgument(`There are ${count} samples and ${list.length} ids: each needs one.`);
  return list.map((id, at) =>
    textOf(typeof id === 'number' || typeof id === 'bigint' ? String(id) : id, `ids[${at}]`),
  );
}

function attributesOf(value: unknown, count: number): readonly Readonly<Record<string, string>>[] {
  if (value === undefined) return [];
  const list = listOf(value, 'attributes');
  if (list.length !== count)
    throw badArgument(`There are ${count} samples and ${list.length} attributes: each needs one object.`);
  return list.map((entry, at) => {
    if (typeof entry !== 'object' || entry === null)
      throw badArgument(`attributes[${at}] must be an object of texts, is ${show(entry)}.`);
    // Without a prototype: a column may be called __proto__.
    const own = Object.create(null) as Record<string, string>;
    for (const [name, text] of Object.entries(entry))
      own[name] = textOf(text, `attributes[${at}].${plainText(name)}`);
    return own;
  });
}

/** A dimension, or another count of at least 1. */
export function countOf(value: unknown, what: string, most = 2 ** 24): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw badArgument(`${what} must be a whole number from 1 to ${most}, is ${show(value)}.`);
}

/** The first number that is not finite as a float of 32 bits decides. */
export function checkFinite(numbers: Float32Array, size: number): void {
  const at = numbers.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  const sample = Math.floor(at / size);
  throw new MetricLabError(
    'data.not_finite',
    `Sample ${sample} has a NaN or a number beyond 32 bits: every number must be finite.`,
  );
}

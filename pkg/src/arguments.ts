import { MetricLabError, badArgument, toMetricLabError } from './errors.js';
import type { Arguments, EngineMethod } from './protocol.js';
import { reasonOf, show } from './show.js';
import type { DeviceRequest } from './types.js';

/** Most steps of one call. */
const MOST_STEPS = 10_000;
const DEVICES: readonly unknown[] = ['auto', 'gpu', 'cpu'] satisfies DeviceRequest[];
const VIEWS = { Uint8Array, Uint16Array, Uint32Array, Float32Array };
type View = keyof typeof VIEWS;
type Numbers = Uint8Array | Uint16Array | Uint32Array | Float32Array;
type Arrays = Readonly<Record<string, readonly View[]>>;

/** Fields of a request that hold numbers in bulk; everything else is plain data. */
const ARRAYS: Partial<Record<EngineMethod, Arrays>> = {
  embed: { pixels: ['Uint8Array', 'Float32Array'] },
  distances: { queries: ['Float32Array'], references: ['Float32Array'] },
  nearest: { queries: ['Float32Array'], references: ['Float32Array'] },
  lossOf: { embeddings: ['Float32Array'], labels: ['Uint16Array'], learned: ['Float32Array'] },
  axioms: { points: ['Float32Array'] },
  fineTune: { state: ['Uint8Array'] },
  galleryLoad: { bytes: ['Uint8Array'] },
  galleryRefill: { vectors: ['Float32Array'] },
  galleryApply: { vectors: ['Float32Array'] },
  galleryCohort: { vectors: ['Float32Array'] },
  galleryQuery: { queries: ['Float32Array'] },
  galleryIdentify: { queries: ['Float32Array'] },
  towersOpen: {
    leftNumbers: ['Float32Array'],
    leftIds: ['Uint32Array'],
    leftEnds: ['Uint32Array'],
    rightNumbers: ['Float32Array'],
    rightIds: ['Uint32Array'],
    rightEnds: ['Uint32Array'],
    pairs: ['Uint32Array'],
    state: ['Uint8Array'],
  },
  towersRank: { lefts: ['Uint32Array'], heldOut: ['Uint32Array'], ends: ['Uint32Array'] },
  towersEmbed: { numbers: ['Float32Array'], ids: ['Uint32Array'], ends: ['Uint32Array'] },
};

/** What the engine gets for arrays that a caller may leave out: the class weights of a loss that has none. */
const LEFT_OUT: Readonly<Partial<Record<string, Numbers>>> = { learned: new Float32Array(0) };

/** Reads a caller's objects, whose getters and proxies may throw anything. */
export function reading<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw toMetricLabError(thrown, 'argument.invalid');
  }
}

/** The device that a page asks for. */
export function deviceOf(value: unknown): DeviceRequest {
  if (DEVICES.includes(value)) return value as DeviceRequest;
  throw badArgument(`device must be 'auto', 'gpu' or 'cpu', is ${show(value)}.`);
}

/** An object of options, none of them unknown. `example` shows its form. */
export function optionsOf<K extends string>(
  value: unknown,
  names: readonly K[],
  example: string,
): Readonly<Partial<Record<K, unknown>>> {
  if (value === undefined) return {} as Partial<Record<K, unknown>>;
  // By its tag: a Date or an array of numbers would otherwise pass for empty options.
  if (Object.prototype.toString.call(value) !== '[object Object]')
    throw badArgument(`Options are an object such as ${example}, not ${show(value)}.`);
  const given: Partial<Record<K, unknown>> = { ...(value as object) };
  for (const name of Object.keys(given))
    if (!names.some((known) => known === name))
      throw badArgument(`There is no option ${show(name)}: there is ${names.join(', ')}.`);
  return given;
}

/** A function, or undefined. */
export function functionOf(value: unknown, name: string): ((...given: never[]) => unknown) | undefined {
  if (value === undefined || typeof value === 'function') return value as (() => unknown) | undefined;
  throw badArgument(`${name} must be a function, is ${show(value)}.`);
}

/** Rows of `dim` numbers in one array, from an array of all numbers or from a list of rows. */
export function rowsTogether(rows: unknown, dim: number, name: string): Float32Array {
  if (rows instanceof Float32Array) return rows;
  if (!Array.isArray(rows))
    throw badArgument(`${name} must be a Float32Array or a list of rows, is ${show(rows)}.`);
  const all = new Float32Array(rows.length * dim);
  (rows as readonly unknown[]).forEach((row, at) => {
    const length = (row as Partial<ArrayLike<number>> | null | undefined)?.length;
    if (length !== dim)
      throw new MetricLabError(
        'shape.mismatch',
        `Row ${at} of ${name} must have ${dim} numbers, ${length === undefined ? 'is' : 'has'} ${show(length ?? row)}.`,
      );
    all.set(row as ArrayLike<number>, at * dim);
  });
  return all;
}

/** A view of the bytes of an `ArrayBuffer` or of a view of one, of any frame. */
export function bytesOf(source: unknown): Uint8Array {
  try {
    const view = ArrayBuffer.isView(source) ? source : new DataView(source as ArrayBuffer);
    return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  } catch (cause) {
    throw badArgument(
      `Bytes must be an ArrayBuffer, a view of one or a Blob (of samples: set.toBlob()), and not detached; they are ${show(source)}.`,
      cause,
    );
  }
}

/** A copy of bytes; a Blob cannot change and is kept as it is. */
export function ownBytes(source: unknown): Blob | Uint8Array<ArrayBuffer> {
  return reading(() => (source instanceof Blob ? source : bytesOf(source).slice()));
}

/**
 * Checks the types of a call's arguments and copies them: the caller may change its own as soon as the call returns.
 * Ranges are checked by the engine.
 */
export function ownArguments<M extends EngineMethod>(method: M, given: readonly unknown[]): Arguments<M> {
  return owned(method, given) as Arguments<M>;
}

function owned(method: EngineMethod, given: readonly unknown[]): readonly unknown[] {
  const [first] = given;
  if (method === 'loadDataset' || method === 'restore') return [ownBytes(first)];
  if (method === 'advance') return [stepsOf(first)];
  if (given.length === 0) return [];
  return [requestOf(first, ARRAYS[method] ?? {})];
}

function stepsOf(steps: unknown): number {
  // In the engine this number is a u32: -1 would be four thousand million steps.
  if (typeof steps === 'number' && Number.isInteger(steps) && steps >= 0 && steps <= MOST_STEPS) return steps;
  throw unfit(`steps must be a whole number from 0 to ${MOST_STEPS}, is ${show(steps)}.`);
}

function requestOf(value: unknown, arrays: Arrays): unknown {
  // A name, where a call takes such.
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value))
    throw unfit(`The request must be a plain object, is ${show(value)}.`);
  const fields = new Map(copied(() => Object.entries(value) as [string, unknown][]));
  const copies = new Map<unknown, Numbers>();
  const taken = Object.entries(arrays).map(([name, types]): [string, Numbers] => {
    const given = fields.get(name);
    const numbers = given === undefined ? LEFT_OUT[name] : given;
    const type = viewOf(numbers, name, types);
    fields.delete(name);
    // Rows that are compared with themselves are copied once.
    const copy = copies.get(numbers) ?? copied(() => new VIEWS[type](numbers as Numbers));
    copies.set(numbers, copy);
    return [name, copy];
  });
  const rest = copied(() => structuredClone(Object.fromEntries(fields)));
  return Object.assign(rest, Object.fromEntries(taken));
}

function viewOf(value: unknown, name: string, types: readonly View[]): View {
  // By its tag: an array of another frame has another constructor.
  const tag = ArrayBuffer.isView(value) ? Object.prototype.toString.call(value).slice(8, -1) : '';
  const type = types.find((wanted) => wanted === tag);
  if (type) return type;
  throw unfit(`${name} must be a ${types.join(' or a ')}, is ${show(value)}.`);
}

function copied<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw unfit(`The request cannot be copied: ${reasonOf(thrown)}`, thrown);
  }
}

function unfit(message: string, cause?: unknown): MetricLabError {
  return new MetricLabError('config.invalid', message, { cause });
}

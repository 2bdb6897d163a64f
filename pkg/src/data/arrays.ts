import { show } from '../show.js';
import type { Column, Flaw } from './columns.js';
import { plainText } from './labels.js';
import { type Work, invalid, tooLarge } from './work.js';

/** Element types of arrays in files, by the names of numpy's array interface without the byte order. */
export type ElementType =
  | 'b1'
  | 'i1'
  | 'i2'
  | 'i4'
  | 'i8'
  | 'u1'
  | 'u2'
  | 'u4'
  | 'u8'
  | 'f2'
  | 'f4'
  | 'f8'
  | 'bf16'
  | `U${number}`
  | `S${number}`;

/** An array in a file. */
export interface FileArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly littleEndian: boolean;
  /** Whether the first axis varies fastest. */
  readonly fortran: boolean;
  readonly bytes: Uint8Array;
}

const MOST_AXES = 32;

export function elementBytes(type: ElementType): number {
  if (type === 'bf16') return 2;
  const size = Number(type.slice(1));
  return type.startsWith('U') ? 4 * size : size;
}

/** The number of elements, checked against the bytes that are there. */
export function lengthOf(shape: readonly number[], name: string): number {
  if (shape.length > MOST_AXES) throw invalid(`${show(name)} has ${shape.length} axes`);
  let length = 1;
  for (const size of shape) {
    if (!Number.isInteger(size) || size < 0)
      throw invalid(`${show(name)} has the shape ${show(String(shape))}`);
    length *= size;
    if (length > 2 ** 40) throw tooLarge(`${show(name)} has more than ${2 ** 40} numbers`);
  }
  return length;
}

/** A column of an array: its first axis counts rows. Rows of several numbers become vectors. */
export function columnOf(array: FileArray, work: Work): Column {
  const { shape, type, bytes } = array;
  const name = plainText(array.name);
  const length = lengthOf(shape, name);
  const size = elementBytes(type);
  if (bytes.length !== length * size)
    throw invalid(`${show(name)} has ${bytes.length} bytes and its shape asks for ${length * size}`);
  const [rows = 1, ...rest] = shape;
  const dim = rest.reduce((product, axis) => product * axis, 1);
  if (length === 0) return { kind: 'text', name, rows, flaws: allMissing(rows, work), values: [] };
  if (/^[US]\d/.test(type)) return textColumn(name, array, rows, dim, work);
  if (rest.length === 0) return numberColumn(name, array, rows, work);
  return vectorColumn(name, array, rows, rest, work);
}

function allMissing(rows: number, work: Work): ReadonlyMap<number, Flaw> {
  work.take(48 * rows);
  return new Map(Array.from({ length: rows }, (_, row) => [row, 'missing']));
}

function textColumn(
  name: string,
  { type, bytes, littleEndian }: FileArray,
  rows: number,
  dim: number,
  work: Work,
): Column {
  const size = elementBytes(type);
  if (dim !== 1) throw invalid(`${show(name)} has several texts a row`);
  work.take(rows * (size + 64), name);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = Array.from({ length: rows }, (_, row) => {
    const from = row * size;
    const text = type.startsWith('U')
      ? Array.from({ length: size / 4 }, (_, i) =>
          character(view.getUint32(from + 4 * i, littleEndian)),
        ).join('')
      : new TextDecoder().decode(bytes.subarray(from, from + size));
    return plainText(text.replace(/\0+$/, ''));
  });
  return { kind: 'text', name, rows, flaws: new Map(), values };
}

const character = (code: number) => (code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd');

function numberColumn(name: string, array: FileArray, rows: number, work: Work): Column {
  work.take(8 * rows, name);
  const values = new Float64Array(rows);
  const flaws = new Map<number, Flaw>();
  const element = reader(array);
  for (let row = 0; row < rows; row++) {
    const value = element(row);
    values[row] = value;
    if (!Number.isFinite(value)) flaws.set(row, Number.isNaN(value) ? 'missing' : 'not_finite');
  }
  return { kind: 'number', name, rows, flaws, values, texts: new Map() };
}

function vectorColumn(
  name: string,
  array: FileArray,
  rows: number,
  rest: readonly number[],
  work: Work,
): Column {
  const dim = rest.reduce((product, axis) => product * axis, 1);
  const isBytes = array.type === 'u1';
  work.take(rows * dim * (isBytes ? 1 : 4), name);
  const values = isBytes ? new Uint8Array(rows * dim) : new Float32Array(rows * dim);
  const element = reader(array);
  const place = array.fortran ? fortranPlace([rows, ...rest]) : (at: number) => at;
  for (let at = 0; at < values.length; at++) values[at] = element(place(at));
  const flaws = new Map<number, Flaw>();
  if (values instanceof Float32Array)
    for (let at = 0; at < values.length; at++)
      if (!Number.isFinite(values[at])) flaws.set(Math.floor(at / dim), 'not_finite');
  return { kind: 'vector', name, rows, flaws, dim, shape: rest, values };
}

/** From a place in C order to the place in Fortran order. */
function fortranPlace(shape: readonly number[]): (at: number) => number {
  const strides: number[] = [];
  shape.reduce((product, size) => {
    strides.push(product);
    return product * size;
  }, 1);
  return (at) => {
    let [rest, place] = [at, 0];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] ?? 1;
      place += (rest % size) * (strides[axis] ?? 0);
      rest = Math.floor(rest / size);
    }
    return place;
  };
}

/** Reads the element at a place. */
function reader({ type, bytes, littleEndian: little }: FileArray): (at: number) => number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const readers: Partial<Record<ElementType, (at: number) => number>> = {
    b1: (at) => view.getUint8(at),
    i1: (at) => view.getInt8(at),
    u1: (at) => view.getUint8(at),
    i2: (at) => view.getInt16(2 * at, little),
    u2: (at) => view.getUint16(2 * at, little),
    i4: (at) => view.getInt32(4 * at, little),
    u4: (at) => view.getUint32(4 * at, little),
    i8: (at) => Number(view.getBigInt64(8 * at, little)),
    u8: (at) => Number(view.getBigUint64(8 * at, little)),
    f2: (at) => half(view.getUint16(2 * at, little)),
    f4: (at) => view.getFloat32(4 * at, little),
    f8: (at) => view.getFloat64(8 * at, little),
    bf16: (at) => brain(view.getUint16(2 * at, little)),
  };
  const found = readers[type];
  if (!found) throw invalid(`Numbers of the type ${show(type)} cannot be read`);
  return found;
}

/** IEEE 754 binary16: 1 bit of sign, 5 of exponent, 10 of fraction. */
export function half(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const word = new DataView(new ArrayBuffer(4));

/** bfloat16: the upper half of a 32-bit float. */
function brain(bits: number): number {
  word.setUint32(0, (bits << 16) >>> 0);
  return word.getFloat32(0);
}

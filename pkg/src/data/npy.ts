import { show } from '../show.js';
import type { ElementType, FileArray } from './arrays.js';
import { invalid, tooLarge } from './work.js';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY
const MOST_HEADER = 1 << 16;
const TYPES = /^([<>|=])(?:([biuf])([1248])|([US])(\d{1,6}))$/;
const KNOWN: readonly string[] = [
  'b1',
  'i1',
  'i2',
  'i4',
  'i8',
  'u1',
  'u2',
  'u4',
  'u8',
  'f2',
  'f4',
  'f8',
] satisfies ElementType[];

export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, at) => bytes[at] === byte);
}

/**
 * A numpy array file, of the versions 1 to 3 of the format (NEP 1): any numbers and texts in either byte order, in C or
 * Fortran order. Pickled objects are refused: they are programs.
 *
 * @throws MetricLabError `data.invalid`, `data.too_large`.
 */
export function readNpy(bytes: Uint8Array, name: string): FileArray {
  if (!isNpy(bytes) || bytes.length < 12) throw invalid(`${show(name)} is no .npy file, or is cut short`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6] ?? 0;
  if (version < 1 || version > 3)
    throw invalid(`${show(name)} is of version ${version} of .npy, and 1 to 3 are known`);
  const [length, from] = version === 1 ? [view.getUint16(8, true), 10] : [view.getUint32(8, true), 12];
  if (length > MOST_HEADER)
    throw tooLarge(`The header of ${show(name)} has ${length} bytes and at most ${MOST_HEADER} are read`);
  if (from + length > bytes.length) throw invalid(`${show(name)} is cut short`);
  const header = new TextDecoder().decode(bytes.subarray(from, from + length));
  const descr = field(header, 'descr', /^'([^']*)'/, name);
  const order = field(header, 'fortran_order', /^(True|False)/, name);
  const shape = field(header, 'shape', /^\(([\d\s,L]*)\)/, name);
  return {
    name,
    ...typeOf(descr, name),
    fortran: order === 'True',
    shape: shape
      .split(',')
      .map((part) => part.replace('L', '').trim())
      .filter((part) => part !== '')
      .map(Number),
    bytes: bytes.subarray(from + length),
  };
}

function field(header: string, key: string, value: RegExp, name: string): string {
  const at = header.search(new RegExp(`['"]${key}['"]\\s*:`));
  const found = at < 0 ? null : value.exec(header.slice(header.indexOf(':', at) + 1).trimStart());
  if (found?.[1] === undefined)
    throw invalid(`The header of ${show(name)} does not say its ${key} in a form that is known`);
  return found[1];
}

function typeOf(descr: string, name: string): { type: ElementType; littleEndian: boolean } {
  if (descr.includes('O'))
    throw invalid(`${show(name)} has Python objects, which are not read: save numbers or texts`);
  const found = TYPES.exec(descr);
  const type = found
    ? found[4]
      ? `${found[4]}${found[5] ?? ''}`
      : `${found[2] ?? ''}${found[3] ?? ''}`
    : '';
  if (!found || !(KNOWN.includes(type) || found[4]))
    throw invalid(`${show(name)} has elements of the type ${show(descr)}, which are not read`);
  if (type === 'U0' || type === 'S0') throw invalid(`${show(name)} has texts of length 0`);
  return { type: type as ElementType, littleEndian: found[1] !== '>' };
}

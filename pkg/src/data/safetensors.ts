import { show } from '../show.js';
import type { ElementType, FileArray } from './arrays.js';
import { invalid, tooLarge } from './work.js';

const TYPES: ReadonlyMap<string, ElementType> = new Map(
  Object.entries<ElementType>({
    ...{ BOOL: 'b1', I8: 'i1', I16: 'i2', I32: 'i4', I64: 'i8', U8: 'u1', U16: 'u2', U32: 'u4', U64: 'u8' },
    ...{ F16: 'f2', F32: 'f4', F64: 'f8', BF16: 'bf16' },
  }),
);
const MOST_HEADER = 1 << 24;

/**
 * The tensors of a safetensors file: 8 bytes of length, a JSON header, data.
 *
 * @throws MetricLabError `data.invalid`, `data.too_large`.
 */
export function readSafetensors(bytes: Uint8Array): FileArray[] {
  const { tensors, data } = partsOf(bytes);
  return Object.entries(tensors).map(([name, tensor]) => tensorOf(name, tensor, data));
}

/**
 * The texts of a safetensors file's metadata; empty where it has none.
 *
 * @throws MetricLabError `data.invalid`, `data.too_large`.
 */
export function readMetadata(bytes: Uint8Array): ReadonlyMap<string, string> {
  const { metadata } = partsOf(bytes);
  const texts = typeof metadata === 'object' && metadata !== null ? Object.entries(metadata) : [];
  return new Map(texts.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** A safetensors file. The arrays are little-endian, C-ordered 32-bit floats. */
export function writeSafetensors(
  arrays: readonly FileArray[],
  metadata: Readonly<Record<string, string>>,
): Blob {
  let end = 0;
  const entries = arrays.map(({ name, shape, bytes }): [string, unknown] => {
    const from = end;
    end += bytes.length;
    return [name, { dtype: 'F32', shape, data_offsets: [from, end] }];
  });
  const json = new TextEncoder().encode(
    JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }),
  );
  // Spaces at the end of the header: the numbers begin at a multiple of eight.
  const front = new Uint8Array(8 + 8 * Math.ceil(json.length / 8)).fill(0x20);
  new DataView(front.buffer).setBigUint64(0, BigInt(front.length - 8), true);
  front.set(json, 8);
  return new Blob([front, ...arrays.map(({ bytes }) => new Uint8Array(bytes))]);
}

interface Parts {
  readonly metadata: unknown;
  readonly tensors: object;
  readonly data: Uint8Array;
}

function partsOf(bytes: Uint8Array): Parts {
  if (bytes.length < 8) throw invalid('The safetensors file is cut short');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > MOST_HEADER)
    throw tooLarge(`The header has ${length} bytes and at most ${MOST_HEADER} are read`);
  if (8 + length > bytes.length) throw invalid('The safetensors file is cut short');
  const { __metadata__: metadata, ...tensors } = headerOf(bytes.subarray(8, 8 + length)) as Record<
    string,
    unknown
  >;
  return { metadata, tensors, data: bytes.subarray(8 + length) };
}

/** Whether bytes begin as a safetensors file does. */
export function isSafetensors(bytes: Uint8Array): boolean {
  if (bytes.length < 10 || bytes[8] !== 0x7b) return false;
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true) <= bytes.length - 8;
}

function headerOf(json: Uint8Array): object {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
    if (typeof header === 'object' && header !== null && !Array.isArray(header)) return header;
  } catch (cause) {
    throw invalid('The header of the safetensors file is no JSON', cause);
  }
  throw invalid('The header of the safetensors file is no JSON object');
}

function tensorOf(name: string, tensor: unknown, data: Uint8Array): FileArray {
  const { dtype, shape, data_offsets: offsets } = (tensor ?? {}) as Readonly<Record<string, unknown>>;
  const type = typeof dtype === 'string' ? TYPES.get(dtype) : undefined;
  if (!type) throw invalid(`${show(name)} has elements of the type ${show(dtype)}, which are not read`);
  if (!isNumbers(shape) || !isNumbers(offsets) || offsets.length !== 2)
    throw invalid(`${show(name)} has no shape or no place`);
  const [from = 0, to = 0] = offsets;
  if (from > to || to > data.length) throw invalid(`${show(name)} is not within the file`);
  return { name, shape, type, littleEndian: true, fortran: false, bytes: data.subarray(from, to) };
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isInteger(item) && (item as number) >= 0);
}

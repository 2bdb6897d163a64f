import { BYTE_LIMIT, type PackedHeader, type SampleKind } from '../header.js';
import { tooLarge } from './work.js';

/** The content of a packed file. */
export interface PackedParts extends Pick<
  PackedHeader,
  'name' | 'count' | 'channels' | 'height' | 'width' | 'classes' | 'domains'
> {
  readonly kind: SampleKind;
  /** Undefined where the engine is to find it. */
  readonly background: number | null | undefined;
  readonly numbers: Uint8Array | Float32Array;
  readonly labels: Uint16Array;
  readonly domainOf: Uint8Array;
}

/** Bytes of the numbers, labels and domains. */
export function packedSize(parts: Pick<PackedParts, 'numbers' | 'labels' | 'domainOf'>): number {
  return parts.numbers.byteLength + parts.labels.byteLength + parts.domainOf.byteLength;
}

/** A `.mlds` file, in pieces: a Blob takes them without another copy. */
export function packedFile(parts: PackedParts): Uint8Array<ArrayBuffer>[] {
  const size = packedSize(parts);
  if (size > BYTE_LIMIT) throw tooLarge(`This takes ${size} bytes and at most ${BYTE_LIMIT} are accepted`);
  const { name, kind, count, channels, height, width, classes, domains, background, numbers } = parts;
  const header = {
    ...{ name, title: { ko: name, en: name }, count, channels, height, width, classes, domains },
    ...{
      licence: '',
      source: '',
      notice: '',
      kind,
      type: numbers instanceof Uint8Array ? 'u8' : 'f32',
      background,
    },
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = 4 * Math.ceil(json.length / 4);
  const front = new Uint8Array(12 + length).fill(0x20, 12);
  front.set([0x4d, 0x4c, 0x44, 0x53]);
  new DataView(front.buffer).setUint32(4, 1, true);
  new DataView(front.buffer).setUint32(8, length, true);
  front.set(json, 12);
  return [front, ...[numbers, parts.labels, parts.domainOf].map(bytesOfView)];
}

function bytesOfView(view: Uint8Array | Float32Array | Uint16Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength);
}

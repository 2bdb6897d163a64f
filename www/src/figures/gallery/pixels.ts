import type { PackedDataset } from 'metriclab';

/** Bytes as base64, for an attribute of a gallery. */
export function toText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** The bytes of {@link toText}; null for another text. */
export function fromText(text: string): Uint8Array | null {
  try {
    return text === '' ? null : Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}

/** A grey picture of white ink on black: the ink's box is fitted into `ink` of `side` pixels and centred. Null without ink. */
export function centred(drawing: HTMLCanvasElement, side: number, ink: number): Uint8Array | null {
  const context = drawing.getContext('2d');
  if (!context) return null;
  const { width, height } = drawing;
  const box = boxOf(context.getImageData(0, 0, width, height).data, width);
  if (!box) return null;
  const small = document.createElement('canvas');
  [small.width, small.height] = [side, side];
  const to = small.getContext('2d');
  if (!to) return null;
  const scale = ink / Math.max(box.width, box.height);
  const [w, h] = [box.width * scale, box.height * scale];
  to.imageSmoothingQuality = 'high';
  to.drawImage(drawing, box.left, box.top, box.width, box.height, (side - w) / 2, (side - h) / 2, w, h);
  const { data } = to.getImageData(0, 0, side, side);
  return Uint8Array.from({ length: side * side }, (_, at) => data[4 * at + 3] ?? 0);
}

/** The box of all pixels that are not transparent. */
export function boxOf(
  rgba: ArrayLike<number>,
  width: number,
): { left: number; top: number; width: number; height: number } | null {
  let [left, right, top, bottom] = [Infinity, -1, Infinity, -1];
  for (let at = 0; at < rgba.length / 4; at++) {
    if ((rgba[4 * at + 3] ?? 0) < 16) continue;
    const [x, y] = [at % width, Math.floor(at / width)];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** The numbers of samples, as a data set stores them. */
export const numbersOf = (bytes: Uint8Array, type: PackedDataset['type']): Float32Array | Uint8Array =>
  type === 'f32' ? new Float32Array(bytes.slice().buffer) : bytes;

/** The mean of each number of the samples, and the farthest that a sample is from it. */
export type Spread = readonly { readonly mean: number; readonly most: number }[];

/** Samples that are enough to say how numbers are spread. */
const ENOUGH = 1000;

/** How the numbers of samples are spread: of all of them, or of some that are evenly chosen. */
export function spreadOf({ pixels, type, count, width }: SpreadSource): Spread {
  const bytes = width * (type === 'f32' ? 4 : 1);
  const length = Math.min(count, ENOUGH);
  const rows = Array.from({ length }, (_, at) => {
    const from = Math.floor((at * count) / length) * bytes;
    return numbersOf(pixels.subarray(from, from + bytes), type);
  });
  return Array.from({ length: width }, (_, i) => {
    const own = rows.map((row) => row[i] ?? 0);
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    return { mean, most: Math.max(...own.map((value) => Math.abs(value - mean))) };
  });
}

type SpreadSource = Pick<PackedDataset, 'pixels' | 'type' | 'count' | 'width'>;

/**
 * Numbers as bars of ink in a square picture, up and down from the middle: each number against its own mean, and the farthest
 * from it fills the half. Numbers of different units can be seen next to each other.
 */
export function barsOf(numbers: ArrayLike<number>, spread: Spread, side: number): Uint8Array {
  const picture = new Uint8Array(side * side);
  for (let x = 0; x < side; x++) {
    // More numbers than columns: each column shows the first of its share.
    const at = Math.floor((x * numbers.length) / side);
    const { mean, most } = spread[at] ?? { mean: 0, most: 1 };
    const value = (numbers[at] ?? 0) - mean;
    const height = Math.round(Math.min(1, Math.abs(value) / (most === 0 ? 1 : most)) * (side / 2 - 1));
    for (let y = 0; y <= height; y++) picture[(side / 2 + (value < 0 ? y : -y)) * side + x] = 255;
  }
  return picture;
}

import { sampleRgba, type PackedDataset } from 'metriclab';

/** Hues of classes, told apart on paper and on ink; none is a colour with a fixed meaning. */
const HUES: readonly (readonly [light: string, dark: string])[] = [
  ['#2d6a3f', '#8fd39f'],
  ['#8a4b1f', '#e0a878'],
  ['#1b6f7a', '#74cbd6'],
  ['#a02f63', '#f08fb8'],
  ['#5d6318', '#c3ca72'],
  ['#4c5361', '#aeb6c6'],
  ['#4d7a12', '#a9d46a'],
  ['#b5485c', '#f29aa8'],
  ['#7a3f57', '#d9a3b8'],
  ['#6f6239', '#cfc08a'],
];

export const HUE_COUNT = HUES.length;

export function classHue(at: number, dark: boolean): string {
  return HUES[at % HUES.length]?.[dark ? 1 : 0] ?? '#808080';
}

export function unknownColour(dark: boolean): string {
  return dark ? '#bf9bf2' : '#7340b5';
}

export function inkColour(dark: boolean): string {
  return dark ? '#f1efe8' : '#1d1c19';
}

/** Draws a grey sample as a stencil: its ink in one colour, the rest transparent. */
export function stencil(set: PackedDataset, index: number, colour: string): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [set.width, set.height];
  paint(canvas, set, index, colour);
  return canvas;
}

/** The same into a canvas of the sample's size. */
export function paint(canvas: HTMLCanvasElement, set: PackedDataset, index: number, colour: string): void {
  const rgba = sampleRgba(set, index);
  const ink = new Uint8Array(rgba.length / 4);
  for (let at = 0; at < ink.length; at++) ink[at] = rgba[4 * at] ?? 0;
  paintInk(canvas, ink, colour);
}

/** Draws ink, a byte a pixel, into a canvas of its size. */
export function paintInk(
  canvas: HTMLCanvasElement,
  ink: Uint8Array | Uint8ClampedArray,
  colour: string,
): void {
  const context = canvas.getContext('2d');
  const { width, height } = canvas;
  if (!context || ink.length !== width * height) return;
  // Alpha is the last byte of a pixel: on every machine with a browser numbers are stored from their least byte.
  const pixels = new Uint32Array(ink.length);
  const blueFirst = bytesOf(colour);
  for (let at = 0; at < ink.length; at++) pixels[at] = ((ink[at] ?? 0) << 24) | blueFirst;
  context.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), width, height), 0, 0);
}

/** A colour like `#1d1c19` as blue, green and red from the highest byte to the lowest. */
function bytesOf(colour: string): number {
  const value = Number.parseInt(colour.slice(1), 16);
  return ((value & 0xff) << 16) | (value & 0xff00) | (value >> 16);
}

/**
 * The same drawing as an image for a canvas: ink as opacity, 0 to 255. A screen's light grows with about the square of the
 * colour's number: on a dark ground a fifth of the ink would give a twentieth of its light, and a faint drawing be unseen.
 */
export function opacities(ink: Float32Array, dark: boolean): Uint8ClampedArray {
  return Uint8ClampedArray.from(ink, (value) => 255 * (dark ? Math.sqrt(Math.max(0, value)) : value));
}

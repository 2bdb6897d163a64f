import { sampleRgba, type PackedDataset } from 'metriclab';

/** Hues of classes, told apart on paper and on ink; none is a colour with a fixed meaning. */
const HUES: readonly (readonly [light: string, dark: string])[] = [
  ['#2d6a3f', '#8fd39f'],
  ['#8a4b1f', '#e0a878'],
  ['#1b6f7a', '#74cbd6'],
  ['#a02f63', '#f08fb8'],
  ['#5d6318', '#c3ca72'],
  ['#4c5361', '#aeb6c6'],
];

export function classHue(at: number, dark: boolean): string {
  return HUES[at % HUES.length]?.[dark ? 1 : 0] ?? 'grey';
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
  paintInk(
    canvas,
    Uint8Array.from({ length: rgba.length / 4 }, (_, at) => rgba[4 * at] ?? 0),
    colour,
  );
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
  const rgba = new Uint8ClampedArray(4 * ink.length);
  ink.forEach((value, at) => (rgba[4 * at + 3] = value));
  context.globalCompositeOperation = 'source-over';
  context.putImageData(new ImageData(rgba, width, height), 0, 0);
  context.globalCompositeOperation = 'source-in';
  context.fillStyle = colour;
  context.fillRect(0, 0, width, height);
}

/** The same drawing as an image for a canvas: ink as opacity, 0 to 255. */
export function opacities(ink: Float32Array): Uint8ClampedArray {
  return Uint8ClampedArray.from(ink, (value) => 255 * value);
}

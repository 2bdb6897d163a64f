type Rgb = readonly [number, number, number];

/** Stops of the cividis scale: even steps to every eye, colour-blind ones included. */
const CIVIDIS: readonly Rgb[] = [
  [0, 34, 78],
  [8, 51, 112],
  [53, 69, 108],
  [79, 87, 108],
  [102, 105, 112],
  [125, 124, 120],
  [148, 143, 119],
  [174, 163, 113],
  [200, 184, 102],
  [229, 207, 82],
  [254, 232, 56],
];

/** The colour of a share from 0 to 1. */
function scaleColour(share: number): Rgb {
  const at = Math.max(0, Math.min(1, Number.isFinite(share) ? share : 0)) * (CIVIDIS.length - 1);
  const low = Math.min(CIVIDIS.length - 2, Math.floor(at));
  const [from, to] = [CIVIDIS[low] ?? [0, 0, 0], CIVIDIS[low + 1] ?? [0, 0, 0]];
  const mix = (i: 0 | 1 | 2): number => Math.round(from[i] + (to[i] - from[i]) * (at - low));
  return [mix(0), mix(1), mix(2)];
}

export interface Extremes {
  readonly low: number;
  readonly high: number;
}

export function extremes(values: Float32Array): Extremes {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

/** Near is dark, for distances and similarities alike. */
export function shareOf(value: number, { low, high }: Extremes, similarity: boolean): number {
  const share = (value - low) / Math.max(high - low, 1e-12);
  return similarity ? 1 - share : share;
}

/** One pixel a pair, row after row. */
export function heatPixels(
  values: Float32Array,
  size: number,
  range: Extremes,
  similarity: boolean,
): ImageData {
  const image = new ImageData(size, size);
  const table = Array.from({ length: 256 }, (_, i) => scaleColour(i / 255));
  for (let i = 0; i < size * size; i++) {
    const share = shareOf(values[i] ?? 0, range, similarity);
    const [r, g, b] = table[Math.max(0, Math.min(255, Math.round(255 * share)))] ?? [0, 0, 0];
    image.data[4 * i] = r;
    image.data[4 * i + 1] = g;
    image.data[4 * i + 2] = b;
    image.data[4 * i + 3] = 255;
  }
  return image;
}

/** Paints the scale itself, from near to far. */
export function paintScale(canvas: HTMLCanvasElement): void {
  [canvas.width, canvas.height] = [128, 1];
  const image = new ImageData(128, 1);
  for (let i = 0; i < 128; i++) image.data.set([...scaleColour(i / 127), 255], 4 * i);
  canvas.getContext('2d')?.putImageData(image, 0, 0);
}

import type { BatchView } from 'metriclab';
import { html } from '../dom/element';
import { scaleColour } from './palette';

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

/** One pixel a pair; the style sheet scales it without smoothing. */
export function heatPixels({ indices, distances, similarity }: BatchView, range: Extremes): ImageData {
  const size = indices.length;
  const image = new ImageData(size, size);
  const table = Array.from({ length: 256 }, (_, i) => scaleColour(i / 255));
  for (let i = 0; i < size * size; i++) {
    const share = shareOf(distances[i] ?? 0, range, similarity);
    const [r, g, b] = table[Math.max(0, Math.min(255, Math.round(255 * share)))] ?? [0, 0, 0];
    image.data[4 * i] = r;
    image.data[4 * i + 1] = g;
    image.data[4 * i + 2] = b;
    image.data[4 * i + 3] = 255;
  }
  return image;
}

/** The scale itself, from near to far. */
export function scaleBar(): HTMLCanvasElement {
  const canvas = html('canvas', { class: 'scale-bar', width: 128, height: 1, 'aria-hidden': 'true' });
  const image = new ImageData(128, 1);
  for (let i = 0; i < 128; i++) image.data.set([...scaleColour(i / 127), 255], 4 * i);
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas;
}

/** Positions in a sorted batch where the next class begins. */
export function boundaries(labels: Uint16Array): number[] {
  return [...labels.keys()].filter((i) => i > 0 && labels[i] !== labels[i - 1]);
}

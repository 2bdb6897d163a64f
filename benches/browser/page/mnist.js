import { fetchPacked, readPacked } from 'metriclab';
import { random } from './random.js';

let bytes;
let read;

/** The packed set, as `Lab.loadDataset` takes it. */
export const mnistBytes = () => (bytes ??= fetchPacked('/data/mnist.mlds.gz'));

export const mnist = async () => (read ??= readPacked(await mnistBytes()));

export const CLASSES = 8;
export const PER_CLASS = 16;
export const BATCH = CLASSES * PER_CLASS;
export const PIXELS = 784;

/** Draws batches as metriclab's sampler does: 8 of the 10 classes, 16 pictures of each, ink from 0 to 1. */
export async function batches(seed = 1) {
  const { pixels, labels } = await mnist();
  const next = random(seed);
  const members = Array.from({ length: 10 }, () => []);
  labels.forEach((label, index) => members[label].push(index));
  return () => {
    const classes = members
      .map((_, label) => [next(), label])
      .sort(([a], [b]) => a - b)
      .slice(0, CLASSES);
    const x = new Float32Array(BATCH * PIXELS);
    const y = new Int32Array(BATCH);
    for (let row = 0; row < BATCH; row++) {
      const label = classes[Math.floor(row / PER_CLASS)][1];
      const from = members[label][Math.floor(next() * members[label].length)] * PIXELS;
      for (let p = 0; p < PIXELS; p++) x[row * PIXELS + p] = pixels[from + p] / 255;
      y[row] = label;
    }
    return { x, y };
  };
}

/** Fresh weights, uniform in ±1/√fan-in, as metriclab's. */
export function weights(count, fanIn, seed) {
  const next = random(seed);
  return Float32Array.from({ length: count }, () => (2 * next() - 1) / Math.sqrt(fanIn));
}

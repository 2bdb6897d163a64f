import { normal } from './random.js';

const CLASSES = 64;
const cache = new Map();

/** `count` rows of `dim` numbers, in 64 clusters as embeddings are: centres of spread 1, rows of spread 0.6 about them. */
export function points(count, dim) {
  const key = `${count} x ${dim}`;
  if (!cache.has(key)) {
    cache.clear();
    const next = normal(dim);
    const centres = Float32Array.from({ length: CLASSES * dim }, next);
    const rows = new Float32Array(count * dim);
    for (let i = 0; i < count; i++) {
      for (let k = 0; k < dim; k++) rows[i * dim + k] = centres[(i % CLASSES) * dim + k] + 0.6 * next();
    }
    cache.set(key, { rows, count, dim });
  }
  return cache.get(key);
}

/** Which of `count` rows is asked for at the `nth` call: others each time, spread over all. */
export const queryAt = (nth, count) => (nth * 7919) % count;

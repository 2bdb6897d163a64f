import type { PackedDataset } from 'metriclab';

/** The pixels of some pictures, one after the other. */
export function pixelsOf({ pixels, count }: PackedDataset, chosen: readonly number[]): Uint8Array {
  const size = pixels.length / count;
  const out = new Uint8Array(chosen.length * size);
  chosen.forEach((at, k) => {
    out.set(pixels.subarray(at * size, (at + 1) * size), k * size);
  });
  return out;
}

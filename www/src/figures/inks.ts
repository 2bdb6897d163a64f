import type { PackedDataset } from 'metriclab';
import { inSlices } from '../dom/slices';
import { unitRow } from './newcomer/recognition';

/** Pixels as the network gets them, how far each is from white paper, as unit rows. */
export async function inks({ pixels, count }: PackedDataset, dim: number): Promise<Float32Array> {
  const rows = new Float32Array(pixels.length);
  await inSlices(count, (at) => {
    for (let k = at * dim; k < (at + 1) * dim; k++) rows[k] = 1 - (pixels[k] ?? 0) / 255;
    unitRow(rows, at * dim, dim);
  });
  return rows;
}

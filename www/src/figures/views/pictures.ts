import type { PackedDataset } from 'metriclab';
import { Random } from '../random';
import { view, type Augmentation, type Drawn, type Plane } from './augment';

/** A picture of a set with its pixels from 0 to 1. */
export function planeOf({ pixels, count, height, width }: PackedDataset, at: number): Plane {
  const size = pixels.length / count;
  const bytes = pixels.subarray(at * size, (at + 1) * size);
  return { pixels: Float32Array.from(bytes, (value) => value / 255), height, width };
}

export interface View {
  readonly pixels: Float32Array;
  readonly drawn: Drawn;
}

/** Two views of a picture, by chances that depend on the seed alone. */
export function twoViews(plane: Plane, how: Augmentation, seed: number): readonly [View, View] {
  const random = new Random(seed);
  return [view(plane, how, random), view(plane, how, random)];
}

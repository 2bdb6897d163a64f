import type { LossConfig } from 'metriclab';

/** Losses that have a value on one triplet. */
export type OnATriplet = Extract<LossConfig, { readonly kind: 'contrastive' | 'triplet' | 'margin' }>;

/** The loss of one triplet by its two distances; the core gives the same for the same points. */
export function lossAt(loss: OnATriplet, ap: number, an: number): number {
  const above = (value: number): number => Math.max(0, value);
  switch (loss.kind) {
    case 'contrastive':
      return above(ap - (loss.posMargin ?? 0)) + above((loss.negMargin ?? 1) - an);
    case 'triplet':
      return above(ap - an + (loss.margin ?? 0.05));
    case 'margin': {
      const { alpha = 0.2, beta = 1.2 } = loss;
      return above(ap - beta + alpha) + above(beta - an + alpha);
    }
  }
}

/** Mean softmax cross-entropy of rows of the plane under class weights (2 x classes, row after row) without bias. */
export function softmaxLoss(
  points: readonly number[],
  labels: readonly number[],
  weights: readonly number[],
): number {
  const classes = weights.length / 2;
  const parts = labels.map((label, k) => {
    const scores = Array.from(
      { length: classes },
      (_, c) =>
        (points[2 * k] ?? 0) * (weights[c] ?? 0) + (points[2 * k + 1] ?? 0) * (weights[classes + c] ?? 0),
    );
    const most = Math.max(...scores);
    const sum = scores.reduce((total, score) => total + Math.exp(score - most), 0);
    return most + Math.log(sum) - (scores[label] ?? 0);
  });
  return parts.reduce((sum, part) => sum + part, 0) / parts.length;
}

/** The middles of a grid of cells over a rectangle (left, bottom, right, top), the top row first: x0 y0 x1 y1 … */
export function gridOf(
  [left, bottom, right, top]: readonly [number, number, number, number],
  columns: number,
  rows: number,
): Float32Array {
  const grid = new Float32Array(2 * columns * rows);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const at = 2 * (row * columns + column);
      grid[at] = left + ((column + 0.5) / columns) * (right - left);
      grid[at + 1] = top - ((row + 0.5) / rows) * (top - bottom);
    }
  return grid;
}

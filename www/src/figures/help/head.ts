import type { Random } from '../random';

/** A linear classifier on features that are scaled by mean and deviation first. */
export interface Head {
  /** dim + 1 numbers a class; the last is the bias. */
  readonly weights: Float64Array;
  readonly mean: Float64Array;
  readonly scale: Float64Array;
  readonly classes: number;
}

const BATCH = 256;
const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];

export interface HeadOptions {
  readonly classes: number;
  readonly dim: number;
  readonly steps: number;
  readonly rate: number;
  readonly random: Random;
  /** Called now and then, so that the page stays alive. */
  readonly rest: () => Promise<void>;
}

/** Trains a linear head by softmax cross-entropy with Adam (Kingma and Ba 2015) on frozen features. */
export async function trainHead(
  features: Float32Array,
  labels: readonly number[],
  { classes, dim, steps, rate, random, rest }: HeadOptions,
): Promise<Head> {
  const { mean, scale } = moments(features, dim);
  const width = dim + 1;
  const weights = new Float64Array(classes * width);
  const [first, second] = [new Float64Array(weights.length), new Float64Array(weights.length)];
  const head = { weights, mean, scale, classes };
  let order: number[] = [];
  for (let step = 1; step <= steps; step++) {
    if (order.length < Math.min(BATCH, labels.length)) order = random.shuffled(labels.map((_, at) => at));
    const batch = order.splice(0, BATCH);
    const gradient = gradientOf(head, features, labels, batch);
    weights.forEach((value, k) => {
      const g = gradient[k] ?? 0;
      const m = (first[k] = BETA1 * (first[k] ?? 0) + (1 - BETA1) * g);
      const v = (second[k] = BETA2 * (second[k] ?? 0) + (1 - BETA2) * g * g);
      const [mHat, vHat] = [m / (1 - BETA1 ** step), v / (1 - BETA2 ** step)];
      weights[k] = value - (rate * mHat) / (Math.sqrt(vHat) + EPSILON);
    });
    if (step % 10 === 0) await rest();
  }
  return head;
}

/** The class of each row of features. */
export function predict(head: Head, features: Float32Array): number[] {
  const dim = head.mean.length;
  return Array.from({ length: features.length / dim }, (_, at) => {
    const scores = scoresOf(head, features, at);
    return scores.indexOf(Math.max(...scores));
  });
}

function moments(features: Float32Array, dim: number): { mean: Float64Array; scale: Float64Array } {
  const count = features.length / dim;
  const mean = new Float64Array(dim);
  const squares = new Float64Array(dim);
  features.forEach((value, k) => (mean[k % dim] = (mean[k % dim] ?? 0) + value / count));
  features.forEach((value, k) => {
    squares[k % dim] = (squares[k % dim] ?? 0) + (value - (mean[k % dim] ?? 0)) ** 2 / count;
  });
  return { mean, scale: squares.map((square) => (square > 0 ? 1 / Math.sqrt(square) : 0)) };
}

function scoresOf({ weights, mean, scale, classes }: Head, features: Float32Array, at: number): number[] {
  const dim = mean.length;
  const scores: number[] = [];
  for (let c = 0; c < classes; c++) {
    let sum = weights[c * (dim + 1) + dim] ?? 0;
    for (let j = 0; j < dim; j++)
      sum +=
        (weights[c * (dim + 1) + j] ?? 0) *
        ((features[at * dim + j] ?? 0) - (mean[j] ?? 0)) *
        (scale[j] ?? 0);
    scores.push(sum);
  }
  return scores;
}

/** Mean gradient of the cross-entropy over a batch. */
function gradientOf(
  head: Head,
  features: Float32Array,
  labels: readonly number[],
  batch: readonly number[],
): Float64Array {
  const { mean, scale, classes, weights } = head;
  const dim = mean.length;
  const gradient = new Float64Array(weights.length);
  for (const at of batch) {
    const scores = scoresOf(head, features, at);
    const most = Math.max(...scores);
    const shares = scores.map((score) => Math.exp(score - most));
    const sum = shares.reduce((total, share) => total + share, 0);
    for (let c = 0; c < classes; c++) {
      const error = ((shares[c] ?? 0) / sum - (labels[at] === c ? 1 : 0)) / batch.length;
      const from = c * (dim + 1);
      for (let j = 0; j < dim; j++)
        gradient[from + j] =
          (gradient[from + j] ?? 0) +
          error * ((features[at * dim + j] ?? 0) - (mean[j] ?? 0)) * (scale[j] ?? 0);
      gradient[from + dim] = (gradient[from + dim] ?? 0) + error;
    }
  }
  return gradient;
}

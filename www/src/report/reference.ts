// Losses and gradients of pytorch-metric-learning (tests/golden/losses.json, in f64), which every device must reach.
import type { Lab, LossRequest } from 'metriclab';
import golden from '../../../tests/golden/losses.json';

/** The largest error of a value and of a gradient, relative to the largest number. */
const [VALUE, GRADIENT] = [1e-5, 1e-4];

type Entry = readonly [LossRequest['distance'], LossRequest['loss'], LossRequest['miner']?];

const DEGREE = Math.PI / 180;
const triplet = (margin: number, swap = false, smooth = false): LossRequest['loss'] => ({
  kind: 'triplet',
  margin,
  swap,
  smooth,
});
const contrastive = { kind: 'contrastive', posMargin: 0, negMargin: 1 } as const;

/** Distance, loss and miner of each entry. */
const ENTRIES: Readonly<Record<keyof typeof golden.losses, Entry>> = {
  contrastive: ['euclidean', contrastive],
  snr_contrastive: ['snr', contrastive],
  triplet: ['euclidean', triplet(0.05)],
  triplet_soft: ['euclidean', triplet(0.05, false, true)],
  triplet_swap: ['euclidean', triplet(0.05, true)],
  triplet_hard_mined: ['euclidean', triplet(0.2), { kind: 'hard', margin: 0.2 }],
  triplet_semihard_mined: ['euclidean', triplet(0.2), { kind: 'semihard', margin: 0.2 }],
  triplet_batch_hard: ['euclidean', triplet(0.2), { kind: 'batchHard', margin: 0.2 }],
  margin: ['euclidean', { kind: 'margin', alpha: 0.2, beta: 1.2 }],
  ntxent: ['cosine', { kind: 'ntxent', temperature: 0.07 }],
  supcon: ['cosine', { kind: 'supcon', temperature: 0.1 }],
  nca: ['squaredEuclidean', { kind: 'nca', scale: 1 }],
  lifted: ['euclidean', { kind: 'lifted', posMargin: 0, negMargin: 1 }],
  generalized_lifted: ['euclidean', { kind: 'generalizedLifted', posMargin: 0, negMargin: 1 }],
  multi_similarity: ['cosine', { kind: 'multiSimilarity', posScale: 2, negScale: 50, base: 0.5 }],
  circle: ['cosine', { kind: 'circle', margin: 0.4, scale: 80 }],
  tuplet_margin: ['cosine', { kind: 'tupletMargin', margin: 5.73 * DEGREE, scale: 64 }],
  angular: ['cosine', { kind: 'angular', angle: 40 }],
  n_pairs: ['cosine', { kind: 'nPairs' }],
  fastap: ['squaredEuclidean', { kind: 'fastAp' }],
  histogram: ['cosine', { kind: 'histogram' }],
  normalized_softmax: ['cosine', { kind: 'normalizedSoftmax', temperature: 0.05 }],
  cosface: ['cosine', { kind: 'cosface', margin: 0.35, scale: 64 }],
  arcface: ['cosine', { kind: 'arcface', margin: 28.6 * DEGREE, scale: 64 }],
  proxy_nca: ['cosine', { kind: 'proxyNca', scale: 1 }],
  proxy_anchor: ['cosine', { kind: 'proxyAnchor', margin: 0.1, scale: 32 }],
  soft_triple: ['cosine', { kind: 'softTriple', margin: 0.01, scale: 20, gamma: 0.1, centers: 10 }],
  vicreg: ['euclidean', { kind: 'vicreg', invariance: 25, variance: 25, covariance: 1 }],
};

export const NAMES = Object.keys(ENTRIES) as readonly (keyof typeof ENTRIES)[];

/** The numbers of an entry of the file. */
interface Wanted {
  readonly value: number;
  readonly grad_embeddings: readonly (readonly number[])[];
  readonly grad_weight?: readonly (readonly number[])[];
}

/** What an entry's loss has learned: nothing, or a column for each centre of a class. */
function learned(name: keyof typeof ENTRIES, wanted: Wanted): readonly number[] {
  if (!wanted.grad_weight) return [];
  return (name === 'soft_triple' ? golden['fc_Dx(C*K)'] : golden.W_DxC).flat();
}

function requestOf(name: keyof typeof ENTRIES, wanted: Wanted): LossRequest {
  const [distance, loss, miner = { kind: 'none', margin: 0.2 }] = ENTRIES[name];
  const { embeddings, ref_view, labels, D } = golden;
  const views = name === 'vicreg';
  const rows = embeddings.map((_, at) => at);
  return {
    embeddings: Float32Array.from((views ? [embeddings, ref_view] : [embeddings]).flat(2)),
    dim: D,
    labels: Uint16Array.from(views ? [...rows, ...rows] : labels),
    loss,
    distance,
    miner,
    normalize: name !== 'angular' && !views,
    learned: Float32Array.from(learned(name, wanted)),
    seed: 3,
  };
}

const columns = (rows: readonly (readonly number[])[]): number[][] =>
  (rows[0] ?? []).map((_, at) => rows.map((row) => row[at] ?? NaN));

/** How far a device is from an entry: the worst of value, gradient and gradient by what is learned. */
export async function errorOf(
  lab: Lab,
  name: keyof typeof ENTRIES,
  apart: (got: ArrayLike<number>, wanted: ArrayLike<number>) => number,
): Promise<{ readonly apart: number; readonly allowed: number }> {
  const wanted: Wanted = golden.losses[name];
  const { value, gradient, learnedGradient } = await lab.lossOf(requestOf(name, wanted));
  const rows = wanted.grad_embeddings.flat();
  const weights = wanted.grad_weight ?? [];
  // The file has a row for each proxy.
  const byLearned = (name.startsWith('proxy') ? columns(weights) : weights).flat();
  const errors = [
    { apart: apart([value], [wanted.value]), allowed: VALUE },
    // A second view has a gradient of its own, which the file does not hold.
    { apart: apart(gradient.subarray(0, rows.length), rows), allowed: GRADIENT },
    { apart: byLearned.length > 0 ? apart(learnedGradient, byLearned) : 0, allowed: GRADIENT },
  ];
  return errors.reduce((worst, error) =>
    error.apart / error.allowed > worst.apart / worst.allowed ? error : worst,
  );
}

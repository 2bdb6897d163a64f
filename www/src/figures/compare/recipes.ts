import type { LossConfig, MinerKind } from 'metriclab';

/** The losses of the lecture, each as one column may have it. */
export const RECIPES = ['contrastive', 'triplet', 'margin', 'softmax'] as const;
export type Recipe = (typeof RECIPES)[number];

type Chosen = Extract<LossConfig, { readonly kind: Recipe }>;

export const LOSSES: Readonly<Record<Recipe, Chosen>> = {
  contrastive: { kind: 'contrastive', posMargin: 0, negMargin: 1 },
  triplet: { kind: 'triplet', margin: 0.2, swap: false, smooth: false },
  margin: { kind: 'margin', alpha: 0.2, beta: 1.2, boundary: 'fixed', nu: 0 },
  softmax: { kind: 'softmax' },
};

/** Each loss gets all its pairs or triplets, so that columns differ in the loss alone. */
export const MINER: MinerKind = 'none';
export const BATCH = { classes: 10, perClass: 12 } as const;
export const CHANNELS = [16, 32] as const;
/** Two numbers a picture: the plane is the embedding itself, and no projection hides anything. */
export const DIM = 2;
export const SEED = 1;
export const LEARNING_RATE = 3e-3;

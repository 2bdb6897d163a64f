import type { SessionConfig } from 'metriclab';

/** Ways to a collapse, each with the change that mends it. */
export const COLLAPSES = ['negativesOff', 'hardest', 'stopGradientOff', 'viewsAlone'] as const;
export type Collapse = (typeof COLLAPSES)[number];

type Part = Pick<SessionConfig, 'loss' | 'miner' | 'optimizer' | 'embedding'> & Partial<SessionConfig>;

export interface Recipe {
  readonly ill: Part;
  readonly cure: Part;
  /** Whether the cure works on the collapsed weights; otherwise it needs a new start. */
  readonly revives: boolean;
  /** Steps until the detector has named it on MNIST with seed 1. */
  readonly steps: number;
}

export const DIM = 16;
const UNIT = { dim: DIM, normalize: true } as const;
const FREE = { dim: DIM, normalize: false } as const;
const CALM = { learningRate: 3e-3 } as const;
const TRIPLET = { kind: 'triplet', margin: 0.2, swap: false, smooth: false } as const;
const VIEWS = {
  batch: { classes: 10, perClass: 6, views: 2, labels: 'instance' },
  augment: { shift: 2, rotate: 15 },
} as const;
/** Two views that are pulled together, and kept from meeting in one place. */
const APART: Part = {
  loss: { kind: 'vicreg', invariance: 25, variance: 25, covariance: 1 },
  miner: { kind: 'none' },
  optimizer: CALM,
  embedding: FREE,
  ...VIEWS,
};

export const RECIPES: Readonly<Record<Collapse, Recipe>> = {
  negativesOff: {
    ill: {
      loss: { kind: 'contrastive', posMargin: 0, negMargin: 0 },
      miner: { kind: 'none' },
      optimizer: CALM,
      embedding: UNIT,
    },
    cure: {
      loss: { kind: 'contrastive', posMargin: 0, negMargin: 1 },
      miner: { kind: 'none' },
      optimizer: CALM,
      embedding: UNIT,
    },
    revives: true,
    steps: 60,
  },
  hardest: {
    ill: {
      loss: TRIPLET,
      miner: { kind: 'batchHard' },
      optimizer: { learningRate: 3e-2 },
      embedding: UNIT,
    },
    cure: { loss: TRIPLET, miner: { kind: 'semihard' }, optimizer: CALM, embedding: UNIT },
    revives: true,
    steps: 120,
  },
  stopGradientOff: {
    ill: {
      loss: { kind: 'simSiam', stopGradient: false },
      miner: { kind: 'none' },
      optimizer: CALM,
      embedding: UNIT,
      ...VIEWS,
    },
    cure: APART,
    revives: false,
    steps: 100,
  },
  viewsAlone: {
    ill: {
      loss: { kind: 'vicreg', invariance: 25, variance: 0, covariance: 0 },
      miner: { kind: 'none' },
      optimizer: CALM,
      embedding: FREE,
      ...VIEWS,
    },
    cure: APART,
    revives: false,
    steps: 60,
  },
};

/** The session of a recipe: everything but its own part is the same for all. */
export function sessionOf(defaults: SessionConfig, part: Part): SessionConfig {
  return {
    ...defaults,
    seed: 1,
    unseenClasses: 0,
    network: { kind: 'mlp', hidden: [64] },
    distance: 'euclidean',
    batch: { classes: 10, perClass: 6 },
    ...part,
  };
}

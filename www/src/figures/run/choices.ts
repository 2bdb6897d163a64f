import type { SessionConfig } from 'metriclab';
import type { Settings } from '../settings';

/** The losses of the small run. */
export const SMALL_LOSSES = ['triplet', 'contrastive', 'supcon'] as const;
export type SmallLoss = (typeof SMALL_LOSSES)[number];

/** Miners that a figure may choose from: none takes every triplet. */
export const SMALL_MINERS = ['none', 'semihard', 'batchHard'] as const;
export type SmallMiner = (typeof SMALL_MINERS)[number];

/** The settings of the small run that a visitor or an attribute may choose. */
export interface Choices {
  readonly loss: SmallLoss;
  /** By how much a negative shall be farther than a positive; for contrastive loss, how far at least. */
  readonly margin: number;
  /** Classes of a batch. */
  readonly classes: number;
  /** Steps that one press of the button trains. */
  readonly steps: number;
  /** How the triplet loss chooses its triplets. */
  readonly miner: SmallMiner;
  /** Classes that are left out of training. */
  readonly unseen: number;
}

export const FIRST: Choices = {
  loss: 'triplet',
  margin: 0.2,
  classes: 10,
  steps: 100,
  miner: 'semihard',
  unseen: 0,
};
/** Digits of the data. */
const CLASSES = 10;

/** How many classes a batch may have. */
export const mostClasses = ({ unseen }: Pick<Choices, 'unseen'>): number => CLASSES - unseen;

/** The choices as attributes and links set them. */
export const SMALL_SETTINGS = {
  loss: { kind: 'choice', of: SMALL_LOSSES },
  margin: { kind: 'number', least: 0.05, most: 1 },
  classes: { kind: 'number', least: 2, most: 10 },
  steps: { kind: 'number', least: 5, most: 1000 },
} as const satisfies Settings;

/** Samples of a class in a batch. */
const EACH = 6;

/** The margin within which a triplet counts as semi-hard. */
export const zoneMargin = ({ loss, margin }: Choices): number => (loss === 'triplet' ? margin : FIRST.margin);

/** MNIST, one hidden layer, 16 numbers a picture, on the unit sphere. */
export function configOf(defaults: SessionConfig, choices: Choices): SessionConfig {
  const { loss, margin, classes, miner } = choices;
  return {
    ...defaults,
    seed: 1,
    unseenClasses: choices.unseen,
    network: { kind: 'mlp', hidden: [64] },
    embedding: { dim: 16, normalize: true },
    distance: 'euclidean',
    loss: {
      triplet: { kind: 'triplet', margin, swap: false, smooth: false } as const,
      contrastive: { kind: 'contrastive', posMargin: 0, negMargin: margin } as const,
      supcon: { kind: 'supcon', temperature: 0.1 } as const,
    }[loss],
    miner: { kind: loss === 'triplet' ? miner : 'none', margin: zoneMargin(choices) },
    batch: { classes: Math.min(Math.round(classes), mostClasses(choices)), perClass: EACH },
    augment: { shift: 0 },
    optimizer: { learningRate: 1e-3 },
  };
}

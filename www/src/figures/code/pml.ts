import type { LossConfig } from 'metriclab';
import { RECIPES } from '../compare/recipes';

/** The losses whose settings are shown as PyTorch code. */
export const CODED = [...RECIPES, 'ntxent', 'supcon'] as const;
export type Coded = (typeof CODED)[number];

/** A loss and the settings around it, as the figure shows them. */
export interface Experiment {
  readonly loss: Extract<LossConfig, { readonly kind: Coded }>;
  readonly dim: number;
  readonly normalize: boolean;
  readonly classes: number;
  readonly perClass: number;
  readonly learningRate: number;
  /** Classes of the data set. */
  readonly known: number;
  /** Whether a miner picks semi-hard triplets. */
  readonly semihard: boolean;
}

const python = (value: boolean): string => (value ? 'True' : 'False');

/** A loss in pytorch-metric-learning 2.9: its class, and the names of our settings there. */
export function lossCall({ loss }: Experiment): { name: string; settings: readonly string[] } {
  const distance = 'distance=distance';
  switch (loss.kind) {
    case 'contrastive': {
      const { posMargin = 0, negMargin = 1 } = loss;
      const settings = [`pos_margin=${posMargin}`, `neg_margin=${negMargin}`, distance];
      return { name: 'losses.ContrastiveLoss', settings };
    }
    case 'triplet': {
      const { margin = 0.05, swap = false, smooth = false } = loss;
      const settings = [
        `margin=${margin}`,
        `swap=${python(swap)}`,
        `smooth_loss=${python(smooth)}`,
        distance,
      ];
      return { name: 'losses.TripletMarginLoss', settings };
    }
    case 'margin': {
      const { alpha = 0.2, beta = 1.2, nu = 0, boundary = 'fixed' } = loss;
      const learned = `learn_beta=${python(boundary !== 'fixed')}`;
      const settings = [`margin=${alpha}`, `beta=${beta}`, `nu=${nu}`, learned, distance];
      return { name: 'losses.MarginLoss', settings };
    }
    case 'softmax':
      return { name: 'torch.nn.CrossEntropyLoss', settings: [] };
    case 'ntxent':
      return { name: 'losses.NTXentLoss', settings: [`temperature=${loss.temperature ?? 0.07}`] };
    case 'supcon':
      return { name: 'losses.SupConLoss', settings: [`temperature=${loss.temperature ?? 0.1}`] };
  }
}

/** The experiment as a training loop. `network` and `data` are the reader's own. */
export function program(experiment: Experiment): string {
  const { classes, perClass, learningRate, dim, known, semihard, normalize } = experiment;
  const { name, settings } = lossCall(experiment);
  const classifies = experiment.loss.kind === 'softmax';
  const mines = semihard && experiment.loss.kind === 'triplet';
  const used = ['distances', 'losses', ...(mines ? ['miners'] : []), 'samplers'];
  return [
    'import torch',
    '# pytorch-metric-learning 2.9.0',
    `from pytorch_metric_learning import ${classifies ? 'samplers' : used.join(', ')}`,
    '',
    `sampler = samplers.MPerClassSampler(labels, m=${perClass}, batch_size=${classes * perClass})`,
    `loader = torch.utils.data.DataLoader(data, batch_size=${classes * perClass}, sampler=sampler)`,
    ...(classifies ? [`classifier = torch.nn.Linear(${dim}, ${known})`] : []),
    ...(settings.includes('distance=distance')
      ? [`distance = distances.LpDistance(normalize_embeddings=${python(normalize)})`]
      : []),
    ...(mines ? [minerCode(experiment)] : []),
    `loss_of = ${settings.length > 0 ? `${name}(\n    ${settings.join(', ')},\n)` : `${name}()`}`,
    `learned = list(network.parameters())${classifies ? ' + list(classifier.parameters())' : ''}`,
    `optimizer = torch.optim.Adam(learned, lr=${learningRate})`,
    '',
    'for pictures, names in loader:',
    `    rows = network(pictures)  # ${dim} numbers a picture`,
    `    loss = ${classifies ? 'loss_of(classifier(rows), names)' : mines ? 'loss_of(rows, names, miner(rows, names))' : 'loss_of(rows, names)'}`,
    '    optimizer.zero_grad()',
    '    loss.backward()',
    '    optimizer.step()',
    '',
  ].join('\n');
}

/** The miner with the margin of the triplet loss. */
function minerCode({ loss }: Experiment): string {
  const margin = loss.kind === 'triplet' ? (loss.margin ?? 0.05) : 0.2;
  return `miner = miners.TripletMarginMiner(\n    margin=${margin}, type_of_triplets="semihard", distance=distance,\n)`;
}

import type { LossConfig, OptimizerConfig } from 'metriclab';
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
  readonly optimizer: OptimizerConfig;
  /** Classes of the data set. */
  readonly known: number;
  /** Margin of a miner that picks semi-hard triplets; null without one. */
  readonly semihard: number | null;
}

const python = (value: boolean): string => (value ? 'True' : 'False');

/** A loss in pytorch-metric-learning 2.9: its class, and the names of our settings there. */
export function lossCall({ loss, known }: Experiment): { name: string; settings: readonly string[] } {
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
      const each = boundary === 'perClass' ? [`num_classes=${known}`] : [];
      const settings = [`margin=${alpha}`, `beta=${beta}`, `nu=${nu}`, learned, ...each, distance];
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

/** What holds weights that only the loss uses; null where the network has them all. */
function ownerOf(loss: LossConfig): string | null {
  if (loss.kind === 'softmax') return 'classifier';
  return loss.kind === 'margin' && loss.boundary && loss.boundary !== 'fixed' ? 'loss_of' : null;
}

const OPTIMIZERS = { sgd: 'SGD', adam: 'Adam', adamw: 'AdamW' } as const;

/** The optimiser with its weights and, where the rate changes, the schedule. */
function optimizerCode({ loss, optimizer }: Experiment): readonly string[] {
  const { kind = 'adam', learningRate = 1e-3, weightDecay = 0, momentum = 0.9 } = optimizer;
  const { classRate = 1, frozen = 0 } = optimizer;
  const owner = ownerOf(loss);
  const settings = [
    `lr=${learningRate}`,
    ...(kind === 'sgd' && momentum > 0 ? [`momentum=${momentum}`] : []),
    // AdamW's own default is not 0.
    ...(weightDecay > 0 || kind === 'adamw' ? [`weight_decay=${weightDecay}`] : []),
  ].join(', ');
  const call = `optimizer = torch.optim.${OPTIMIZERS[kind]}`;
  const own = `{"params": ${owner}.parameters(), "lr": ${Number((learningRate * classRate).toPrecision(6))}}`;
  return [
    ...(frozen > 0
      ? [`# Of the network's body, the first layers (${frozen}) stay as they are: requires_grad_(False).`]
      : []),
    `learned = list(network.parameters())${owner ? ` + list(${owner}.parameters())` : ''}`,
    ...(owner && classRate !== 1
      ? [`${call}(`, `    [{"params": network.parameters()}, ${own}],`, `    ${settings},`, ')']
      : [`${call}(learned, ${settings})`]),
    ...scheduleCode(optimizer),
  ];
}

/** The rate of each step, counted from 0, as a share of the first; nothing where it stays the same. */
function scheduleCode({ schedule = { kind: 'constant' }, warmup = 0 }: OptimizerConfig): readonly string[] {
  const factors = [
    ...(warmup > 0 ? [`min(1, (step + 1) / ${warmup})`] : []),
    ...(schedule.kind === 'step' ? [`${schedule.factor} ** (step // ${schedule.every})`] : []),
    ...(schedule.kind === 'cosine' ? [cosineCode(schedule)] : []),
  ];
  if (factors.length === 0) return [];
  return [
    ...(schedule.kind === 'cosine' ? ['import math'] : []),
    'schedule = torch.optim.lr_scheduler.LambdaLR(',
    `    optimizer, lambda step: ${factors.join(' * ')}`,
    ')',
  ];
}

const cosineCode = ({ steps, floor }: { readonly steps: number; readonly floor: number }): string =>
  `(${floor} + (1 - ${floor}) * (1 + math.cos(math.pi * min(1, step / ${steps}))) / 2)`;

/** The experiment as a training loop. `network` and `data` are the reader's own. */
export function program(experiment: Experiment): string {
  const { classes, perClass, optimizer, dim, known, semihard, normalize } = experiment;
  const scheduled = scheduleCode(optimizer).length > 0;
  const { name, settings } = lossCall(experiment);
  const classifies = experiment.loss.kind === 'softmax';
  const mines = semihard !== null && experiment.loss.kind === 'triplet';
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
    ...(mines ? [minerCode(semihard)] : []),
    `loss_of = ${settings.length > 0 ? `${name}(\n    ${settings.join(', ')},\n)` : `${name}()`}`,
    ...optimizerCode(experiment),
    '',
    'for pictures, names in loader:',
    `    rows = ${classifies && normalize ? 'torch.nn.functional.normalize(network(pictures))' : 'network(pictures)'}  # ${dim} numbers a picture`,
    `    loss = ${classifies ? 'loss_of(classifier(rows), names)' : mines ? 'loss_of(rows, names, miner(rows, names))' : 'loss_of(rows, names)'}`,
    '    optimizer.zero_grad()',
    '    loss.backward()',
    ...(optimizer.clip ? [`    torch.nn.utils.clip_grad_norm_(learned, ${optimizer.clip})`] : []),
    '    optimizer.step()',
    ...(scheduled ? ['    schedule.step()'] : []),
    '',
  ].join('\n');
}

const minerCode = (margin: number): string =>
  `miner = miners.TripletMarginMiner(\n    margin=${margin}, type_of_triplets="semihard", distance=distance,\n)`;

import type { LossConfig, NetworkConfig, Options, SessionConfig } from 'metriclab';
import type { Chosen } from './link';
import type { PlaneLoss, Settings } from './settings';

function lossOf(settings: Settings): LossConfig {
  const { loss, margin, swap, smooth, posMargin, negMargin, alpha, beta, temperature } = settings;
  switch (loss) {
    case 'contrastive':
      return { kind: loss, posMargin, negMargin };
    case 'triplet':
      return { kind: loss, margin, swap, smooth };
    case 'margin':
      return { kind: loss, alpha, beta };
    case 'softmax':
      return { kind: loss };
    case 'ntxent':
      return { kind: loss, temperature };
  }
}

function networkOf({ network, layers }: Settings, options: Options, recommendation: SessionConfig): NetworkConfig {
  const own = [recommendation.network, ...options.networks].find(({ kind }) => kind === network);
  if (layers.length === 0 && own) return own;
  return network === 'mlp' ? { kind: network, hidden: layers } : { kind: network, channels: layers };
}

/** The session that the settings ask for. */
export function sessionConfig(settings: Settings, options: Options, recommendation: SessionConfig): SessionConfig {
  return {
    seed: settings.seed,
    unseenClasses: settings.unseen,
    network: networkOf(settings, options, recommendation),
    embedding: { dim: settings.dim, normalize: settings.normalize },
    distance: settings.distance,
    loss: lossOf(settings),
    miner: { kind: settings.miner, margin: settings.minerMargin },
    optimizer: { learningRate: settings.learningRate, weightDecay: settings.weightDecay },
    batch: { classes: settings.classes, perClass: settings.perClass },
    augment: { shift: settings.shift },
  };
}

function lossSettings(loss: LossConfig): Chosen {
  return Object.fromEntries(Object.entries(loss).filter(([name]) => name !== 'kind'));
}

/** The settings that say what `config` says; its network's layers are left to the network. */
function settingsOf(config: SessionConfig): Chosen {
  return {
    ...lossSettings(config.loss),
    loss: config.loss.kind,
    network: config.network.kind,
    layers: [],
    dim: config.embedding.dim,
    normalize: config.embedding.normalize,
    distance: config.distance,
    miner: config.miner.kind,
    minerMargin: config.miner.margin,
    learningRate: config.optimizer.learningRate,
    weightDecay: config.optimizer.weightDecay,
    classes: config.batch.classes,
    perClass: config.batch.perClass,
    unseen: config.unseenClasses,
    shift: config.augment.shift,
    seed: config.seed,
  };
}

/** Every loss's own defaults, then the data set's. */
export function recommended(options: Options, config: SessionConfig): Chosen {
  const losses = options.losses.map(({ defaults }) => lossSettings(defaults));
  return { ...(Object.assign({}, ...losses) as Chosen), ...settingsOf(config) };
}

/** The loss of the triplet geometry view. */
export function planeLoss(settings: Settings): LossConfig & { readonly kind: PlaneLoss } {
  switch (settings.planeLoss) {
    case 'contrastive':
      return { kind: 'contrastive', posMargin: settings.planePosMargin, negMargin: settings.planeNegMargin };
    case 'triplet':
      return { kind: 'triplet', margin: settings.planeMargin, swap: settings.planeSwap, smooth: settings.planeSmooth };
    case 'margin':
      return { kind: 'margin', alpha: settings.planeAlpha, beta: settings.planeBeta };
  }
}

import { MetricLabError, type LossConfig, type LossKind, type LossOption, type NetworkConfig, type Options, type SessionConfig } from 'metriclab';
import type { Chosen } from './link';
import { LOSS_SETTINGS, type PlaneLoss, type Settings } from './settings';

/** What the engine says of a loss; `undefined` before it has said anything. */
export function lossOption(options: Options | null, loss: LossKind): LossOption | undefined {
  return options?.losses.find(({ defaults }) => defaults.kind === loss);
}

function lossOf(settings: Settings, options: Options): LossConfig {
  const own = lossOption(options, settings.loss)?.defaults;
  if (!own) throw new MetricLabError('config.invalid', `The engine has no loss called ${settings.loss}.`);
  const names = LOSS_SETTINGS.filter((name) => name in own);
  // The engine names the fields of its own losses.
  return { kind: own.kind, ...Object.fromEntries(names.map((name) => [name, settings[name]])) } as LossConfig;
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
    loss: lossOf(settings, options),
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

/** What the data set recommends; another loss than its own brings its own numbers. */
export function recommended(options: Options, config: SessionConfig, loss: LossKind): Chosen {
  const chosen = lossOption(options, loss)?.defaults;
  const other = chosen && loss !== config.loss.kind ? lossSettings(chosen) : {};
  return { ...settingsOf(config), ...other };
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

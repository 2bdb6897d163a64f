import {
  MetricLabError,
  type DistanceKind,
  type LossConfig,
  type LossKind,
  type LossOption,
  type MinerConfig,
  type MinerOption,
  type NetworkConfig,
  type ObjectiveConfig,
  type OptimizerConfig,
  type Options,
  type ReducerConfig,
  type SessionConfig,
} from 'metriclab';
import type { Chosen } from './link';
import { type CompleteLoss, lossKey } from './loss-settings';
import { NO_LOSS, distanceName, type PlaneLoss, type Settings } from './settings';

/** The engine's entry of a loss; `undefined` before it has said anything. */
export function lossOption(options: Options | null, loss: string): LossOption | undefined {
  return options?.losses.find(({ defaults }) => defaults.kind === loss);
}

export function minerOption(options: Options | null, miner: string): MinerOption | undefined {
  return options?.miners.find(({ kind }) => kind === miner);
}

/** The distance that the settings name, with its setting. */
export function distanceOf({
  distance,
  power,
  epsilon,
}: Pick<Settings, 'distance' | 'power' | 'epsilon'>): DistanceKind {
  if (distance === 'minkowski') return { minkowski: { p: power } };
  if (distance === 'sinkhorn') return { sinkhorn: { epsilon } };
  return distance;
}

function distanceSettings(distance: DistanceKind): Chosen {
  const more =
    typeof distance === 'string'
      ? {}
      : 'minkowski' in distance
        ? { power: distance.minkowski.p }
        : { epsilon: distance.sinkhorn.epsilon };
  return { distance: distanceName(distance), ...more };
}

function lossOf(settings: Settings, options: Options): LossConfig {
  const own = lossOption(options, settings.loss);
  if (!own) throw new MetricLabError('config.invalid', `The engine has no loss called ${settings.loss}.`);
  const given = own.settings.map(({ name }) => [name, settings[lossKey(name)]]);
  // The engine names the fields of its own losses.
  return { kind: own.defaults.kind, ...Object.fromEntries(given) } as LossConfig;
}

function minerOf(settings: Settings): MinerConfig {
  const {
    miner: kind,
    minerMargin: margin,
    minerPosMargin: posMargin,
    minerNegMargin: negMargin,
    minerAngle: angle,
    minerShare: share,
    minerCount: count,
  } = settings;
  return { kind, margin, posMargin, negMargin, angle, share, count };
}

function minerSettings({ kind, margin, posMargin, negMargin, angle, share, count }: MinerConfig): Chosen {
  return {
    miner: kind,
    ...known({
      minerMargin: margin,
      minerPosMargin: posMargin,
      minerNegMargin: negMargin,
      minerAngle: angle,
      minerShare: share,
      minerCount: count,
    }),
  };
}

function reducerOf({
  reducer,
  reducerBy: by,
  reducerLow: low,
  reducerHigh: high,
}: Settings): ReducerConfig | null {
  if (reducer === 'own') return null;
  if (reducer === 'divisor') return { kind: reducer, by };
  if (reducer === 'threshold') return { kind: reducer, low, high };
  return { kind: reducer };
}

/** The parts of the objective beside distance, miner and loss. A loss that is added keeps to its own defaults. */
function objectiveOf(settings: Settings, options: Options): ObjectiveConfig {
  const also = settings.also === NO_LOSS ? undefined : lossOption(options, settings.also);
  const main = distanceOf(settings);
  const shared = also?.distances.find((distance) => distanceName(distance) === settings.distance);
  const distance = shared ? main : also?.distances[0];
  return {
    reducer: reducerOf(settings),
    memory: settings.memory,
    also:
      also && distance
        ? [{ weight: settings.alsoWeight, loss: also.defaults, distance, miner: minerOf(settings) }]
        : [],
    regularizers:
      settings.regularizer === NO_LOSS
        ? []
        : [{ kind: settings.regularizer, weight: settings.regularizerWeight }],
  };
}

function networkOf(
  { network, layers }: Settings,
  options: Options,
  recommendation: SessionConfig,
): NetworkConfig {
  const known = [recommendation.network, ...options.networks.map(({ defaults }) => defaults)];
  const own = known.find(({ kind }) => kind === network);
  if (layers.length === 0 && own) return own;
  const field = own && Object.keys(own).find((name) => name !== 'kind');
  const sizes = own && field && Array.isArray(own[field as keyof typeof own]) ? layers : layers[0];
  // The engine names the one list, or number, that its networks have.
  return { kind: network, [field ?? 'hidden']: sizes } as unknown as NetworkConfig;
}

function scheduleOf({
  schedule,
  scheduleEvery: every,
  scheduleFactor: factor,
  scheduleSteps: steps,
  scheduleFloor: floor,
}: Settings): NonNullable<OptimizerConfig['schedule']> {
  if (schedule === 'step') return { kind: schedule, every, factor };
  return schedule === 'cosine' ? { kind: schedule, steps, floor } : { kind: schedule };
}

function optimizerOf(settings: Settings): OptimizerConfig {
  const { optimizer: kind, learningRate, weightDecay, momentum, warmup, clip, classRate, frozen } = settings;
  return {
    kind,
    learningRate,
    weightDecay,
    momentum,
    schedule: scheduleOf(settings),
    warmup,
    clip: clip > 0 ? clip : null,
    classRate,
    frozen,
  };
}

/** Without what is not given. */
function known(values: object): Chosen {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== null),
  );
}

function optimizerSettings({ kind, schedule, clip, ...rest }: OptimizerConfig): Chosen {
  const numbers = Object.entries(schedule ?? {}).filter(([name]) => name !== 'kind');
  const named = Object.fromEntries(
    numbers.map(([name, value]) => [`schedule${name.charAt(0).toUpperCase()}${name.slice(1)}`, value]),
  );
  return known({ ...rest, ...named, optimizer: kind, schedule: schedule?.kind, clip: clip ?? 0 });
}

/** The session that the settings ask for. */
export function sessionConfig(
  settings: Settings,
  options: Options,
  recommendation: SessionConfig,
): SessionConfig {
  return {
    seed: settings.seed,
    unseenClasses: settings.unseen,
    network: networkOf(settings, options, recommendation),
    embedding: { dim: settings.dim, normalize: settings.normalize },
    distance: distanceOf(settings),
    loss: lossOf(settings, options),
    miner: minerOf(settings),
    optimizer: optimizerOf(settings),
    batch: {
      classes: settings.classes,
      perClass: settings.perClass,
      sampler: settings.sampler,
      groupSize: settings.groupSize,
      views: settings.twoViews ? 2 : 1,
      labels: settings.alike,
    },
    augment: {
      shift: settings.shift,
      rotate: settings.rotate,
      crop: settings.crop,
      noise: settings.noise,
      erase: settings.erase,
      flip: settings.flip,
    },
    objective: objectiveOf(settings, options),
  };
}

function lossSettings(loss: LossConfig): Chosen {
  const own = Object.entries(loss).filter(([name]) => name !== 'kind');
  return Object.fromEntries(own.map(([name, value]) => [lossKey(name), value]));
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
    ...distanceSettings(config.distance),
    ...minerSettings(config.miner),
    ...optimizerSettings(config.optimizer),
    ...known({
      classes: config.batch.classes,
      perClass: config.batch.perClass,
      sampler: config.batch.sampler,
      groupSize: config.batch.groupSize,
      alike: config.batch.labels,
    }),
    twoViews: config.batch.views === 2,
    unseen: config.unseenClasses,
    ...known(config.augment),
    seed: config.seed,
  };
}

/** The settings that the data set recommends; another loss than its own brings its own numbers. */
export function recommended(options: Options, config: SessionConfig, loss: LossKind): Chosen {
  const chosen = lossOption(options, loss)?.defaults;
  const other = chosen && loss !== config.loss.kind ? lossSettings(chosen) : {};
  return { ...settingsOf(config), ...other };
}

/** The loss of the triplet geometry view. */
export function planeLoss(settings: Settings): CompleteLoss & { readonly kind: PlaneLoss } {
  switch (settings.planeLoss) {
    case 'contrastive':
      return { kind: 'contrastive', posMargin: settings.planePosMargin, negMargin: settings.planeNegMargin };
    case 'triplet':
      return {
        kind: 'triplet',
        margin: settings.planeMargin,
        swap: settings.planeSwap,
        smooth: settings.planeSmooth,
      };
    case 'margin':
      return {
        kind: 'margin',
        alpha: settings.planeAlpha,
        beta: settings.planeBeta,
        boundary: 'fixed',
        nu: 0,
      };
  }
}

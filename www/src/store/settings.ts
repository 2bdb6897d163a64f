import type { DeviceRequest, DistanceKind, LossKind, MinerKind, NetworkKind } from 'metriclab';
import { METHODS } from '../projection/protocol';
import { choice, decimal, flag, numbers, whole, type PropertyOf } from './property';

export const DATASETS = ['mnist', 'fashion', 'emoji'] as const;
export type DatasetName = (typeof DATASETS)[number];

/** Grouped by what a loss looks at. */
export const LOSS_GROUPS = {
  triplets: ['triplet', 'margin', 'tupletMargin'],
  pairs: ['contrastive', 'ntxent', 'supcon', 'multiSimilarity', 'circle', 'lifted', 'generalizedLifted', 'nca', 'nPairs', 'fastAp', 'histogram'],
  classes: ['softmax', 'normalizedSoftmax', 'cosface', 'arcface', 'proxyNca', 'proxyAnchor'],
} as const satisfies Readonly<Record<string, readonly LossKind[]>>;
export const LOSSES: readonly LossKind[] = Object.values(LOSS_GROUPS).flat();
/** The numbers of the losses; one name may serve several. */
export const LOSS_SETTINGS = ['margin', 'swap', 'smooth', 'posMargin', 'negMargin', 'alpha', 'beta', 'temperature', 'scale', 'posScale', 'negScale', 'base'] as const;
export type LossSetting = (typeof LOSS_SETTINGS)[number];
export const PLANE_LOSSES = ['contrastive', 'triplet', 'margin'] as const satisfies readonly LossKind[];
export type PlaneLoss = (typeof PLANE_LOSSES)[number];
export const DISTANCES = ['euclidean', 'squaredEuclidean', 'cosine'] as const satisfies readonly DistanceKind[];
export const MINERS = ['none', 'all', 'hard', 'semihard', 'easy', 'batchHard'] as const satisfies readonly MinerKind[];
export const NETWORKS = ['mlp', 'conv'] as const satisfies readonly NetworkKind[];
export const DEVICES = ['auto', 'gpu', 'cpu'] as const satisfies readonly DeviceRequest[];
export const LANGUAGES = ['en', 'ko'] as const;
export type Language = (typeof LANGUAGES)[number];
export const VIEWS = ['map', 'triplet', 'matrix', 'story'] as const;
export type ViewName = (typeof VIEWS)[number];
export const COLOURINGS = ['class', 'role', 'style'] as const;
export const ROLE_FILTERS = ['all', 'train', 'test', 'unseen'] as const;
export const MARKS = ['auto', 'dots', 'pictures'] as const;
export const PROJECTIONS = ['pca', ...METHODS] as const;

/** Everything that a link restores. */
export interface Settings {
  readonly data: DatasetName;
  readonly network: NetworkKind;
  /** Widths of the hidden layers or channels; empty for the network's own. */
  readonly layers: readonly number[];
  readonly dim: number;
  readonly normalize: boolean;
  readonly loss: LossKind;
  readonly margin: number;
  readonly swap: boolean;
  readonly smooth: boolean;
  readonly posMargin: number;
  readonly negMargin: number;
  readonly alpha: number;
  readonly beta: number;
  readonly temperature: number;
  readonly scale: number;
  readonly posScale: number;
  readonly negScale: number;
  readonly base: number;
  readonly distance: DistanceKind;
  readonly miner: MinerKind;
  readonly minerMargin: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly classes: number;
  readonly perClass: number;
  readonly unseen: number;
  readonly shift: number;
  readonly seed: number;

  readonly lang: Language;
  readonly device: DeviceRequest;
  readonly present: boolean;
  readonly view: ViewName;
  readonly colour: (typeof COLOURINGS)[number];
  readonly role: (typeof ROLE_FILTERS)[number];
  readonly marks: (typeof MARKS)[number];
  /** Centre x, y (in half-widths of the picture) and zoom. */
  readonly camera: readonly number[];
  /** Selected sample; -1 for none. */
  readonly selected: number;
  readonly k: number;
  readonly log: boolean;

  readonly planeLoss: PlaneLoss;
  readonly planeDistance: DistanceKind;
  readonly planeNormalize: boolean;
  readonly planeMargin: number;
  readonly planeSwap: boolean;
  readonly planeSmooth: boolean;
  readonly planePosMargin: number;
  readonly planeNegMargin: number;
  readonly planeAlpha: number;
  readonly planeBeta: number;
  readonly planeRate: number;
  /** ax ay px py nx ny */
  readonly points: readonly number[];

  /** How the embedding is laid flat on the map. */
  readonly projection: (typeof PROJECTIONS)[number];
  readonly perplexity: number;
  readonly umapNeighbours: number;
  readonly minDist: number;
  /** Points that t-SNE and UMAP place at most. */
  readonly sample: number;
  readonly projectionSeed: number;
}

export const START_POINTS: readonly number[] = [-0.35, 0, 0.25, 0.35, 0.35, -0.3];
export const START_CAMERA: readonly number[] = [0, 0, 1];

/** The one table: what a setting is called in a link, what it may be, and what it is when nobody says. */
export const PROPERTIES: { readonly [K in keyof Settings]: PropertyOf<Settings[K]> } = {
  data: choice('training', 'data', DATASETS, 'mnist'),
  network: choice('training', 'net', NETWORKS, 'conv'),
  layers: numbers('training', 'layers', [], { min: 1, max: 1024, whole: true, fits: (count) => count <= 4 }),
  dim: whole('training', 'dim', 32, 2, 256),
  normalize: flag('training', 'norm', true),
  loss: choice('training', 'loss', LOSSES, 'triplet'),
  margin: decimal('training', 'm', 0.2, 0, 4, 0.05),
  swap: flag('training', 'swap', false),
  smooth: flag('training', 'smooth', false),
  posMargin: decimal('training', 'mp', 0, 0, 4, 0.05),
  negMargin: decimal('training', 'mn', 1, 0, 4, 0.05),
  alpha: decimal('training', 'alpha', 0.2, 0, 4, 0.05),
  beta: decimal('training', 'beta', 1.2, 0, 4, 0.05),
  temperature: decimal('training', 'tau', 0.1, 0.01, 2, 0.01),
  scale: decimal('training', 'sc', 1, 0.01, 500, 1),
  posScale: decimal('training', 'psc', 2, 0.01, 500, 1),
  negScale: decimal('training', 'nsc', 50, 0.01, 500, 1),
  base: decimal('training', 'base', 0.5, -4, 4, 0.05),
  distance: choice('training', 'dist', DISTANCES, 'euclidean'),
  miner: choice('training', 'miner', MINERS, 'semihard'),
  minerMargin: decimal('training', 'mm', 0.2, 0, 4, 0.05),
  learningRate: decimal('training', 'lr', 0.001, 1e-6, 1, 0.0001),
  weightDecay: decimal('training', 'wd', 0, 0, 1, 0.0001),
  classes: whole('training', 'classes', 8, 2, 512),
  perClass: whole('training', 'per', 16, 2, 128),
  unseen: whole('training', 'unseen', 0, 0, 2000),
  shift: whole('training', 'shift', 0, 0, 8),
  seed: whole('training', 'seed', 1, 0, 4294967295),

  lang: choice('page', 'lang', LANGUAGES, 'en'),
  device: choice('page', 'device', DEVICES, 'auto'),
  present: flag('page', 'present', false),
  view: choice('page', 'view', VIEWS, 'map'),
  colour: choice('page', 'colour', COLOURINGS, 'class'),
  role: choice('page', 'show', ROLE_FILTERS, 'all'),
  marks: choice('page', 'marks', MARKS, 'auto'),
  camera: numbers('page', 'cam', START_CAMERA, { min: -1000, max: 1000, whole: false, fits: (count) => count === 3 }),
  selected: whole('page', 'pick', -1, -1, 10_000_000),
  k: whole('page', 'k', 8, 1, 24),
  log: flag('page', 'log', false),

  planeLoss: choice('triplet', 'tl', PLANE_LOSSES, 'triplet'),
  planeDistance: choice('triplet', 'td', DISTANCES, 'euclidean'),
  planeNormalize: flag('triplet', 'tn', false),
  planeMargin: decimal('triplet', 'tm', 0.2, 0, 4, 0.05),
  planeSwap: flag('triplet', 'ts', false),
  planeSmooth: flag('triplet', 'tsm', false),
  planePosMargin: decimal('triplet', 'tmp', 0, 0, 4, 0.05),
  planeNegMargin: decimal('triplet', 'tmn', 1, 0, 4, 0.05),
  planeAlpha: decimal('triplet', 'ta', 0.2, 0, 4, 0.05),
  planeBeta: decimal('triplet', 'tb', 0.8, 0, 4, 0.05),
  planeRate: decimal('triplet', 'tr', 0.05, 0.005, 1, 0.005),
  points: numbers('triplet', 'pts', START_POINTS, { min: -1000, max: 1000, whole: false, fits: (count) => count === 6 }),

  projection: choice('page', 'proj', PROJECTIONS, 'pca'),
  perplexity: decimal('page', 'perp', 30, 2, 200, 1),
  umapNeighbours: whole('page', 'un', 15, 2, 200),
  minDist: decimal('page', 'md', 0.1, 0, 0.99, 0.05),
  sample: whole('page', 'ps', 1500, 30, 3000),
  projectionSeed: whole('page', 'pseed', 1, 0, 4294967295),
};

export const SETTING_NAMES = Object.keys(PROPERTIES) as (keyof Settings)[];
export const TRAINING_NAMES = SETTING_NAMES.filter((name) => PROPERTIES[name].group === 'training');

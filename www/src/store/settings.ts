import {
  OFFERED,
  type DeviceRequest,
  type DistanceKind,
  type DistanceName,
  type LossConfig,
  type LossKind,
  type MinerKind,
  type NetworkKind,
  type ReducerConfig,
  type RegularizerKind,
} from 'metriclab';
import { METHODS } from '../projection/protocol';
import { PACKED } from './datasets';
import { choice, decimal, flag, numbers, whole, type PropertyOf } from './property';
import { TAKEN_NUMBERS } from './taken';

export const DATASETS: readonly string[] = PACKED.map(({ name }) => name);
export type DatasetName = string;

export const LOSSES: readonly LossKind[] = OFFERED.losses.map(({ kind }) => kind);
/** The settings of the losses; one name may serve several. */
export const LOSS_SETTINGS = [
  'margin',
  'swap',
  'smooth',
  'posMargin',
  'negMargin',
  'alpha',
  'beta',
  'boundary',
  'nu',
  'temperature',
  'rankTemperature',
  'scale',
  'posScale',
  'negScale',
  'base',
  'angle',
  'multiple',
  'centers',
  'gamma',
  'invariance',
  'variance',
  'covariance',
  'offDiagonal',
] as const;
export type LossSetting = (typeof LOSS_SETTINGS)[number];
/** Settings of losses without a control of their own: the engine's defaults hold. */
export const LOSS_SETTINGS_AT_DEFAULT = [
  'least',
  'bins',
  'momentum',
  'held',
  'views',
  'own',
  'contextWeight',
  'penalty',
  'negShare',
  'posWeight',
  'negWeight',
  'within',
  'levels',
  'meanWeight',
  'momentWeight',
  'sketchWeight',
  'projections',
] as const;
type AnyLossSetting = LossConfig extends infer L
  ? L extends unknown
    ? Exclude<keyof L, 'kind'>
    : never
  : never;
/** Does not compile while a loss of the engine has a setting that the page does not know. */
export const EVERY_LOSS_SETTING_IS_KNOWN: Exclude<
  AnyLossSetting,
  LossSetting | (typeof LOSS_SETTINGS_AT_DEFAULT)[number]
> extends never
  ? true
  : never = true;
export const BOUNDARIES = ['fixed', 'learned', 'perClass'] as const;
export const PLANE_LOSSES = ['contrastive', 'triplet', 'margin'] as const satisfies readonly LossKind[];
export type PlaneLoss = (typeof PLANE_LOSSES)[number];

/** `{ minkowski: { p: 3 } }` is called `minkowski`. */
export function distanceName(distance: DistanceKind): DistanceName {
  return typeof distance === 'string' ? distance : (Object.keys(distance)[0] as DistanceName);
}
export const DISTANCES: readonly DistanceName[] = OFFERED.distances.map(distanceName);
/** Those that compare points of the plane. */
export const PLANE_DISTANCES = OFFERED.rows.vectors;
export const MINERS: readonly MinerKind[] = OFFERED.miners;
export const NETWORKS: readonly NetworkKind[] = OFFERED.networks.map(({ kind }) => kind);
export const REDUCERS: readonly ('own' | ReducerConfig['kind'])[] = [
  'own',
  ...OFFERED.reducers.map(({ kind }) => kind),
];
export const OPTIMIZERS = OFFERED.optimizers;
export const SCHEDULES = OFFERED.schedules.map(({ kind }) => kind);
export const SAMPLERS = OFFERED.samplers;
export const ALIKE = ['class', 'instance'] as const;
export const NO_LOSS = 'nothing';
export const ALSO_LOSSES: readonly (LossKind | typeof NO_LOSS)[] = [NO_LOSS, ...LOSSES];
export const REGULARIZERS: readonly (RegularizerKind | typeof NO_LOSS)[] = [NO_LOSS, ...OFFERED.regularizers];
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
  readonly boundary: (typeof BOUNDARIES)[number];
  readonly nu: number;
  readonly rankTemperature: number;
  readonly angle: number;
  readonly multiple: number;
  readonly centers: number;
  readonly gamma: number;
  readonly invariance: number;
  readonly variance: number;
  readonly covariance: number;
  readonly offDiagonal: number;
  readonly distance: DistanceName;
  /** p of Minkowski's distance. */
  readonly power: number;
  /** ε of the Sinkhorn divergence. */
  readonly epsilon: number;
  readonly miner: MinerKind;
  readonly minerMargin: number;
  readonly minerPosMargin: number;
  readonly minerNegMargin: number;
  readonly minerAngle: number;
  readonly minerShare: number;
  readonly minerCount: number;
  readonly memory: number;
  readonly reducer: (typeof REDUCERS)[number];
  readonly reducerBy: number;
  readonly reducerLow: number;
  readonly reducerHigh: number;
  readonly also: (typeof ALSO_LOSSES)[number];
  readonly alsoWeight: number;
  readonly regularizer: (typeof REGULARIZERS)[number];
  readonly regularizerWeight: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly classes: number;
  readonly perClass: number;
  readonly unseen: number;
  readonly shift: number;
  readonly rotate: number;
  readonly crop: number;
  readonly noise: number;
  readonly erase: number;
  readonly flip: boolean;
  readonly sampler: (typeof SAMPLERS)[number];
  readonly groupSize: number;
  readonly twoViews: boolean;
  readonly alike: (typeof ALIKE)[number];
  readonly optimizer: (typeof OPTIMIZERS)[number];
  readonly momentum: number;
  readonly schedule: (typeof SCHEDULES)[number];
  readonly scheduleEvery: number;
  readonly scheduleFactor: number;
  readonly scheduleSteps: number;
  readonly scheduleFloor: number;
  readonly warmup: number;
  /** 0: gradients may be of any length. */
  readonly clip: number;
  readonly classRate: number;
  readonly frozen: number;
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
  readonly planeDistance: (typeof PLANE_DISTANCES)[number];
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
  /** The triplet of the data set that the points were taken from (see `Taken`); empty for none. */
  readonly taken: readonly number[];

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
  boundary: choice('training', 'bd', BOUNDARIES, 'fixed'),
  nu: decimal('training', 'nu', 0, 0, 10, 0.01),
  rankTemperature: decimal('training', 'taur', 1, 0.01, 10, 0.1),
  angle: decimal('training', 'ang', 40, 1, 85, 1),
  multiple: whole('training', 'mult', 4, 1, 8),
  centers: whole('training', 'cen', 3, 1, 64),
  gamma: decimal('training', 'gam', 0.1, 0.01, 10, 0.01),
  invariance: decimal('training', 'inv', 25, 0, 1000, 1),
  variance: decimal('training', 'var', 25, 0, 1000, 1),
  covariance: decimal('training', 'cov', 1, 0, 1000, 1),
  offDiagonal: decimal('training', 'off', 0.005, 0, 1, 0.001),
  distance: choice('training', 'dist', DISTANCES, 'euclidean'),
  power: decimal('training', 'p', 3, 1, 64, 0.5),
  epsilon: decimal('training', 'eps', 0.1, 0.02, 10, 0.01),
  miner: choice('training', 'miner', MINERS, 'semihard'),
  minerMargin: decimal('training', 'mm', 0.2, 0, 4, 0.05),
  minerPosMargin: decimal('training', 'mmp', 0.2, 0, 4, 0.05),
  minerNegMargin: decimal('training', 'mmn', 0.8, 0, 4, 0.05),
  minerAngle: decimal('training', 'mang', 20, 1, 89, 1),
  minerShare: decimal('training', 'mshare', 0.5, 0.01, 1, 0.05),
  minerCount: whole('training', 'mcount', 10, 1, 1000),
  memory: whole('training', 'mem', 0, 0, 16384),
  reducer: choice('training', 'red', REDUCERS, 'own'),
  reducerBy: decimal('training', 'redby', 100, 0.001, 1e6, 1),
  reducerLow: decimal('training', 'redlo', 0, -1000, 1000, 0.05),
  reducerHigh: decimal('training', 'redhi', 1, -1000, 1000, 0.05),
  also: choice('training', 'also', ALSO_LOSSES, NO_LOSS),
  alsoWeight: decimal('training', 'alsow', 0.5, 0.0001, 1000, 0.05),
  regularizer: choice('training', 'reg', REGULARIZERS, NO_LOSS),
  regularizerWeight: decimal('training', 'regw', 0.01, 0.0001, 1000, 0.01),
  learningRate: decimal('training', 'lr', 0.001, 1e-6, 1, 0.0001),
  weightDecay: decimal('training', 'wd', 0, 0, 1, 0.0001),
  classes: whole('training', 'classes', 8, 2, 512),
  perClass: whole('training', 'per', 16, 2, 128),
  unseen: whole('training', 'unseen', 0, 0, 2000),
  shift: whole('training', 'shift', 0, 0, 8),
  rotate: decimal('training', 'rot', 0, 0, 180, 1),
  crop: decimal('training', 'crop', 0, 0, 0.9, 0.05),
  noise: decimal('training', 'noise', 0, 0, 1, 0.01),
  erase: decimal('training', 'erase', 0, 0, 0.9, 0.05),
  flip: flag('training', 'flip', false),
  sampler: choice('training', 'smp', SAMPLERS, 'mPerClass'),
  groupSize: whole('training', 'grp', 5, 1, 1000),
  twoViews: flag('training', 'views', false),
  alike: choice('training', 'alike', ALIKE, 'class'),
  optimizer: choice('training', 'opt', OPTIMIZERS, 'adam'),
  momentum: decimal('training', 'mom', 0.9, 0, 0.9999, 0.05),
  schedule: choice('training', 'sch', SCHEDULES, 'constant'),
  scheduleEvery: whole('training', 'schev', 100, 1, 1_000_000),
  scheduleFactor: decimal('training', 'schfa', 0.5, 1e-6, 1, 0.05),
  scheduleSteps: whole('training', 'schst', 400, 1, 1_000_000),
  scheduleFloor: decimal('training', 'schfl', 0, 0, 1, 0.05),
  warmup: whole('training', 'warm', 0, 0, 1_000_000),
  clip: decimal('training', 'clip', 0, 0, 1e6, 0.1),
  classRate: decimal('training', 'clr', 1, 0, 10_000, 1),
  frozen: whole('training', 'froz', 0, 0, 8),
  seed: whole('training', 'seed', 1, 0, 4294967295),

  lang: choice('page', 'lang', LANGUAGES, 'en'),
  device: choice('page', 'device', DEVICES, 'auto'),
  present: flag('page', 'present', false),
  view: choice('page', 'view', VIEWS, 'map'),
  colour: choice('page', 'colour', COLOURINGS, 'class'),
  role: choice('page', 'show', ROLE_FILTERS, 'all'),
  marks: choice('page', 'marks', MARKS, 'auto'),
  camera: numbers('page', 'cam', START_CAMERA, {
    min: -1000,
    max: 1000,
    whole: false,
    fits: (count) => count === 3,
  }),
  selected: whole('page', 'pick', -1, -1, 10_000_000),
  k: whole('page', 'k', 8, 1, 24),
  log: flag('page', 'log', false),

  planeLoss: choice('triplet', 'tl', PLANE_LOSSES, 'triplet'),
  planeDistance: choice('triplet', 'td', PLANE_DISTANCES, 'euclidean'),
  planeNormalize: flag('triplet', 'tn', false),
  planeMargin: decimal('triplet', 'tm', 0.2, 0, 4, 0.05),
  planeSwap: flag('triplet', 'ts', false),
  planeSmooth: flag('triplet', 'tsm', false),
  planePosMargin: decimal('triplet', 'tmp', 0, 0, 4, 0.05),
  planeNegMargin: decimal('triplet', 'tmn', 1, 0, 4, 0.05),
  planeAlpha: decimal('triplet', 'ta', 0.2, 0, 4, 0.05),
  planeBeta: decimal('triplet', 'tb', 0.8, 0, 4, 0.05),
  planeRate: decimal('triplet', 'tr', 0.05, 0.005, 1, 0.005),
  points: numbers('triplet', 'pts', START_POINTS, {
    min: -1000,
    max: 1000,
    whole: false,
    fits: (count) => count === 6,
  }),
  taken: numbers('triplet', 'tk', [], {
    min: 0,
    max: 4294967295,
    whole: true,
    fits: (count) => count === 0 || count === TAKEN_NUMBERS,
  }),

  projection: choice('page', 'proj', PROJECTIONS, 'pca'),
  perplexity: decimal('page', 'perp', 30, 2, 200, 1),
  umapNeighbours: whole('page', 'un', 15, 2, 200),
  minDist: decimal('page', 'md', 0.1, 0, 0.99, 0.05),
  sample: whole('page', 'ps', 1500, 30, 3000),
  projectionSeed: whole('page', 'pseed', 1, 0, 4294967295),
};

export const SETTING_NAMES = Object.keys(PROPERTIES) as (keyof Settings)[];
export const TRAINING_NAMES = SETTING_NAMES.filter((name) => PROPERTIES[name].group === 'training');

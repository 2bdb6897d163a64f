import {
  CATALOGUE,
  GROUPS,
  type DeviceRequest,
  type DistanceKind,
  type DistanceName,
  type LossKind,
  type MinerKind,
  type NetworkKind,
  type OptimizerKind,
  type ReducerConfig,
  type RegularizerKind,
  type SamplerKind,
  type ScheduleConfig,
  type Setting,
} from 'metriclab';
import { METHODS } from '../projection/protocol';
import { DEVICES, THEMES } from '../state/options';
import { LANGUAGES, type Language } from '../words/languages';
import { PACKED } from './datasets';
import { LOSS_PROPERTIES, type LossSettings } from './loss-settings';
import {
  choice,
  decimal,
  flag,
  names,
  numbers,
  propertyOfSetting,
  whole,
  type NumberProperty,
  type NumbersProperty,
  type PropertyOf,
} from './property';
import { TAKEN_NUMBERS } from './taken';

export const DATASETS: readonly string[] = PACKED.map(({ name }) => name);
export type DatasetName = string;

export const LOSSES: readonly LossKind[] = CATALOGUE.losses.map(({ defaults }) => defaults.kind);
export const PLANE_LOSSES = ['contrastive', 'triplet', 'margin'] as const satisfies readonly LossKind[];
export type PlaneLoss = (typeof PLANE_LOSSES)[number];

/** `{ minkowski: { p: 3 } }` is called `minkowski`. */
export function distanceName(distance: DistanceKind): DistanceName {
  return typeof distance === 'string' ? distance : (Object.keys(distance)[0] as DistanceName);
}
export const DISTANCES: readonly DistanceName[] = CATALOGUE.distances.map(({ kind }) => distanceName(kind));
/** Those that compare points of the plane. */
export const PLANE_DISTANCES = GROUPS.distances.vectors;
export const MINERS: readonly MinerKind[] = CATALOGUE.miners.map(({ kind }) => kind);
export const NETWORKS: readonly NetworkKind[] = CATALOGUE.networks.map(({ defaults }) => defaults.kind);
export const REDUCERS: readonly ('own' | ReducerConfig['kind'])[] = [
  'own',
  ...CATALOGUE.reducers.map(({ defaults }) => defaults.kind),
];
export const OPTIMIZERS: readonly OptimizerKind[] = CATALOGUE.optimizers.map(({ kind }) => kind);
export const SCHEDULES: readonly ScheduleConfig['kind'][] = CATALOGUE.schedules.map(
  ({ defaults }) => defaults.kind,
);
export const SAMPLERS: readonly SamplerKind[] = CATALOGUE.samplers.map(({ kind }) => kind);
export const ALIKE = ['class', 'instance'] as const;
export const NO_LOSS = 'nothing';
export const ALSO_LOSSES: readonly (LossKind | typeof NO_LOSS)[] = [NO_LOSS, ...LOSSES];
export const REGULARIZERS: readonly (RegularizerKind | typeof NO_LOSS)[] = [
  NO_LOSS,
  ...CATALOGUE.regularizers.map(({ kind }) => kind),
];
export const DRAWERS = ['none', 'data', 'loss', 'metric', 'view'] as const;
export type DrawerName = (typeof DRAWERS)[number];
/** Views beside the map, or, for `compare`, in its place. */
export const VIEWS = [
  'map',
  'scores',
  'river',
  'confusion',
  'matrix',
  'triplet',
  'compare',
  'collapse',
  'axioms',
] as const;
export type ViewName = (typeof VIEWS)[number];
/** What the columns of A|B may differ in. */
export const CHIPS = ['loss', 'miner', 'distance', 'learningRate'] as const;
export const MOST_COLUMNS = 4;
export const COLOURINGS = ['class', 'role', 'style'] as const;
export const ROLE_FILTERS = ['all', 'train', 'test', 'unseen'] as const;
export const MARKS = ['auto', 'dots', 'pictures'] as const;
/** Whose places at earlier steps the map shows, as lines. */
export const TRAILS = ['none', 'point', 'class'] as const;
export const PROJECTIONS = ['pca', ...METHODS] as const;

/** Everything that a link restores. */
export interface Settings extends LossSettings {
  readonly data: DatasetName;
  readonly network: NetworkKind;
  /** Widths of the hidden layers or channels; empty for the network's own. */
  readonly layers: readonly number[];
  readonly dim: number;
  readonly normalize: boolean;
  readonly loss: LossKind;
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
  readonly theme: (typeof THEMES)[number];
  readonly drawer: DrawerName;
  /** Whether the drawers show what is rare. */
  readonly expert: boolean;
  /** The step that the link was made at, and how the map lay there (see `Turn`). */
  readonly step: number;
  readonly turn: number;
  /** Whether the map shows all samples, or as many as can be told apart. */
  readonly all: boolean;
  readonly view: ViewName;
  /** What the columns of A|B differ in, and the value of each; none for the present one and another. */
  readonly chip: (typeof CHIPS)[number];
  readonly columns: readonly string[];
  /** The step at which the columns of A|B rest. */
  readonly compareStep: number;
  readonly colour: (typeof COLOURINGS)[number];
  readonly role: (typeof ROLE_FILTERS)[number];
  readonly marks: (typeof MARKS)[number];
  readonly trails: (typeof TRAILS)[number];
  /** Centre x, y (in half-widths of the picture) and zoom. */
  readonly camera: readonly number[];
  /** Whether the map shows an embedding of three numbers in space, and how that is turned, in degrees. */
  readonly space: boolean;
  readonly angles: readonly number[];
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
/** The angles by which a map may be turned. They are few, so that a link holds the very one. */
export const ANGLES = 3600;
export const START_CAMERA: readonly number[] = [0, 0, 1];

export const START_ANGLES: readonly number[] = [30, 20];

type Section = keyof typeof CATALOGUE.settings;

const ALL_MINERS = CATALOGUE.miners.flatMap(({ settings }) => settings);
const ALL_REDUCERS = CATALOGUE.reducers.flatMap(({ settings }) => settings);
const ALL_SCHEDULES = CATALOGUE.schedules.flatMap(({ settings }) => settings);
const ALL_DISTANCES = CATALOGUE.distances.flatMap(({ settings }) => settings);

function named(settings: readonly Setting[], name: string): Setting {
  const setting = settings.find((setting) => setting.name === name);
  if (!setting) throw new TypeError(`The catalogue has no setting ${name}.`);
  return setting;
}

/** A number of the catalogue, called `url` in a link. */
function numberOf(url: string, settings: readonly Setting[], name: string): NumberProperty {
  const property = propertyOfSetting('training', url, named(settings, name));
  if (property.kind !== 'number') throw new TypeError(`${name} is no number.`);
  return property;
}

function number(url: string, section: Section, name: string): NumberProperty {
  return numberOf(url, CATALOGUE.settings[section], name);
}

/** Widths of layers, within the bounds of every network. */
function layers(): NumbersProperty {
  const lists = CATALOGUE.networks.flatMap(({ settings }) =>
    settings.flatMap(({ values }) => (values.kind === 'list' ? [values] : [])),
  );
  const longest = Math.max(...lists.map(({ longest }) => longest));
  return numbers('training', 'layers', [], {
    min: Math.min(...lists.map(({ least }) => least)),
    max: Math.max(...lists.map(({ most }) => most)),
    whole: true,
    fits: (count) => count <= longest,
  });
}

/** The longest gradient; 0 for any. */
function clip(): NumberProperty {
  const { values } = named(CATALOGUE.settings.optimizer, 'clip');
  return decimal('training', 'clip', 0, 0, values.kind === 'optional' ? values.range.most : 0, 0.1);
}

/** Links from before the lesson name its place in the laboratory. */
const VIEW = choice('page', 'view', VIEWS, 'map');

/** The one table: what a setting is called in a link, what it may be, and what it is when nobody says. */
export const PROPERTIES: { readonly [K in keyof Settings]: PropertyOf<Settings[K]> } = {
  data: choice('training', 'data', DATASETS, 'mnist'),
  network: choice('training', 'net', NETWORKS, 'conv'),
  layers: layers(),
  dim: number('dim', 'embedding', 'dim'),
  normalize: flag('training', 'norm', true),
  loss: choice('training', 'loss', LOSSES, 'triplet'),
  ...LOSS_PROPERTIES,
  distance: choice('training', 'dist', DISTANCES, 'euclidean'),
  power: numberOf('p', ALL_DISTANCES, 'p'),
  epsilon: numberOf('eps', ALL_DISTANCES, 'epsilon'),
  miner: choice('training', 'miner', MINERS, 'semihard'),
  minerMargin: numberOf('mm', ALL_MINERS, 'margin'),
  minerPosMargin: numberOf('mmp', ALL_MINERS, 'posMargin'),
  minerNegMargin: numberOf('mmn', ALL_MINERS, 'negMargin'),
  minerAngle: numberOf('mang', ALL_MINERS, 'angle'),
  minerShare: numberOf('mshare', ALL_MINERS, 'share'),
  minerCount: numberOf('mcount', ALL_MINERS, 'count'),
  memory: number('mem', 'objective', 'memory'),
  reducer: choice('training', 'red', REDUCERS, 'own'),
  reducerBy: numberOf('redby', ALL_REDUCERS, 'by'),
  reducerLow: numberOf('redlo', ALL_REDUCERS, 'low'),
  reducerHigh: numberOf('redhi', ALL_REDUCERS, 'high'),
  also: choice('training', 'also', ALSO_LOSSES, NO_LOSS),
  alsoWeight: number('alsow', 'also', 'weight'),
  regularizer: choice('training', 'reg', REGULARIZERS, NO_LOSS),
  regularizerWeight: number('regw', 'regularizers', 'weight'),
  learningRate: number('lr', 'optimizer', 'learningRate'),
  weightDecay: number('wd', 'optimizer', 'weightDecay'),
  classes: number('classes', 'batch', 'classes'),
  perClass: number('per', 'batch', 'perClass'),
  unseen: number('unseen', 'session', 'unseenClasses'),
  shift: number('shift', 'augment', 'shift'),
  rotate: number('rot', 'augment', 'rotate'),
  crop: number('crop', 'augment', 'crop'),
  noise: number('noise', 'augment', 'noise'),
  erase: number('erase', 'augment', 'erase'),
  flip: flag('training', 'flip', false),
  sampler: choice('training', 'smp', SAMPLERS, 'mPerClass'),
  groupSize: number('grp', 'batch', 'groupSize'),
  twoViews: flag('training', 'views', false),
  alike: choice('training', 'alike', ALIKE, 'class'),
  optimizer: choice('training', 'opt', OPTIMIZERS, 'adam'),
  momentum: number('mom', 'optimizer', 'momentum'),
  schedule: choice('training', 'sch', SCHEDULES, 'constant'),
  scheduleEvery: numberOf('schev', ALL_SCHEDULES, 'every'),
  scheduleFactor: numberOf('schfa', ALL_SCHEDULES, 'factor'),
  scheduleSteps: numberOf('schst', ALL_SCHEDULES, 'steps'),
  scheduleFloor: numberOf('schfl', ALL_SCHEDULES, 'floor'),
  warmup: number('warm', 'optimizer', 'warmup'),
  clip: clip(),
  classRate: number('clr', 'optimizer', 'classRate'),
  frozen: number('froz', 'optimizer', 'frozen'),
  seed: number('seed', 'session', 'seed'),

  lang: choice('page', 'lang', LANGUAGES, 'en'),
  device: choice('page', 'device', DEVICES, 'auto'),
  present: flag('page', 'present', false),
  theme: choice('page', 'theme', THEMES, 'system'),
  drawer: choice('page', 'drawer', DRAWERS, 'none'),
  expert: flag('page', 'expert', false),
  step: whole('page', 'step', 0, 0, 1_000_000),
  turn: whole('page', 'turn', 0, 0, 2 * ANGLES - 1),
  all: flag('page', 'all', false),
  view: { ...VIEW, parse: (text) => VIEW.parse(text === 'story' ? 'axioms' : text) },
  chip: choice('page', 'ab', CHIPS, 'loss'),
  columns: names('page', 'cols', MOST_COLUMNS),
  compareStep: whole('page', 'colstep', 0, 0, 1_000_000),
  colour: choice('page', 'colour', COLOURINGS, 'class'),
  role: choice('page', 'show', ROLE_FILTERS, 'all'),
  marks: choice('page', 'marks', MARKS, 'auto'),
  trails: choice('page', 'trail', TRAILS, 'none'),
  camera: numbers('page', 'cam', START_CAMERA, {
    min: -1000,
    max: 1000,
    whole: false,
    fits: (count) => count === 3,
  }),
  space: flag('page', 'space', false),
  angles: numbers('page', 'ball', START_ANGLES, {
    min: -180,
    max: 180,
    whole: false,
    fits: (count) => count === 2,
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
  sample: whole('page', 'ps', 10_000, 30, 20_000),
  projectionSeed: whole('page', 'pseed', 1, 0, 4294967295),
};

export const SETTING_NAMES = Object.keys(PROPERTIES) as (keyof Settings)[];
export const TRAINING_NAMES = SETTING_NAMES.filter((name) => PROPERTIES[name].group === 'training');
/** Settings that a session cannot change on its way: the data, their split, the network, and the seed of its weights. */
export const STARTS_ANEW = [
  'data',
  'network',
  'layers',
  'dim',
  'unseen',
  'seed',
] as const satisfies readonly (keyof Settings)[];

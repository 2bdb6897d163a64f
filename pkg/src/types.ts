/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Every shape that crosses the door between a page and metriclab's engine.
 * The names are the serde names of the Rust core: what is written here is what the core reads.
 */

import type { ErrorCode } from './errors.js';
import type { EngineCalls } from './generated/calls.js';
import type { PackedHeader } from './header.js';
import type { Gallery, GalleryOptions } from './gallery-types.js';
import type { Towers, TowersData, TowersOptions } from './towers-types.js';
import type {
  DistanceKind,
  LossConfig,
  MinerConfig,
  MinerKind,
  NetworkConfig,
  OptimizerKind,
  ReducerConfig,
  RegularizerKind,
  SamplerKind,
  ScheduleConfig,
} from './generated/catalogue.js';

export type * from './generated/catalogue.js';

/** Which wasm module does the work. */
export type DeviceKind = 'gpu' | 'cpu';
/** The device that a page asks for. `auto` takes the faster of the two by a probe; `gpu` and `cpu` use no probe. */
export type DeviceRequest = DeviceKind | 'auto';

/** Why `Lab.device.kind` is what it is. */
export type DeviceReason =
  /** The page asked for this very kind. */
  | 'requested'
  /** `auto` probed the adapter: training is faster there (`DeviceInfo.probe`). */
  | 'gpu_faster'
  /** `auto` probed the adapter: the CPU module is faster, or the adapter did not answer in time (`probe.gpuMs` is null). */
  | 'cpu_faster'
  /** `auto` found only an adapter of which the browser says that it computes on the CPU; the CPU module is faster. */
  | 'software_adapter'
  /** The browser (or its Workers) has no `navigator.gpu`, or the lab runs without a Worker. */
  | 'no_webgpu'
  /** WebGPU is there and offers no adapter. */
  | 'no_adapter'
  /** There is an adapter, and it gave no device that works. */
  | 'adapter_refused'
  /** The device was lost, or failed, twice within a minute. */
  | 'device_lost'
  /** The GPU module was not served, is no part of this entry point, or would not start. */
  | 'module_unavailable';

/** The browser's description of the adapter (`GPUAdapterInfo`), with empty texts for what it does not tell. */
export interface AdapterDescription {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  /** Whether the browser says that it computes on the CPU (`GPUAdapterInfo.isFallbackAdapter`). */
  readonly isFallback: boolean;
}

/** Estimated time of a training step, in milliseconds: an MLP of 784-128-32 on a batch of 128. */
export interface DeviceProbe {
  /** Null for an adapter that did not answer in time. */
  readonly gpuMs: number | null;
  readonly cpuMs: number;
  /** Whether it was remembered (in `localStorage`, for a month at most) rather than measured now. */
  readonly cached: boolean;
}

/** Where a lab computes, and why there. */
export interface DeviceInfo {
  readonly kind: DeviceKind;
  readonly requested: DeviceRequest;
  readonly reason: DeviceReason;
  /** The adapter that was found, also where the CPU was taken in its place. */
  readonly adapter: AdapterDescription | null;
  /** The estimates by which `auto` chose; null where it did not need any. */
  readonly probe: DeviceProbe | null;
}

/** The name of a loss. */
export type LossKind = LossConfig['kind'];
/** The body of the network, before its embedding head. */
export type NetworkKind = NetworkConfig['kind'];

/** The parts of the objective next to distance, miner and loss; each may be left out. */
export interface ObjectiveConfig {
  /** Null: as the loss itself does. */
  readonly reducer?: ReducerConfig | null;
  /** A factor for the elements of each class's rows; empty: none. */
  readonly classWeights?: readonly number[];
  /** Cross-batch memory: how many embeddings of batches before are compared with too. */
  readonly memory?: number;
  /** Losses added to the main one. */
  readonly also?: readonly {
    readonly weight: number;
    readonly distance: DistanceKind;
    readonly miner: MinerConfig;
    readonly loss: LossConfig;
  }[];
  readonly regularizers?: readonly { readonly kind: RegularizerKind; readonly weight: number }[];
}

/** The optimiser. A field that is left out has its default. */
export interface OptimizerConfig {
  /** `adam` unless given. */
  readonly kind?: OptimizerKind;
  /** 0.001 unless given. */
  readonly learningRate?: number;
  /** L2 penalty; for `adamw` the share, times the rate, that a step takes off. */
  readonly weightDecay?: number;
  /** For `sgd`; 0.9 unless given. */
  readonly momentum?: number;
  readonly schedule?: ScheduleConfig;
  /** Steps in which the rate rises from 0. */
  readonly warmup?: number;
  /** Longest gradient, all parameters together; null for any. */
  readonly clip?: number | null;
  /** Factor of the rate for class weights, proxies and boundaries: 1. */
  readonly classRate?: number;
  /** So many of the body's first layers stay as they are. */
  readonly frozen?: number;
}

/** A batch holds `classes` x `perClass` samples, each `views` times. */
export interface BatchConfig {
  readonly classes: number;
  readonly perClass: number;
  readonly sampler?: SamplerKind;
  /** Classes of a category, for the hierarchical sampler. */
  readonly groupSize?: number;
  /** 1, or 2: each sample twice, augmented by other chances. */
  readonly views?: number;
  /** The positives: samples of one class, or views of one sample (`views` must then be 2). */
  readonly labels?: 'class' | 'instance';
}

/** Random changes of each training picture; 0 for none. */
export interface AugmentConfig {
  /** In pixels, each way. */
  readonly shift: number;
  /** In degrees, each way. */
  readonly rotate?: number;
  /** Largest share of the side cut off. */
  readonly crop?: number;
  /** Standard deviation, of 1. */
  readonly noise?: number;
  /** Largest share of the area covered. */
  readonly erase?: number;
  /** Half are mirrored. */
  readonly flip?: boolean;
}

/** An experiment. On the CPU, equal configurations on equal data give the same run, bit for bit. */
export interface SessionConfig {
  /** One seed for the weights, the batches and the augmentation: a whole number from 0 to 4294967295. */
  readonly seed: number;
  /** How many classes are held out of training altogether. */
  readonly unseenClasses: number;
  readonly network: NetworkConfig;
  /** Dimension of the embedding, and whether it is scaled to length 1. */
  readonly embedding: { readonly dim: number; readonly normalize: boolean };
  readonly distance: DistanceKind;
  readonly loss: LossConfig;
  readonly miner: MinerConfig;
  readonly optimizer: OptimizerConfig;
  readonly batch: BatchConfig;
  readonly augment: AugmentConfig;
  readonly objective?: ObjectiveConfig;
}

/** The header of a packed data set plus its labels. */
export interface DatasetInfo extends PackedHeader {
  readonly labels: Uint16Array;
  /** Domain of each sample; empty when the set has one. */
  readonly domainOf: Uint8Array;
}

/** Role of a sample in a session: trained on. */
export const ROLE_TRAIN = 0;
/** A class that is trained on, a sample that is not. */
export const ROLE_TEST = 1;
/** A class that is never trained on. */
export const ROLE_UNSEEN = 2;

/** The present state of a session. */
export interface SessionInfo {
  readonly config: SessionConfig;
  /** `ROLE_*` of each sample of the data set. */
  readonly roles: Uint8Array;
  readonly unseenClasses: readonly number[];
  /** Count of learnable numbers. */
  readonly parameters: number;
  readonly wiring: 'siamese' | 'triplet' | 'classifier' | 'twoView';
  readonly step: number;
}

/** The result of `Lab.advance`. */
export interface StepReport {
  /** Steps done since the session began, after this call. */
  readonly step: number;
  /** Loss of each step of this call; all are finite: the call rejects where training diverges. */
  readonly losses: Float32Array;
  /** Share of the mined candidates (pairs, triplets) with a loss above 0, each step; NaN where a loss has none (softmax). */
  readonly active: Float32Array;
  /** Time that the whole call took in the engine. */
  readonly milliseconds: number;
}

/** How long to train, and how it is told. */
export interface TrainOptions extends CallOptions {
  /** At most 10,000 where the training is awaited. */
  readonly steps: number;
  /** Steps of each report of the loop; 10 unless given. */
  readonly every?: number | undefined;
}

/**
 * Training that begins when it is awaited or looped over. `await` gives the report of all steps. `for await` gives a report of
 * each `every` steps and trains on when the loop asks for the next; a loop that is left keeps what was learned, and so does a
 * signal, with which both reject (`call.aborted`).
 */
export interface Training extends PromiseLike<StepReport>, AsyncIterable<StepReport> {}

/** Embeddings in the plane, all of one step. */
export interface Picture {
  /** Step of the network that gave every embedding of this picture. */
  readonly step: number;
  /**
   * The samples that are shown, ascending: a sample of the data set in which each class has its share, the same at every
   * step, or the whole set where `complete`.
   */
  readonly indices: Uint32Array;
  /**
   * x0 y0 x1 y1 ..., a place for each of `indices`: PCA of their embeddings, turned to lie as the last picture did.
   */
  readonly xy: Float32Array;
  /** Share of the variance that each of the two axes shows. */
  readonly explained: readonly [number, number];
  /** Samples embedded by this call. */
  readonly refreshed: number;
  /** Whether the whole set is shown: all of it was embedded at this step. */
  readonly complete: boolean;
}

/** Each query looks for its class among all others. R is the number of others of its class. */
export interface RetrievalScores {
  readonly queries: number;
  /**
   * Queries with a sample of their class and another one at the same distance. Their scores are means over all orders of the
   * tied samples, so that the order of a file changes nothing.
   */
  readonly tiedQueries: number;
  readonly classes: number;
  /** Share of queries whose nearest is of their class. */
  readonly recallAt1: number;
  /** 95 % interval of `recallAt1` (Wilson). */
  readonly recallAt1Interval: readonly [number, number];
  readonly k: number;
  /** Share of queries with one of their class among the nearest k. */
  readonly recallAtK: number;
  /** Mean over queries of (1/R) sum over i <= R of [the i-th is right] x precision at i. */
  readonly mapAtR: number;
  /** Mean over queries of the right ones among the nearest R, divided by R. */
  readonly rPrecision: number;
  readonly meanAveragePrecision: number;
  readonly meanReciprocalRank: number;
  /** Share of the k nearest that are of the query's class. */
  readonly precisionAtK: number;
  /** Normalised discounted cumulative gain of the whole ranking. */
  readonly ndcg: number;
  /** Whether queries look in other domains only (mean over ordered pairs of domains). */
  readonly crossDomain: boolean;
}

/** Retrieval in the embedding, or in the pixels themselves: what training has to beat. */
export interface Evaluation {
  readonly step: number;
  readonly space: 'embedding' | 'raw';
  readonly metric: DistanceKind;
  /** Seen classes: test samples, or, where a set has none (`seenIsTraining`), a sample of the training classes. */
  readonly seen: RetrievalScores | null;
  readonly seenIsTraining: boolean;
  /** Classes never trained on; null when none is held out. */
  readonly unseen: RetrievalScores | null;
}

/** Rates at a threshold on the distance; the first threshold of a curve, which accepts nothing, is -Infinity. */
export interface ErrorRates {
  readonly threshold: number;
  /** False match rate, also FAR: share of the different pairs accepted. */
  readonly fmr: number;
  /** False non-match rate: share of the same pairs refused; TAR is 1 minus this. */
  readonly fnmr: number;
}

/** Measures of some classes. */
export interface PartMeasures {
  readonly retrieval: {
    readonly classes: readonly {
      readonly label: number;
      readonly queries: number;
      readonly recallAt1: number;
      readonly mapAtR: number;
    }[];
    /** 95 % intervals from resampled queries. */
    readonly recallAt1Interval: readonly [number, number];
    readonly mapAtRInterval: readonly [number, number];
  };
  readonly verification: {
    /** Same and different pairs looked at. */
    readonly pairs: readonly [number, number];
    /** Pairs at the distance of a pair of the other kind: they are accepted at an equal pace. */
    readonly tiedPairs: number;
    /** Equal error rate. */
    readonly eer: number;
    readonly auc: number;
    readonly atEqualErrors: ErrorRates;
    /** For an FMR of at most 0.1, 0.01 and 0.001. */
    readonly atFmr: readonly ErrorRates[];
    /** The points of ROC and DET. */
    readonly curve: readonly ErrorRates[];
    /** P(same) = 1 / (1 + exp(slope d - offset)); `bins`: mean P, share of same pairs, how many. */
    readonly calibration: {
      readonly slope: number;
      readonly offset: number;
      readonly expectedCalibrationError: number;
      readonly bins: readonly (readonly [number, number, number])[];
    };
  };
  /** Mutual information of k-means groups and classes, normalised and adjusted for chance. */
  readonly nmi: number;
  readonly ami: number;
  /** How the embedding fills its space. */
  readonly shape: {
    readonly intra: number;
    readonly inter: number;
    readonly ratio: number;
    /** Share of the variance along each principal direction. */
    readonly spectrum: readonly number[];
    readonly effectiveRank: number;
    readonly alignment: number;
    readonly uniformity: number;
    readonly marginViolations: number;
    readonly spread: number;
  };
  /** `point`: all rows in one place; `margin`: the loss equals its margin; `line`: one direction holds the variance. */
  readonly collapse: {
    readonly kind: 'none' | 'point' | 'margin' | 'line';
    readonly spread: number;
    readonly firstDirection: number;
    readonly lossOverMargin: number | null;
  };
  /**
   * Who is everyone's neighbour: how unequal the counts `N_k` of the lists of `k` nearest are in which a sample is.
   * A skewness above 1 tells strong hubs; `orphans` is the share of samples that are in nobody's list, and `largest` the
   * largest count.
   */
  readonly hubness: {
    readonly k: number;
    readonly skewness: number;
    readonly orphans: number;
    readonly largest: number;
    /** Samples whose list ends within a tie, which its places are shared among. */
    readonly tiedQueries: number;
  };
}

/** The measures other than retrieval. */
export interface Measures {
  readonly step: number;
  readonly space: 'embedding' | 'raw';
  readonly metric: DistanceKind;
  /** Null where `absent` says why. */
  readonly seen: PartMeasures | null;
  /** Null when no class is held out, or where `absent` says why. */
  readonly unseen: PartMeasures | null;
  /** Parts that have samples and cannot be measured: of one class only (`data.one_class`), or too few (`data.insufficient`). */
  readonly absent: readonly {
    readonly part: 'seen' | 'unseen' | 'openSet';
    readonly code: 'data.one_class' | 'data.insufficient';
    readonly message: string;
  }[];
  /** Half of the seen samples as gallery, the others (known) and the unseen (unknown) as probes. */
  readonly openSet:
    | (OpenSet & {
        /** With a FAR of at most 0.1, 0.01 and 0.001. */
        readonly dirAtFar: readonly number[];
      })
    | null;
}

/** Open-set identification: known probes named rightly (DIR) against unknown ones accepted (FAR). */
export interface OpenSet {
  /** Known and unknown probes. */
  readonly probes: readonly [number, number];
  /** Known probes whose nearest gallery rows are of their class and of others: right by the share of theirs. */
  readonly tiedProbes: number;
  /** Share of the known probes named rightly when every answer is accepted. */
  readonly rank1: number;
  /** Area under DIR over FAR: at most `rank1`. */
  readonly area: number;
  readonly curve: readonly {
    readonly threshold: number;
    readonly detectionAndIdentification: number;
    readonly falseAlarms: number;
  }[];
}

/** Nearest samples or rows. */
export interface Neighbours {
  /** k per query, nearest first. */
  readonly indices: Uint32Array;
  readonly distances: Float32Array;
  readonly k: number;
}

/** The nearest other samples of one sample. */
export interface NearSamples extends Neighbours {
  readonly step: number;
  /**
   * Samples among which was searched: all, or, in an embedding of which not all is of this step, the sample that
   * `Lab.picture` shows.
   */
  readonly searched: number;
}

/** The last batch as the network sees it now. */
export interface BatchView {
  readonly step: number;
  /** Samples of the data set, sorted by class. */
  readonly indices: Uint32Array;
  readonly labels: Uint16Array;
  /** B x B distances (or similarities, see `similarity`) by the session's distance, row after row. */
  readonly distances: Float32Array;
  readonly similarity: boolean;
  /** Mined triplets as positions in `indices`: a0 p0 n0 a1 p1 n1 ... (at most 3000 of them). */
  readonly triplets: Uint32Array;
  /** Counts over all valid triplets of the batch. */
  readonly counts: {
    readonly valid: number;
    readonly hard: number;
    readonly semihard: number;
    readonly easy: number;
    readonly mined: number;
  };
}

/** Three points in the plane, how they are compared, and a loss: contrastive, triplet or margin. */
export interface TripletGeometryRequest {
  /** ax ay px py nx ny */
  readonly points: readonly number[];
  readonly loss: LossConfig;
  /** A distance of vectors. */
  readonly distance: DistanceKind;
  /** Scale the points to length 1 first. */
  readonly normalize: boolean;
  /** The margin that divides semi-hard from easy. */
  readonly minerMargin: number;
}

/**
 * Where a negative lies, by t = d(a,n) - d(a,p), or s(a,p) - s(a,n) for a similarity: `hard` t <= 0, `semihard`
 * 0 < t <= margin, `easy` beyond.
 */
export type Zone = 'easy' | 'semihard' | 'hard';

/** The distances of three points, their loss and its gradient. */
export interface TripletGeometry {
  /** Distance anchor-positive. */
  readonly ap: number;
  /** Distance anchor-negative. */
  readonly an: number;
  /** Distance positive-negative (used by `swap`). */
  readonly pn: number;
  readonly loss: number;
  /** Parts of the loss that add up to it: triplet has one; contrastive and margin: positive part, negative part. */
  readonly parts: readonly number[];
  /** d loss / d points, in the order of `points`, from the core's autodiff. */
  readonly gradient: Float32Array;
  readonly zone: Zone;
  /** True when `ap`, `an` are similarities (larger is closer). */
  readonly similarity: boolean;
}

/** An anchor, a positive, and the part of the plane to look at. */
export interface TripletZonesRequest {
  /** ax ay px py */
  readonly points: readonly number[];
  /** Decides `zeroLoss` and `thresholds`; the zones are the same for every loss. */
  readonly loss: LossConfig;
  /** A distance of vectors. */
  readonly distance: DistanceKind;
  /** Scale the points to length 1 first. */
  readonly normalize: boolean;
  /** The margin that divides semi-hard from easy. */
  readonly minerMargin: number;
  /** The rectangle to look at: left, bottom, right, top. */
  readonly frame: readonly [number, number, number, number];
}

/**
 * A part of the frame: closed lines, each x0 y0 x1 y1 ... It is filled by the even-odd rule, so that a line within
 * another is a hole. Empty for an empty part.
 */
export type Outline = readonly (readonly number[])[];

/** Where the negative of a triplet would be hard, semi-hard or easy: `Zone` of each position in the frame. */
export interface TripletZones {
  readonly hard: Outline;
  readonly semihard: Outline;
  readonly easy: Outline;
  /** Where the negative makes the loss zero. Null for a loss that has no value on three points alone. */
  readonly zeroLoss: Outline | null;
  /** Distances from the anchor at which a part of the loss becomes zero: contrastive and margin have two, others none. */
  readonly thresholds: readonly {
    /** mₚ, mₙ, β − α, β + α */
    readonly symbol: string;
    /** A distance, or a similarity. */
    readonly value: number;
    /** The points at this distance of the anchor at most (at this similarity at least). */
    readonly within: Outline;
  }[];
  /** Whether only the direction of a point counts: the unit circle represents the plane. */
  readonly directional: boolean;
}

/** A paper. */
export interface Paper {
  /** Authors and title. */
  readonly title: string;
  readonly year: number;
  /** Empty for a paper that is not online. */
  readonly link: string;
}

/** An interval of numbers. */
export interface Range {
  readonly least: number;
  readonly most: number;
  /** Whether the lower bound itself is refused. */
  readonly leastExcluded: boolean;
  readonly mostExcluded: boolean;
}

/** A setting: its name in a configuration, its symbol in the formula, a line of text, and the values that it takes. */
export interface Setting {
  readonly name: string;
  /** Empty for a setting without a symbol. */
  readonly symbol: string;
  readonly text: string;
  readonly values: SettingValues;
}

/** The values that a setting takes, and its default. */
export type SettingValues =
  | { readonly kind: 'number'; readonly range: Range; readonly default: number }
  | { readonly kind: 'whole'; readonly least: number; readonly most: number; readonly default: number }
  | { readonly kind: 'flag'; readonly default: boolean }
  | { readonly kind: 'choice'; readonly names: readonly string[]; readonly default: string }
  /** A number, or null for none. Null is the default. */
  | { readonly kind: 'optional'; readonly range: Range }
  /** A list of whole numbers. */
  | {
      readonly kind: 'list';
      readonly least: number;
      readonly most: number;
      readonly longest: number;
      readonly default: readonly number[];
    };

/** A loss that can be chosen. */
export interface LossOption {
  /** The loss with its default settings. */
  readonly defaults: LossConfig;
  readonly settings: readonly Setting[];
  /** How it wires the network. A page groups losses by it. */
  readonly wiring: SessionInfo['wiring'];
  /** Its input: what a miner selects, all pairs, class weights, two views, or the rows alone. */
  readonly looks: 'mined' | 'pairs' | 'classes' | 'views' | 'rows';
  readonly formula: string;
  readonly paper: Paper;
  /** Whether a miner selects for it. */
  readonly mines: boolean;
  /** The distances that it can be used with, with their default settings. */
  readonly distances: readonly DistanceKind[];
  /** Whether embeddings must have length 1, or must not; null where both will do. */
  readonly unit: boolean | null;
  /** Whether a memory of batches before can join in. */
  readonly remembers: boolean;
  /** Whether it learns something of each class, so that rows need class labels. */
  readonly byClass: boolean;
}

/** A miner that can be chosen. */
export interface MinerOption {
  readonly kind: MinerKind;
  readonly formula: string;
  readonly paper: Paper | null;
  /** The miner with the default of every setting. */
  readonly defaults: MinerConfig;
  /** The settings that it uses. */
  readonly settings: readonly Setting[];
  readonly distances: readonly DistanceKind[];
  /** Whether embeddings must have length 1; null where both will do. */
  readonly unit: boolean | null;
}

/** A distance that can be chosen. */
export interface DistanceOption {
  readonly kind: DistanceKind;
  readonly formula: string;
  /** Null where it is common knowledge. */
  readonly paper: Paper | null;
  readonly settings: readonly Setting[];
  /** Larger is closer. */
  readonly similarity: boolean;
  /** Whether identity, symmetry and the triangle inequality hold on all rows of its kind. */
  readonly metric: boolean;
  /** Whether it is a metric on the rows of `on`, and the axioms that some rows of its kind break. */
  readonly verdict: {
    readonly metric: boolean;
    readonly on: 'allRows' | 'unitVectors';
    readonly breaks: readonly ('identity' | 'symmetry' | 'triangle')[];
  };
  /** Smallest and largest value; null where there is no bound. */
  readonly range: readonly [number | null, number | null];
  /** `histograms`: numbers of 0 or more that sum to 1 (a session makes its embeddings such); `samples`: draws in any order. */
  readonly rows: 'vectors' | 'histograms' | 'samples';
  /** The shape of the points within a given distance of a centre, in the plane. */
  readonly balls:
    'circle' | 'diamond' | 'square' | 'superellipse' | 'sector' | 'halfPlane' | 'strip' | 'distributions';
}

/** Everything that a configuration can name, for a page's controls: `CATALOGUE`, and the answer of `Lab.options`. */
export interface Options {
  readonly losses: readonly LossOption[];
  readonly miners: readonly MinerOption[];
  readonly distances: readonly DistanceOption[];
  readonly reducers: readonly { readonly defaults: ReducerConfig; readonly settings: readonly Setting[] }[];
  readonly regularizers: readonly {
    readonly kind: RegularizerKind;
    readonly formula: string;
    readonly paper: Paper | null;
    /** Whether only a loss with class weights can have it. */
    readonly needsWeights: boolean;
  }[];
  /** Examples, one of each kind. */
  readonly networks: readonly {
    readonly defaults: NetworkConfig;
    readonly settings: readonly Setting[];
    readonly paper: Paper | null;
  }[];
  readonly optimizers: readonly {
    readonly kind: OptimizerKind;
    readonly formula: string;
    readonly paper: Paper;
    /** Names of the settings that it has for itself. */
    readonly settings: readonly string[];
  }[];
  readonly schedules: readonly {
    readonly defaults: ScheduleConfig;
    readonly settings: readonly Setting[];
    readonly formula: string;
    readonly paper: Paper | null;
  }[];
  readonly samplers: readonly { readonly kind: SamplerKind; readonly settings: readonly string[] }[];
  /** Settings that belong to none of these choices. */
  readonly settings: {
    readonly session: readonly Setting[];
    readonly embedding: readonly Setting[];
    readonly batch: readonly Setting[];
    readonly augment: readonly Setting[];
    readonly optimizer: readonly Setting[];
    readonly objective: readonly Setting[];
    /** Settings of an added loss. */
    readonly also: readonly Setting[];
    /** Settings of a regulariser. */
    readonly regularizers: readonly Setting[];
  };
}

/** A loss on rows that the caller brings. */
export interface LossRequest {
  /** n x dim. Histograms, where the distance compares such. */
  readonly embeddings: Float32Array;
  readonly dim: number;
  /** One a row. A loss on two views takes rows of one label two by two. */
  readonly labels: Uint16Array;
  readonly loss: LossConfig;
  readonly distance: DistanceKind;
  readonly miner?: MinerConfig;
  /** Scale rows to length 1 first; the gradient is by the rows as given. */
  readonly normalize: boolean;
  /** Class weights, dim x (classes x centres) row after row, or learned boundaries; left out for a loss that learns none. */
  readonly learned?: Float32Array | undefined;
  /** Bias of the class weights, one for each column of `learned`; zeros unless given. */
  readonly bias?: readonly number[];
  /** How elements become a scalar; as the loss itself does unless given. */
  readonly reducer?: ReducerConfig | null;
  /** A factor for the elements of each class's rows, one a class. */
  readonly classWeights?: readonly number[];
  /** For miners that draw. */
  readonly seed?: number;
}

/** Its value and gradients. */
export interface LossAnswer {
  readonly value: number;
  /** Share of the elements above 0. */
  readonly active: number;
  /** d loss / d embeddings, n x dim. */
  readonly gradient: Float32Array;
  readonly learnedGradient: Float32Array;
  /** d loss / d bias; empty where the loss has none. */
  readonly biasGradient: Float32Array;
}

/** Where a point of a counterexample comes from: one that was given, or a probe made of such. */
export type AxiomPoint =
  | { readonly kind: 'given' | 'doubled'; readonly index: number }
  /** x + by: the power of two up to the largest number of x. */
  | { readonly kind: 'shifted'; readonly index: number; readonly by: number }
  | { readonly kind: 'middle'; readonly of: readonly [number, number] };

/** The result of one axiom. */
export interface AxiomVerdict {
  /** False where a counterexample was found; true proves nothing, it only found none. */
  readonly holds: boolean;
  readonly tried: number;
  readonly worst: {
    readonly points: readonly AxiomPoint[];
    readonly rows: readonly (readonly number[])[];
    /** d(x, x) or d(x, y); d(x, y), d(y, x); d(x, z), d(x, y), d(y, z). */
    readonly values: readonly number[];
    readonly by: number;
  } | null;
}

/** Bytes of the device, or of the CPU module's own memory, which cannot tell tensors from the rest. */
export interface Memory {
  /** Taken by tensors. */
  readonly inUse: number;
  /** Reserved for tensors, in use or to be used again. */
  readonly reserved: number;
}

/** The results of the three axioms of a metric. */
export interface Axioms {
  /** d(x, x) = 0, and d(x, y) = 0 only for x = y. */
  readonly identity: AxiomVerdict;
  /** d(x, y) = d(y, x). */
  readonly symmetry: AxiomVerdict;
  /** d(x, z) <= d(x, y) + d(y, z). */
  readonly triangle: AxiomVerdict;
  /** Whether triples were drawn, there being too many (more than 64 points) to try all. */
  readonly sampled: boolean;
}

/** The engine died. Told once for each fault, when the recovery is over. */
export interface FaultEvent {
  /** `worker.crashed`, `device.lost`, `device.out_of_memory` or `device.error`. */
  readonly code: ErrorCode;
  readonly message: string;
  /** True when the lab runs again; `step` says from where. */
  readonly recovered: boolean;
  readonly step: number;
}

/** The events of a lab. */
export interface LabEvents {
  fault: FaultEvent;
  /** The device, or the reason for it, has changed. */
  device: DeviceInfo;
}

/** One of the package's two modules, compiled or not. A function is asked when the module is needed. */
export type WasmSource =
  | string
  | URL
  | ArrayBuffer
  | ArrayBufferView
  | WebAssembly.Module
  | Response
  | Promise<Response | ArrayBuffer | ArrayBufferView | WebAssembly.Module>
  | (() => WasmSource);

/** Where a lab's Worker comes from: an address of `metriclab/worker`, a function that opens one, or `false` for none. */
export type WorkerSource = string | URL | false | ((device: DeviceKind) => Worker);

/** How to open a lab. */
export interface LabOptions {
  /** `auto` unless given. */
  readonly device?: DeviceRequest | undefined;
  /**
   * The address of a folder, relative to the page. It must hold `metriclab-worker.js`, `metriclab_cpu_bg.wasm` and
   * `metriclab_gpu_bg.wasm`.
   */
  readonly assets?: string | URL | undefined;
  /**
   * Where the Worker comes from, when neither the package nor `assets` should say. `false` computes in this thread, which
   * then answers nothing else meanwhile: for surroundings without Workers. Only the CPU module runs there.
   */
  readonly worker?: WorkerSource | undefined;
  /** The modules. A single one is the module of `device`, and the CPU's for `auto`. */
  readonly wasm?: WasmSource | { readonly cpu?: WasmSource; readonly gpu?: WasmSource } | undefined;
  /**
   * Cores that one call may use, 1 to 16; those of the machine, up to eight, unless given. `nearest` and `distances` that
   * take about half a second or more are then shared among as many Workers, each with a copy of the rows. The answers are
   * the same. It counts in a lab on the CPU that has Workers.
   */
  readonly cores?: number | undefined;
}

/** Bytes as a page has them. */
export type Bytes = ArrayBuffer | ArrayBufferView | Blob;

/** How far a call is. */
export interface CallProgress {
  /** Steps, queries or samples that are done. */
  readonly done: number;
  readonly total: number;
}

/**
 * The last argument of every call of the engine; all of it may be left out.
 *
 * `advance`, `distances`, `nearest` and `embed` are done in parts of about 50 ms where a signal or a listener is given:
 * they report after each part, and the engine stops after the part in which the signal fires. Every other call reports
 * its end only; the engine completes it, and the next call waits for that.
 */
export interface CallOptions {
  /** When it fires, the call rejects at once with `call.aborted`, whose `cause` is the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** An exception of yours ends the call, which rejects with it. */
  readonly onProgress?: ((progress: CallProgress) => void) | undefined;
}

/** Rows to compare, each row of `queries` with each of `references`. */
export interface RowsRequest {
  /** n x dim. */
  readonly queries: Float32Array;
  /** m x dim. */
  readonly references: Float32Array;
  readonly dim: number;
  readonly metric: DistanceKind;
  /**
   * Where, in a lab on the GPU: `fastest`, unless given, leaves a software adapter alone, which takes several times as long
   * as the module's own SIMD; `device` always asks the adapter. The answers are the same.
   */
  readonly on?: 'fastest' | 'device';
}

/** How much of the data set a picture shows. */
export interface PictureRequest {
  readonly sample?: number;
  readonly refresh?: number;
}

/** The rows to score, and the depth of the scores. */
export interface EvaluateRequest {
  readonly space: 'embedding' | 'raw';
  readonly k: number;
}

/** The rows to measure. */
export interface MeasuresRequest {
  readonly space: 'embedding' | 'raw';
}

/** The sample whose neighbours to find. */
export interface NeighboursRequest {
  readonly index: number;
  readonly k: number;
  readonly space: 'embedding' | 'raw';
}

/** A saved session whose network goes on with the data set that is loaded now. */
export interface FineTuneRequest {
  /** What `Lab.save` gave. */
  readonly state: Uint8Array;
  /** That of the saved session unless given. */
  readonly config?: SessionConfig;
}

/** Samples to embed. */
export interface EmbedRequest {
  /** Their numbers, one sample after the other; of vectors, bags and sequences too, as `Samples.numbers` has them. */
  readonly pixels: Uint8Array | Float32Array;
  readonly count: number;
}

/** Points on which to try the axioms. */
export interface AxiomsRequest {
  readonly points: Float32Array;
  readonly dim: number;
  readonly distance: DistanceKind;
  readonly seed?: number;
}

/** Rows to search, and how many neighbours of each to find. */
export interface NearestRequest extends RowsRequest {
  readonly k: number;
}

/**
 * A laboratory: one engine in one Worker.
 *
 * - Calls queue up and are answered in order. A failed call rejects with a `MetricLabError` and leaves the lab usable.
 * - Arguments are copied when the call is made: the caller may change its arrays at once. Answers belong to the caller.
 * - Rows are `Float32Array`s, row after row; distances, losses and measures have no unit but that of the rows.
 * - When the engine dies, the running call rejects, the engine is started anew with the data set and the training state
 *   (kept every two seconds or so), the calls in line are answered by it, and `fault` is told once.
 *
 * Any call may reject with `argument.invalid` (an argument or option of the wrong type), `config.invalid` (a field of a
 * request; the message names it), `call.aborted`, `lab.disposed`, `worker.crashed`, `device.lost`,
 * `device.out_of_memory` or `device.error`; calls on a session with `session.none`, and with `data.missing` before a data
 * set is loaded. The `@throws` lines name the other codes.
 */
export interface Lab extends EngineCalls, Disposable {
  /** Where the lab computes now. */
  readonly device: DeviceInfo;

  /**
   * Listens to an event until the returned function is called.
   *
   * @throws MetricLabError `argument.invalid` for another event, or a listener that is no function; at once.
   *
   * @example
   * ```ts
   * const stop = lab.on('fault', ({ code, recovered, step }) => console.warn(code, recovered, step));
   * ```
   */
  on<E extends keyof LabEvents>(event: E, listener: (payload: LabEvents[E]) => void): () => void;

  /**
   * Trains: `Lab.advance` with reports on the way. Nothing happens until the answer is awaited or looped over.
   *
   * @throws MetricLabError `argument.invalid`, `session.none`, `training.diverged`, `call.aborted`.
   *
   * @example
   * ```ts
   * await lab.train({ steps: 50, onProgress: ({ done, total }) => console.log(`${done} of ${total}`) });
   * for await (const { step, losses } of lab.train({ steps: 200, every: 20 })) {
   *   console.log(step, losses.at(-1));
   *   if (step > 100) break; // what was learned stays
   * }
   * ```
   */
  train(options: TrainOptions): Training;

  /**
   * Opens a gallery: named embeddings that come and go, with exact search and the answer "unknown". Needs no session.
   *
   * @throws MetricLabError `config.invalid`; with a `store` also `storage.unavailable`, `storage.busy`.
   *
   * @example
   * ```ts
   * const faces = await lab.gallery({ dim: 64, distance: 'cosine', threshold: 0.4, store: 'faces' });
   * await faces.add({ name: 'ann', vector: row });
   * ```
   */
  gallery(options: GalleryOptions, call?: CallOptions): Promise<Gallery>;

  /**
   * Opens a gallery from a file of `Gallery.save`.
   *
   * @throws MetricLabError `gallery.invalid` for a damaged file, `gallery.taken` for a store that is not empty.
   *
   * @example
   * ```ts
   * const faces = await lab.loadGallery(file);
   * ```
   */
  loadGallery(
    bytes: Bytes,
    options?: { readonly store?: string | undefined } & CallOptions,
  ): Promise<Gallery>;

  /**
   * Opens two towers: two kinds of samples, a network each, that learn one space from pairs. Needs no session.
   *
   * @throws MetricLabError `config.invalid`, `index.out_of_range` for a pair or an id beyond, `data.insufficient` for fewer than two
   * pairs, `data.not_finite`, `shape.mismatch`.
   *
   * @example
   * ```ts
   * const towers = await lab.towers({
   *   left: { bags: [[0, 2], [1]], ids: 3 },
   *   right: { rows: [[1, 0], [0, 1], [1, 1]], shape: 2 },
   *   pairs: [[0, 0], [0, 2], [1, 1]],
   * });
   * await towers.advance(200);
   * const items = await towers.embed('right');
   * ```
   */
  towers(options: TowersOptions, call?: CallOptions): Promise<Towers>;

  /**
   * Opens towers from a file of `Towers.save`, with the samples and pairs that they had.
   *
   * @throws MetricLabError `session.state_invalid` for a damaged file or other pairs.
   *
   * @example
   * ```ts
   * const towers = await lab.loadTowers(file, {
   *   left: { bags: [[0, 2], [1]], ids: 3 },
   *   right: { rows: [[1, 0], [0, 1], [1, 1]], shape: 2 },
   *   pairs: [[0, 0], [0, 2], [1, 1]],
   * });
   * ```
   */
  loadTowers(bytes: Bytes, data: TowersData, call?: CallOptions): Promise<Towers>;

  /**
   * Moves to another device, keeping data set, session and weights. Where that fails, the lab stays where it is.
   *
   * @throws MetricLabError as `createLab`.
   *
   * @example
   * ```ts
   * const { kind, reason } = await lab.switchDevice('gpu');
   * ```
   */
  switchDevice(device: DeviceRequest): Promise<DeviceInfo>;

  /**
   * Ends the Worker. Calls that run or wait reject with `lab.disposed`. Stored galleries are closed, and another lab may open them.
   * Further calls of `dispose` do nothing. `using lab = await createLab()` calls it at the end of the block.
   *
   * @example
   * ```ts
   * const lab = await createLab();
   * try {
   *   await lab.loadDataset(file);
   * } finally {
   *   lab.dispose();
   * }
   * ```
   */
  dispose(): void;
}

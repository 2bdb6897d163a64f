/**
 * Every shape that crosses the door between a page and metriclab's engine.
 * The names are the serde names of the Rust core: what is written here is what the core reads.
 */

/** Which wasm module does the work. */
export type DeviceKind = 'gpu' | 'cpu';
export type DeviceRequest = DeviceKind | 'auto';

/** Why `Lab.device.kind` is what it is. */
export type DeviceReason =
  | 'requested'
  | 'hardware_adapter'
  | 'software_adapter'
  | 'no_webgpu'
  | 'no_adapter'
  | 'adapter_refused'
  /** The GPU module was not served or would not start. */
  | 'module_unavailable'
  | 'device_lost';

export interface AdapterDescription {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  /** True for an adapter that computes on the CPU (`GPUAdapterInfo.isFallbackAdapter`). */
  readonly isFallback: boolean;
}

export interface DeviceInfo {
  readonly kind: DeviceKind;
  readonly requested: DeviceRequest;
  readonly reason: DeviceReason;
  readonly adapter: AdapterDescription | null;
}

export type DistanceKind = 'euclidean' | 'squaredEuclidean' | 'cosine';
export type LossKind = 'contrastive' | 'triplet' | 'margin' | 'softmax' | 'ntxent';
export type MinerKind = 'none' | 'all' | 'hard' | 'semihard' | 'easy' | 'batchHard';
export type NetworkKind = 'mlp' | 'conv';

/** What a loss is given. A field that its `kind` does not use is refused. */
export type LossConfig =
  | { readonly kind: 'contrastive'; readonly posMargin: number; readonly negMargin: number }
  | { readonly kind: 'triplet'; readonly margin: number; readonly swap: boolean; readonly smooth: boolean }
  | { readonly kind: 'margin'; readonly alpha: number; readonly beta: number }
  | { readonly kind: 'softmax' }
  | { readonly kind: 'ntxent'; readonly temperature: number };

export interface MinerConfig {
  readonly kind: MinerKind;
  /** The miner's own margin: semi-hard means 0 < d(a,n) - d(a,p) <= margin. */
  readonly margin: number;
}

export type NetworkConfig =
  | { readonly kind: 'mlp'; readonly hidden: readonly number[] }
  | { readonly kind: 'conv'; readonly channels: readonly number[] };

export interface SessionConfig {
  /** One seed for the weights, the batches and the augmentation. */
  readonly seed: number;
  /** How many classes are held out of training altogether. */
  readonly unseenClasses: number;
  readonly network: NetworkConfig;
  readonly embedding: { readonly dim: number; readonly normalize: boolean };
  readonly distance: DistanceKind;
  readonly loss: LossConfig;
  readonly miner: MinerConfig;
  readonly optimizer: { readonly learningRate: number; readonly weightDecay: number };
  /** A batch holds `classes` x `perClass` samples. */
  readonly batch: { readonly classes: number; readonly perClass: number };
  /** Random shift in pixels of each training picture, each way; 0 for none. */
  readonly augment: { readonly shift: number };
}

/** The header of a packed data set plus its labels. */
export interface DatasetInfo {
  readonly name: string;
  readonly count: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly classes: readonly string[];
  /** Names of the domains (drawing styles); empty when the set has one. */
  readonly domains: readonly string[];
  readonly labels: Uint16Array;
  /** Domain of each sample; empty when the set has one. */
  readonly domainOf: Uint8Array;
}

/** Role of a sample in a session. */
export const ROLE_TRAIN = 0;
/** A class that is trained on, a sample that is not. */
export const ROLE_TEST = 1;
/** A class that is never trained on. */
export const ROLE_UNSEEN = 2;

export interface SessionInfo {
  readonly config: SessionConfig;
  /** `ROLE_*` of each sample of the data set. */
  readonly roles: Uint8Array;
  readonly unseenClasses: readonly number[];
  /** Count of learnable numbers. */
  readonly parameters: number;
  readonly wiring: 'siamese' | 'triplet' | 'classifier';
  readonly step: number;
}

export interface StepReport {
  /** Steps done since the session began, after this call. */
  readonly step: number;
  /** Loss of each step of this call. */
  readonly losses: Float32Array;
  /** Share of the mined candidates (pairs, triplets) with a loss above 0, each step; NaN where a loss has none (softmax). */
  readonly active: Float32Array;
  readonly milliseconds: number;
}

export interface Picture {
  readonly step: number;
  /** x0 y0 x1 y1 ..., PCA of the embeddings, turned to lie as the last picture did. NaN for a point not embedded yet. */
  readonly xy: Float32Array;
  /** Share of the variance that each of the two axes shows. */
  readonly explained: readonly [number, number];
  /** Points embedded anew by this call. */
  readonly refreshed: number;
  /** Points whose embedding is from an earlier step (or missing). */
  readonly stale: number;
}

export interface RetrievalScores {
  readonly queries: number;
  readonly classes: number;
  readonly recallAt1: number;
  /** 95 % interval of `recallAt1` (Wilson). */
  readonly recallAt1Interval: readonly [number, number];
  readonly k: number;
  readonly recallAtK: number;
  readonly mapAtR: number;
  readonly rPrecision: number;
  /** Whether queries look in other domains only (mean over ordered pairs of domains). */
  readonly crossDomain: boolean;
}

export interface Evaluation {
  readonly step: number;
  readonly space: 'embedding' | 'raw';
  readonly metric: 'euclidean' | 'cosine';
  /** Seen classes: test samples, or, where a set has none (`seenIsTraining`), a sample of the training classes. */
  readonly seen: RetrievalScores | null;
  readonly seenIsTraining: boolean;
  /** Classes never trained on; null when none is held out. */
  readonly unseen: RetrievalScores | null;
}

export interface Neighbours {
  /** k per query, nearest first. */
  readonly indices: Uint32Array;
  readonly distances: Float32Array;
  readonly k: number;
}

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
  readonly counts: { readonly valid: number; readonly hard: number; readonly semihard: number; readonly easy: number; readonly mined: number };
}

export interface GeometryRequest {
  /** ax ay px py nx ny */
  readonly points: readonly number[];
  readonly loss: LossConfig;
  readonly distance: DistanceKind;
  /** L2-normalise the points first. */
  readonly normalize: boolean;
  /** For the zone. */
  readonly minerMargin: number;
}

export type Zone = 'easy' | 'semihard' | 'hard';

export interface Geometry {
  readonly ap: number;
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

/** What the core offers, for a page's controls. */
export interface Options {
  readonly losses: readonly { readonly defaults: LossConfig; readonly wiring: SessionInfo['wiring']; readonly mines: boolean }[];
  readonly miners: readonly MinerKind[];
  readonly distances: readonly { readonly kind: DistanceKind; readonly similarity: boolean }[];
  readonly networks: readonly NetworkConfig[];
}

export interface FaultEvent {
  readonly code: string;
  readonly message: string;
  /** True when the lab runs again; `step` says from where. */
  readonly recovered: boolean;
  readonly step: number;
}

export interface LabEvents {
  fault: FaultEvent;
  device: DeviceInfo;
}

export interface LabOptions {
  readonly device?: DeviceRequest;
  /** Where the package's `wasm/` folder is served, when a bundler moved it. */
  readonly wasmBase?: string | URL;
}

/** A laboratory: one engine in one Worker. Calls queue up and are answered in order. Failed calls reject with `MetricLabError`. */
export interface Lab {
  readonly device: DeviceInfo;
  on<E extends keyof LabEvents>(event: E, listener: (payload: LabEvents[E]) => void): () => void;
  /** Reads a packed data set (`.mlds`, already decompressed). The bytes are copied; the caller keeps its own. */
  loadDataset(bytes: ArrayBuffer): Promise<DatasetInfo>;
  options(): Promise<Options>;
  /** A good configuration for the loaded data set. */
  defaults(): Promise<SessionConfig>;
  /** Starts a session anew: fresh weights, step 0. */
  configure(config: SessionConfig): Promise<SessionInfo>;
  advance(steps: number): Promise<StepReport>;
  /** Re-embeds the next `refresh` points in turn (all: count) and projects. */
  picture(request: { readonly refresh: number }): Promise<Picture>;
  evaluate(request: { readonly space: 'embedding' | 'raw'; readonly k: number }): Promise<Evaluation>;
  neighbours(request: { readonly index: number; readonly k: number; readonly space: 'embedding' | 'raw' }): Promise<Neighbours>;
  batch(): Promise<BatchView>;
  geometry(request: GeometryRequest): Promise<Geometry>;
  /** Embeds pictures of the session's shape (u8, channel-planar). Result: count x dim. */
  embed(request: { readonly pixels: Uint8Array; readonly count: number }): Promise<Float32Array>;
  /** The stored embeddings of the whole set, count x dim, all refreshed first. */
  embeddings(): Promise<Float32Array>;
  /** Pairwise distances of rows: queries (n x dim) against references (m x dim), n x m. */
  distances(request: { readonly queries: Float32Array; readonly references: Float32Array; readonly dim: number; readonly metric: DistanceKind }): Promise<Float32Array>;
  /** Exact k nearest references of each query; ties by index. */
  nearest(request: { readonly queries: Float32Array; readonly references: Float32Array; readonly dim: number; readonly k: number; readonly metric: DistanceKind }): Promise<Neighbours>;
  /** Weights, optimiser state, generator and step; `restore` continues bit-identically on the CPU. */
  save(): Promise<Uint8Array>;
  restore(state: Uint8Array): Promise<SessionInfo>;
  /** Moves to another device, keeping data set, session and weights. */
  switchDevice(device: DeviceRequest): Promise<DeviceInfo>;
  dispose(): void;
}

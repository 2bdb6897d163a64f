/// <reference lib="esnext.disposable" preserve="true" />
/** The shapes of two towers. Names are those of the Rust core. */
import type { NetworkConfig, OptimizerKind } from './generated/catalogue.js';
import type { CallOptions } from './types.js';

/** An end of the pairs: `left` for the first of each pair, `right` for the second. */
export type TowerEnd = 'left' | 'right';

/** Samples of one end, all of one kind. */
export type TowerSamples =
  /** Numbers, count x dim: `shape` is a number, or channels, height and width of a picture. Nothing is subtracted or scaled. */
  | {
      readonly rows: Float32Array | readonly ArrayLike<number>[];
      readonly shape: number | readonly [number, number, number];
    }
  /**
   * Sequences of frames, of any length, each frame after frame with `features` numbers a frame. A tower has room for the longest
   * that it was made with.
   */
  | { readonly sequences: readonly ArrayLike<number>[]; readonly features: number }
  /** Sets of ids below `ids`, of any length: what a user clicked, the words of a title. A weight is 1 unless given. */
  | {
      readonly bags: readonly (readonly number[] | readonly (readonly [id: number, weight: number])[])[];
      readonly ids: number;
    };

/** The network of an end. */
export interface TowerConfig {
  /** The body; `{ kind: 'mlp', hidden: [128] }` unless given. Bags reach it as the mean of their ids' vectors. */
  readonly network?: NetworkConfig | undefined;
  /** For bags: the length of an id's vector; 64 unless given. */
  readonly table?: number | undefined;
}

/**
 * The loss of a batch of pairs. All other ends of the batch are negatives, but for those known to be pairs too. Usual are a
 * temperature of 0.1, and for `sigmoid` a scale of 10 and a bias of -10.
 */
export type TowerLoss =
  | { readonly kind: 'ntxent'; readonly temperature: number }
  | { readonly kind: 'sigmoid'; readonly scale: number; readonly bias: number }
  | { readonly kind: 'pairwiseLogistic'; readonly temperature: number };

/** Settings; what is left out takes the default in brackets. */
export interface TowersConfig {
  /** Where all randomness comes from (0). */
  readonly seed?: number | undefined;
  /** Numbers of an embedding (32). */
  readonly dim?: number | undefined;
  /** Pairs of a batch (256). */
  readonly batch?: number | undefined;
  /** NT-Xent with a temperature of 0.1. */
  readonly loss?: TowerLoss | undefined;
  readonly left?: TowerConfig | undefined;
  readonly right?: TowerConfig | undefined;
  /** `adam`. */
  readonly optimizer?: OptimizerKind | undefined;
  /** (0.001). */
  readonly learningRate?: number | undefined;
  /** (0). */
  readonly weightDecay?: number | undefined;
  /**
   * The left ends are bags of places of the right ends: what a user had before (false). In training a pair's right end is then
   * left out of the bag, as it will be missing when it is asked for.
   */
  readonly history?: boolean | undefined;
}

/** The two kinds of samples, and the places of those that belong together. */
export interface TowersData {
  readonly left: TowerSamples;
  readonly right: TowerSamples;
  /** `[place of the left end, place of the right end]`, two pairs at least; or all places in one array. */
  readonly pairs: readonly (readonly [number, number])[] | Uint32Array;
}

export interface TowersOptions extends TowersData {
  readonly config?: TowersConfig | undefined;
}

export interface TowersReport {
  /** Steps so far. */
  readonly step: number;
  /** The loss of each of these steps. */
  readonly losses: Float32Array;
}

export interface TowersRankRequest {
  /** Pairs that were not trained on: `[place of the left end, place of the right end]`; or all places in one array. */
  readonly heldOut: readonly (readonly [number, number])[] | Uint32Array;
  /** How many are recommended; 20 unless given. */
  readonly k?: number | undefined;
}

/** Means over the left ends that have a held-out pair. */
export interface TowersRanking {
  readonly recall: number;
  readonly ndcg: number;
  readonly k: number;
  /** Left ends with a held-out right end that shares its score with another one. */
  readonly tied: number;
  /** The left ends that count. */
  readonly lefts: Uint32Array;
  /** Recall and NDCG of each of them: r0 n0 r1 n1 ... */
  readonly each: Float32Array;
}

/**
 * Two networks that learn one space from pairs: a user and an item, a picture and a word. Rows come out with length 1: the dot product
 * is the cosine. A new sample of either end is embedded without training. Calls reject with `towers.closed` after `close`.
 */
export interface Towers extends AsyncDisposable {
  /** Numbers of an embedding. */
  readonly dim: number;
  /** Steps so far. */
  readonly step: number;

  /**
   * Trains. An aborted call keeps the steps that are done.
   *
   * @throws MetricLabError `config.invalid`, `training.diverged` (a loss is not finite; the weights are lost), `call.aborted`.
   *
   * @example
   * ```ts
   * const { step, losses } = await towers.advance(100);
   * ```
   */
  advance(steps: number, call?: CallOptions): Promise<TowersReport>;

  /**
   * Embeds samples of one end: count x dim numbers. Without `samples`, those that the towers were made with.
   *
   * @throws MetricLabError `shape.mismatch`, `index.out_of_range` for an id beyond, `data.not_finite`, `training.diverged`,
   * `config.invalid` for samples of the other kind.
   *
   * @example
   * ```ts
   * const items = await towers.embed('right');
   * const user = await towers.embed('left', { bags: [[0, 2]], ids: 3 });
   * ```
   */
  embed(end: TowerEnd, samples?: TowerSamples, call?: CallOptions): Promise<Float32Array<ArrayBuffer>>;

  /**
   * How well left ends find the right ends that were kept from training, by the cosine and among all right ends but those that
   * the left end is paired with in training. Recall@k is the share of the held-out ones among the nearest k (of k at most);
   * NDCG@k counts each by 1 / log2(1 + its place), divided by the largest possible sum. A tie counts by its expected value.
   *
   * @throws MetricLabError `config.invalid` for a pair that was trained on, `index.out_of_range`, `k.out_of_range`,
   * `data.insufficient` if nothing is held out, `call.aborted`.
   *
   * @example
   * ```ts
   * const { recall, ndcg } = await towers.rank({ heldOut: [[0, 1], [1, 3]], k: 20 }); // pairs
   * ```
   */
  rank(request: TowersRankRequest, call?: CallOptions): Promise<TowersRanking>;

  /**
   * Weights, state of the optimiser and step as a safetensors file. The samples and the pairs are not in it.
   *
   * @example
   * ```ts
   * const file = new Blob([await towers.save()]);
   * ```
   */
  save(call?: CallOptions): Promise<Uint8Array<ArrayBuffer>>;

  /**
   * Gives the memory back. Closing them again, or after the lab has ended, does nothing. `await using towers = …` calls it at the
   * end of the block.
   *
   * @example
   * ```ts
   * await towers.close();
   * ```
   */
  close(): Promise<void>;
}

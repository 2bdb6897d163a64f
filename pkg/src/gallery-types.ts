/// <reference lib="esnext.disposable" preserve="true" />
/** The shapes of a gallery. Names are those of the Rust core. */
import type { CallOptions, DistanceKind, ErrorRates, OpenSet } from './types.js';

/** Embeddings as a page has them: count x dim in one array, or a list of rows. */
export type Rows = Float32Array | readonly ArrayLike<number>[];

export type Attributes = Readonly<Record<string, string>>;

export interface GalleryOptions {
  /** Numbers of an embedding. */
  readonly dim: number;
  /** How embeddings are compared; `euclidean` unless given. Smaller is nearer: a similarity s counts as 1 − s or −s. */
  readonly distance?: DistanceKind | undefined;
  /**
   * The nearest instance must be no farther than this for a name; null (the default) names everybody. A gallery that is stored
   * already keeps its own: change that by `Gallery.setThreshold`.
   */
  readonly threshold?: number | null | undefined;
  /**
   * Keeps the gallery in this browser (IndexedDB) under this name. A call that has resolved is on disk. If there is a
   * gallery of this name, it is opened, and `dim` and `distance` must be its own.
   */
  readonly store?: string | undefined;
}

/** An instance without its embedding. */
export interface Instance {
  /** Unique in the gallery. */
  readonly id: string;
  /** Its class. */
  readonly name: string;
  readonly attributes: Attributes;
}

/** One change. `vector` is an embedding of `dim` numbers. */
export type GalleryChange =
  | {
      readonly kind: 'add';
      readonly vector: ArrayLike<number>;
      readonly name: string;
      /** The next of `1`, `2`, … unless given. */
      readonly id?: string | undefined;
      readonly attributes?: Attributes | undefined;
    }
  | { readonly kind: 'replace'; readonly id: string; readonly vector: ArrayLike<number> }
  /** To another class, which may be new. */
  | { readonly kind: 'move'; readonly id: string; readonly name: string }
  | { readonly kind: 'describe'; readonly id: string; readonly attributes: Attributes }
  | { readonly kind: 'remove'; readonly id: string }
  /** Another name for a class; no class may have it. */
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  /** All instances of a class to another one. */
  | { readonly kind: 'merge'; readonly from: string; readonly into: string }
  | { readonly kind: 'removeClass'; readonly name: string };

export type NewInstance = Omit<Extract<GalleryChange, { kind: 'add' }>, 'kind'>;

export interface GalleryQuery {
  /** The most instances that are listed; 5 unless given. */
  readonly k?: number | undefined;
  /** Only these classes. */
  readonly names?: readonly string[] | undefined;
  /** Only instances with all of these. */
  readonly attributes?: Attributes | undefined;
  /** Ids that may not answer. */
  readonly without?: readonly string[] | undefined;
}

/** An instance of an answer. */
export interface GalleryHit extends Instance {
  readonly distance: number;
  /** The distance normalised by the cohort (S-norm); null without a cohort. Hits are sorted by it. */
  readonly score: number | null;
}

export type GalleryDecision =
  | { readonly kind: 'known'; readonly name: string }
  /** The nearest instance, of class `nearest`, is beyond the threshold. */
  | { readonly kind: 'unknown'; readonly nearest: string }
  /** Instances of several classes are nearest, at one distance. */
  | { readonly kind: 'tied'; readonly names: readonly string[] }
  /** There is no instance that may answer. */
  | { readonly kind: 'empty' };

export interface GalleryAnswer {
  /** Nearest first; instances at one distance in the order of addition. */
  readonly hits: readonly GalleryHit[];
  readonly decision: GalleryDecision;
}

/** How a threshold is chosen: a false match rate, a cost, or where both errors are equal. */
export type Criterion =
  | { readonly kind: 'equalErrors' }
  | { readonly kind: 'mostAccurate' }
  | { readonly kind: 'fmrAtMost'; readonly rate: number }
  /** The least `falseMatch`·(1 − `same`)·FMR + `falseNonMatch`·`same`·FNMR. */
  | {
      readonly kind: 'cost';
      readonly falseMatch: number;
      readonly falseNonMatch: number;
      readonly same: number;
    };

export interface ThresholdRequest {
  /** `{ kind: 'equalErrors' }` unless given. */
  readonly criterion?: Criterion | undefined;
  /** Pairs of each kind, at most; 50,000 unless given. More are drawn. */
  readonly pairs?: number | undefined;
  /** Thresholds whose error rates are asked for, a thousand at most. */
  readonly at?: readonly number[] | undefined;
  /** Bins of the histograms; 48 unless given. */
  readonly bins?: number | undefined;
  /** Draws of identities for the intervals; 200 unless given, 0 for none. */
  readonly draws?: number | undefined;
  /** Share of the draws within the intervals; 0.95 unless given. */
  readonly level?: number | undefined;
  readonly seed?: number | undefined;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** A threshold, and how well it decides on the gallery's own pairs. With a cohort, distances are scores. */
export interface ThresholdReport {
  readonly chosen: ErrorRates;
  /** Equal error rate. */
  readonly eer: number;
  /** Area under the ROC. */
  readonly auc: number;
  /** Pairs of the same, and of the different. */
  readonly pairs: readonly [number, number];
  /** Pairs at the distance of a pair of the other kind: they are accepted at an equal pace. */
  readonly tiedPairs: number;
  /** Classes, and those with two instances. */
  readonly identities: readonly [number, number];
  readonly bins: {
    readonly from: number;
    readonly to: number;
    readonly same: readonly number[];
    readonly different: readonly number[];
  };
  /** The error rates at the thresholds that were asked for, in their order. */
  readonly at: readonly ErrorRates[];
  /** The points of ROC and DET by ascending threshold; the first accepts none (−∞). */
  readonly curve: readonly ErrorRates[];
  /** Bootstrap over identities. Null if no draws were asked for, or if there are too few identities. */
  readonly intervals: {
    readonly eer: Interval;
    readonly threshold: Interval;
    readonly fmr: Interval;
    readonly fnmr: Interval;
    readonly draws: number;
  } | null;
}

/** How a gallery is after a change. */
export interface GalleryState {
  readonly count: number;
  /** Instances of each class, by name. */
  readonly classes: Readonly<Record<string, number>>;
  readonly threshold: number | null;
  /** Rows of the cohort; 0 without one. With a cohort, the threshold is one of scores. */
  readonly cohort: number;
  /** Steps that can be undone and redone. */
  readonly undo: number;
  readonly redo: number;
  /** Bytes of its embeddings, of deleted ones too until `compact`. */
  readonly bytes: number;
}

/**
 * Named embeddings that come and go, with exact search. No training and no session is needed: the next query knows of a change.
 *
 * Each call that changes something is one step to undo and is done as a whole or not at all. With a `store` it is on disk when
 * it resolves. After a crash of the engine the gallery is filled again; only what could be undone may be shorter then.
 */
export interface Gallery extends AsyncDisposable {
  readonly dim: number;
  readonly distance: DistanceKind;
  /** The name it is stored under, or null. */
  readonly store: string | null;
  /** As of the last call that resolved. */
  readonly state: GalleryState;

  /**
   * Adds instances. Their classes may be new.
   *
   * @returns Their ids.
   * @throws MetricLabError `gallery.taken` for an id that is there, `shape.mismatch`, `data.not_finite`, `data.too_large`,
   * `storage.full`.
   *
   * @example
   * ```ts
   * const [id] = await gallery.add({ name: 'ann', vector: row });
   * ```
   */
  add(instances: NewInstance | readonly NewInstance[], call?: CallOptions): Promise<readonly string[]>;

  /**
   * Does changes of any kind, all or none, as one step.
   *
   * @returns The ids of the new instances.
   * @throws MetricLabError as `add`; `gallery.no_entry`, `gallery.no_class`.
   *
   * @example
   * ```ts
   * await gallery.apply([
   *   { kind: 'rename', from: 'unknown 1', to: 'ann' },
   *   { kind: 'remove', id: '7' },
   * ]);
   * ```
   */
  apply(changes: readonly GalleryChange[], call?: CallOptions): Promise<readonly string[]>;

  /**
   * Deletes instances.
   *
   * @throws MetricLabError `gallery.no_entry`.
   *
   * @example
   * ```ts
   * await gallery.remove(['7', '8']);
   * ```
   */
  remove(ids: string | readonly string[], call?: CallOptions): Promise<void>;

  /**
   * Takes the last step back. Resolves to false if there is none.
   *
   * @example
   * ```ts
   * const undone = await gallery.undo();
   * ```
   */
  undo(call?: CallOptions): Promise<boolean>;

  /**
   * Does the step again that was undone last. Resolves to false if there is none.
   *
   * @example
   * ```ts
   * if (await gallery.undo()) await gallery.redo(); // as it was
   * ```
   */
  redo(call?: CallOptions): Promise<boolean>;

  /**
   * Forgets deleted instances for good, and what could be undone.
   *
   * @example
   * ```ts
   * await gallery.compact();
   * console.log(gallery.state);
   * ```
   */
  compact(call?: CallOptions): Promise<void>;

  /**
   * Sets the distance (the score, with a cohort) up to which a query is answered by a name; null names everybody.
   *
   * @example
   * ```ts
   * const { chosen } = await gallery.thresholdReport();
   * await gallery.setThreshold(chosen.threshold);
   * ```
   */
  setThreshold(threshold: number | null, call?: CallOptions): Promise<void>;

  /**
   * Normalises scores by strangers (S-norm): embeddings that are nobody's in the gallery; null ends it. With `top`, by the
   * `top` nearest of them. The threshold is then one of scores: choose it anew. A `store` keeps the cohort too.
   *
   * @throws MetricLabError `data.insufficient`, `shape.mismatch`, `config.invalid`, `storage.full`.
   *
   * @example
   * ```ts
   * await gallery.setCohort([[0.2, 0.9, 0.1], [0.8, 0.1, 0.3], [0.4, 0.4, 0.8]], { top: 2 }); // strangers
   * ```
   */
  setCohort(
    vectors: Rows | null,
    options?: CallOptions & { readonly top?: number | undefined },
  ): Promise<void>;

  /**
   * Answers each row: the nearest instances, and a name or "unknown".
   *
   * @throws MetricLabError `shape.mismatch`, `data.not_finite`, `k.out_of_range`.
   *
   * @example
   * ```ts
   * const [answer] = await gallery.query([row], { k: 3 });
   * console.log(answer.decision.kind === 'known' ? answer.decision.name : 'nobody I know');
   * ```
   */
  query(vectors: Rows, query?: GalleryQuery & CallOptions): Promise<readonly GalleryAnswer[]>;

  /**
   * Compares the instances with one another and says which threshold a criterion chooses. It is not set.
   *
   * @throws MetricLabError `data.one_class`, `data.insufficient` if no class has two instances, `config.invalid`.
   *
   * @example
   * ```ts
   * const { chosen, eer } = await gallery.thresholdReport({ criterion: { kind: 'fmrAtMost', rate: 0.01 } });
   * ```
   */
  thresholdReport(request?: ThresholdRequest, call?: CallOptions): Promise<ThresholdReport>;

  /**
   * Identifies visitors whose names are known to you: `names[i]` of row i, null for a stranger.
   *
   * @throws MetricLabError `data.insufficient` unless there are known visitors and strangers.
   *
   * @example
   * ```ts
   * const rates = await gallery.identify([row, row], ['ann', null]); // the second is a stranger
   * ```
   */
  identify(vectors: Rows, names: readonly (string | null)[], call?: CallOptions): Promise<OpenSet>;

  /**
   * All instances with their embeddings, in the order of addition.
   *
   * @example
   * ```ts
   * for (const { id, name, vector } of await gallery.entries()) console.log(id, name, vector);
   * ```
   */
  entries(call?: CallOptions): Promise<readonly (Instance & { readonly vector: Float32Array })[]>;

  /**
   * The whole gallery as a safetensors file, which `Lab.loadGallery` and Python read. Threshold and cohort are in it; what can
   * be undone is not.
   *
   * @example
   * ```ts
   * const file = new Blob([await gallery.save()]);
   * ```
   */
  save(call?: CallOptions): Promise<Uint8Array<ArrayBuffer>>;

  /**
   * Calls `listener` after each change, until the returned function is called.
   *
   * @example
   * ```ts
   * const stop = gallery.onChange((state) => console.log(state));
   * ```
   */
  onChange(listener: (state: GalleryState) => void): () => void;

  /**
   * Frees its memory; what is stored stays. Later calls reject with `gallery.closed`. Closing it again, or after the lab has ended,
   * does nothing. `await using gallery = …` calls it at the end of the block.
   *
   * @example
   * ```ts
   * await gallery.close();
   * ```
   */
  close(): Promise<void>;

  /**
   * Closes it and deletes what is stored.
   *
   * @example
   * ```ts
   * await gallery.erase();
   * ```
   */
  erase(): Promise<void>;
}

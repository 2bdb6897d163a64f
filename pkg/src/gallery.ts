import { type ErrorCode, MetricLabError, badArgument, freed, toMetricLabError } from './errors.js';
import { functionOf, optionsOf, ownArguments, reading, rowsTogether } from './arguments.js';
import { CALL, aborted, callOptions } from './call.js';
import { ASYNC_DISPOSE } from './disposal.js';
import type { StoredCohort, StoredEntry } from './gallery-database.js';
import type { GalleryStore } from './gallery-store.js';
import type {
  Attributes,
  Gallery,
  GalleryAnswer,
  GalleryChange,
  GalleryQuery,
  GalleryState,
  Instance,
  NewInstance,
  Rows,
  ThresholdReport,
  ThresholdRequest,
} from './gallery-types.js';
import { Line } from './line.js';
import type { GalleryMethod } from './protocol.js';
import { show } from './show.js';
import { tell } from './tell.js';
import type { CallOptions, DistanceKind, OpenSet } from './types.js';

/** Asks the engine, in the lab's queue. */
export type AskGallery = (method: GalleryMethod, request: object, call?: object) => Promise<unknown>;

/** The engine's answer to a change. */
export interface EngineGallery extends Omit<GalleryState, 'threshold'> {
  readonly config: {
    readonly dim: number;
    readonly distance: DistanceKind;
    readonly threshold: number | null;
  };
  readonly nextKey: number;
  readonly difference: {
    readonly added: readonly string[];
    readonly put: readonly number[];
    readonly removed: readonly number[];
  } | null;
  /** Of a gallery from a file: the rows of its cohort, and how many of them count. */
  readonly cohortVectors?: Float32Array;
  readonly top?: number | null;
}

interface EngineEntries {
  readonly keys: readonly number[];
  readonly entries: readonly Instance[];
  readonly vectors: Float32Array;
}

/** The default count of hits. */
const HITS = 5;
/** Most hits of a part of the answer to many rows, about 20 MB in the engine, whose memory never shrinks. */
const PART_HITS = 100_000;
const OF_A_ROW = new Set<ErrorCode>(['shape.mismatch', 'data.not_finite', 'distance.out_of_range']);
const COHORT = ['top', ...CALL] as const;
const QUERY = ['k', 'names', 'attributes', 'without', ...CALL] as const;

/** A gallery of an engine, and its copy on disk. Changes are made one after the other. */
export class LabGallery implements Gallery {
  readonly dim: number;
  readonly distance: DistanceKind;
  readonly #number: number;
  readonly #ask: AskGallery;
  readonly #store: GalleryStore | null;
  readonly #listeners = new Set<(state: GalleryState) => void>();
  #state: GalleryState;
  #cohort: StoredCohort | null = null;
  readonly #changes = new Line();
  #closed = false;

  constructor(number: number, opened: EngineGallery, ask: AskGallery, store: GalleryStore | null) {
    this.#number = number;
    this.#ask = ask;
    this.#store = store;
    this.dim = opened.config.dim;
    this.distance = opened.config.distance;
    this.#state = stateOf(opened);
  }

  get store(): string | null {
    return this.#store?.name ?? null;
  }

  get state(): GalleryState {
    return this.#state;
  }

  async add(instances: NewInstance | readonly NewInstance[], call?: CallOptions): Promise<readonly string[]> {
    const changes = reading(() => {
      const list = Array.isArray(instances)
        ? (instances as readonly NewInstance[])
        : [instances as NewInstance];
      return list.map((instance) => ({ ...objectOf(instance, 'An instance'), kind: 'add' as const }));
    });
    return this.apply(changes, call);
  }

  async apply(changes: readonly GalleryChange[], call?: CallOptions): Promise<readonly string[]> {
    const request = reading(() => requestOf(changes, this.dim));
    const { difference } = await this.#change('galleryApply', request, call);
    return difference?.added ?? [];
  }

  async remove(ids: string | readonly string[], call?: CallOptions): Promise<void> {
    const list = typeof ids === 'string' ? [ids] : ids;
    if (!reading(() => Array.isArray(list)))
      throw badArgument(`ids must be a text or a list of texts, is ${show(ids)}.`);
    await this.apply(
      reading(() => Array.from(list, (id) => ({ kind: 'remove' as const, id }))),
      call,
    );
  }

  async undo(call?: CallOptions): Promise<boolean> {
    return (await this.#change('galleryUndo', {}, call)).difference !== null;
  }

  async redo(call?: CallOptions): Promise<boolean> {
    return (await this.#change('galleryRedo', {}, call)).difference !== null;
  }

  async compact(call?: CallOptions): Promise<void> {
    await this.#change('galleryCompact', {}, call);
  }

  async setThreshold(threshold: number | null, call?: CallOptions): Promise<void> {
    // Null names everybody: a field that is not there must not do so.
    if ((threshold as unknown) === undefined)
      throw badArgument('threshold must be a number or null, is undefined.');
    await this.#change('galleryDecide', { threshold }, call);
  }

  async setCohort(
    vectors: Rows | null,
    options?: CallOptions & { readonly top?: number | undefined },
  ): Promise<void> {
    const { top, ...call } = reading(() => optionsOf(options, COHORT, '{ top: 20 }'));
    const rows = vectors === null ? new Float32Array(0) : rowsOf(vectors, this.dim);
    // For the engine, no rows end the cohort.
    if (vectors !== null && reading(() => rows.length === 0))
      throw new MetricLabError('data.insufficient', 'A cohort needs at least 2 rows; null ends it.');
    // A copy: it is written when the engine has taken it.
    const own = reading(() => rows.slice());
    const cohort = { vectors: own, ...(top === undefined ? {} : { top }) } as StoredCohort;
    await this.#change('galleryCohort', cohort, call, vectors === null ? null : cohort);
  }

  async query(vectors: Rows, options?: GalleryQuery & CallOptions): Promise<readonly GalleryAnswer[]> {
    const given = reading(() => optionsOf(options, QUERY, '{ k: 5 }'));
    const { k = HITS, names, attributes = {}, without = [], ...call } = given;
    const filter = { names: names ?? null, attributes, without };
    const queries = rowsOf(vectors, this.dim);
    const query = { k, filter };
    const hits = typeof k === 'number' ? Math.min(k, this.#state.count) : 0;
    const most = hits > 0 ? Math.max(1, Math.floor(PART_HITS / hits)) : Infinity;
    return reading(() => queries.length > most * this.dim)
      ? this.#queryInParts({ queries, query }, most, call)
      : ((await this.#read('galleryQuery', { queries, query }, call)) as GalleryAnswer[]);
  }

  /** Answers `most` rows at a time; no change comes between. */
  #queryInParts(
    request: { readonly queries: Float32Array; readonly query: object },
    most: number,
    call: object,
  ): Promise<GalleryAnswer[]> {
    const { signal, onProgress } = reading(() => callOptions(call));
    const [asked] = ownArguments('galleryQuery', [this.#requested('galleryQuery', request)]);
    const { queries } = asked as typeof request;
    const total = queries.length / this.dim;
    const answersTo = async (part: Float32Array, done: number) => {
      const told =
        onProgress &&
        (() => {
          onProgress({ done, total });
        });
      const answer = this.#ask(
        'galleryQuery',
        { ...(asked as object), queries: part },
        { signal, onProgress: told },
      );
      return (await answer) as GalleryAnswer[];
    };
    return this.#changes.run(async () => {
      const answers: GalleryAnswer[] = [];
      try {
        for (let from = 0; from < total; from += most) {
          const part = queries.slice(from * this.dim, (from + most) * this.dim);
          for (const answer of await answersTo(part, Math.min(total, from + most))) answers.push(answer);
        }
        return answers;
      } catch (thrown) {
        // The engine counts the rows of a part. Asked about all, it names the caller's.
        if (!OF_A_ROW.has(toMetricLabError(thrown).code)) throw thrown;
        return answersTo(queries, total);
      }
    }, signal);
  }

  async thresholdReport(request: ThresholdRequest = {}, call?: CallOptions): Promise<ThresholdReport> {
    return (await this.#read('galleryThreshold', { request }, call)) as ThresholdReport;
  }

  async identify(vectors: Rows, names: readonly (string | null)[], call?: CallOptions): Promise<OpenSet> {
    const request = { queries: rowsOf(vectors, this.dim), names };
    return (await this.#read('galleryIdentify', request, call)) as OpenSet;
  }

  async entries(call?: CallOptions): Promise<readonly (Instance & { readonly vector: Float32Array })[]> {
    return this.#instances(await this.#read('galleryEntries', {}, call));
  }

  async save(call?: CallOptions): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.#read('gallerySave', {}, call)) as Uint8Array<ArrayBuffer>;
  }

  onChange(listener: (state: GalleryState) => void): () => void {
    if (!functionOf(listener, 'listener')) throw badArgument('listener must be a function, is undefined.');
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async close(): Promise<void> {
    await this.#end((store) => store.close());
  }

  async [ASYNC_DISPOSE](): Promise<void> {
    await this.close();
  }

  async erase(): Promise<void> {
    await this.#end((store) => store.erase());
  }

  /** Goes on with a cohort that was stored. */
  async compareBy(cohort: StoredCohort): Promise<void> {
    const after = await this.#ask('galleryCohort', { ...cohort, gallery: this.#number });
    this.#cohort = cohort;
    this.#state = stateOf(after as EngineGallery);
  }

  /** Writes all instances and the cohort, for a gallery that came from a file. */
  async writeAll(opened: EngineGallery): Promise<void> {
    const { cohortVectors, top } = opened;
    if (cohortVectors && cohortVectors.length > 0)
      this.#cohort = { vectors: cohortVectors, ...(typeof top === 'number' ? { top } : {}) };
    if (!this.#store) return;
    if (this.#cohort) await this.#store.writeCohort(this.#cohort);
    const put = this.#stored(await this.#ask('galleryEntries', { gallery: this.#number }));
    await this.#store.write({ config: opened.config, nextKey: opened.nextKey }, put, []);
  }

  #read(method: GalleryMethod, request: object, call: object | undefined): Promise<unknown> {
    const { signal } = reading(() => callOptions(call));
    const asked = this.#requested(method, request);
    return this.#changes.after(() => this.#ask(method, asked, call), signal);
  }

  #requested(method: GalleryMethod, request: object): object {
    if (this.#closed) throw closed();
    return this.#changes.held(method, { ...request, gallery: this.#number });
  }

  /** Changes the engine's copy, then the one on disk; where that fails, the engine's is as it was. */
  #change(
    method: GalleryMethod,
    request: object,
    call: object | undefined,
    cohort: StoredCohort | null = null,
  ): Promise<EngineGallery> {
    const { signal } = reading(() => callOptions(call));
    const asked = this.#requested(method, request);
    return this.#changes.run(async () => {
      // A change that has begun is completed, so that the engine and the disk agree.
      if (signal?.aborted) throw aborted(signal);
      const after = (await this.#ask(method, asked)) as EngineGallery;
      try {
        if (method === 'galleryCohort') await this.#store?.writeCohort(cohort);
        else if (method !== 'galleryCompact') await this.#keep(after);
      } catch (thrown) {
        await this.#back(method, after);
        throw thrown;
      }
      if (method === 'galleryCohort') this.#cohort = cohort;
      this.#state = stateOf(after);
      for (const listener of this.#listeners) tell(listener, this.#state);
      return after;
    }, signal);
  }

  /** Takes a change back. A threshold and a cohort have no undo. */
  async #back(method: GalleryMethod, { difference }: EngineGallery): Promise<void> {
    const gallery = this.#number;
    const back = BACK[method];
    if (method === 'galleryDecide') await this.#ask(method, { gallery, threshold: this.#state.threshold });
    else if (method === 'galleryCohort')
      await this.#ask(method, { vectors: new Float32Array(0), ...this.#cohort, gallery });
    else if (back && difference) await this.#ask(back, { gallery });
  }

  async #keep({ config, nextKey, difference }: EngineGallery): Promise<void> {
    if (!this.#store) return;
    const keys = difference?.put ?? [];
    const put =
      keys.length > 0 ? this.#stored(await this.#ask('galleryEntries', { gallery: this.#number, keys })) : [];
    await this.#store.write({ config, nextKey }, put, difference?.removed ?? []);
  }

  #instances(answer: unknown): (Instance & { readonly vector: Float32Array })[] {
    const { entries, vectors } = answer as EngineEntries;
    const vector = (at: number) => vectors.slice(at * this.dim, (at + 1) * this.dim);
    return entries.map((entry, at) => ({ ...entry, vector: vector(at) }));
  }

  #stored(answer: unknown): StoredEntry[] {
    const { keys } = answer as EngineEntries;
    return this.#instances(answer).map((instance, at) => ({ ...instance, key: keys[at] ?? 0 }));
  }

  async #end(finish: (store: GalleryStore) => Promise<void>): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      await freed(this.#changes.after(() => this.#ask('galleryClose', { gallery: this.#number })));
    } finally {
      this.#listeners.clear();
      if (this.#store) await finish(this.#store);
    }
  }
}

/** The call that takes another one back. */
const BACK: Partial<Record<GalleryMethod, GalleryMethod>> = {
  galleryApply: 'galleryUndo',
  galleryUndo: 'galleryRedo',
  galleryRedo: 'galleryUndo',
};

function stateOf({ count, classes, config, cohort, undo, redo, bytes }: EngineGallery): GalleryState {
  return { count, classes, threshold: config.threshold, cohort, undo, redo, bytes };
}

/** Rows in one array. */
export function rowsOf(rows: Rows, dim: number): Float32Array {
  return reading(() => rowsTogether(rows, dim, 'vectors'));
}

/** Changes without their vectors, which travel together. */
function requestOf(
  changes: unknown,
  dim: number,
): { readonly changes: object[]; readonly vectors: Float32Array } {
  if (!Array.isArray(changes)) throw badArgument(`changes must be a list, is ${show(changes)}.`);
  const vectors: ArrayLike<number>[] = [];
  const plain = Array.from(changes as readonly unknown[], (change, at) => {
    const copy: Record<string, unknown> = { ...(objectOf(change, `changes[${at}]`) as object) };
    if (copy['kind'] !== 'add' && copy['kind'] !== 'replace') return copy;
    vectors.push(copy['vector'] as ArrayLike<number>);
    delete copy['vector'];
    return copy;
  });
  return { changes: plain, vectors: rowsOf(vectors, dim) };
}

function objectOf<T>(value: T, what: string): T {
  if (typeof value === 'object' && value !== null) return value;
  throw badArgument(`${what} must be an object, is ${show(value)}.`);
}

function closed(): MetricLabError {
  return new MetricLabError('gallery.closed', 'This gallery was closed.');
}

export type { Attributes };

import type { Picture, SessionInfo } from 'metriclab';
import { seenPoints } from '../geometry/ball';
import type { Frame } from '../geometry/camera';
import { throttled } from '../dom/tasks';
import { trusted } from '../dom/trusted';
import type { MessageKey } from '../i18n/translator';
import { firstOf, othersOf, type Near } from '../projection/graph';
import { nearestOf } from '../projection/neighbourhoods';
import {
  leastPoints,
  MOST_NEAR,
  nearCount,
  type Method,
  type Projected,
  type ProjectTask,
  type Reply,
  type WorkerTask,
} from '../projection/protocol';
import script from '../projection/projection-worker.ts?worker&url';
import { rowsOf, sampleWith, spread, unitRows, wholeNumbers } from '../projection/sample';
import type { Settings } from '../store/settings';
import { Signal } from '../store/signal';
import type { Store } from '../store/store';
import { isFault } from './labs';
import type { Notices } from './notices';
import type { Selection } from './selection';
import type { Session } from './session';
import { trailsOf, type Trails } from './trails';

/** Parameters that are still being changed ask for nothing yet. */
const SETTLE_MS = 700;
/** What is chosen for a picture by t-SNE or UMAP. */
const PARAMETERS = [
  'perplexity',
  'umapNeighbours',
  'minDist',
  'sample',
  'projectionSeed',
] as const satisfies readonly (keyof Settings)[];

/** Of which moment something is. */
interface Moment {
  readonly info: SessionInfo;
  readonly step: number;
}

/** A picture by t-SNE or UMAP, done or on its way. */
export interface Layout extends Moment {
  readonly method: Method;
  /** The parameters it was drawn by. */
  readonly by: string;
  /** Which points of the data set it shows. */
  readonly sample: Uint32Array;
  /** Places of all points of the data set; NaN for those outside the sample. */
  readonly xy: Float32Array;
  /** The nearest of each point of the sample in the embedding, as places in the sample. */
  readonly near: Near;
  /** What the Worker found out at the end; null on the way. */
  readonly found: Projected | null;
}

/** Embeddings of three numbers, as the map shows them in space. */
export interface Space extends Moment {
  readonly ids: readonly number[];
  readonly rows: Float32Array;
  /** Of a ball around the origin that holds nearly all of them. */
  readonly radius: number;
  /** Whether all of them lie on that ball. */
  readonly unit: boolean;
}

/** Trustworthiness of the picture by PCA. */
export interface Measured extends Moment {
  readonly trust: number;
  readonly points: number;
}

/** What is being computed. `total` is 0 until the first round is told. */
export interface Computing {
  readonly method: Method | 'pca';
  readonly done: number;
  readonly total: number;
}

/** The selected point in the picture that is shown. */
export interface Look {
  readonly selected: number;
  /** Whether it has a place there. */
  readonly placed: boolean;
  /** Nearest in the embedding (of those that are shown); null while they are searched. */
  readonly near: readonly number[] | null;
  /** Nearest in the picture, but not in the embedding. */
  readonly intruders: readonly number[];
  readonly k: number;
}

const FAILURES = {
  few: 'notice.projectionFew',
  worker: 'notice.projectionWorker',
  unexpected: 'notice.projectionFailed',
} as const satisfies Readonly<Record<string, MessageKey>>;
type Failure = keyof typeof FAILURES;

class Failed extends Error {
  readonly reason: Failure;

  constructor(reason: Failure, message: string) {
    super(message);
    this.reason = reason;
  }
}

function spaceOf(ids: readonly number[], rows: Float32Array, info: SessionInfo, step: number): Space {
  const { normalize, dim } = info.config.embedding;
  const lengths = ids.map((_, at) => Math.hypot(...rows.subarray(at * dim, (at + 1) * dim)));
  const far = lengths.sort((a, b) => a - b)[Math.floor(0.998 * (lengths.length - 1))] ?? 0;
  return { ids, rows, info, step, unit: normalize, radius: normalize || far === 0 ? 1 : far };
}

/** Where the map's points lie: by PCA as the engine draws it, or by t-SNE or UMAP from a Worker of the page's own. */
export class Projections {
  /** Places of all points as they are shown now; NaN for those without. */
  readonly places = new Signal<Float32Array | null>(null);
  /** The picture by t-SNE or UMAP that is shown; null while PCA is. */
  readonly layout = new Signal<Layout | null>(null);
  readonly space = new Signal<Space | null>(null);
  /** Null where the map can have none. */
  readonly trails = new Signal<Trails | null>(null);
  readonly measured = new Signal<Measured | null>(null);
  readonly computing = new Signal<Computing | null>(null);
  readonly look = new Signal<Look | null>(null);

  readonly #store: Store;
  readonly #session: Session;
  readonly #selection: Selection;
  readonly #notices: Notices;
  readonly #layouts = new Map<Method, Layout>();
  /** Chooses points by chance, in the same order for the same seed of the link. */
  #below: (bound: number) => number;
  #worker: Worker | null = null;
  /** The samples of the engine's pictures while a sweep is not complete: as many as can be told apart. */
  #sample = new Set<number>();
  /** How near to the viewer each point is, from 1 to 255; null in the plane. */
  #depths: Uint8Array | null = null;
  #askingSpace = false;
  /** The run at work; another one, or null, once it is not wanted any more. */
  #run: AbortController | null = null;

  constructor(store: Store, session: Session, selection: Selection, notices: Notices) {
    this.#store = store;
    this.#session = session;
    this.#selection = selection;
    this.#notices = notices;
    this.#below = wholeNumbers(store.value.seed);
    store.onChange(['seed'], () => {
      this.#below = wholeNumbers(store.value.seed);
    });
    const renew = throttled(SETTLE_MS, () => {
      if (this.#store.value.projection !== 'pca') this.#show(true);
    });
    store.onChange(['projection'], () => {
      this.cancel();
      this.#show(true);
    });
    store.onChange(PARAMETERS, () => {
      this.cancel();
      renew.ask();
    });
    session.data.onChange(() => {
      this.cancel();
      this.#layouts.clear();
      this.#sample = new Set();
      this.measured.set(null);
      this.space.set(null);
      this.#show(false);
    });
    session.phase.onChange((phase) => {
      if (phase === 'ready') this.#show(true);
    });
    session.picture.onChange(() => {
      if (!this.layout.value) this.#place();
    });
    const again = (): void => {
      if (this.layout.value) this.#lookAnew();
      else this.#place();
    };
    store.onChange(['selected', 'k', 'all'], again);
    store.onChange(['space', 'angles'], () => {
      this.#place();
    });
    store.onChange(['trails', 'selected'], () => {
      this.#trail();
    });
    session.timeline.kept.onChange(() => {
      this.#trail();
    });
    // The last step of a training may come without another picture.
    session.progress.onChange(() => {
      if (this.inSpace && !session.training.value) void this.#askSpace();
    });
    selection.embedding.onChange(again);
    selection.hovered.onChange(() => {
      if (this.inSpace) void this.#askSpace();
    });
    session.timeline.shown.onChange(() => {
      this.#place();
    });
  }

  /** Whether something is of the step that the session stands at. */
  isFresh({ info, step }: Moment): boolean {
    return this.ofThisSession({ info }) && step === this.#session.progress.value.step;
  }

  ofThisSession({ info }: Pick<Moment, 'info'>): boolean {
    return info === this.#session.info.value;
  }

  /** Whether a picture was drawn by the parameters that are chosen now. */
  asChosen({ method, by }: Layout): boolean {
    return by === this.#by(method);
  }

  /** Draws the chosen picture from the embeddings as they are now; of PCA, which is always drawn, measures it. */
  compute(): void {
    const { projection } = this.#store.value;
    this.cancel();
    if (projection === 'pca') void this.#attempt('pca', (run) => this.#measure(run));
    else void this.#attempt(projection, (run) => this.#draw(run, projection));
  }

  /** Gives up what is being computed; the last complete picture comes back. */
  cancel(): void {
    if (!this.#run) return;
    this.#end();
    this.#show(false);
  }

  /** A point that is shown, by chance; -1 for none. */
  any(): number {
    const count = this.#session.data.value?.count ?? 0;
    const all = this.#store.value.all ? this.#session.picture.value?.indices : this.shownSample;
    const sample = this.layout.value?.sample ?? all;
    const at = this.#below(sample?.length ?? count);
    return count === 0 ? -1 : (sample?.[at] ?? at);
  }

  #end(): void {
    this.#run?.abort();
    this.#run = null;
    this.#worker?.terminate();
    this.#worker = null;
    this.computing.set(null);
  }

  #by(method: Method): string {
    const { perplexity, umapNeighbours, minDist, sample, projectionSeed } = this.#store.value;
    return [method === 'tsne' ? perplexity : `${umapNeighbours} ${minDist}`, sample, projectionSeed].join(
      ' ',
    );
  }

  /** Shows what is chosen: as it was drawn last, or, where it was not drawn with these parameters yet, draws it if `wanted`. */
  #show(wanted: boolean): void {
    const { projection } = this.#store.value;
    const kept = projection === 'pca' ? undefined : this.#layouts.get(projection);
    this.layout.set(kept ?? null);
    this.#place();
    if (
      wanted &&
      projection !== 'pca' &&
      !(kept && this.asChosen(kept)) &&
      this.#session.phase.value === 'ready'
    )
      this.compute();
  }

  #place(): void {
    const past = this.#session.timeline.shown.value;
    const shown = past?.picture ?? this.#session.picture.value;
    if (shown && !shown.complete) this.#sample = new Set(shown.indices);
    if (this.inSpace) void this.#askSpace();
    const space = this.inSpace ? this.space.value : null;
    this.#depths = null;
    this.places.set(
      space
        ? this.#spacePlaces(space)
        : ((past ? null : this.layout.value?.xy) ?? this.#pcaPlaces(past?.picture)),
    );
    this.#trail();
    this.#lookAnew();
  }

  /** Only maps by PCA lie alike from step to step, and only in the plane. */
  #trail(): void {
    const { trails: of, selected } = this.#store.value;
    const { timeline, picture, data } = this.#session;
    const shown = timeline.shown.value?.picture ?? picture.value;
    const labels = data.value?.labels;
    if (of === 'none' || !shown || !labels || selected < 0 || this.inSpace || this.#drawn()) {
      this.trails.set(null);
      return;
    }
    const alike = (index: number): boolean => labels[index] === labels[selected];
    const samples = of === 'point' ? [selected] : this.shownSample.filter(alike);
    this.trails.set(trailsOf(timeline.kept.value, shown.step, samples, of));
  }

  /** Whether the embedding can be shown in space. */
  get hasSpace(): boolean {
    return this.#session.info.value?.config.embedding.dim === 3;
  }

  /** Whether it is, or is going to be. */
  get inSpace(): boolean {
    const { space, projection } = this.#store.value;
    return space && projection === 'pca' && this.hasSpace;
  }

  get depths(): Uint8Array | null {
    return this.#depths;
  }

  /** The ball that is shown, so that a turn changes nothing else; null in the plane, where the points decide. */
  get frame(): Frame | null {
    const radius = this.#depths ? this.space.value?.radius : undefined;
    return radius === undefined ? null : { x: 0, y: 0, half: radius };
  }

  #spacePlaces({ ids, rows, radius }: Space): Float32Array {
    const count = this.#session.data.value?.count ?? 0;
    const [yaw = 0, pitch = 0] = this.#store.value.angles;
    const xy = new Float32Array(2 * count).fill(NaN);
    const depths = new Uint8Array(count);
    for (const { at, x, y, depth } of seenPoints(rows, 3, [yaw, pitch])) {
      const index = ids[at] ?? 0;
      xy.set([x, y], 2 * index);
      depths[index] = Math.round(128 + 127 * Math.max(-1, Math.min(1, depth / radius)));
    }
    this.#depths = depths;
    return xy;
  }

  /** The samples that are shown in space, among them all between which there are lines. */
  #spaceIds(): readonly number[] {
    const { embedding, hovered } = this.#selection;
    const near = [...(embedding.value?.indices ?? []), ...(hovered.value?.near ?? [])];
    const count = this.#session.data.value?.count ?? 0;
    const wanted = new Set([...this.shownSample, this.#store.value.selected, ...near]);
    return [...wanted].filter((index) => index >= 0 && index < count);
  }

  /** Asks for the embeddings of one step, unless they are there; one question at a time, and then the newest. */
  async #askSpace(): Promise<void> {
    if (this.#askingSpace) return;
    this.#askingSpace = true;
    try {
      while (this.inSpace && !this.#hasRows()) {
        const info = this.#session.info.value;
        const ids = this.#spaceIds();
        const { rows, step } = await this.#session.rowsOf(ids);
        if (!info || info !== this.#session.info.value) continue;
        this.space.set(spaceOf(ids, rows, info, step));
        this.#place();
        // The next picture asks again, at the pace of training.
        if (this.#session.training.value) break;
      }
    } catch (error) {
      this.#store.set({ space: false });
      this.#tell(error, 'pca');
    } finally {
      this.#askingSpace = false;
    }
  }

  /** Whether the rows are of the step that is shown, and all are there. */
  #hasRows(): boolean {
    const { space } = this;
    const step = this.#session.timeline.shown.value?.step ?? this.#session.progress.value.step;
    if (space.value?.step !== step || !this.ofThisSession(space.value)) return false;
    const known = new Set(space.value.ids);
    return this.#spaceIds().every((index) => known.has(index));
  }

  /** How many samples the map shows while it does not show all. */
  get sampleSize(): number {
    return this.#sample.size;
  }

  /** The samples that the map by PCA shows: one step's, at any time. */
  get shownSample(): readonly number[] {
    const picture = this.#session.timeline.shown.value?.picture ?? this.#session.picture.value;
    return this.#sample.size > 0 ? [...this.#sample] : [...(picture?.indices ?? [])];
  }

  /** Places of all points in the engine's picture; NaN for those that are not shown. */
  #pcaPlaces(past: Picture | undefined): Float32Array | null {
    const picture = past ?? this.#session.picture.value;
    const count = this.#session.data.value?.count;
    if (!picture || !count) return null;
    const xy = spread(picture.xy, picture.indices, count);
    if (this.#store.value.all || !picture.complete || this.#sample.size === 0) return xy;
    const near = new Set(this.#selection.embedding.value?.indices ?? []).add(this.#store.value.selected);
    for (const index of picture.indices)
      if (!this.#sample.has(index) && !near.has(index)) xy.fill(NaN, 2 * index, 2 * index + 2);
    return xy;
  }

  async #attempt(method: Computing['method'], work: (run: AbortController) => Promise<void>): Promise<void> {
    const run = new AbortController();
    this.#run = run;
    this.computing.set({ method, done: 0, total: 0 });
    try {
      await work(run);
      if (this.#run === run) this.#end();
    } catch (error) {
      if (this.#run !== run) return;
      this.#end();
      this.#tell(error, method);
      // PCA needs nothing of what failed. Too few points can be mended where they are.
      if (method === 'pca' || (error instanceof Failed && error.reason === 'few')) this.#show(false);
      else this.#store.set({ projection: 'pca' });
    }
  }

  async #draw(run: AbortController, method: Method): Promise<void> {
    const by = this.#by(method);
    const { perplexity, umapNeighbours: neighbours, minDist, projectionSeed: seed } = this.#store.value;
    const sampled = await this.#sampled(leastPoints({ method, perplexity, neighbours }));
    if (this.#run !== run) return;
    const { rows, dim, sample, count, picture, info } = sampled;
    const near = await this.#nearest(run, rows, dim, nearCount({ method, perplexity, neighbours }));
    if (this.#run !== run) return;
    // The picture needs more of them than the page shows.
    const shown = firstOf(near, MOST_NEAR);
    const draft = (xy: Float32Array, found: Projected | null): Layout => ({
      method,
      by,
      sample,
      info,
      step: picture.step,
      near: shown,
      found,
      xy: spread(xy, sample, count),
    });
    const task: ProjectTask = {
      kind: 'project',
      method,
      rows,
      dim,
      near,
      perplexity,
      neighbours,
      minDist,
      seed,
      reference: rowsOf(this.#reference(method, sample) ?? picture.xy, 2, sample),
    };
    const found = await this.#ask(task, run, 'projected', ({ done, total, xy }) => {
      this.computing.set({ method, done, total });
      this.layout.set(draft(xy, null));
      this.#place();
    });
    const layout = draft(found.xy, found);
    this.#layouts.set(method, layout);
    this.layout.set(layout);
    this.#place();
  }

  /** The embeddings of the sample as they are now, as Euclidean distances compare them. */
  async #sampled(least: number) {
    const { sample: most, projectionSeed: seed, selected, k } = this.#store.value;
    const { rows: plain, picture, info } = await this.#session.embeddings();
    const { dim } = info.config.embedding;
    const count = plain.length / dim;
    const rows = info.config.distance === 'cosine' ? unitRows(plain, dim) : plain;
    const picked = selected >= 0 && selected < count && count > most;
    // Searched here, so that they are of the same step as the rows.
    const always = picked ? [selected, ...nearestOf({ rows, dim }, selected, k)] : [];
    const sample = sampleWith(always, count, most, seed);
    if (sample.length < least) throw new Failed('few', `${sample.length} points, ${least} needed`);
    return { rows: rowsOf(rows, dim, sample), dim, sample, count, picture, info };
  }

  /** Each row's nearest others: exact, by the engine that does not train. */
  async #nearest({ signal }: AbortController, rows: Float32Array, dim: number, k: number): Promise<Near> {
    const lab = await this.#session.labs.probe();
    const asked = { queries: rows, references: rows, dim, k: k + 1, metric: 'euclidean' } as const;
    return othersOf(await lab.nearest(asked, { signal }), rows.length / dim, k);
  }

  /** The method's last picture, for the new one to lie like, if it has a place for most of the sample. */
  #reference(method: Method, sample: Uint32Array): Float32Array | null {
    const last = this.#layouts.get(method)?.xy;
    const known = last ? sample.filter((index) => Number.isFinite(last[2 * index])).length : 0;
    return last && 2 * known > sample.length ? last : null;
  }

  async #measure(run: AbortController): Promise<void> {
    const { rows, dim, sample, picture, info } = await this.#sampled(leastPoints(null));
    if (this.#run !== run) return;
    const task: WorkerTask = { kind: 'measure', rows, dim, xy: rowsOf(picture.xy, 2, sample) };
    const { trust } = await this.#ask(task, run, 'measured', () => undefined);
    this.measured.set({ trust, points: sample.length, info, step: picture.step });
  }

  /** The Worker's answer of the kind that is expected. Never settles once the run is not wanted any more. */
  #ask<K extends 'projected' | 'measured'>(
    task: WorkerTask,
    run: AbortController,
    kind: K,
    onProgress: (progress: Extract<Reply, { kind: 'progress' }>) => void,
  ): Promise<Extract<Reply, { kind: K }>> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(trusted(script), { type: 'module', name: 'metriclab-projection' });
      this.#worker = worker;
      const fail = (reason: Failure, detail: string): void => {
        reject(new Failed(reason, detail));
      };
      worker.onmessage = ({ data: reply }: MessageEvent<Reply>) => {
        if (this.#run !== run) return;
        if (reply.kind === 'progress') onProgress(reply);
        else if (reply.kind === 'failed') fail('unexpected', reply.detail);
        else if (reply.kind === kind) resolve(reply as Extract<Reply, { kind: K }>);
      };
      worker.onmessageerror = () => {
        fail('worker', 'It sent something that cannot be read.');
      };
      worker.onerror = (event) => {
        event.preventDefault();
        fail('worker', event.message || 'Its script was blocked or not found.');
      };
      worker.postMessage(task, [task.rows.buffer as ArrayBuffer]);
    });
  }

  #tell(error: unknown, method: Computing['method']): void {
    // The engine's own faults are told by the session.
    if (isFault(error)) return;
    if (!(error instanceof Failed)) {
      this.#notices.fail(error, { tone: 'warning' });
      return;
    }
    const again = {
      label: 'notice.tryAgain' as const,
      run: () => {
        if (method !== 'pca' && this.#store.value.projection !== method)
          this.#store.set({ projection: method });
        else this.compute();
      },
    };
    this.#notices.say(FAILURES[error.reason], { tone: 'error', detail: error.message, action: again });
  }

  #lookAnew(): void {
    const { selected, k: asked } = this.#store.value;
    const xy = this.places.value;
    if (!xy || selected < 0 || 2 * selected >= xy.length) {
      this.look.set(null);
      return;
    }
    const placed = Number.isFinite(xy[2 * selected]);
    const near = placed ? this.#near(selected, asked) : null;
    const k = near?.length ?? asked;
    const flat = placed && near ? nearestOf({ rows: xy, dim: 2 }, selected, k) : [];
    this.look.set({
      selected,
      placed,
      near,
      k,
      intruders: flat.filter((index) => near?.includes(index) === false),
    });
  }

  /** The selected point's nearest in the embedding, among the points that are shown. */
  #near(selected: number, k: number): readonly number[] | null {
    const layout = this.layout.value;
    if (layout) return this.#nearIn(layout, selected, k);
    return this.#selection.embedding.value ? [...this.#selection.embedding.value.indices] : null;
  }

  #nearIn(layout: Layout, index: number, k: number): readonly number[] | null {
    if (!layout.found) return null;
    const start = layout.sample.indexOf(index) * layout.near.k;
    return [...layout.near.indices.subarray(start, start + k)].map((place) => layout.sample[place] ?? -1);
  }

  /** Asks for the true nearest of the point under the pointer, which `pointedNear` then has; -1 for none. */
  point(index: number): void {
    this.#selection.point(this.#drawn() ? -1 : index);
  }

  /** The nearest in the embedding of the point under the pointer; null while they are searched. */
  pointedNear(index: number): readonly number[] | null {
    const layout = this.#drawn();
    if (layout) return this.#nearIn(layout, index, this.#store.value.k);
    const hovered = this.#selection.hovered.value;
    return hovered?.index === index ? hovered.near : null;
  }

  /** The picture by t-SNE or UMAP, where the map shows it. */
  #drawn(): Layout | null {
    return this.#session.timeline.shown.value ? null : this.layout.value;
  }

  /** Where a sample lies in the picture by PCA, also one that the map leaves out; null without a place. */
  placeOf(index: number): readonly [number, number] | null {
    if (this.#depths) return null;
    const picture = this.#session.timeline.shown.value?.picture ?? this.#session.picture.value;
    const at = picture?.indices.indexOf(index) ?? -1;
    return picture && at >= 0 ? [picture.xy[2 * at] ?? NaN, picture.xy[2 * at + 1] ?? NaN] : null;
  }
}

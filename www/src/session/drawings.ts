import type { SessionInfo } from 'metriclab';
import { firstOf, othersOf, type Near } from '../projection/graph';
import { nearestOf } from '../projection/neighbourhoods';
import {
  leastPoints,
  MOST_NEAR,
  nearCount,
  type Method,
  type Projected,
  type ProjectTask,
} from '../projection/protocol';
import { rowsOf, sampleWith, spread, unitRows } from '../projection/sample';
import type { Settings } from '../store/settings';
import { Signal } from '../store/signal';
import type { Store } from '../store/store';
import { isFault } from './labs';
import type { Notices } from './notices';
import { Failed, FAILURES, inWorker } from './projector';
import type { Session } from './session';
import { flat } from './space';

/** The settings of a picture by t-SNE or UMAP. */
export const PARAMETERS = [
  'perplexity',
  'umapNeighbours',
  'minDist',
  'sample',
  'projectionSeed',
] as const satisfies readonly (keyof Settings)[];

/** The session and the step that something belongs to. */
export interface Moment {
  readonly info: SessionInfo;
  readonly step: number;
}

/** A picture by t-SNE or UMAP, done or on its way. */
export interface Layout extends Moment {
  readonly method: Method;
  /** The parameters it was drawn by. */
  readonly by: string;
  /** The points of the data set that it shows. */
  readonly sample: Uint32Array;
  /** Places of all points of the data set; NaN for those outside the sample. */
  readonly xy: Float32Array;
  /** The nearest of each point of the sample in the embedding, as places in the sample. */
  readonly near: Near;
  /** The Worker's answer at the end; null on the way. */
  readonly found: Projected | null;
}

/** Trustworthiness of the picture by PCA, or of the ball as it was turned. */
export interface Measured extends Moment {
  readonly trust: number;
  readonly points: number;
  /** How the ball was turned; null for the plane. */
  readonly angles: readonly number[] | null;
}

/** The task at work. `total` is 0 until the first round is told. */
export interface Computing {
  readonly method: Method | 'pca';
  readonly done: number;
  readonly total: number;
}

/** The map that shows the pictures. */
interface Shown {
  /** Shows a picture, done or on its way. */
  readonly show: (layout: Layout) => void;
  /** Shows the last complete picture of the chosen kind. */
  readonly goBack: () => void;
  /** How the ball is turned; null where the map is a plane. */
  readonly turned: () => readonly number[] | null;
}

/** Pictures by t-SNE and UMAP, drawn in a Worker from the embeddings of one moment; and the trust that the picture by PCA deserves, or the ball. */
export class Drawings {
  readonly measured = new Signal<Measured | null>(null);
  readonly computing = new Signal<Computing | null>(null);

  readonly #store: Store;
  readonly #session: Session;
  readonly #notices: Notices;
  readonly #map: Shown;
  /** The last complete picture of each method. */
  readonly #layouts = new Map<Method, Layout>();
  /** The task at work; aborted once it is not wanted any more. */
  #run: AbortController | null = null;

  constructor(store: Store, session: Session, notices: Notices, map: Shown) {
    this.#store = store;
    this.#session = session;
    this.#notices = notices;
    this.#map = map;
  }

  /** The last complete picture by a method. */
  last(method: Method): Layout | undefined {
    return this.#layouts.get(method);
  }

  /** The trust that was measured of what is shown now, if it was: a turn shows something else. */
  get trust(): Measured | null {
    const measured = this.measured.value;
    return measured && String(measured.angles) === String(this.#map.turned()) ? measured : null;
  }

  /** Whether a picture was drawn by the parameters that are chosen now. */
  asChosen({ method, by }: Layout): boolean {
    return by === this.#by(method);
  }

  /** Draws the chosen picture from the embeddings as they are now; of PCA, which is always drawn, measures it. */
  compute(): void {
    const { projection } = this.#store.value;
    this.cancel();
    if (projection === 'pca') void this.#attempt('pca', (signal) => this.#measure(signal));
    else void this.#attempt(projection, (signal) => this.#draw(signal, projection));
  }

  /** Gives up what is being computed; the last complete picture comes back. */
  cancel(): void {
    if (!this.#run) return;
    this.#end();
    this.#map.goBack();
  }

  /** Forgets all pictures. */
  clear(): void {
    this.cancel();
    this.#layouts.clear();
    this.measured.set(null);
  }

  #end(): void {
    this.#run?.abort();
    this.#run = null;
    this.computing.set(null);
  }

  #by(method: Method): string {
    const { perplexity, umapNeighbours, minDist, sample, projectionSeed } = this.#store.value;
    return [method === 'tsne' ? perplexity : `${umapNeighbours} ${minDist}`, sample, projectionSeed].join(
      ' ',
    );
  }

  async #attempt(method: Computing['method'], work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const run = new AbortController();
    this.#run = run;
    this.computing.set({ method, done: 0, total: 0 });
    try {
      await work(run.signal);
      if (this.#run === run) this.#end();
    } catch (error) {
      if (this.#run !== run) return;
      this.#end();
      this.#tell(error, method);
      // PCA needs nothing of what failed. Too few points can be mended where they are.
      if (method === 'pca' || (error instanceof Failed && error.reason === 'few')) this.#map.goBack();
      else this.#store.set({ projection: 'pca' });
    }
  }

  async #draw(signal: AbortSignal, method: Method): Promise<void> {
    const by = this.#by(method);
    const { perplexity, umapNeighbours: neighbours, minDist, projectionSeed: seed } = this.#store.value;
    const sampled = await this.#sampled(leastPoints({ method, perplexity, neighbours }));
    signal.throwIfAborted();
    const { rows, dim, sample, count, picture, info } = sampled;
    const near = await this.#nearest(signal, rows, dim, nearCount({ method, perplexity, neighbours }));
    signal.throwIfAborted();
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
    const found = await inWorker(task, 'projected', signal, ({ done, total, xy }) => {
      this.computing.set({ method, done, total });
      this.#map.show(draft(xy, null));
    });
    const layout = draft(found.xy, found);
    this.#layouts.set(method, layout);
    this.#map.show(layout);
  }

  /** The embeddings of the sample as they are now, as Euclidean distances compare them. */
  async #sampled(least: number) {
    const { sample: most, projectionSeed: seed, selected, k } = this.#store.value;
    const { rows: plain, picture, info } = await this.#session.questions.embeddings();
    const { dim } = info.config.embedding;
    const count = plain.length / dim;
    const rows = info.config.distance === 'cosine' ? unitRows(plain, dim) : plain;
    const picked = selected >= 0 && selected < count && count > most;
    // Searched here, so that they are of the same step as the rows.
    const always = picked ? [selected, ...nearestOf({ rows, dim }, selected, k)] : [];
    const sample = sampleWith(always, count, most, seed);
    if (sample.length < least) throw new Failed('few', `${sample.length} points, ${least} needed`);
    return { rows: rowsOf(rows, dim, sample), plain, dim, sample, count, picture, info };
  }

  /** Each row's nearest others: exact, by the engine that does not train. */
  async #nearest(signal: AbortSignal, rows: Float32Array, dim: number, k: number): Promise<Near> {
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

  /** Measures what is seen: the picture by PCA, or the ball as it is turned. */
  async #measure(signal: AbortSignal): Promise<void> {
    const angles = this.#map.turned();
    const { rows, plain, dim, sample, picture, info } = await this.#sampled(leastPoints(null));
    signal.throwIfAborted();
    const xy = angles ? flat(rowsOf(plain, dim, sample), angles) : rowsOf(picture.xy, 2, sample);
    const { trust } = await inWorker({ kind: 'measure', rows, dim, xy }, 'measured', signal);
    this.measured.set({ trust, points: sample.length, angles, info, step: picture.step });
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
}

import {
  createLab,
  fetchPacked,
  readPacked,
  type Lab,
  type LoadProgress,
  type MetricLabError,
  type PackedDataset,
} from 'metriclab';
import { inChunks } from '../run/chunks';
import { configOf, DIM, exhibitsOf, type Exhibits } from './sources';

/** Steps of the first training, and of each further one. */
export const STEPS = 240;
const CHUNK = 10;
const KEPT = 'metriclab-networks-1';
/** Classes and samples of each whose pairs choose the first limit. */
const JUDGES = 40;
const JUDGED = 6;

/** The data of a gallery: packed data of this site, or a visitor's own samples. */
export type Data =
  | { readonly source: 'signs' | 'products'; readonly url: string }
  | { readonly source: 'own'; readonly file: Blob };

/** The network of a gallery: trained in this browser. That of packed data is kept there for the next visit. */
export class Embedder {
  readonly lab: Lab;
  readonly set: PackedDataset;
  readonly exhibits: Exhibits;
  readonly #key: string | null;
  #step: number;
  /** Whether the next visit may find the network here. */
  keeps: boolean;
  #stop = new AbortController();

  private constructor(
    lab: Lab,
    set: PackedDataset,
    exhibits: Exhibits,
    key: string | null,
    step: number | null,
  ) {
    [this.lab, this.set, this.exhibits, this.#key, this.#step] = [lab, set, exhibits, key, step ?? 0];
    this.keeps = key !== null && step !== null;
  }

  /**
   * Opens the network; its step is 0 unless an earlier visit trained it. `onProgress` tells what has arrived, and null
   * when all is there.
   */
  static async open(
    data: Data,
    signal: AbortSignal,
    onProgress: (arrived: LoadProgress | null) => void,
  ): Promise<Embedder> {
    const bytes =
      data.source === 'own'
        ? await data.file.arrayBuffer()
        : await fetchPacked(data.url, { signal, onProgress });
    onProgress(null);
    const set = readPacked(bytes);
    const lab = await createLab();
    try {
      await lab.loadDataset(bytes, { signal });
      const { roles } = await lab.configure(configOf(data.source, await lab.defaults()));
      const key = data.source === 'own' ? null : new URL(data.url, document.baseURI).href;
      const step = key === null ? 0 : await restored(lab, key);
      return new Embedder(lab, set, exhibitsOf(data.source, set, roles), key, step);
    } catch (error) {
      lab.dispose();
      throw error;
    }
  }

  get step(): number {
    return this.#step;
  }

  /** Trains up to a step, or until `stop`; then keeps the network for the next visit. */
  async train(until: number, onStep: (step: number) => void): Promise<void> {
    this.#stop = new AbortController();
    await inChunks(until - this.#step, CHUNK, this.#stop.signal, async (count) => {
      this.#step = (await this.lab.advance(count)).step;
      onStep(this.#step);
    });
    if (this.#key !== null) this.keeps = await keep(this.#key, await this.lab.save());
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Embeds samples of the data set's shape, each as the bytes that the data set stores. */
  async embed(samples: readonly Uint8Array[]): Promise<Float32Array[]> {
    const size = this.sampleBytes;
    const bytes = new Uint8Array(samples.length * size);
    samples.forEach((sample, at) => {
      bytes.set(sample, at * size);
    });
    const pixels = this.set.type === 'f32' ? new Float32Array(bytes.buffer) : bytes;
    const rows = await this.lab.embed({ pixels, count: samples.length });
    return samples.map((_, at) => rows.slice(at * DIM, (at + 1) * DIM));
  }

  /** The bytes of a sample of the data set. */
  sample(index: number): Uint8Array {
    return new Uint8Array(this.set.pixels.slice(index * this.sampleBytes, (index + 1) * this.sampleBytes));
  }

  className(index: number): string {
    return this.set.classes[this.set.labels[index] ?? 0] ?? '';
  }

  /**
   * The distance up to which two samples count as one class, so that at most `rate` of the pairs of different classes do.
   * Its pairs are of samples that were not trained on, as far as there are any. Null where they choose none.
   */
  async defaultThreshold(rate: number): Promise<number | null> {
    const { labels } = this.set;
    const { gallery, questions } = this.exhibits;
    const pool = [...questions, ...gallery];
    const classes = [...new Set(pool.map((at) => labels[at] ?? 0))].slice(-JUDGES);
    const chosen = classes.flatMap((label) => pool.filter((at) => labels[at] === label).slice(0, JUDGED));
    const rows = await this.embed(chosen.map((at) => this.sample(at)));
    const pairs = await this.lab.gallery({ dim: DIM, distance: 'cosine' });
    try {
      await pairs.add(rows.map((vector, at) => ({ vector, name: String(labels[chosen[at] ?? 0]) })));
      const report = await pairs.thresholdReport({ criterion: { kind: 'fmrAtMost', rate }, draws: 0 });
      // Where pairs of different classes are nearest of all, no threshold keeps the rate: everybody gets a name.
      return Number.isFinite(report.chosen.threshold) ? report.chosen.threshold : null;
    } catch (error) {
      if ((error as MetricLabError).code === 'data.insufficient') return null;
      throw error;
    } finally {
      await pairs.close();
    }
  }

  dispose(): void {
    this.stop();
    this.lab.dispose();
  }

  get sampleBytes(): number {
    const { channels, height, width, type } = this.set;
    return channels * height * width * (type === 'f32' ? 4 : 1);
  }
}

/** Restores what an earlier visit has kept; 0 if there is nothing, or it is of another version; null if nothing can be kept. */
async function restored(lab: Lab, key: string): Promise<number | null> {
  let found: Response | undefined;
  try {
    found = await (await caches.open(KEPT)).match(key);
  } catch {
    return null;
  }
  try {
    return found ? (await lab.restore(new Uint8Array(await found.arrayBuffer()))).step : 0;
  } catch {
    // With a state that no longer fits, the network is trained anew.
    return 0;
  }
}

/** Whether it is kept: a browser that stores nothing trains again at the next visit. */
async function keep(key: string, state: Uint8Array): Promise<boolean> {
  try {
    await (await caches.open(KEPT)).put(key, new Response(new Uint8Array(state)));
    return true;
  } catch {
    return false;
  }
}

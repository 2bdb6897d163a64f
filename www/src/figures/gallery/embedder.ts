import { createLab, fetchPacked, readPacked, ROLE_UNSEEN, type Lab, type PackedDataset } from 'metriclab';

/** Numbers of an embedding. */
export const DIM = 64;
/** Steps of the first training, and of each further one. */
export const STEPS = 240;
const CHUNK = 10;
/** Classes that are held back from training, for the visitor to bring in. */
const HELD_BACK = 100;
const KEPT = 'metriclab-networks-1';

/** The network of the gallery: trained in this browser, and kept there for the next visit. */
export class Embedder {
  readonly lab: Lab;
  readonly set: PackedDataset;
  /** Pictures of classes that the network was never trained on. */
  readonly strangers: readonly number[];
  readonly #key: string;
  #step: number;
  #stop = false;

  private constructor(lab: Lab, set: PackedDataset, strangers: readonly number[], key: string, step: number) {
    [this.lab, this.set, this.strangers, this.#key, this.#step] = [lab, set, strangers, key, step];
  }

  /** Opens the network for a packed data set; `step` is 0 unless an earlier visit trained it. */
  static async open(url: string, signal: AbortSignal): Promise<Embedder> {
    const bytes = await fetchPacked(url, { signal });
    const set = readPacked(bytes);
    const lab = await createLab();
    try {
      await lab.loadDataset(bytes, { signal });
      const defaults = await lab.defaults();
      const { roles } = await lab.configure({
        ...defaults,
        seed: 1,
        unseenClasses: HELD_BACK,
        network: { kind: 'conv', channels: [16, 32, 64] },
        embedding: { dim: DIM, normalize: true },
        distance: 'cosine',
        loss: { kind: 'supcon', temperature: 0.1 },
        miner: { kind: 'none' },
        batch: { classes: 32, perClass: 4 },
        augment: { ...defaults.augment, shift: 2, rotate: 8, crop: 0.1 },
        optimizer: { ...defaults.optimizer, learningRate: 3e-3 },
      });
      const key = new URL(url, document.baseURI).href;
      const strangers = Array.from(roles.keys()).filter((at) => roles[at] === ROLE_UNSEEN);
      return new Embedder(lab, set, strangers, key, await restored(lab, key));
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
    this.#stop = false;
    while (this.#step < until && !this.#stopped()) {
      const { step } = await this.lab.advance(Math.min(CHUNK, until - this.#step));
      this.#step = step;
      onStep(step);
    }
    await keep(this.#key, await this.lab.save());
  }

  stop(): void {
    this.#stop = true;
  }

  #stopped(): boolean {
    return this.#stop;
  }

  /** Embeds pictures of the data set's shape, one after the other. */
  async embed(pictures: readonly Uint8Array[]): Promise<Float32Array[]> {
    const size = this.#size;
    const pixels = new Uint8Array(pictures.length * size);
    pictures.forEach((picture, at) => {
      pixels.set(picture, at * size);
    });
    const rows = await this.lab.embed({ pixels, count: pictures.length });
    return pictures.map((_, at) => rows.slice(at * DIM, (at + 1) * DIM));
  }

  /** The pixels of a picture of the data set. */
  picture(index: number): Uint8Array {
    return new Uint8Array(this.set.pixels.slice(index * this.#size, (index + 1) * this.#size));
  }

  /**
   * The distance up to which pictures of one class are accepted so that at most `rate` of other pairs are, from classes that
   * the network was never trained on.
   */
  async defaultThreshold(rate: number): Promise<number> {
    const classes = [...new Set(this.strangers.map((at) => this.set.labels[at] ?? 0))].slice(-40);
    const chosen = this.strangers.filter((at) => classes.includes(this.set.labels[at] ?? 0));
    const rows = await this.embed(chosen.map((at) => this.picture(at)));
    const pairs = await this.lab.gallery({ dim: DIM, distance: 'cosine' });
    await pairs.add(rows.map((vector, at) => ({ vector, name: String(this.set.labels[chosen[at] ?? 0]) })));
    const { chosen: at } = await pairs.thresholdReport({
      criterion: { kind: 'fmrAtMost', rate },
      draws: 0,
    });
    await pairs.close();
    return at.threshold;
  }

  dispose(): void {
    this.#stop = true;
    this.lab.dispose();
  }

  get #size(): number {
    return this.set.channels * this.set.height * this.set.width;
  }
}

/** Restores what an earlier visit has kept; 0 if there is nothing, or it is of another version. */
async function restored(lab: Lab, key: string): Promise<number> {
  try {
    const found = await (await caches.open(KEPT)).match(key);
    return found ? (await lab.restore(new Uint8Array(await found.arrayBuffer()))).step : 0;
  } catch {
    // Without storage, or with a state that no longer fits, the network is trained anew.
    return 0;
  }
}

async function keep(key: string, state: Uint8Array): Promise<void> {
  try {
    await (await caches.open(KEPT)).put(key, new Response(new Uint8Array(state)));
  } catch {
    // A browser that stores nothing trains again at the next visit.
  }
}

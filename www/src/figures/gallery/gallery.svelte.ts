import type {
  Gallery,
  GalleryAnswer,
  GalleryChange,
  GalleryState,
  MetricLabError,
  ThresholdReport,
} from 'metriclab';
import { DIM, Embedder, STEPS } from './embedder';
import { fromText, toText } from './pixels';

/** Strangers among other pairs that the first threshold may let pass. */
const FIRST_RATE = 0.02;
/** Classes in the gallery at the first visit, with pictures of each. */
const FIRST_CLASSES = 8;
const FIRST_PICTURES = 2;
/** Pictures of strangers on offer. */
const TRAY = 12;
/** The attribute that holds an instance's picture, so that a stored gallery can show it. */
const PICTURE = 'picture';
export const NEAREST = 5;

export type Phase = 'loading' | 'training' | 'ready' | 'failed';

/** An instance as the page shows it. */
export interface Entry {
  readonly id: string;
  readonly name: string;
  readonly picture: Uint8Array;
}

export interface Source {
  /** The packed data set that the network is trained on. */
  readonly dataset: string;
  readonly url: string;
}

/** A gallery of pictures that come and go, and the network that compares them. */
export class Things {
  phase = $state<Phase>('loading');
  step = $state(0);
  until = $state(STEPS);
  state = $state.raw<GalleryState | null>(null);
  entries = $state.raw<readonly Entry[]>([]);
  query = $state.raw<Uint8Array | null>(null);
  answer = $state.raw<GalleryAnswer | null>(null);
  /** Milliseconds of the last query in the engine, the way to the Worker and back included. */
  took = $state(0);
  report = $state.raw<ThresholdReport | null>(null);
  /** Why there is no report. */
  reportCode = $state<string | null>(null);
  tray = $state.raw<readonly number[]>([]);
  /** What the last call refused. */
  complaint = $state.raw<unknown>(null);
  failure = $state.raw<unknown>(null);
  embedder = $state.raw<Embedder | null>(null);
  readonly #source: Source;
  readonly #life = new AbortController();
  #gallery: Gallery | null = null;
  #turn = 0;
  #asked = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  get threshold(): number | null {
    return this.state?.threshold ?? null;
  }

  async start(): Promise<void> {
    try {
      const embedder = await Embedder.open(this.#source.url, this.#life.signal);
      if (this.#life.signal.aborted) {
        embedder.dispose();
        return;
      }
      this.embedder = embedder;
      this.step = embedder.step;
      this.turnTray();
      if (embedder.step === 0) await this.#train(STEPS);
      await this.#openGallery(embedder);
      this.phase = 'ready';
      await this.ask(embedder.picture(this.tray[0] ?? 0));
    } catch (error) {
      this.#fail(error);
    }
  }

  stop(): void {
    this.#life.abort();
    this.embedder?.dispose();
  }

  /** Ends the training early; the network is used as it is. */
  stopTraining(): void {
    this.embedder?.stop();
  }

  /** Trains further. All instances are embedded again, by the new network, from their pictures. */
  async trainOn(): Promise<void> {
    const { embedder } = this;
    const gallery = this.#gallery;
    if (!embedder || !gallery) return;
    await this.#try(async () => {
      await this.#train(embedder.step + STEPS);
      const entries = this.entries;
      const rows = await embedder.embed(entries.map(({ picture }) => picture));
      await gallery.apply(
        rows.map((vector, at): GalleryChange => ({ kind: 'replace', id: entries[at]?.id ?? '', vector })),
      );
      // The old embeddings are of another network: nothing may bring them back.
      await gallery.compact();
      await gallery.setThreshold(await embedder.defaultThreshold(FIRST_RATE));
      await this.#refresh();
    });
    this.phase = 'ready';
    if (this.query) await this.ask(this.query);
  }

  /** Asks who a picture is. */
  async ask(picture: Uint8Array): Promise<void> {
    const { embedder } = this;
    const gallery = this.#gallery;
    this.query = picture;
    if (!embedder || !gallery || this.phase !== 'ready') return;
    const asked = ++this.#asked;
    await this.#try(async () => {
      const [row] = await embedder.embed([picture]);
      if (!row) return;
      const began = performance.now();
      const [answer] = await gallery.query([row], { k: NEAREST });
      // A later question may have overtaken this one.
      if (asked !== this.#asked) return;
      this.took = performance.now() - began;
      this.answer = answer ?? null;
    });
  }

  /** Adds the asked picture under a name, old or new. */
  async add(name: string): Promise<void> {
    const { embedder, query } = this;
    if (!embedder || !query) return;
    await this.#change(async (gallery) => {
      const [vector] = await embedder.embed([query]);
      if (vector) await gallery.add({ name, vector, attributes: { [PICTURE]: toText(query) } });
    });
  }

  remove(id: string): Promise<void> {
    return this.#change((gallery) => gallery.remove(id));
  }

  removeClass(name: string): Promise<void> {
    return this.#change((gallery) => gallery.apply([{ kind: 'removeClass', name }]));
  }

  /** Another name for a class; a name that another class has merges both. */
  rename(from: string, to: string): Promise<void> {
    const change: GalleryChange =
      this.state && Object.hasOwn(this.state.classes, to)
        ? { kind: 'merge', from, into: to }
        : { kind: 'rename', from, to };
    return this.#change((gallery) => gallery.apply([change]));
  }

  undo(): Promise<void> {
    return this.#change((gallery) => gallery.undo());
  }

  redo(): Promise<void> {
    return this.#change((gallery) => gallery.redo());
  }

  setThreshold(threshold: number): Promise<void> {
    return this.#change((gallery) => gallery.setThreshold(threshold));
  }

  /** Everything as one file. */
  async save(): Promise<Blob | null> {
    let file: Blob | null = null;
    await this.#try(async () => {
      if (this.#gallery) file = new Blob([await this.#gallery.save()]);
    });
    return file;
  }

  /** Adds the instances of a saved gallery, as one step that can be undone. */
  async load(file: Blob): Promise<void> {
    const { embedder } = this;
    if (!embedder) return;
    await this.#change(async (gallery) => {
      const loaded = await embedder.lab.loadGallery(file);
      const found = await loaded.entries();
      await loaded.close();
      const pictures = found.flatMap(({ name, attributes }) => {
        const picture = fromText(attributes[PICTURE] ?? '');
        return picture ? [{ name, picture }] : [];
      });
      // The file may be of another network: its pictures count, not its vectors.
      const rows = await embedder.embed(pictures.map(({ picture }) => picture));
      await gallery.add(
        rows.map((vector, at) => ({
          vector,
          name: pictures[at]?.name ?? '',
          attributes: { [PICTURE]: toText(pictures[at]?.picture ?? new Uint8Array()) },
        })),
      );
    });
  }

  /** Deletes what this browser has stored, and begins anew. */
  async erase(): Promise<void> {
    await this.#try(async () => {
      await this.#gallery?.erase();
      this.#gallery = null;
      if (this.embedder) await this.#openGallery(this.embedder);
    });
    if (this.query) await this.ask(this.query);
  }

  turnTray(): void {
    const { strangers, set } = this.embedder ?? { strangers: [], set: null };
    if (!set || strangers.length === 0) return;
    const offer = Array.from({ length: TRAY }, (_, at) => (this.#turn * 97 + at * 83) % strangers.length);
    this.#turn += 1;
    this.tray = offer.map((at) => strangers[at] ?? 0);
  }

  async #train(until: number): Promise<void> {
    this.phase = 'training';
    this.until = until;
    await this.embedder?.train(until, (step) => (this.step = step));
  }

  async #openGallery(embedder: Embedder): Promise<void> {
    const kind = { dim: DIM, distance: 'cosine' } as const;
    const store = `${this.#source.dataset}-1`;
    const gallery = await embedder.lab
      .gallery({ ...kind, store })
      // Without storage the gallery lives as long as the page.
      .catch(async (error: unknown) => {
        this.complaint = error;
        return embedder.lab.gallery(kind);
      });
    this.#gallery = gallery;
    gallery.onChange((state) => (this.state = state));
    if (gallery.state.count === 0) {
      await this.#fill(gallery, embedder);
      await gallery.setThreshold(await embedder.defaultThreshold(FIRST_RATE));
      await gallery.compact();
    }
    await this.#refresh();
  }

  /** Some classes that the network has never seen, so that there is something to ask about. */
  async #fill(gallery: Gallery, embedder: Embedder): Promise<void> {
    const { strangers, set } = embedder;
    const labels = [...new Set(strangers.map((at) => set.labels[at] ?? 0))].slice(0, FIRST_CLASSES);
    const chosen = labels.flatMap((label) =>
      strangers.filter((at) => set.labels[at] === label).slice(0, FIRST_PICTURES),
    );
    const pictures = chosen.map((at) => embedder.picture(at));
    const rows = await embedder.embed(pictures);
    await gallery.add(
      rows.map((vector, at) => ({
        vector,
        name: set.classes[set.labels[chosen[at] ?? 0] ?? 0] ?? '',
        attributes: { [PICTURE]: toText(pictures[at] ?? new Uint8Array()) },
      })),
    );
  }

  async #refresh(): Promise<void> {
    const gallery = this.#gallery;
    if (!gallery) return;
    this.state = gallery.state;
    this.entries = (await gallery.entries()).map(({ id, name, attributes }) => ({
      id,
      name,
      picture: fromText(attributes[PICTURE] ?? '') ?? new Uint8Array(),
    }));
    try {
      this.report = await gallery.thresholdReport({ draws: 200 });
      this.reportCode = null;
    } catch (error) {
      this.report = null;
      this.reportCode = (error as MetricLabError).code;
    }
  }

  async #change(work: (gallery: Gallery) => Promise<unknown>): Promise<void> {
    const gallery = this.#gallery;
    if (!gallery) return;
    await this.#try(async () => {
      await work(gallery);
      await this.#refresh();
    });
    if (this.query) await this.ask(this.query);
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.complaint = null;
    } catch (error) {
      if (!this.#life.signal.aborted) this.complaint = error;
    }
  }

  #fail(error: unknown): void {
    if (this.#life.signal.aborted) return;
    this.failure = error;
    this.phase = 'failed';
  }
}

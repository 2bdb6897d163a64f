import {
  MetricLabError,
  type Attributes,
  type Gallery,
  type GalleryAnswer,
  type GalleryChange,
  type GalleryState,
  type ThresholdReport,
} from 'metriclab';
import { type Data, Embedder, STEPS } from './embedder';
import { fromText, toText } from './pixels';
import { DIM } from './sources';

/** Strangers among other pairs that the first threshold may let pass. */
const FIRST_RATE = 0.02;
/** Samples on offer to ask about. */
const TRAY = 12;
/** The attribute that holds an instance's sample, so that a stored gallery can show it and embed it again. */
const SAMPLE = 'sample';
export const NEAREST = 5;
/** Numbers of an embedding that differ less are of one network: a GPU and a CPU round differently. */
const SAME = 1e-3;

/** `starting`: the engine and the network; `comparing`: the first gallery. */
export type Phase = 'fetching' | 'starting' | 'training' | 'comparing' | 'ready' | 'stopped' | 'failed';

/** An instance as the page shows it. */
export interface Entry {
  readonly id: string;
  readonly name: string;
  /** Its bytes, as the data set stores them. */
  readonly sample: Uint8Array;
}

/** The limit before and after a step. */
type Limits = readonly [before: number | null, after: number | null];

/** A gallery of things that come and go, and the network that compares them. */
export class Things {
  phase = $state<Phase>('fetching');
  /** Bytes of the data that have arrived, and of all; null where the server does not say. */
  loaded = $state(0);
  size = $state<number | null>(null);
  step = $state(0);
  until = $state(STEPS);
  state = $state.raw<GalleryState | null>(null);
  entries = $state.raw<readonly Entry[]>([]);
  query = $state.raw<Uint8Array | null>(null);
  /** The sample of the data set that is asked about; null for a picture of the visitor's. */
  picked = $state<number | null>(null);
  answer = $state.raw<GalleryAnswer | null>(null);
  /** Milliseconds of the last query in the engine, the way to the Worker and back included. */
  took = $state(0);
  report = $state.raw<ThresholdReport | null>(null);
  /** Why there is no report. */
  reportCode = $state<string | null>(null);
  tray = $state.raw<readonly number[]>([]);
  /** The error of the last call, where it was refused. */
  complaint = $state.raw<unknown>(null);
  /** Why this gallery, which should be stored, is not. */
  unkept = $state.raw<unknown>(null);
  /** Whether the gallery is as a file had it that was just loaded. */
  loadedFile = $state(false);
  /** What was erased last; it is gone when the page is left. */
  erased = $state.raw<Blob | null>(null);
  failure = $state.raw<unknown>(null);
  embedder = $state.raw<Embedder | null>(null);
  readonly data: Data;
  #life = new AbortController();
  #gallery: Gallery | null = null;
  #turn = 0;
  #asked = 0;
  /** The embedding of the query. */
  #row: Float32Array | null = null;
  /** Limits before and after a load, by the steps that can be undone after it: a gallery does not undo its limit. */
  readonly #limits = new Map<number, Limits>();

  constructor(data: Data) {
    this.data = data;
  }

  get threshold(): number | null {
    return this.state?.threshold ?? null;
  }

  /** The name of what is in it. */
  get thing(): 'picture' | 'sample' {
    return this.embedder && this.embedder.set.kind !== 'picture' ? 'sample' : 'picture';
  }

  /** Trains if need be, opens the gallery and asks about a sample, where it is one that asks. */
  async start(picked?: number): Promise<void> {
    this.#life = new AbortController();
    const { signal } = this.#life;
    const over = (): boolean => signal.aborted;
    try {
      this.phase = 'fetching';
      const embedder = await Embedder.open(this.data, signal, (arrived) => {
        if (arrived) [this.loaded, this.size] = [arrived.loaded, arrived.total];
        else if (!over()) this.phase = 'starting';
      });
      if (over()) {
        embedder.dispose();
        return;
      }
      this.embedder = embedder;
      this.step = embedder.step;
      this.turnTray();
      if (embedder.step === 0) await this.#train(STEPS);
      if (over()) return;
      this.phase = 'comparing';
      await this.#openGallery(embedder);
      this.phase = 'ready';
      const known = picked !== undefined && embedder.exhibits.questions.includes(picked);
      await this.pick((known ? picked : this.tray[0]) ?? 0);
    } catch (error) {
      if (!over()) this.#fail(error);
    }
  }

  /** Whether the gallery has never been there, so that nothing is lost by stopping. */
  get isFirst(): boolean {
    return this.state === null;
  }

  /** Ends what is being done before the gallery is there. */
  cancel(): void {
    this.stop();
    this.phase = 'stopped';
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
      try {
        await this.#train(embedder.step + STEPS);
        await this.#fit(embedder, gallery);
        this.#limits.clear();
        await this.#refresh();
      } finally {
        this.phase = 'ready';
        if (this.query) await this.#ask(embedder, this.query);
      }
    });
  }

  /** Asks about a sample of the data set. */
  async pick(index: number): Promise<void> {
    if (this.embedder) await this.ask(this.embedder.sample(index), index);
  }

  /** Asks who a sample is. */
  async ask(sample: Uint8Array, index: number | null = null): Promise<void> {
    const { embedder } = this;
    [this.query, this.picked, this.#row] = [sample, index, null];
    if (!embedder || this.phase !== 'ready') return;
    await this.#try(() => this.#ask(embedder, sample));
  }

  async #ask(embedder: Embedder, sample: Uint8Array): Promise<void> {
    const asked = ++this.#asked;
    const [row] = await embedder.embed([sample]);
    // A later question may have overtaken this one.
    if (asked !== this.#asked) return;
    this.#row = row ?? null;
    await this.#answer();
  }

  /** Asks the gallery again, with the sample as it was embedded. */
  async #answer(): Promise<void> {
    const row = this.#row;
    if (!row || !this.#gallery) return;
    const began = performance.now();
    const [answer] = await this.#gallery.query([row], { k: NEAREST });
    if (row !== this.#row) return;
    this.took = performance.now() - began;
    this.answer = answer ?? null;
  }

  /** Adds the asked sample under a name, old or new. */
  async add(name: string): Promise<void> {
    const { embedder, query } = this;
    if (!embedder || !query) return;
    await this.#step(async (gallery) => {
      const rows = this.#row ? [this.#row] : await embedder.embed([query]);
      await this.#add(gallery, [{ name, sample: query }], rows);
    });
  }

  remove(id: string): Promise<void> {
    return this.#step((gallery) => gallery.remove(id));
  }

  /** Moves one thing to a class, old or new. */
  move(id: string, name: string): Promise<void> {
    return this.#step((gallery) => gallery.apply([{ kind: 'move', id, name }]));
  }

  removeClass(name: string): Promise<void> {
    return this.#step((gallery) => gallery.apply([{ kind: 'removeClass', name }]));
  }

  /** Another name for a class; a name that another class has merges both. */
  rename(from: string, to: string): Promise<void> {
    const change: GalleryChange =
      this.state && Object.hasOwn(this.state.classes, to)
        ? { kind: 'merge', from, into: to }
        : { kind: 'rename', from, to };
    return this.#step((gallery) => gallery.apply([change]));
  }

  undo(): Promise<void> {
    return this.#change(async (gallery) => {
      const taken = await gallery.undo();
      const limits = this.#limits.get(gallery.state.undo + 1);
      if (taken && limits) await gallery.setThreshold(limits[0]);
    });
  }

  redo(): Promise<void> {
    return this.#change(async (gallery) => {
      const done = await gallery.redo();
      const limits = this.#limits.get(gallery.state.undo);
      if (done && limits) await gallery.setThreshold(limits[1]);
    });
  }

  /** The pairs of the gallery stay, and so does their report. */
  async setThreshold(threshold: number): Promise<void> {
    await this.#try(async () => {
      await this.#gallery?.setThreshold(threshold);
      await this.#answer();
    });
  }

  /** Everything as one file. */
  async save(): Promise<Blob | null> {
    let file: Blob | null = null;
    await this.#try(async () => {
      if (this.#gallery) file = new Blob([await this.#gallery.save()]);
    });
    return file;
  }

  /** Puts a saved gallery in the place of this one, with its limit, as one step that can be undone. */
  async load(file: Blob): Promise<void> {
    const { embedder } = this;
    if (!embedder) return;
    let limits: Limits = [null, null];
    await this.#step(
      async (gallery) => {
        const loaded = await embedder.lab.loadGallery(file);
        const { threshold, cohort } = loaded.state;
        // The limit of scores is none of distances.
        limits = [gallery.state.threshold, cohort > 0 ? null : threshold];
        const found = await loaded.entries();
        await loaded.close();
        const samples = found.map(({ attributes }) => sampleOf(attributes));
        const fit = samples.filter(({ length }) => length === embedder.sampleBytes).length;
        if (fit < found.length || fit === 0)
          throw new MetricLabError(
            'gallery.invalid',
            `${fit} of the file's ${found.length} entries have a sample of this kind.`,
          );
        // The file may be of another network: its samples count, not its vectors.
        const rows = await embedder.embed(samples);
        await gallery.apply([
          ...(await gallery.entries()).map(({ id }): GalleryChange => ({ kind: 'remove', id })),
          ...found.map((entry, at): GalleryChange => ({ ...entry, kind: 'add', vector: rows[at] ?? [] })),
        ]);
        await gallery.setThreshold(limits[1]).catch(async (error: unknown) => {
          await gallery.undo();
          throw error;
        });
        this.loadedFile = true;
      },
      () => limits,
    );
  }

  /** Deletes what this browser has stored, and begins anew. */
  async erase(): Promise<void> {
    await this.#try(async () => {
      const before = this.state?.count ? await this.#gallery?.save().catch(() => undefined) : undefined;
      try {
        await this.#gallery?.erase();
      } finally {
        this.#gallery = null;
        if (this.embedder) await this.#openGallery(this.embedder);
      }
      this.erased = before ? new Blob([before]) : null;
      await this.#answer();
    });
  }

  /** Brings back what was erased, as one step that can be undone. */
  async bringBack(): Promise<void> {
    if (!this.erased) return;
    await this.load(this.erased);
    if (this.complaint === null) this.erased = null;
  }

  turnTray(): void {
    const questions = this.embedder?.exhibits.questions ?? [];
    // A fixed walk through all of them.
    const offer = Array.from(
      { length: Math.min(TRAY, questions.length) },
      (_, at) => questions[(this.#turn * 97 + at * 83) % questions.length] ?? 0,
    );
    this.#turn += 1;
    this.tray = [...new Set(offer)];
  }

  async #train(until: number): Promise<void> {
    this.phase = 'training';
    this.until = until;
    await this.embedder?.train(until, (step) => (this.step = step));
  }

  async #openGallery(embedder: Embedder): Promise<void> {
    this.#limits.clear();
    this.loadedFile = false;
    // Own data are gone when the page is left, and so is their gallery.
    const store = this.data.source === 'own' ? undefined : `${this.data.source}-2`;
    try {
      await this.#fill(embedder, store);
      this.unkept = null;
    } catch (error) {
      if (!store || !isOfStorage(error)) throw error;
      // Without storage the gallery lives as long as the page.
      await this.#gallery?.close();
      await this.#fill(embedder, undefined);
      this.unkept = error;
    }
    await this.#refresh();
  }

  /** Opens the gallery; one that is new, or was emptied, gets its first things. */
  async #fill(embedder: Embedder, store: string | undefined): Promise<void> {
    const gallery = await embedder.lab.gallery({ dim: DIM, distance: 'cosine', store });
    this.#gallery = gallery;
    gallery.onChange((state) => (this.state = state));
    if (gallery.state.count > 0) {
      await this.#fit(embedder, gallery);
      return;
    }
    const { gallery: first } = embedder.exhibits;
    const things = first.map((at) => ({ name: embedder.className(at), sample: embedder.sample(at) }));
    await this.#add(gallery, things, await embedder.embed(things.map(({ sample }) => sample)));
    await gallery.setThreshold(await embedder.defaultThreshold(FIRST_RATE));
    await gallery.compact();
  }

  /** Embeds all instances again where their embeddings are of another network: one that was trained more, or less. */
  async #fit(embedder: Embedder, gallery: Gallery): Promise<void> {
    const entries = await gallery.entries();
    const rows = await embedder.embed(entries.map(({ attributes }) => sampleOf(attributes)));
    const moved = entries.some(({ vector }, at) =>
      vector.some((value, i) => Math.abs(value - (rows[at]?.[i] ?? 0)) > SAME),
    );
    if (!moved) return;
    await gallery.apply(
      entries.map(({ id }, at): GalleryChange => ({ kind: 'replace', id, vector: rows[at] ?? [] })),
    );
    // Nothing may bring the old embeddings back.
    await gallery.compact();
    await gallery.setThreshold(await embedder.defaultThreshold(FIRST_RATE));
  }

  async #add(
    gallery: Gallery,
    things: readonly { readonly name: string; readonly sample: Uint8Array }[],
    rows: readonly Float32Array[],
  ): Promise<void> {
    await gallery.add(
      things.map(({ name, sample }, at) => ({
        name,
        vector: rows[at] ?? [],
        attributes: { [SAMPLE]: toText(sample) },
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
      sample: sampleOf(attributes),
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
      this.loadedFile = false;
      await work(gallery);
      // The answer first: the report takes longer.
      await this.#answer();
      await this.#refresh();
    });
  }

  /** Makes a step that can be undone; `limits` are those before and after it, where it changes the limit. */
  #step(work: (gallery: Gallery) => Promise<unknown>, limits?: () => Limits): Promise<void> {
    return this.#change(async (gallery) => {
      const before = gallery.state.undo;
      await work(gallery);
      const { undo } = gallery.state;
      for (const step of this.#limits.keys())
        // With old steps forgotten, the others have other numbers.
        if (step >= undo || undo <= before) this.#limits.delete(step);
      if (limits) this.#limits.set(undo, limits());
    });
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

/** The bytes of an instance's sample; none where it has no sample. */
function sampleOf(attributes: Attributes): Uint8Array {
  return fromText(attributes[SAMPLE] ?? '') ?? new Uint8Array();
}

/** Whether this browser does not store, or not now. */
function isOfStorage(error: unknown): boolean {
  return (error as Partial<MetricLabError>).code?.startsWith('storage.') ?? false;
}

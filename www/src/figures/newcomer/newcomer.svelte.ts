import { fetchPacked, readPacked, type PackedDataset } from 'metriclab';
import { inChunks } from '../run/chunks';
import { typicalPlace } from '../typical';
import { ASKING, drawingsOf, drawnBy, knownOnMap, REGISTERED, SHOWN_NEW, TRAY } from './cast';
import { similarTop, softmaxTop, type Answer, type Candidate, type Counts, type Roster } from './recognition';
import { dropRun, keepRun, keptRun, type SavedRun } from './saved-run';
import type { RecordedFrame, RecordedStart } from './start';
import { DIM, Study, type Reading, type Rows } from './study';

/** Steps after which training stops and everything is counted. */
export const STOPS = [100, 240, 480] as const;
const CHUNK = 10;
const FIRST = 2;
/** How long a frame of the recording is shown. */
const FRAME_MS = 450;

export type Phase = 'loading' | 'learning' | 'counting' | 'arrived' | 'failed';

/** Options of the experiment besides its data. */
export interface Means {
  /** A recorded run, which is shown until the live one is as far. */
  readonly recorded?: () => Promise<RecordedStart>;
  /** Whether the tab keeps the run, so that another page goes on from it. */
  readonly keeps?: boolean;
}

/** The counts, and whether they are the recording's. */
export interface Counted {
  readonly step: number;
  readonly counts: Reading['counts'];
  readonly raw: Counts;
  readonly recorded: boolean;
}

/** The newcomer experiment: two networks in step, then classes that neither has seen. */
export class Newcomer {
  phase = $state<Phase>('loading');
  step = $state(0);
  /** The next stop. */
  until = $state<number>(STOPS[0]);
  /** Both maps, always of one step. */
  rows = $state.raw<Rows | null>(null);
  shown = $state.raw<readonly number[]>([]);
  reading = $state.raw<Reading | null>(null);
  raw = $state.raw<Counts | null>(null);
  set = $state.raw<PackedDataset | null>(null);
  roster = $state.raw<Roster | null>(null);
  picked = $state<number | null>(null);
  face = $state(0);
  /** One registered picture a newcomer. */
  registered = $state.raw<ReadonlyMap<number, number>>(new Map());
  tray = $state.raw<readonly number[]>([]);
  failure = $state.raw<unknown>(null);
  recorded = $state.raw<RecordedStart | null>(null);
  /** The comparing network as it is saved, while a figure looks into it: always of the last step that is shown. */
  saved = $state.raw<Uint8Array | null>(null);
  #watchers = 0;
  /** The frame of the recording that is shown. */
  frame = $state.raw<RecordedFrame | null>(null);
  /** Whether the live run has once passed the recording's last step. Until then maps and counts are both the recording's. */
  #overtaken = $state(false);
  #timer = 0;
  readonly #means: Means;
  #study: Study | null = null;
  #url: string;
  readonly #life = new AbortController();
  #pages = 0;
  #newOnMap: readonly number[] = [];

  constructor(url: string, means: Means = {}) {
    [this.#url, this.#means] = [url, means];
  }

  /** Loads the data, opens both laboratories and trains up to the first stop, or goes on from what the tab kept. */
  async start(until: number = STOPS[0]): Promise<void> {
    try {
      this.phase = 'loading';
      const saved = this.#means.keeps ? await keptRun() : null;
      void this.#play(saved !== null);
      const bytes = await fetchPacked(this.#url);
      const set = readPacked(bytes);
      const study = await Study.open(bytes, set);
      if (this.#stopped) {
        study.dispose();
        return;
      }
      this.#study = study;
      [this.set, this.roster] = [set, study.roster];
      this.face = this.#faceOf(ASKING);
      this.#place([]);
      if (saved) await this.#resume(study, saved);
      await this.#show();
      await this.train(Math.max(until, study.step));
    } catch (error) {
      this.#fail(error);
    }
  }

  stop(): void {
    this.#life.abort();
    clearTimeout(this.#timer);
    this.#study?.dispose();
  }

  /** The counts that the figures show: the live ones, or until then the recording's once it has come to its end. */
  get counted(): Counted | null {
    const { reading, raw, recorded, frame } = this;
    if (reading && raw) return { step: reading.step, counts: reading.counts, raw, recorded: false };
    if (frame === null || frame !== recorded?.frames.at(-1)) return null;
    return { step: recorded.step, counts: recorded.counts, raw: recorded.raw, recorded: true };
  }

  /** The recording's frame, until the live run is counted or past the recording's end. */
  get playing(): RecordedFrame | null {
    return this.reading || this.#overtaken ? null : this.frame;
  }

  get newcomers(): readonly number[] {
    return this.roster?.newcomers ?? this.recorded?.newcomers ?? [];
  }

  /** Plays the recording; of a run that is only fetched from the tab its end is enough. */
  async #play(end: boolean): Promise<void> {
    // The live run goes on without a recording that could not be had.
    const recorded = await this.#means.recorded?.().catch(() => null);
    if (!recorded || this.#stopped || this.reading) return;
    this.recorded = recorded;
    this.set ??= recorded.set;
    const show = (at: number): void => {
      const frame = recorded.frames[at];
      if (!frame || this.reading) return;
      this.frame = frame;
      if (at + 1 < recorded.frames.length) this.#timer = window.setTimeout(show, FRAME_MS, at + 1);
      // The tray comes in a task of its own: the counts above it are drawn in this one.
      else if (this.picked === null) this.#timer = window.setTimeout(offer);
    };
    const offer = (): void => {
      if (this.picked !== null || this.reading) return;
      this.#pages = 1;
      this.#offer(recorded.tray);
    };
    show(end ? recorded.frames.length - 1 : 0);
  }

  async #resume(study: Study, saved: SavedRun): Promise<void> {
    try {
      await study.restore(saved);
      [this.raw, this.step] = [saved.raw, study.step];
    } catch {
      // Kept by another version of the page: the run begins anew.
      dropRun();
    }
  }

  /** Trains both networks up to a step, then counts. */
  async train(until: number): Promise<void> {
    const study = this.#study;
    if (!study || this.phase === 'counting') return;
    try {
      this.phase = 'learning';
      this.until = until;
      const learn = async (count: number): Promise<void> => {
        await study.advance(count);
        this.step = study.step;
        await this.#show();
      };
      const { signal } = this.#life;
      // The first picture that was learned comes early.
      if (study.step === 0) await inChunks(FIRST, FIRST, signal, learn);
      await inChunks(until - study.step, CHUNK, signal, learn);
      if (!this.#stopped) await this.#count(study);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Has `saved` follow the training, until the answer is called. */
  watch(): () => void {
    this.#watchers += 1;
    void this.#look();
    return () => {
      this.#watchers -= 1;
    };
  }

  async #look(): Promise<void> {
    if (this.#watchers === 0) return;
    try {
      const saved = await this.#study?.saveCompare();
      if (saved && !this.#stopped) this.saved = saved;
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Picks a newcomer: the query of both networks. Its ten pictures join the maps. */
  async pick(label: number): Promise<void> {
    this.picked = label;
    if (!this.reading) return;
    if (!this.#newOnMap.includes(label)) {
      this.#place([...this.#newOnMap.slice(1 - SHOWN_NEW), label]);
      try {
        await this.#show();
      } catch (error) {
        this.#fail(error);
      }
    }
  }

  turnTray(): void {
    const { newcomers } = this.roster ?? { newcomers: [] };
    const drawn = drawnBy(newcomers);
    const pages = Math.ceil(drawn.length / TRAY);
    const page = this.#pages % pages;
    this.#pages += 1;
    this.#offer(drawn.slice(page * TRAY, (page + 1) * TRAY));
  }

  /** Puts newcomers on offer. The one to begin with is shown once, and fares as most of them do once all are. */
  #offer(tray: readonly number[]): void {
    this.tray = tray;
    const all = this.#shownOnce(tray);
    const first = tray[typicalPlace(tray.map((label) => this.#nearest(label, all)[0]?.label === label))];
    if (first === undefined) return;
    void this.pick(first);
    this.register();
  }

  /** The next typeface; the registered one does not ask. */
  turnFace(): void {
    const { roster } = this;
    if (!roster) return;
    do this.face = (this.face + 1) % roster.faceCount;
    while (this.face === this.#faceOf(REGISTERED));
  }

  /** Registers one picture of the picked newcomer. */
  register(): void {
    const { picked } = this;
    if (picked !== null) this.registered = new Map([...this.registered, [picked, this.plainPicture(picked)]]);
  }

  /** Registers one picture of each newcomer of the tray. */
  registerAll(): void {
    this.registered = new Map([...this.registered, ...this.#shownOnce(this.tray)]);
  }

  #shownOnce(labels: readonly number[]): ReadonlyMap<number, number> {
    return new Map(labels.map((label) => [label, this.plainPicture(label)]));
  }

  /** Newcomers of the tray that are registered, each with whether its other picture is recognised now. */
  get recognised(): ReadonlyMap<number, boolean> {
    const { tray, registered } = this;
    return new Map(
      tray
        .filter((label) => registered.has(label))
        .map((label) => [label, this.#nearest(label)[0]?.label === label]),
    );
  }

  forget(): void {
    this.registered = new Map([...this.registered].filter(([label]) => label !== this.picked));
  }

  /** The picture of a class that would be registered. */
  plainPicture(label: number): number {
    if (!this.roster) return this.recorded?.drawing(label, 'plain') ?? 0;
    return this.#picture(label, this.#faceOf(REGISTERED));
  }

  /** The picture that is asked about. */
  get query(): number | null {
    const { picked, roster, recorded } = this;
    if (picked === null) return null;
    return roster ? this.#picture(picked, this.face) : (recorded?.drawing(picked, 'query') ?? null);
  }

  /** Newcomers found by the first `dim` numbers of the embedding. */
  async countFirst(dim: number): Promise<Counts | null> {
    return this.reading && this.#study ? this.#study.countFirst(this.reading, dim) : null;
  }

  /** A drawing to follow through the network: the one that asks, and before anyone has arrived the first newcomer's. */
  get followed(): number | null {
    const [first] = this.roster?.newcomers ?? [];
    return this.query ?? (first === undefined ? null : this.plainPicture(first));
  }

  get answer(): Answer | null {
    const { reading, roster, query, picked, counted, recorded } = this;
    if (picked === null || query === null || !counted) return null;
    const limit = 1 - counted.counts.compare.limit;
    const compare = this.#nearest(picked).slice(0, 3);
    if (!reading || !roster) return { names: recorded?.named(picked) ?? [], compare, limit };
    const place = roster.unseen.indexOf(query);
    const scores = reading.scores.subarray(place * roster.known.length, (place + 1) * roster.known.length);
    return { names: softmaxTop([...scores], roster.known, 3), compare, limit };
  }

  className(label: number): string {
    return this.set?.classes[label] ?? '';
  }

  /** The known classes and registered newcomers that are most alike a newcomer's picture. */
  #nearest(label: number, registered = this.registered): readonly Candidate[] {
    const { reading, roster, recorded } = this;
    if (!reading || !roster) return recorded?.nearest(label, new Set(registered.keys())) ?? [];
    const row = (at: number): Float32Array => reading.compare.subarray(at * DIM, (at + 1) * DIM);
    const newcomers = [...registered].map(([one, at]) => ({ label: one, row: row(at) }));
    const query = row(this.#picture(label, this.face));
    return similarTop(query, [...centres(reading, roster), ...newcomers], 3);
  }

  #faceOf(domain: string): number {
    return Math.max(0, this.set?.domains.indexOf(domain) ?? 0);
  }

  #picture(label: number, face: number): number {
    const { roster } = this;
    return roster?.unseen.find((at) => roster.labels[at] === label && roster.faces[at] === face) ?? 0;
  }

  /** Chooses the pictures of the maps: some known syllables, and newcomers. */
  #place(newcomers: readonly number[]): void {
    const { roster, set } = this;
    if (!roster || !set) return;
    this.#newOnMap = newcomers;
    this.shown = drawingsOf(set.labels, [...knownOnMap(roster.known), ...newcomers]);
  }

  async #show(): Promise<void> {
    const { shown } = this;
    await this.#look();
    const rows = await this.#study?.show(shown);
    // Another pick may have changed the pictures in between; its own answer follows.
    if (!rows || shown !== this.shown) return;
    this.rows = rows;
    if (this.recorded && rows.step > this.recorded.step) this.#overtaken = true;
  }

  /** The first newcomers join the maps, and one of them is picked. */
  #welcome(): void {
    if (this.picked === null) this.turnTray();
    const { picked } = this;
    const others = this.tray.filter((label) => label !== picked).slice(0, SHOWN_NEW - 1);
    this.#place(picked === null ? others : [...others, picked]);
  }

  async #count(study: Study): Promise<void> {
    this.phase = 'counting';
    this.reading = await study.read();
    this.raw ??= await study.rawCounts();
    if (this.#newOnMap.length === 0) this.#welcome();
    await this.#show();
    this.phase = 'arrived';
    if (this.#means.keeps) void keepRun({ step: study.step, raw: this.raw, ...(await study.save()) });
  }

  get #stopped(): boolean {
    return this.#life.signal.aborted;
  }

  #fail(error: unknown): void {
    if (this.#stopped) return;
    this.failure = error;
    this.phase = 'failed';
  }
}

/** The centre of each known class. */
function centres({ compareCentres }: Reading, { known }: Roster): { label: number; row: Float32Array }[] {
  return known.map((label, k) => ({ label, row: compareCentres.subarray(k * DIM, (k + 1) * DIM) }));
}

import { fetchPacked, readPacked, type PackedDataset } from 'metriclab';
import { similarTop, softmaxTop, type Candidate, type Counts, type Roster } from './recognition';
import { DIM, Study, type Reading, type Rows } from './study';

/** Steps after which training stops and everything is counted. */
export const STOPS = [100, 240, 480] as const;
const CHUNK = 10;
/** Known syllables on the maps. */
const SHOWN_KNOWN = 12;
/** Newcomers on the maps. */
const SHOWN_NEW = 3;
/** The typeface that is registered, and the one that asks first. */
const REGISTERED = 'nanum-gothic';
const ASKING = 'gowun-batang';
/** Newcomers on offer at a time. */
export const TRAY = 10;

export type Phase = 'loading' | 'learning' | 'counting' | 'arrived' | 'failed';

/** The answers of both networks for one picture. */
export interface Answer {
  readonly names: readonly Candidate[];
  readonly compare: readonly Candidate[];
  /** Similarity below which the picture counts as unknown. */
  readonly limit: number;
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
  #study: Study | null = null;
  #url: string;
  #stopped = false;
  #pages = 0;
  #newOnMap: readonly number[] = [];

  constructor(url: string) {
    this.#url = url;
  }

  /** Loads the data, opens both laboratories and trains up to the first stop. */
  async start(until: number = STOPS[0]): Promise<void> {
    try {
      this.phase = 'loading';
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
      await this.#show();
      await this.train(until);
    } catch (error) {
      this.#fail(error);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#study?.dispose();
  }

  /** Trains both networks up to a step, then counts. */
  async train(until: number): Promise<void> {
    const study = this.#study;
    if (!study || this.phase === 'counting') return;
    try {
      this.phase = 'learning';
      this.until = until;
      while (study.step < until && !this.#stopped) {
        await study.advance(Math.min(study.step === 0 ? 2 : CHUNK, until - study.step));
        this.step = study.step;
        await this.#show();
      }
      if (!this.#stopped) await this.#count(study);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Picks a newcomer: the query of both networks. Its ten pictures join the maps. */
  async pick(label: number): Promise<void> {
    this.picked = label;
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
    this.#pages += 1;
    const pages = Math.ceil(newcomers.length / TRAY);
    this.tray = newcomers.filter((_, k) => k % pages === this.#pages % pages);
    const first = this.#leastAlike(this.tray);
    if (first !== undefined) void this.pick(first);
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

  forget(): void {
    this.registered = new Map([...this.registered].filter(([label]) => label !== this.picked));
  }

  /** The picture of a class that would be registered. */
  plainPicture(label: number): number {
    return this.#picture(label, this.#faceOf(REGISTERED));
  }

  /** The picture that is asked about. */
  get query(): number | null {
    return this.picked === null ? null : this.#picture(this.picked, this.face);
  }

  /** Newcomers found by the first `dim` numbers of the embedding. */
  async countFirst(dim: number): Promise<Counts | null> {
    return this.reading && this.#study ? this.#study.countFirst(this.reading, dim) : null;
  }

  get answer(): Answer | null {
    const { reading, roster, query } = this;
    if (!reading || !roster || query === null) return null;
    const row = (at: number): Float32Array => reading.compare.subarray(at * DIM, (at + 1) * DIM);
    const place = roster.unseen.indexOf(query);
    const scores = reading.scores.subarray(place * roster.known.length, (place + 1) * roster.known.length);
    const new_ = [...this.registered].map(([label, at]) => ({ label, row: row(at) }));
    return {
      names: softmaxTop([...scores], roster.known, 3),
      compare: similarTop(row(query), [...centres(reading, roster), ...new_], 3),
      limit: 1 - reading.counts.compare.limit,
    };
  }

  className(label: number): string {
    return this.set?.classes[label] ?? '';
  }

  /** The newcomer that is least like anything known: the clearest case to begin with. */
  #leastAlike(labels: readonly number[]): number | undefined {
    const { reading, roster } = this;
    if (!reading || !roster) return labels[0];
    const likeness = (label: number): number => {
      const at = this.#picture(label, this.face);
      const row = reading.compare.subarray(at * DIM, (at + 1) * DIM);
      return similarTop(row, centres(reading, roster), 1)[0]?.value ?? 0;
    };
    return [...labels].sort((a, b) => likeness(a) - likeness(b))[0];
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
    const every = Math.floor(roster.known.length / SHOWN_KNOWN);
    const known = Array.from({ length: SHOWN_KNOWN }, (_, k) => roster.known[k * every]);
    const chosen = new Set([...known, ...newcomers]);
    this.shown = Array.from({ length: set.count }, (_, at) => at).filter((at) => chosen.has(set.labels[at]));
  }

  async #show(): Promise<void> {
    const { shown } = this;
    const rows = await this.#study?.show(shown);
    // Another pick may have changed the pictures in between; its own answer follows.
    if (rows && shown === this.shown) this.rows = rows;
  }

  /** The first newcomers join the maps, and one of them is picked. */
  #welcome(): void {
    this.turnTray();
    const { picked } = this;
    const others = this.tray.filter((label) => label !== picked).slice(0, SHOWN_NEW - 1);
    this.#place(picked === null ? others : [...others, picked]);
  }

  async #count(study: Study): Promise<void> {
    this.phase = 'counting';
    this.reading = await study.read();
    this.raw ??= await study.rawCounts();
    if (this.picked === null) this.#welcome();
    await this.#show();
    this.phase = 'arrived';
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

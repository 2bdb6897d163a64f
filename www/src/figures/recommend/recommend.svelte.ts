import { inSlices } from '../../dom/slices';
import { fetchPacked, MetricLabError, type Lab, type Towers } from 'metriclab';
import { page } from '../../state/page.svelte';
import { estimate, type Estimate } from '../newcomer/recognition';
import { openLab, Run } from '../run/run.svelte';
import {
  dots,
  itemNeighbours,
  placeOf,
  popularity,
  recallOf,
  topOf,
  wordsInCommon,
  type Scorer,
} from './counting';
import { CLICKS, describedItems, pairsOf, splitOf, type Graph, type Split } from './graph';

/** Steps of one press of the button, and between two counts. */
export const STEPS = 300;
const CHUNK = 25;
/** Recommendations that are shown, and that are counted: for new users, and of the new items. */
export const SHOWN = 6;
export const COUNTED = 20;
export const COUNTED_FRESH = 5;
export const MOST_PICKS = CLICKS;
const SEED = 1;
const DIM = 32;
/** Packages on offer; they are known items in any case. */
const OFFERED = [
  'python3-numpy',
  'python3-matplotlib',
  'python3-requests',
  'python3-jinja2',
  'r-cran-ggplot2',
  'r-cran-dplyr',
  'libgtk-3-0',
  'libqt5widgets5',
  'libsdl2-2.0-0',
  'libasound2',
] as const;
const FIRST = ['python3-numpy', 'python3-matplotlib'] as const;

export const METHODS = ['towers', 'counting', 'popular'] as const;
export type Method = (typeof METHODS)[number];

/** The towers' embeddings and recall at one step, all by the same weights. */
interface Reading {
  readonly step: number;
  /** Embeddings of all items. */
  readonly items: Float32Array;
  /** Recall of each new user, and of each known one who has new items. */
  readonly recall: readonly number[];
  readonly fresh: readonly number[];
}

/** The embedding of what was picked, and what follows from it. */
interface Advice {
  readonly step: number;
  readonly picks: readonly number[];
  readonly scores: Float64Array;
}

/** Recommendation: two towers, trained in the page, next to what counts. */
export class Recommend extends Run {
  graph = $state.raw<Graph | null>(null);
  split = $state.raw<Split | null>(null);
  offered = $state.raw<readonly number[]>([]);
  picks = $state.raw<readonly number[]>([]);
  /** Each item as the towers get it. */
  described = $state.raw<readonly (readonly number[])[]>([]);
  /** The new item that is looked for. */
  item = $state(0);
  step = $state(0);
  /** The steps between which the training is. */
  from = $state(0);
  until = $state(0);
  /** Whether the towers are there. */
  opened = $state(false);
  /** Recall of each new user by the methods that need no training. */
  base = $state.raw<Readonly<Record<'counting' | 'popular', readonly number[]>> | null>(null);
  /** Recall of the new items by the words in common. */
  words = $state.raw<readonly number[]>([]);
  reading = $state.raw<Reading | null>(null);
  advice = $state.raw<Advice | null>(null);
  #scorers: Readonly<Record<'counting' | 'popular' | 'words', Scorer>> | null = null;
  #known: readonly number[] = [];
  #first: readonly number[] = [];
  #lab: Lab | null = null;
  #towers: Towers | null = null;
  /** The towers do one thing after the other, so that no answer mixes two steps. */
  #queue: Promise<void> = Promise.resolve();
  #stop = new AbortController();

  /** Fetches the data, counts without training, opens the towers and trains them for `steps`. */
  async open(given: { picks?: readonly number[]; item?: number; steps?: number } = {}): Promise<void> {
    await this.renew(async (round) => {
      const bytes = await fetchPacked(page.data('packages.json'));
      const graph = JSON.parse(new TextDecoder().decode(bytes)) as Graph;
      const places = (names: readonly string[]): number[] =>
        names.map((name) => graph.items.indexOf(name)).filter((at) => at >= 0);
      this.offered = places(OFFERED);
      const split = splitOf(graph, SEED, this.offered);
      this.#known = [...graph.items.keys()].filter((item) => !split.fresh.includes(item));
      this.#scorers = {
        popular: popularity(split.seen, graph.items.length),
        counting: itemNeighbours(split.seen, graph.items.length),
        words: wordsInCommon(graph),
      };
      await this.#countBase(split, this.#scorers);
      if (round.aborted) return;
      this.#first = places(FIRST);
      const picks = given.picks?.filter((item) => this.#known.includes(item)).slice(0, MOST_PICKS);
      [this.split, this.graph, this.picks] = [split, graph, picks ?? this.#first];
      // One that has much in common with known ones.
      this.described = describedItems(graph, split);
      const said = (item: number): number => this.described[item]?.length ?? 0;
      const [telling = 0] = [...split.fresh].sort((a, b) => said(b) - said(a));
      this.item = split.fresh.find((item) => item === given.item) ?? telling;
      await this.#openTowers(round, graph, split);
    });
    if (given.steps) await this.train(given.steps);
  }

  async #openTowers(round: AbortSignal, graph: Graph, split: Split): Promise<void> {
    const lab = (this.#lab = await openLab(round));
    const items = graph.items.length;
    const tower = { network: { kind: 'mlp', hidden: [64] }, table: DIM } as const;
    this.#towers = await lab.towers({
      left: { bags: split.seen, ids: items },
      right: { bags: this.described, ids: graph.words.length + items },
      pairs: pairsOf(split),
      config: {
        seed: SEED,
        dim: DIM,
        batch: 256,
        learningRate: 3e-3,
        loss: { kind: 'sigmoid', scale: 10, bias: -10 },
        history: true,
        left: tower,
        right: tower,
      },
    });
    this.opened = true;
  }

  override close(): void {
    super.close();
    this.#stop.abort();
    this.#lab?.dispose();
  }

  /** Trains for some steps; counts after every few. */
  async train(steps = STEPS): Promise<void> {
    if (this.running || !this.opened) return;
    const { signal } = (this.#stop = new AbortController());
    [this.from, this.until] = [this.step, this.step + steps];
    await this.makeSteps(steps, CHUNK, async (count) => {
      await this.#alone(async (towers) => {
        await towers.advance(count, { signal }).catch(unlessAborted);
        await this.#read(towers);
      });
      if (signal.aborted) this.pause();
      return this.step;
    });
  }

  /** Ends the training, in the middle of a chunk; what was learned stays. */
  stop(): void {
    this.#stop.abort();
  }

  /** Adds an item to what the visitor uses, or takes it back. */
  pick(item: number): void {
    const has = this.picks.includes(item);
    if (!has && this.picks.length >= MOST_PICKS) return;
    this.#setPicks(has ? this.picks.filter((one) => one !== item) : [...this.picks, item]);
  }

  reset(): void {
    this.#setPicks(this.#first);
  }

  /** A known item by its name, or none. */
  named(name: string): number | null {
    const at = this.graph?.items.indexOf(name.trim()) ?? -1;
    return this.#known.includes(at) ? at : null;
  }

  get known(): readonly number[] {
    return this.#known;
  }

  /** The items that a method recommends now; null where it has nothing to go by. */
  list(method: Method): readonly number[] | null {
    const scores = this.#scores(method);
    return scores && topOf(scores, SHOWN, this.#known, this.picks);
  }

  /** Where the new item would be among all known ones for this visitor; null where a method cannot tell. */
  get place(): number | null {
    const scores = this.#scores('towers');
    if (!scores) return null;
    const among = this.#known.filter((item) => !this.picks.includes(item));
    return placeOf(scores, this.item, among);
  }

  /** The known items that are nearest to the new one. */
  get alike(): readonly number[] {
    if (!this.reading) return [];
    const { items } = this.reading;
    return topOf(dots(items.slice(this.item * DIM, (this.item + 1) * DIM), items), 3, this.#known);
  }

  /** Recall of new users with its interval; null before it is counted. */
  recall(method: Method): Estimate | null {
    const found = method === 'towers' ? this.reading?.recall : this.base?.[method];
    return found ? estimate(found) : null;
  }

  /** Recall of new items, by the towers and by words in common. */
  get fresh(): { readonly towers: Estimate; readonly words: Estimate } | null {
    return this.reading && { towers: estimate(this.reading.fresh), words: estimate(this.words) };
  }

  #scores(method: Method): Float64Array | null {
    if (method === 'popular') return this.#scorers?.popular([]) ?? null;
    if (this.picks.length === 0) return null;
    if (method === 'counting') return this.#scorers?.counting(this.picks) ?? null;
    const { advice } = this;
    return advice?.picks === this.picks ? advice.scores : null;
  }

  #setPicks(picks: readonly number[]): void {
    this.picks = picks;
    if (this.reading) void this.attempt(() => this.#alone((towers) => this.#advise(towers)));
  }

  async #countBase(
    { clicks, rest, askers, fresh }: Split,
    scorers: Readonly<Record<'counting' | 'popular' | 'words', Scorer>>,
  ): Promise<void> {
    const found: Record<'counting' | 'popular', number[]> = { counting: [], popular: [] };
    await inSlices(clicks.length, (user) => {
      for (const method of ['counting', 'popular'] as const)
        found[method].push(this.#recallOfUser(scorers[method](clicks[user] ?? []), clicks[user], rest[user]));
    });
    const words: number[] = [];
    await inSlices(askers.length, (at) => {
      const { own, wanted } = askers[at] ?? { own: [], wanted: [] };
      words.push(recallOf(scorers.words(own), COUNTED_FRESH, { among: fresh, wanted }));
    });
    [this.base, this.words] = [found, words];
  }

  #recallOfUser(scores: Float64Array, own: readonly number[] = [], wanted: readonly number[] = []): number {
    return recallOf(scores, COUNTED, { among: this.#known.filter((item) => !own.includes(item)), wanted });
  }

  async #read(towers: Towers): Promise<void> {
    const { graph, split } = this;
    if (!graph || !split) return;
    const ids = graph.items.length;
    const items = await towers.embed('right');
    const users = await towers.embed('left', { bags: split.clicks, ids });
    const askers = await towers.embed('left', { bags: split.askers.map(({ own }) => own), ids });
    const row = (rows: Float32Array, at: number): Float32Array => rows.subarray(at * DIM, (at + 1) * DIM);
    const recall: number[] = [];
    const fresh: number[] = [];
    await inSlices(split.clicks.length, (at) => {
      recall.push(this.#recallOfUser(dots(row(users, at), items), split.clicks[at], split.rest[at]));
    });
    await inSlices(split.askers.length, (at) => {
      const { wanted } = split.askers[at] ?? { wanted: [] };
      fresh.push(recallOf(dots(row(askers, at), items), COUNTED_FRESH, { among: split.fresh, wanted }));
    });
    const { step } = towers;
    const advice = await this.#adviceOf(towers, items);
    [this.step, this.reading, this.advice] = [step, { step, items, recall, fresh }, advice];
  }

  async #advise(towers: Towers): Promise<void> {
    if (this.reading) this.advice = await this.#adviceOf(towers, this.reading.items);
  }

  async #adviceOf(towers: Towers, items: Float32Array): Promise<Advice | null> {
    const { picks, graph } = this;
    if (picks.length === 0 || !graph) return null;
    const row = await towers.embed('left', { bags: [picks], ids: graph.items.length });
    return { step: towers.step, picks, scores: dots(row, items) };
  }

  /** Waits for the towers, and for what is done with them. */
  #alone(work: (towers: Towers) => Promise<void>): Promise<void> {
    const done = this.#queue.then(async () => {
      if (this.#towers) await work(this.#towers);
    });
    this.#queue = done.catch(() => undefined);
    return done;
  }
}

/** The steps before an abort are kept, and so nothing is wrong. */
function unlessAborted(error: unknown): void {
  if (!(error instanceof MetricLabError && error.code === 'call.aborted')) throw error;
}

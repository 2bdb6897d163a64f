import {
  ROLE_TEST,
  ROLE_UNSEEN,
  type BatchView,
  type Lab,
  type Neighbours,
  type PackedDataset,
  type SessionConfig,
} from 'metriclab';
import { onDestroy, untrack } from 'svelte';
import { page } from '../../state/page.svelte';
import { pixelsOf } from '../../state/pixels';
import { tellSteps } from '../../state/telling.svelte';
import { queriesOf, type Query } from '../confusion/confusion';
import { ofRole, perClass, pictures } from '../pictures';
import { batchTable } from '../matrix/tables';
import type { Table } from '../matrix/table';
import { meansOf, pointOf, type Found, type Measured, type RiverPoint } from '../river/river';
import { configOf, FIRST, zoneMargin, type Choices } from './choices';
import { openLab, Run } from './run.svelte';

const CHUNK = 5;
/** Points of the map. */
const SHOWN = 240;
/** Samples outside of training of each class that ask for their nearest. */
const ASKING = 20;
/** The same of each class that is left out of training. */
const LEFT = 50;
/** Neighbours of a point of the map; it is the first of them itself. */
export const NEAREST = 6;

/** The results of one step that the figures show. */
export interface Reading {
  readonly step: number;
  /** A part of the data by PCA, and for each point its nearest ones among them by the whole embedding. */
  readonly map: {
    readonly ids: readonly number[];
    readonly xy: Float32Array;
    readonly explained: number;
    readonly nearest: Neighbours;
  };
  readonly queries: readonly Query[];
  readonly table: Table;
}

/** A small experiment, which the figures of a page that show it share. */
export class SmallRun extends Run {
  reading = $state.raw<Reading | null>(null);
  /** Shares of triplets since step 0. */
  points = $state.raw<readonly RiverPoint[]>([]);
  /** Means and recalls since step 0, of a run that leaves classes out. */
  measured = $state.raw<readonly Measured[]>([]);
  /** Right answers by raw pixels. */
  raw = $state.raw<Found | null>(null);
  set = $state.raw<PackedDataset | null>(null);
  choices = $state.raw<Choices>(FIRST);
  #lab: Lab | null = null;
  #config: SessionConfig | null = null;
  #asking: readonly number[] = [];
  /** The same of classes that are left out. */
  #left: readonly number[] = [];
  readonly #url: string;

  constructor(url: string, choices: Choices) {
    super();
    [this.#url, this.choices] = [url, choices];
  }

  /** Starts at step 0. */
  async begin(part: Partial<Choices> = {}): Promise<void> {
    this.choices = { ...this.choices, ...part };
    [this.reading, this.points, this.measured, this.raw] = [null, [], [], null];
    await this.renew(async (round) => {
      const { bytes, set } = await pictures(this.#url);
      const lab = (this.#lab ??= await openLab(round, bytes));
      const { config, roles } = await lab.configure(configOf(await lab.defaults(), this.choices));
      const test = ofRole(roles, ROLE_TEST);
      [this.#config, this.#asking, this.set] = [config, perClass(set, test, ASKING), set];
      this.#left = perClass(set, ofRole(roles, ROLE_UNSEEN), LEFT);
      if (this.#left.length > 0) {
        const [seen, unseen] = await Promise.all([
          this.#byPixels(lab, set, this.#asking),
          this.#byPixels(lab, set, this.#left),
        ]);
        round.throwIfAborted();
        this.raw = { seen, unseen };
      }
      await this.#read(round);
    });
  }

  /** Trains on, until it is paused or has made so many steps. */
  async train(steps = this.choices.steps): Promise<void> {
    if (!this.reading) return;
    await this.makeSteps(steps, CHUNK, async (count, round) => {
      const made = await this.#lab?.advance(count);
      await this.#read(round);
      return made?.step;
    });
  }

  /** Other choices act at the next step. */
  async choose(part: Partial<Choices>): Promise<void> {
    this.choices = { ...this.choices, ...part };
    const lab = this.#lab;
    if (!lab || !this.#config) return;
    await this.attempt(async (round) => {
      const { config } = await lab.adjust(configOf(await lab.defaults(), this.choices));
      if (!round.aborted) this.#config = config;
    });
  }

  override close(): void {
    super.close();
    this.#lab?.dispose();
    this.#lab = null;
  }

  /** Nobody but `train` makes steps, so that all of this is of one step. */
  async #read(round: AbortSignal): Promise<void> {
    const [lab, set, config] = [this.#lab, this.set, this.#config];
    if (!lab || !set || !config) return;
    const rowsOf = async (ids: ArrayLike<number>): Promise<Float32Array> =>
      lab.embed({ pixels: pixelsOf(set, Array.from(ids)), count: ids.length });
    const among = async (ids: readonly number[], k: number): Promise<Neighbours> => {
      const rows = await rowsOf(ids);
      const asked = { queries: rows, references: rows, dim: config.embedding.dim, k };
      return lab.nearest({ ...asked, metric: config.distance });
    };
    const { step, indices, xy, explained } = await lab.picture({ sample: SHOWN });
    const ids = Array.from(indices);
    const batch: BatchView = await lab.batch();
    const rows = async (some: ArrayLike<number>) => ({ rows: await rowsOf(some), step });
    const table = await batchTable({ set, config, engine: lab, rows }, batch);
    const nearest = await among(ids, NEAREST);
    const found = await among(this.#asking, this.#asking.length);
    const left = this.#left.length > 0 ? await among(this.#left, 2) : null;
    if (round.aborted) return;
    this.reading = {
      step,
      map: { ids, xy, explained: explained[0] + explained[1], nearest },
      queries: queriesOf(this.#asking, set.labels, found),
      table,
    };
    const point = pointOf(step, batch.counts);
    if (point) this.points = [...this.points.filter((one) => one.step < step), point];
    if (!left) return;
    const right = (ids: readonly number[], neighbours: Neighbours): boolean[] =>
      queriesOf(ids, set.labels, neighbours).map(({ label, named }) => label === named);
    const measured: Measured = {
      step,
      ...meansOf(batch, zoneMargin(this.choices)),
      found: { seen: right(this.#asking, found), unseen: right(this.#left, left) },
    };
    this.measured = [...this.measured.filter((one) => one.step < step), measured];
  }

  /** Whether the nearest other one by its pixels has the class of each sample. */
  async #byPixels(lab: Lab, set: PackedDataset, ids: readonly number[]): Promise<boolean[]> {
    const rows = Float32Array.from(pixelsOf(set, ids));
    const dim = rows.length / ids.length;
    const asked = { queries: rows, references: rows, dim, k: 2, metric: 'euclidean' } as const;
    return queriesOf(ids, set.labels, await lab.nearest(asked)).map(({ label, named }) => label === named);
  }
}

const shared = new Map<string, { readonly run: SmallRun; users: number }>();

/**
 * The small run for a figure, from the figure's own setup: figures with equal choices share one. It trains at once, and is
 * closed with the last of its figures.
 */
export function smallRun(given: () => Partial<Choices>): SmallRun {
  const first = untrack(() => chosen(given()));
  const key = `${page.root} ${JSON.stringify(first)}`;
  const known = shared.get(key) ?? { run: new SmallRun(page.dataset('mnist'), first), users: 0 };
  known.users += 1;
  shared.set(key, known);
  const { run } = known;
  tellSteps(() => run.progress);
  if (known.users === 1) void run.begin().then(() => run.train());
  let before = JSON.stringify(first);
  $effect(() => {
    const now = chosen(given());
    if (JSON.stringify(now) === before) return;
    before = JSON.stringify(now);
    untrack(() => void run.choose(now));
  });
  onDestroy(() => {
    known.users -= 1;
    if (known.users > 0) return;
    shared.delete(key);
    run.close();
  });
  return run;
}

function chosen({ loss, margin, classes, steps, miner, unseen }: Partial<Choices>): Choices {
  return {
    loss: loss ?? FIRST.loss,
    margin: margin ?? FIRST.margin,
    classes: classes ?? FIRST.classes,
    steps: steps ?? FIRST.steps,
    miner: miner ?? FIRST.miner,
    unseen: unseen ?? FIRST.unseen,
  };
}

import {
  ROLE_TEST,
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
import { ofRole, perClass, pictures } from '../digits';
import { batchTable } from '../matrix/tables';
import type { Table } from '../matrix/table';
import { pointOf, type RiverPoint } from '../river/river';
import { configOf, FIRST, type Choices } from './choices';
import { openLab, Run } from './run.svelte';

const CHUNK = 5;
/** Points of the map. */
const SHOWN = 240;
/** Samples outside of training of each class that ask for their nearest. */
const ASKING = 20;
/** Neighbours of a point of the map; it is the first of them itself. */
export const NEAREST = 6;

/** What all figures show of one step. */
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
  set = $state.raw<PackedDataset | null>(null);
  choices = $state.raw<Choices>(FIRST);
  #lab: Lab | null = null;
  #config: SessionConfig | null = null;
  #asking: readonly number[] = [];
  readonly #url: string;

  constructor(url: string, choices: Choices) {
    super();
    [this.#url, this.choices] = [url, choices];
  }

  /** Starts at step 0. */
  async begin(part: Partial<Choices> = {}): Promise<void> {
    this.choices = { ...this.choices, ...part };
    [this.reading, this.points] = [null, []];
    await this.renew(async (round) => {
      const { bytes, set } = await pictures(this.#url);
      const lab = (this.#lab ??= await openLab(round, bytes));
      const { config, roles } = await lab.configure(configOf(await lab.defaults(), this.choices));
      const test = ofRole(roles, ROLE_TEST);
      [this.#config, this.#asking, this.set] = [config, perClass(set, test, ASKING), set];
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
    if (round.aborted) return;
    this.reading = {
      step,
      map: { ids, xy, explained: explained[0] + explained[1], nearest },
      queries: queriesOf(this.#asking, set.labels, found),
      table,
    };
    const point = pointOf(step, batch.counts);
    if (point) this.points = [...this.points.filter((one) => one.step < step), point];
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

function chosen({ loss, margin, classes, steps, miner }: Partial<Choices>): Choices {
  return {
    loss: loss ?? FIRST.loss,
    margin: margin ?? FIRST.margin,
    classes: classes ?? FIRST.classes,
    steps: steps ?? FIRST.steps,
    miner: miner ?? FIRST.miner,
  };
}

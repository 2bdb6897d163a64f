import { createLab, ROLE_TEST, type Lab, type SessionConfig } from 'metriclab';
import { pixelsOf } from '../../state/pixels';
import { perClass, pictures, type Pictures } from '../digits';
import { BATCH, CHANNELS, DIM, LEARNING_RATE, LOSSES, MINER, SEED, type Recipe } from './recipes';
import { rightOf } from './score';

/** Test pictures of each class in a column. */
const SHOWN_PER_CLASS = 24;
const CHUNK = 10;
export const STOP = 200;

/** One column at one step. */
export interface Column {
  readonly recipe: Recipe;
  /** Two numbers a shown picture. */
  readonly rows: Float32Array;
  /** Whether the nearest other shown picture is of the same class, a picture each. */
  readonly right: readonly boolean[];
  /** Loss of the last training step; null before the first. */
  readonly loss: number | null;
  /** The pictures of the last batch. */
  readonly batch: readonly number[];
}

/** All columns at one step; the figure draws nothing else, so that no picture mixes steps. */
export interface Frame {
  readonly step: number;
  readonly columns: readonly Column[];
}

/** Up to four laboratories that train in lock step: same data, seed, network and batches, another loss each. */
export class Columns {
  recipes = $state.raw<readonly Recipe[]>(['contrastive', 'triplet', 'margin', 'softmax']);
  frame = $state.raw<Frame | null>(null);
  /** Frames since step 0, oldest first. */
  past = $state.raw<readonly Frame[]>([]);
  shown = $state.raw<readonly number[]>([]);
  data = $state.raw<Pictures | null>(null);
  training = $state(false);
  failure = $state.raw<unknown>(null);
  #labs: readonly Lab[] = [];
  #url: string;
  #round = 0;

  constructor(url: string) {
    this.#url = url;
  }

  /** Opens a laboratory for each column, at step 0. */
  async open(recipes: readonly Recipe[] = this.recipes): Promise<void> {
    const round = ++this.#round;
    this.#end();
    [this.recipes, this.past, this.frame, this.failure] = [recipes, [], null, null];
    try {
      const data = await pictures(this.#url);
      if (round !== this.#round) return;
      this.data = data;
      const labs = await Promise.all(recipes.map(() => createLab({ device: 'cpu' })));
      if (round !== this.#round) {
        labs.forEach((lab) => {
          lab.dispose();
        });
        return;
      }
      this.#labs = labs;
      await this.#configure(recipes, data);
      await this.#show(round);
    } catch (error) {
      this.#fail(round, error);
    }
  }

  /** Trains all columns up to a step, the same number of steps at a time. */
  async train(until = STOP): Promise<void> {
    const round = this.#round;
    if (this.training || !this.frame) return;
    this.training = true;
    try {
      for (let { step } = this.frame; step < until && this.#goesOn(round);) step = await this.#advance(round);
    } catch (error) {
      this.#fail(round, error);
    }
    if (round === this.#round) this.training = false;
  }

  pause(): void {
    this.training = false;
  }

  close(): void {
    this.#round += 1;
    this.#end();
  }

  #end(): void {
    this.training = false;
    for (const lab of this.#labs) lab.dispose();
    this.#labs = [];
  }

  #goesOn(round: number): boolean {
    return this.training && round === this.#round;
  }

  async #configure(recipes: readonly Recipe[], { bytes, set }: Pictures): Promise<void> {
    await Promise.all(this.#labs.map((lab) => lab.loadDataset(bytes)));
    const defaults = await this.#labs[0]?.defaults();
    if (!defaults) return;
    const infos = await Promise.all(
      this.#labs.map((lab, k) => lab.configure(configOf(defaults, recipes[k] ?? 'contrastive'))),
    );
    const roles = infos[0]?.roles ?? new Uint8Array();
    const test = Array.from(roles.keys()).filter((at) => roles[at] === ROLE_TEST);
    this.shown = perClass(set, test, SHOWN_PER_CLASS);
  }

  /** One chunk of steps in every column; the step that is reached. */
  async #advance(round: number): Promise<number> {
    const reports = await Promise.all(this.#labs.map((lab) => lab.advance(CHUNK)));
    await this.#show(
      round,
      reports.map(({ losses }) => losses.at(-1) ?? null),
    );
    return reports[0]?.step ?? Infinity;
  }

  async #show(round: number, losses: readonly (number | null)[] = []): Promise<void> {
    const { data, shown, recipes } = this;
    if (!data) return;
    const request = { pixels: pixelsOf(data.set, shown), count: shown.length };
    const answers = await Promise.all(
      this.#labs.map(async (lab, k) => {
        const [rows, { step }] = await Promise.all([lab.embed(request), lab.advance(0)]);
        const batch = step > 0 ? Array.from((await lab.batch()).indices) : [];
        const labels = shown.map((at) => data.set.labels[at] ?? 0);
        const right = rightOf(rows, DIM, labels);
        const recipe = recipes[k] ?? 'contrastive';
        return { step, column: { recipe, rows, right, loss: losses[k] ?? null, batch } };
      }),
    );
    if (round !== this.#round) return;
    const step = answers[0]?.step ?? 0;
    if (answers.some((answer) => answer.step !== step))
      throw new Error('The columns are at different steps.');
    this.frame = { step, columns: answers.map(({ column }) => column) };
    this.past = [...this.past, this.frame];
  }

  #fail(round: number, error: unknown): void {
    if (round !== this.#round) return;
    this.failure = error;
    this.#end();
  }
}

function configOf(defaults: SessionConfig, recipe: Recipe): SessionConfig {
  return {
    ...defaults,
    seed: SEED,
    unseenClasses: 0,
    network: { kind: 'conv', channels: CHANNELS },
    embedding: { dim: DIM, normalize: false },
    distance: 'euclidean',
    loss: LOSSES[recipe],
    miner: { kind: MINER },
    batch: BATCH,
    augment: { shift: 0 },
    optimizer: { learningRate: LEARNING_RATE },
  };
}

import { ROLE_TEST, type Lab, type SessionConfig } from 'metriclab';
import { pixelsOf } from '../../state/pixels';
import { perClass, pictures, type Pictures } from '../digits';
import { openLab, Run } from '../run/run.svelte';
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
export class Columns extends Run {
  recipes = $state.raw<readonly Recipe[]>(['contrastive', 'triplet', 'margin', 'softmax']);
  frame = $state.raw<Frame | null>(null);
  /** Frames since step 0, oldest first. */
  past = $state.raw<readonly Frame[]>([]);
  shown = $state.raw<readonly number[]>([]);
  data = $state.raw<Pictures | null>(null);
  #labs: Lab[] = [];
  #url: string;

  constructor(url: string) {
    super();
    this.#url = url;
  }

  /** Opens a laboratory for each column, at step 0. */
  async open(recipes: readonly Recipe[] = this.recipes): Promise<void> {
    this.#dispose();
    [this.recipes, this.past, this.frame] = [recipes, [], null];
    await this.renew(async (round) => {
      const data = await pictures(this.#url);
      if (round.aborted) return;
      this.data = data;
      await Promise.all(
        recipes.map(async () => {
          this.#labs.push(await openLab(round, data.bytes));
        }),
      );
      await this.#configure(recipes, data);
      await this.#show(round);
    });
  }

  /** Trains all columns up to a step, the same number of steps at a time. */
  async train(until = STOP): Promise<void> {
    if (!this.frame) return;
    await this.makeSteps(until - this.frame.step, CHUNK, async (count, round) => {
      const reports = await Promise.all(this.#labs.map((lab) => lab.advance(count)));
      await this.#show(
        round,
        reports.map(({ losses }) => losses.at(-1) ?? null),
      );
    });
  }

  override close(): void {
    super.close();
    this.#dispose();
  }

  #dispose(): void {
    for (const lab of this.#labs.splice(0)) lab.dispose();
  }

  async #configure(recipes: readonly Recipe[], { set }: Pictures): Promise<void> {
    const defaults = await this.#labs[0]?.defaults();
    if (!defaults) return;
    const infos = await Promise.all(
      this.#labs.map((lab, k) => lab.configure(configOf(defaults, recipes[k] ?? 'contrastive'))),
    );
    const roles = infos[0]?.roles ?? new Uint8Array();
    const test = Array.from(roles.keys()).filter((at) => roles[at] === ROLE_TEST);
    this.shown = perClass(set, test, SHOWN_PER_CLASS);
  }

  async #show(round: AbortSignal, losses: readonly (number | null)[] = []): Promise<void> {
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
    if (round.aborted) return;
    const step = answers[0]?.step ?? 0;
    if (answers.some((answer) => answer.step !== step))
      throw new Error('The columns are at different steps.');
    this.frame = { step, columns: answers.map(({ column }) => column) };
    this.past = [...this.past, this.frame];
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

import { ROLE_TEST, type Lab, type PackedDataset, type SessionConfig } from 'metriclab';
import { appearance } from '../../state/appearance.svelte';
import { pixelsOf } from '../../state/pixels';
import { ofRole, perClass, pictures } from '../pictures';
import { openLab } from '../run/run.svelte';
import { makeReady } from './draw';
import { LockStep, type ColumnBase } from './lock-step.svelte';
import { BATCH, CHANNELS, DIM, LEARNING_RATE, LOSSES, MINER, RECIPES, SEED, type Recipe } from './recipes';
import { rightOf } from './score';

/** Test pictures of each class in a column. */
const SHOWN_PER_CLASS = 24;
const CHUNK = 10;
export const STOP = 200;

interface Answer extends Omit<ColumnBase, 'loss'> {
  readonly step: number;
}

/** Up to four laboratories that train in lock step: same data, seed, network and batches, another loss each. */
export class Columns extends LockStep<ColumnBase, Answer> {
  recipes = $state.raw<readonly Recipe[]>(RECIPES);
  shown = $state.raw<readonly number[]>([]);
  #url: string;

  constructor(url: string) {
    super();
    this.#url = url;
  }

  /** Opens a laboratory for each column, at step 0. */
  async open(wanted: readonly Recipe[] = this.recipes): Promise<void> {
    const recipes = wanted.slice(0, RECIPES.length);
    this.dispose();
    [this.recipes, this.past] = [recipes, []];
    await this.renew(async (round) => {
      const { bytes, set } = await pictures(this.#url);
      if (round.aborted) return;
      this.data = set;
      await Promise.all(
        recipes.map(async () => {
          this.labs.push(await openLab(round, bytes));
        }),
      );
      await this.#configure(recipes, set);
      await makeReady(set, this.shown, appearance.dark);
      await this.show(round);
    });
  }

  /** Trains all columns up to a step, the same number of steps at a time. */
  async train(until = STOP): Promise<void> {
    if (!this.frame) return;
    await this.trainAll(until - this.frame.step, CHUNK);
  }

  async #configure(recipes: readonly Recipe[], set: PackedDataset): Promise<void> {
    const defaults = await this.labs[0]?.defaults();
    if (!defaults) return;
    const infos = await Promise.all(
      this.labs.map((lab, k) => lab.configure(configOf(defaults, recipes[k] ?? 'contrastive'))),
    );
    const test = ofRole(infos[0]?.roles ?? new Uint8Array(), ROLE_TEST);
    this.shown = perClass(set, test, SHOWN_PER_CLASS);
  }

  protected async ask(data: PackedDataset, lab: Lab): Promise<Answer> {
    const { shown } = this;
    const request = { pixels: pixelsOf(data, shown), count: shown.length };
    const [rows, { step }] = await Promise.all([lab.embed(request), lab.advance(0)]);
    const batch = step > 0 ? Array.from((await lab.batch()).indices) : [];
    const labels = shown.map((at) => data.labels[at] ?? 0);
    return { step, rows, right: rightOf(rows, DIM, labels), batch };
  }

  protected columnsOf(answers: readonly Answer[], losses: readonly (number | null)[]): readonly ColumnBase[] {
    return answers.map(({ rows, right, batch }, k) => ({ rows, right, batch, loss: losses[k] ?? null }));
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

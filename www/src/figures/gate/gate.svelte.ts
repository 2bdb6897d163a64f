import { ROLE_UNSEEN, type Interval, type Lab, type PackedDataset } from 'metriclab';
import { page } from '../../state/page.svelte';
import { ofRole, pictures } from '../pictures';
import { inks } from '../inks';
import { rowsOf, toUnit } from '../newcomer/recognition';
import { openLab, Run } from '../run/run.svelte';
import { pairsOf, type Pairs } from './pairs';
import type { Space } from './spaces';

/** Steps of one press of the button. */
export const STEPS = 60;
const CHUNK = 5;
/** People who are never trained on. */
const STRANGERS = 60;
/** Pairs of each kind, at most, and draws of people, by which the interval is found. */
const DRAWN = { pairs: 20_000, draws: 100 } as const;

/** All pairs of drawings of people who were never trained on. */
export interface Measured {
  readonly step: number;
  readonly pairs: Pairs;
  /** n x n. */
  readonly distances: Float32Array;
  /** 95 % interval of the equal error rate, over draws of people. */
  readonly equal: Interval | null;
}

/** Someone at the gate: places among the drawings of strangers. */
export interface Visit {
  readonly registered: number;
  readonly visitor: number;
  readonly same: boolean;
}

/** A gate that learns to compare faces, and is asked about people whom it never saw. */
export class Gate extends Run {
  set = $state.raw<PackedDataset | null>(null);
  /** Drawings of the people who were never trained on. */
  drawings = $state.raw<readonly number[]>([]);
  found = $state.raw<Readonly<Partial<Record<Space, Measured>>>>({});
  step = $state(0);
  #lab: Lab | null = null;

  /** Fetches the faces, compares them by their pixels, and trains for `steps`. */
  async open(steps: number): Promise<void> {
    await this.renew(async (round) => {
      const { bytes, set } = await pictures(page.dataset('faces'));
      const lab = (this.#lab = await openLab(round, bytes));
      const defaults = await lab.defaults();
      const { roles } = await lab.configure({
        ...defaults,
        unseenClasses: STRANGERS,
        network: { kind: 'conv', channels: [8, 16, 32] },
        batch: { ...defaults.batch, classes: 24, perClass: 4 },
        augment: { ...defaults.augment, rotate: 8 },
        loss: { kind: 'supcon', temperature: 0.1 },
      });
      [this.set, this.drawings] = [set, ofRole(roles, ROLE_UNSEEN)];
      const dim = set.pixels.length / set.count;
      this.found = { raw: await this.#measure(await inks(set, dim), dim) };
    });
    if (steps > 0) await this.train(steps);
  }

  override close(): void {
    super.close();
    this.#lab?.dispose();
  }

  /** Trains for some steps, then compares by the embedding. */
  async train(steps = STEPS): Promise<void> {
    const lab = this.#lab;
    if (!lab) return;
    const until = this.step + steps;
    await this.makeSteps(steps, CHUNK, async (count) => {
      this.step = (await lab.advance(count)).step;
      this.progress = { step: this.step, until };
      if (this.step < until) return;
      const rows = await lab.embeddings();
      const dim = rows.length / (this.set?.count ?? 1);
      this.found = { ...this.found, compare: await this.#measure(toUnit(rows, dim), dim) };
    });
  }

  /** The `at`-th visitor: in turn someone who is registered, and someone who is not. */
  visit(at: number): Visit {
    const each = this.drawings.length / STRANGERS;
    const person = (7 * at) % STRANGERS;
    const same = at % 2 === 0;
    const other = same ? person : (person + 1 + ((11 * at) % (STRANGERS - 1))) % STRANGERS;
    return { registered: person * each, visitor: other * each + 1 + (at % (each - 1)), same };
  }

  async #measure(unit: Float32Array, dim: number): Promise<Measured> {
    const [lab, set, step] = [this.#lab, this.set, this.step];
    if (!lab || !set) throw new Error('A gate is measured when it is open.');
    const rows = rowsOf(unit, dim, this.drawings);
    const distances = await lab.distances({ queries: rows, references: rows, dim, metric: 'cosine' });
    const labels = this.drawings.map((at) => set.labels[at] ?? 0);
    const equal = await intervalOf(lab, rows, dim, labels);
    return { step, distances, equal, pairs: await pairsOf(distances, labels) };
  }
}

async function intervalOf(
  lab: Lab,
  rows: Float32Array,
  dim: number,
  labels: readonly number[],
): Promise<Interval | null> {
  const gallery = await lab.gallery({ dim, distance: 'cosine' });
  await gallery.add(
    labels.map((label, k) => ({ name: String(label), vector: rows.subarray(k * dim, (k + 1) * dim) })),
  );
  const { intervals } = await gallery.thresholdReport(DRAWN);
  await gallery.close();
  return intervals?.eer ?? null;
}

import { ROLE_TEST, type Lab, type PackedDataset, type SessionConfig } from 'metriclab';
import { appearance } from '../../state/appearance.svelte';
import { pixelsOf } from '../../state/pixels';
import { LockStep, type ColumnBase } from '../compare/lock-step.svelte';
import { makeReady } from '../compare/draw';
import { rightOf } from '../compare/score';
import { ofRole, perClass, pictures } from '../pictures';
import { openLab } from '../run/run.svelte';

/** Lengths of the embedding, a network each. */
export const DIMS = [2, 3, 16, 64] as const;
const SHOWN_PER_CLASS = 20;
const CHUNK = 10;
export const STOP = 150;

interface Answer extends Omit<ColumnBase, 'loss'> {
  readonly step: number;
}

/** Four networks that differ in the length of their embedding and train in step on the same batches. */
export class Dims extends LockStep<ColumnBase, Answer> {
  shown = $state.raw<readonly number[]>([]);
  /** Whether the nearest other picture by raw pixels has the same label, for each that is shown. */
  raw = $state.raw<readonly boolean[]>([]);
  readonly #url: string;

  constructor(url: string) {
    super();
    this.#url = url;
  }

  /** Opens all four at step 0. */
  async open(): Promise<void> {
    this.dispose();
    this.past = [];
    await this.renew(async (round) => {
      const { bytes, set } = await pictures(this.#url);
      if (round.aborted) return;
      this.data = set;
      const labs = await Promise.all(DIMS.map(() => openLab(round, bytes)));
      this.labs.push(...labs);
      const infos = await Promise.all(
        labs.map(async (lab, k) => lab.configure(configOf(await lab.defaults(), DIMS[k] ?? 2))),
      );
      this.shown = perClass(set, ofRole(infos[0]?.roles ?? new Uint8Array(), ROLE_TEST), SHOWN_PER_CLASS);
      if (labs[0]) this.raw = await rightByPixels(labs[0], set, this.shown);
      await makeReady(set, this.shown, appearance.dark);
      await this.show(round);
    });
  }

  /** Trains all of them up to a step. */
  async train(until: number): Promise<void> {
    if (this.frame) await this.trainAll(until - this.frame.step, CHUNK);
  }

  protected async ask(data: PackedDataset, lab: Lab, k: number): Promise<Answer> {
    const { shown } = this;
    const request = { pixels: pixelsOf(data, shown), count: shown.length };
    const [rows, { step }] = await Promise.all([lab.embed(request), lab.advance(0)]);
    const labels = shown.map((at) => data.labels[at] ?? 0);
    return { step, rows, right: rightOf(rows, DIMS[k] ?? 2, labels), batch: [] };
  }

  protected columnsOf(answers: readonly Answer[], losses: readonly (number | null)[]): readonly ColumnBase[] {
    return answers.map(({ rows, right, batch }, k) => ({ rows, right, batch, loss: losses[k] ?? null }));
  }
}

async function rightByPixels(
  lab: Lab,
  set: PackedDataset,
  shown: readonly number[],
): Promise<readonly boolean[]> {
  const rows = Float32Array.from(pixelsOf(set, shown), (pixel) => pixel / 255);
  const request = { queries: rows, references: rows, dim: rows.length / shown.length, k: 2 } as const;
  // A picture is the nearest to itself, or as near as its twin.
  const { indices } = await lab.nearest({ ...request, metric: 'cosine' });
  return shown.map((at, k) => {
    const other = indices[2 * k] === k ? indices[2 * k + 1] : indices[2 * k];
    return set.labels[shown[other ?? k] ?? at] === set.labels[at];
  });
}

function configOf(defaults: SessionConfig, dim: number): SessionConfig {
  return {
    ...defaults,
    seed: 1,
    unseenClasses: 0,
    network: { kind: 'mlp', hidden: [64] },
    embedding: { dim, normalize: true },
    distance: 'cosine',
    loss: { kind: 'supcon', temperature: 0.1 },
    miner: { kind: 'none' },
    batch: { classes: 10, perClass: 6 },
    augment: { shift: 0 },
    optimizer: { learningRate: 3e-3 },
  };
}

import type { Lab, PackedDataset } from 'metriclab';
import { Run } from '../run/run.svelte';

/** The parts that every column has. */
export interface ColumnBase {
  /** Two numbers a shown sample. */
  readonly rows: Float32Array;
  /** Whether the nearest other sample is of the same class, one a sample that asks. */
  readonly right: readonly boolean[];
  /** Loss of the last training step; null before the first. */
  readonly loss: number | null;
  /** The samples of the last batch. */
  readonly batch: readonly number[];
}

/** All columns at one step; a figure draws nothing else, so that no picture mixes steps. */
export interface Frame<Column> {
  readonly step: number;
  readonly columns: readonly Column[];
}

/** Engines that train in lock step, a column each. `Answer` is what one of them says of its step. */
export abstract class LockStep<Column, Answer extends { readonly step: number }> extends Run {
  /** Frames since step 0, oldest first. */
  past = $state.raw<readonly Frame<Column>[]>([]);
  data = $state.raw<PackedDataset | null>(null);
  protected readonly labs: Lab[] = [];

  get frame(): Frame<Column> | null {
    return this.past.at(-1) ?? null;
  }

  override close(): void {
    super.close();
    this.dispose();
  }

  protected dispose(): void {
    for (const lab of this.labs.splice(0)) lab.dispose();
  }

  /** Trains all columns, the same number of steps at a time. */
  protected trainAll(steps: number, chunk: number): Promise<void> {
    return this.makeSteps(steps, chunk, async (count, round) => {
      const reports = await Promise.all(this.labs.map((lab) => lab.advance(count)));
      await this.show(
        round,
        reports.map(({ losses }) => losses.at(-1) ?? null),
      );
      return reports[0]?.step;
    });
  }

  /** Adds a frame of the present step. */
  protected async show(round: AbortSignal, losses: readonly (number | null)[] = []): Promise<void> {
    const { data } = this;
    if (!data) return;
    const answers = await Promise.all(this.labs.map((lab, k) => this.ask(data, lab, k)));
    if (round.aborted) return;
    const step = answers[0]?.step ?? 0;
    if (answers.some((answer) => answer.step !== step))
      throw new Error('The columns are at different steps.');
    this.past = [...this.past, { step, columns: this.columnsOf(answers, losses) }];
  }

  protected abstract ask(data: PackedDataset, lab: Lab, k: number): Promise<Answer>;
  protected abstract columnsOf(
    answers: readonly Answer[],
    losses: readonly (number | null)[],
  ): readonly Column[];
}

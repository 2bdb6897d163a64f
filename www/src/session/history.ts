import type { Evaluation, StepReport } from 'metriclab';

/** Recall@1 with the ends of its 95% interval, and MAP@R. */
interface Score {
  readonly recall: number;
  readonly low: number;
  readonly high: number;
  readonly map: number;
}

/** The scores of one moment. */
export interface ScorePoint {
  readonly step: number;
  readonly seen: Score | null;
  readonly unseen: Score | null;
}

/** Losses and scores so far, for the curves. */
export interface History {
  /** Loss of step i + 1. */
  readonly losses: readonly number[];
  readonly active: readonly number[];
  readonly scores: readonly ScorePoint[];
}

export const EMPTY: History = { losses: [], active: [], scores: [] };

/** A loss so many times the first one, or so large where that is small, is that of weights on their way to no numbers. */
const EXPLODED = 10;

/** A history that grows; `value` is the same object until something is added. */
export class Recorder {
  #losses: number[] = [];
  #active: number[] = [];
  #scores: ScorePoint[] = [];
  /** The steps before the present loss: other losses are of another size. */
  #before = 0;

  get value(): History {
    return { losses: this.#losses, active: this.#active, scores: this.#scores };
  }

  addSteps(report: StepReport): void {
    const first = report.step - report.losses.length;
    for (const values of [this.#losses, this.#active]) {
      // Steps that nobody told of leave a gap in the curve, not a hole in the list.
      while (values.length < first) values.push(NaN);
      values.length = first;
    }
    this.#losses.push(...report.losses);
    this.#active.push(...report.active);
  }

  addScores(evaluation: Evaluation): void {
    const pick = (scores: Evaluation['seen']): Score | null => {
      if (!scores) return null;
      const [low, high] = scores.recallAt1Interval;
      return { recall: scores.recallAt1, low, high, map: scores.mapAtR };
    };
    this.#scores = this.#scores.filter(({ step }) => step < evaluation.step);
    this.#scores.push({
      step: evaluation.step,
      seen: pick(evaluation.seen),
      unseen: pick(evaluation.unseen),
    });
  }

  /** Another loss, metric or embedding begins. */
  measuresAnew(): void {
    this.#before = this.#losses.length;
  }

  /** Whether training from a step could not help: its loss, or the next one, is far above the first. */
  exploded(step: number): boolean {
    const limit = EXPLODED * Math.max(1, this.#losses[this.#before] ?? NaN);
    const around = this.#losses.slice(Math.max(this.#before, step - 1), step + 1);
    return around.some((loss) => loss > limit);
  }

  /** Goes back to a step: after a fault the lab goes on from an earlier one. The run that was put aside keeps its own lists. */
  rewind(step: number): void {
    this.#losses = this.#losses.slice(0, step);
    this.#before = Math.min(this.#before, step);
    this.#active = this.#active.slice(0, step);
    this.#scores = this.#scores.filter((point) => point.step <= step);
  }

  load(history: History): void {
    this.#losses = [...history.losses];
    this.#active = [...history.active];
    this.#scores = [...history.scores];
    this.#before = 0;
  }
}

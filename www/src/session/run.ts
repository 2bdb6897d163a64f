import { MetricLabError, type Lab, type Picture } from 'metriclab';
import type { DatasetName } from '../store/settings';
import { Recorder } from './history';
import { Pace } from './pace';
import type { Signals } from './signals';
import { Turn } from './turn';

/** A score counts so many neighbours. */
export const SCORE_K = 5;

/** The run in the trainer: its steps, scores and pictures, each told by its signal. */
export class Run {
  trainer: Lab | null = null;
  /** The data set that the trainer has. */
  dataName: DatasetName;
  readonly recorder = new Recorder();
  readonly pace = new Pace();
  readonly turn = new Turn();
  readonly #signals: Signals;

  constructor(signals: Signals, dataName: DatasetName) {
    this.#signals = signals;
    this.dataName = dataName;
  }

  /** The trainer, once it has a session. */
  lab(): Lab {
    if (!this.trainer || !this.#signals.info.value)
      throw new MetricLabError('session.none', 'No session yet.');
    return this.trainer;
  }

  /** Tells the steps so far. */
  publish(rate: number): void {
    const { losses, active } = this.recorder.value;
    this.#signals.history.set(this.recorder.value);
    this.#signals.progress.set({
      step: losses.length,
      rate,
      loss: losses.at(-1) ?? NaN,
      active: active.at(-1) ?? NaN,
    });
  }

  /** Shows a picture of the engine, turned to lie like the one before. */
  show(drawn: Picture): Picture {
    const picture = this.turn.apply(drawn);
    this.#signals.picture.set(picture);
    return picture;
  }

  /** A picture of the sample, with so many further samples embedded towards one of the whole set. */
  async refresh(points: number): Promise<void> {
    const before = performance.now();
    this.show(await this.lab().picture({ refresh: points }));
    if (points === 0) this.pace.pictured(performance.now() - before);
  }

  /**
   * At rest, the map must not depend on the pictures before it. After a picture of one sample the engine has nothing to turn the
   * next one onto, so that one lies by its principal axes. The page turns it over its last picture, or as a link says.
   */
  async lieAnew(turn: number | undefined): Promise<void> {
    await this.lab().picture({ sample: 1 });
    this.turn.renew(turn === undefined ? this.#signals.picture.value : null, turn);
  }

  async score(): Promise<void> {
    const before = performance.now();
    const evaluation = await this.lab().evaluate({ space: 'embedding', k: SCORE_K });
    this.pace.scored(performance.now() - before, performance.now());
    this.#signals.evaluation.set(evaluation);
    this.recorder.addScores(evaluation);
    this.#signals.history.set(this.recorder.value);
  }
}

import { untilSeen } from '../dom/seen';
import type { Notices } from './notices';
import type { Past } from './past';
import type { Run } from './run';
import type { Signals } from './signals';

/** At rest, the whole set is embedded by so many samples at a time, so that whatever is asked meanwhile need not wait. */
const REFRESH_POINTS = 2000;

/** Trains the run step by step, with pictures and scores between the steps, and completes both at rest. */
export class Training {
  readonly #signals: Signals;
  readonly #run: Run;
  readonly #past: Past;
  readonly #notices: Notices;

  constructor(signals: Signals, run: Run, past: Past, notices: Notices) {
    this.#signals = signals;
    this.#run = run;
    this.#past = past;
    this.#notices = notices;
  }

  /** One step. */
  async step(): Promise<void> {
    const report = await this.#run.lab().advance(1);
    this.#run.recorder.addSteps(report);
    this.#run.publish(0);
    await this.#past.keep(false);
  }

  /** Trains up to a step, or stops where the rest takes longer than `most` seconds and gives how long it takes. */
  async loop(live: () => boolean, until = Infinity, most = Infinity): Promise<number | null> {
    const { progress, timeline } = this.#signals;
    const { pace } = this.#run;
    const lab = this.#run.lab();
    if (timeline.kept.value.length === 0) await this.#past.keep(false);
    pace.restart();
    let before = performance.now();
    let long: number | null = null;
    while (live() && long === null && progress.value.step < until) {
      if (document.hidden) {
        await this.#waitUnseen();
        before = performance.now();
        continue;
      }
      const steps = Math.min(pace.steps, until - progress.value.step);
      const report = await lab.advance(steps);
      const now = performance.now();
      pace.advanced(steps, report.milliseconds, now - before);
      before = now;
      this.#run.recorder.addSteps(report);
      this.#run.publish(pace.rate);
      if (timeline.due(report.step, performance.now()) && live()) await this.#past.keep(true);
      else if (pace.pictureDue && live()) await this.#run.refresh(0);
      if (pace.scoresDue(performance.now()) && live()) await this.#run.score();
      const seconds = pace.secondsFor(until - report.step) ?? 0;
      if (seconds > most && live()) long = seconds;
    }
    this.#run.publish(0);
    return long;
  }

  /** Training waits while nobody sees the tab, so that it takes no power, and says so. */
  async #waitUnseen(): Promise<void> {
    this.#run.publish(0);
    await untilSeen();
    this.#run.pace.restart();
    this.#notices.say('notice.hidden', { values: { step: this.#signals.progress.value.step } });
  }

  /** A complete picture and the scores of the present step. `turn` tells how the map lies, where a link has it. */
  async settle(live: () => boolean, turn?: number): Promise<void> {
    const { info, progress, picture, evaluation } = this.#signals;
    if (!this.#run.trainer || !info.value) return;
    const step = progress.value.step;
    const drawn = (): boolean => picture.value?.step === step && picture.value.complete;
    if (live() && !drawn()) await this.#run.lieAnew(turn);
    while (live() && !drawn()) await this.#run.refresh(REFRESH_POINTS);
    if (live() && evaluation.value?.step !== step) await this.#run.score();
  }
}

import type { Faults } from './faults';
import type { Notices } from './notices';
import type { Run } from './run';
import type { Signals } from './signals';
import type { Checkpoint } from './timeline';

/** Keeps steps of the run on the timeline, and goes back to them. */
export class Past {
  readonly #signals: Signals;
  readonly #run: Run;
  readonly #faults: Faults;
  readonly #notices: Notices;

  constructor(signals: Signals, run: Run, faults: Faults, notices: Notices) {
    this.#signals = signals;
    this.#run = run;
    this.#faults = faults;
    this.#notices = notices;
  }

  /** Keeps the present step to go back to, where it is time. */
  async keep(counted: boolean): Promise<void> {
    const { timeline, progress } = this.#signals;
    const { step, loss } = progress.value;
    const before = performance.now();
    if (!timeline.due(step, before)) return;
    const lab = this.#run.lab();
    // Asked in one go, so that no step comes between the two.
    const [drawn, state, counts] = await Promise.all([
      lab.picture({}),
      lab.save(),
      lab.batch().then(
        (batch) => batch.counts,
        () => null,
      ),
    ]);
    const picture = this.#run.show(drawn);
    timeline.add({ step, picture, state, loss, counts }, performance.now());
    if (counted) this.#run.pace.pictured(performance.now() - before);
  }

  /** Goes back to a step. After training that diverged, a notice says so as soon as that step is shown. */
  async rewind(checkpoint: Checkpoint): Promise<void> {
    const { info, timeline, evaluation } = this.#signals;
    const { step } = checkpoint;
    this.#run.turn.renew(checkpoint.picture);
    info.set(await this.#run.lab().restore(checkpoint.state));
    const { diverged } = this.#faults;
    this.#faults.sound();
    timeline.rewind(step);
    this.#run.recorder.rewind(step);
    evaluation.set(null);
    this.#run.publish(0);
    if (diverged) this.#notices.say('notice.wentBack', { values: { step } });
  }
}

import { MetricLabError, type FaultEvent } from 'metriclab';
import { isFault } from './labs';
import type { NoticeAction, Notices } from './notices';
import type { Run } from './run';
import type { Signals } from './signals';
import type { Checkpoint } from './timeline';

/** The ways on that a notice of a failure offers. */
interface Ways {
  /** Opens the laboratory once more. */
  readonly open: () => void;
  /** Trains or rests, as the person wants. */
  readonly goOn: () => void;
  /** Goes on from an earlier step. */
  readonly resume: (checkpoint: Checkpoint) => void;
}

const hasDiverged = (thrown: unknown): boolean =>
  thrown instanceof MetricLabError && thrown.code === 'training.diverged';

/** Weights that are no numbers are not worth keeping. */
export function unlessDiverged(thrown: unknown): null {
  if (!hasDiverged(thrown)) throw thrown;
  return null;
}

/** Tells of faults of the engine, of failed work and of training that diverged, and offers the way on. */
export class Faults {
  readonly #signals: Signals;
  readonly #run: Run;
  readonly #notices: Notices;
  readonly #ways: Ways;
  /** The notice that training diverged; null while the present weights are good. */
  #diverged: number | null = null;

  constructor(signals: Signals, run: Run, notices: Notices, ways: Ways) {
    this.#signals = signals;
    this.#run = run;
    this.#notices = notices;
    this.#ways = ways;
  }

  /** Whether the present weights are no numbers. */
  get diverged(): boolean {
    return this.#diverged !== null;
  }

  /** The weights are good again. */
  sound(): void {
    if (this.#diverged !== null) this.#notices.dismiss(this.#diverged);
    this.#diverged = null;
  }

  /** The last step that is kept and from which training can go on. */
  get lastGood(): Checkpoint | null {
    const kept = this.#signals.timeline.kept.value;
    return kept.findLast(({ step }) => !this.#run.recorder.exploded(step)) ?? kept.at(0) ?? null;
  }

  /** The engine has failed, and may have recovered. */
  onFault({ code, message, recovered, step }: FaultEvent): void {
    const { timeline, picture, training } = this.#signals;
    if (recovered) {
      this.#notices.say('notice.recovered', { values: { step }, tone: 'warning', detail: message });
      this.#run.recorder.rewind(step);
      timeline.rewind(step);
      this.#run.turn.renew(picture.value);
      this.#run.publish(0);
      this.#ways.goOn();
      return;
    }
    training.set(false);
    this.#notices.fail(new MetricLabError(code, message), {
      action: { label: 'notice.tryAgain', run: this.#ways.goOn },
    });
  }

  /** An activity has failed. */
  onError(error: unknown): void {
    const { info, training, replaying, phase } = this.#signals;
    // The lab tells of its own faults by an event, after it tried to recover.
    if (isFault(error) && info.value) return;
    training.set(false);
    replaying.set(null);
    if (phase.value !== 'ready') phase.set('failed');
    const opening = phase.value === 'failed';
    if (hasDiverged(error)) {
      this.#tellDiverged(error);
      return;
    }
    const again: NoticeAction = { label: 'notice.tryAgain', run: this.#ways.open };
    this.#notices.fail(error, { action: opening ? again : null });
  }

  /** Shows the last good step, and offers to go on from it. */
  #tellDiverged(error: unknown): void {
    const last = this.lastGood;
    this.#signals.timeline.show(last);
    const action: NoticeAction | null = last
      ? {
          label: 'notice.goBack',
          run: () => {
            this.#ways.resume(last);
          },
        }
      : null;
    this.#diverged = this.#notices.fail(error, { detail: '', action });
  }
}

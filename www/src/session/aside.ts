import type { MessageKey } from '../i18n/translator';
import { unlessDiverged, type Faults } from './faults';
import type { Notices } from './notices';
import type { Run } from './run';
import type { Setup } from './setup';
import type { Signals } from './signals';

/** Puts the run aside before another one takes its place. Only the last one can be brought back. */
export class Aside {
  readonly #signals: Signals;
  readonly #run: Run;
  readonly #setup: Setup;
  readonly #faults: Faults;
  readonly #notices: Notices;
  readonly #bringBack: () => void;
  /** The notice of the run that was put aside. */
  #notice = 0;

  constructor(
    parts: { signals: Signals; run: Run; setup: Setup; faults: Faults; notices: Notices },
    bringBack: () => void,
  ) {
    this.#signals = parts.signals;
    this.#run = parts.run;
    this.#setup = parts.setup;
    this.#faults = parts.faults;
    this.#notices = parts.notices;
    this.#bringBack = bringBack;
    this.#signals.kept.onChange(() => {
      this.#notices.dismiss(this.#notice);
    });
  }

  /** Puts the present run aside, if there is something to lose, and says whether it did. */
  async keep(): Promise<boolean> {
    const { progress, info, kept, evaluation, straight } = this.#signals;
    const { step } = progress.value;
    const { trainer, recorder, dataName: data } = this.#run;
    if (!trainer || !info.value || step === 0 || this.#faults.diverged) return false;
    const state = await trainer.save().catch(unlessDiverged);
    if (!state) return false;
    kept.set({
      data,
      chosen: this.#setup.running,
      state,
      step,
      history: recorder.value,
      evaluation: evaluation.value,
      straight: straight.value,
    });
    return true;
  }

  /** Says why the run was put aside, and offers to bring it back. */
  tell(key: MessageKey, values: Readonly<Record<string, number>>): void {
    const action = { label: 'notice.bringBack', run: this.#bringBack } as const;
    this.#notice = this.#notices.say(key, { values, action });
  }
}

import type { Lab } from 'metriclab';
import type { DataShelf } from './data';
import type { Labs } from './labs';
import type { Notices } from './notices';
import { SCORE_K, type Run } from './run';
import type { Signals } from './signals';
import type { Checkpoint } from './timeline';

/** The second laboratory with the session's data and split: for raw pixels, and for steps before the present one. */
export class Probe {
  readonly #signals: Signals;
  readonly #run: Run;
  readonly #labs: Labs;
  readonly #shelf: DataShelf;
  readonly #notices: Notices;
  #ready: { readonly split: string; readonly lab: Promise<Lab> } | null = null;
  /** The step whose network it has. */
  #step: Checkpoint | null = null;
  #baselineOf = '';

  constructor(signals: Signals, run: Run, labs: Labs, shelf: DataShelf, notices: Notices) {
    this.#signals = signals;
    this.#run = run;
    this.#labs = labs;
    this.#shelf = shelf;
    this.#notices = notices;
  }

  #split(): string {
    return `${this.#run.dataName} ${this.#signals.info.value?.config.unseenClasses ?? ''}`;
  }

  /** With the session's data and split. */
  prepared(): Promise<Lab> {
    const split = this.#split();
    if (this.#ready?.split === split) return this.#ready.lab;
    const config = this.#signals.info.value?.config;
    const prepare = async (): Promise<Lab> => {
      const lab = await this.#labs.probe();
      await lab.loadDataset((await this.#shelf.get(this.#run.dataName)).file);
      if (config) await lab.configure(config);
      return lab;
    };
    const lab = prepare();
    this.#step = null;
    this.#ready = { split, lab };
    lab.catch(() => {
      this.#ready = null;
    });
    return lab;
  }

  /** With the network of an earlier step. */
  async at(past: Checkpoint): Promise<Lab> {
    const lab = await this.prepared();
    if (this.#step !== past) {
      this.#step = past;
      await lab.restore(past.state);
    }
    return lab;
  }

  /** Scores raw pixels. This baseline depends on the data and on what is held out, not on the weights. */
  async scoreRaw(): Promise<void> {
    const split = this.#split();
    if (this.#baselineOf === split) return;
    this.#baselineOf = split;
    try {
      const lab = await this.prepared();
      const baseline = await lab.evaluate({ space: 'raw', k: SCORE_K });
      if (split === this.#split()) this.#signals.baseline.set(baseline);
    } catch (error) {
      this.#baselineOf = '';
      this.#notices.fail(error, { tone: 'warning' });
    }
  }

  /** The data set is another one. */
  forgetRaw(): void {
    this.#signals.baseline.set(null);
    this.#baselineOf = '';
  }
}

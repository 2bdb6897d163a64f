import { MetricLabError, type Options, type SessionConfig } from 'metriclab';
import type { Chosen } from '../store/link';
import { recommended, sessionConfig } from '../store/session-config';
import type { DatasetName, Settings } from '../store/settings';
import type { Store } from '../store/store';
import type { DataShelf } from './data';
import type { Faults } from './faults';
import { EMPTY } from './history';
import { isFault } from './labs';
import type { Notices } from './notices';
import type { Probe } from './probe';
import type { Run } from './run';
import type { KeptRun, Signals } from './signals';

/** The parts of the session that setting up uses. */
interface Parts {
  readonly store: Store;
  readonly signals: Signals;
  readonly run: Run;
  readonly probe: Probe;
  readonly shelf: DataShelf;
  readonly faults: Faults;
  readonly notices: Notices;
}

/** Gives the trainer its data set, and begins a run by the settings. */
export class Setup {
  readonly #parts: Parts;
  #recommendation: SessionConfig | null = null;
  #running: Chosen = {};
  #quiet = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    parts.store.onChange(['loss'], () => {
      this.#recommend();
    });
  }

  /** The settings of the session that runs, to go back to when new ones are refused. */
  get running(): Chosen {
    return this.#running;
  }

  /** The running session has taken the settings as they are now. */
  taken(): void {
    this.#running = this.#parts.store.chosen;
  }

  /** Whether settings change without asking for a new session. */
  get quiet(): boolean {
    return this.#quiet;
  }

  /** Changes settings without asking for a new session. */
  quietly(change: () => void): void {
    this.#quiet = true;
    try {
      change();
    } finally {
      this.#quiet = false;
    }
  }

  /** The session that some settings ask for, with this data set. */
  configOf(settings: Settings): SessionConfig {
    const { options, recommendation } = this.#loaded();
    return sessionConfig(settings, options, recommendation);
  }

  #loaded(): { readonly options: Options; readonly recommendation: SessionConfig } {
    const options = this.#parts.signals.options.value;
    const recommendation = this.#recommendation;
    if (!options || !recommendation) throw new MetricLabError('session.none', 'No data set is loaded.');
    return { options, recommendation };
  }

  /** The settings that this data set recommends for a loss. */
  recommendedFor(loss: Settings['loss']): Chosen {
    const options = this.#parts.signals.options.value;
    return options && this.#recommendation ? recommended(options, this.#recommendation, loss) : {};
  }

  #recommend(): void {
    const { store } = this.#parts;
    const loss = store.chosen.loss ?? this.#recommendation?.loss.kind;
    if (loss && this.#recommendation) store.setDefaults(this.recommendedFor(loss));
  }

  async loadData(name: DatasetName): Promise<void> {
    const { store, signals, run, probe, shelf } = this.#parts;
    const lab = run.trainer;
    if (!lab) throw new MetricLabError('session.none', 'The laboratory is not open.');
    signals.phase.set('fetching');
    const { file, packed } = await shelf.get(name);
    signals.phase.set('preparing');
    await lab.loadDataset(file);
    const options = await lab.options();
    this.#recommendation = await lab.defaults();
    run.dataName = name;
    signals.info.set(null);
    signals.picture.set(null);
    signals.evaluation.set(null);
    probe.forgetRaw();
    signals.options.set(options);
    this.quietly(() => {
      this.#recommend();
      if (store.value.selected >= packed.count) store.set({ selected: -1 });
    });
    signals.data.set(packed);
  }

  /** A new session by the settings, or the one that was kept. */
  async begin(kept?: KeptRun): Promise<void> {
    const { signals, run, probe, faults } = this.#parts;
    const lab = run.trainer;
    if (!lab) throw new MetricLabError('session.none', 'No data set is loaded.');
    const config = this.fittingConfig();
    let info = await lab.configure(config);
    if (kept) info = await lab.restore(kept.state);
    this.taken();
    faults.sound();
    run.turn.renew(null);
    signals.timeline.clear();
    signals.straight.set(kept?.straight ?? true);
    run.recorder.load(kept?.history ?? EMPTY);
    signals.evaluation.set(kept?.evaluation ?? null);
    if (signals.info.value?.config.unseenClasses !== info.config.unseenClasses) signals.baseline.set(null);
    signals.info.set(info);
    run.publish(0);
    await run.refresh(0);
    signals.phase.set('ready');
    void probe.scoreRaw();
  }

  /** As `begin`; settings that this data set refuses give way to its own. */
  async beginOrDefaults(): Promise<void> {
    const { store, signals, run, notices } = this.#parts;
    try {
      await this.begin();
    } catch (error) {
      if (isFault(error) || signals.info.value) throw error;
      notices.fail(error, { tone: 'warning' });
      this.quietly(() => {
        store.revertTraining({ data: run.dataName });
        // The link's step is of the run that was refused.
        store.set({ step: 0, turn: 0 });
      });
      await this.begin();
    }
  }

  /** The session of the settings. Holding classes out leaves fewer for a batch: it gives way, so that one change does not have to be two. */
  fittingConfig(): SessionConfig {
    this.#loaded();
    const { store, signals } = this.#parts;
    const { classes, unseen } = store.value;
    const trained = (signals.data.value?.classes.length ?? 0) - unseen;
    if (trained >= 2 && classes > trained)
      this.quietly(() => {
        store.set({ classes: trained });
      });
    return this.configOf(store.value);
  }
}

import type { DeviceRequest, SessionConfig } from 'metriclab';
import type { Chosen } from '../store/link';
import { TRAINING_NAMES, type Settings } from '../store/settings';
import type { Store } from '../store/store';
import { Activities } from './activities';
import { Aside } from './aside';
import { Changes } from './changes';
import { DataShelf } from './data';
import { Faults } from './faults';
import { Labs } from './labs';
import type { Notices } from './notices';
import { Past } from './past';
import { Probe } from './probe';
import { Questions } from './questions';
import { Run } from './run';
import { Setup } from './setup';
import { Signals, type Replay } from './signals';
import type { Checkpoint } from './timeline';
import { Training } from './training';

/** A replay that takes longer goes on only if the visitor says so. */
const LONG_SECONDS = 60;

/** Drives the run as the person wants: opens, trains, goes back, starts anew. Views read its signals and ask its questions. */
export class Session extends Signals {
  readonly shelf = new DataShelf();
  readonly labs: Labs;
  readonly questions: Questions;

  readonly #store: Store;
  readonly #notices: Notices;
  readonly #activities: Activities;
  readonly #run: Run;
  readonly #faults: Faults;
  readonly #past: Past;
  readonly #training: Training;
  readonly #setup: Setup;
  readonly #aside: Aside;

  constructor(store: Store, notices: Notices) {
    super();
    const { shelf } = this;
    const labs = new Labs(notices);
    const run = new Run(this, store.value.data);
    const probe = new Probe(this, run, labs, shelf, notices);
    const faults = new Faults(this, run, notices, {
      open: () => {
        this.open();
      },
      goOn: () => {
        this.#continue();
      },
      resume: (checkpoint) => {
        this.resume(checkpoint);
      },
    });
    const past = new Past(this, run, faults, notices);
    const parts = { store, signals: this, run, probe, shelf, faults, past, notices };
    const setup = new Setup(parts);
    const aside = new Aside({ ...parts, setup }, () => {
      this.bringBack();
    });
    const changes = new Changes({ ...parts, setup, aside }, (apply) => {
      void this.#activities.start(apply);
      this.#continue();
    });
    this.labs = labs;
    this.questions = new Questions(this, run, probe, labs);
    this.#store = store;
    this.#notices = notices;
    this.#activities = new Activities((error) => {
      faults.onError(error);
    });
    this.#run = run;
    this.#faults = faults;
    this.#past = past;
    this.#training = new Training(this, run, past, notices);
    this.#setup = setup;
    this.#aside = aside;
    store.onChange(TRAINING_NAMES, () => {
      changes.applySoon();
    });
    store.onChange(['device'], ({ device }) => {
      void this.#switchDevice(device);
    });
  }

  /** Opens the laboratory and shows the first picture. Called again to try once more. */
  open(): void {
    void this.#activities.start(async () => {
      this.phase.set('starting');
      const name = this.#store.value.data;
      const bytes = this.shelf.get(name);
      // Both at once; a failure of the data is told below.
      bytes.catch(() => undefined);
      this.#run.trainer = await this.labs.trainer(this.#store.value.device, (fault) => {
        this.#faults.onFault(fault);
      });
      await this.#setup.loadData(name);
      await this.#setup.beginOrDefaults();
      const { step, turn } = this.#store.value;
      if (step > 0) this.replay({ until: step, turn, seconds: null });
    });
    this.#continue();
  }

  /** How the map lies: the turn that takes it there from its principal axes, once the run is at rest. */
  get turn(): number {
    return this.#run.turn.code;
  }

  train(): void {
    this.timeline.show(null);
    this.training.set(true);
    this.#continue();
  }

  pause(): void {
    this.training.set(false);
    this.#continue();
  }

  step(): void {
    this.timeline.show(null);
    this.training.set(false);
    void this.#activities.start(() => this.#training.step());
    this.#continue();
  }

  /** Trains to a step of this session, or until one trains, pauses or resets by hand. */
  replay(replay: Replay): void {
    const { until, turn } = replay;
    this.replaying.set({ ...replay, seconds: null });
    void this.#activities.start(async (live) => {
      const most = replay.seconds === null ? LONG_SECONDS : Infinity;
      const seconds = await this.#training.loop(live, until, most);
      if (seconds !== null) this.replaying.set({ ...replay, seconds });
      await this.#training.settle(live, seconds === null ? turn : undefined);
      if (seconds === null && live()) this.replaying.set(null);
    });
  }

  /** Goes on from a step that was gone back to. The run until now is put aside. */
  resume(checkpoint: Checkpoint): void {
    this.training.set(false);
    void this.#activities.start(async () => {
      const { step } = this.progress.value;
      const kept = await this.#aside.keep();
      await this.#past.rewind(checkpoint);
      await this.#run.refresh(0);
      if (kept) this.#aside.tell('notice.resumed', { step, from: checkpoint.step });
    });
    this.#continue();
  }

  /** Starts anew with the same settings. The run until now is kept. */
  reset(): void {
    this.training.set(false);
    void this.#activities.start(async () => {
      const { step } = this.progress.value;
      const kept = await this.#aside.keep();
      await this.#setup.begin();
      if (kept) this.#aside.tell('notice.reset', { step });
    });
    this.#continue();
  }

  /** Brings back the run that was put aside, and puts the present one aside. */
  bringBack(): void {
    void this.#activities.start(async () => {
      const run = this.kept.value;
      if (!run) return;
      if (!(await this.#aside.keep())) this.kept.set(null);
      this.#setup.quietly(() => {
        this.#store.revertTraining(run.chosen);
      });
      if (this.#run.dataName !== run.data) await this.#setup.loadData(run.data);
      await this.#setup.begin(run);
    });
    this.#continue();
  }

  /** The session that some settings ask for, with this data set. */
  configOf(settings: Settings): SessionConfig {
    return this.#setup.configOf(settings);
  }

  /** The settings that this data set recommends for a loss. */
  recommendedFor(loss: Settings['loss']): Chosen {
    return this.#setup.recommendedFor(loss);
  }

  /** Goes on with what the person wants: training, or a complete picture at rest. */
  #continue(): void {
    this.replaying.set(null);
    void this.#activities.start(async (live) => {
      await (this.training.value ? this.#training.loop(live) : this.#training.settle(live));
    });
  }

  async #switchDevice(device: DeviceRequest): Promise<void> {
    await this.#activities.start(async () => {
      const { trainer } = this.#run;
      if (!trainer) return;
      try {
        this.labs.device.set(await trainer.switchDevice(device));
      } catch (error) {
        this.#notices.fail(error, { tone: 'warning' });
        this.#store.set({ device: trainer.device.requested });
      }
    });
    this.#continue();
  }
}

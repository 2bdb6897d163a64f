import { property } from '../store/link';
import { STARTS_ANEW, type DatasetName } from '../store/settings';
import { Store } from '../store/store';
import type { Aside } from './aside';
import type { Faults } from './faults';
import { isFault } from './labs';
import type { Notices } from './notices';
import type { Past } from './past';
import type { Run } from './run';
import type { Setup } from './setup';
import type { Signals } from './signals';

/** So long after the last change, the settings are taken. */
const SETTLE_MS = 350;

/** The parts of the session that a change of settings uses. */
interface Parts {
  readonly store: Store;
  readonly signals: Signals;
  readonly run: Run;
  readonly setup: Setup;
  readonly past: Past;
  readonly aside: Aside;
  readonly faults: Faults;
  readonly notices: Notices;
}

/** Takes settings that were changed into the session: the run goes on with them, or another begins; refused ones go back. */
export class Changes {
  readonly #parts: Parts;
  readonly #start: (apply: () => Promise<void>) => void;
  #timer = 0;

  constructor(parts: Parts, start: (apply: () => Promise<void>) => void) {
    this.#parts = parts;
    this.#start = start;
  }

  /** Settings were changed, perhaps not for the last time. */
  applySoon(): void {
    if (this.#parts.setup.quiet) return;
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      this.#start(() => this.#apply());
    }, SETTLE_MS);
  }

  async #apply(): Promise<void> {
    const { store, signals, run, setup, past, aside, faults } = this.#parts;
    if (!run.trainer) return;
    const name = store.value.data;
    try {
      // Other settings cannot help weights that are no numbers.
      const good = faults.diverged ? faults.lastGood : null;
      if (good) await past.rewind(good);
      const { step } = signals.progress.value;
      if (step > 0 && name === run.dataName && !this.#startsAnew()) {
        await this.#adjust();
        return;
      }
      const kept = await aside.keep();
      if (name !== run.dataName || !signals.data.value) {
        await setup.loadData(name);
        await setup.beginOrDefaults();
      } else {
        await setup.begin();
      }
      if (kept) aside.tell('notice.newSession', { step });
    } catch (error) {
      if (isFault(error)) throw error;
      this.#refuse(error, name);
    }
  }

  /** Whether a setting differs from the running session's that a session cannot change on its way. */
  #startsAnew(): boolean {
    const { store, setup } = this.#parts;
    const running = new Store(setup.running, store.defaults).link;
    const wanted = new Store(store.chosen, store.defaults).link;
    const of = (link: string): string =>
      STARTS_ANEW.map((name) => new URLSearchParams(link).get(property(name).url) ?? '').join(' ');
    return of(running) !== of(wanted);
  }

  /** Goes on from the present step with other settings. */
  async #adjust(): Promise<void> {
    const { signals, run, setup } = this.#parts;
    const config = setup.fittingConfig();
    const before = signals.info.value?.config;
    // The engine checks the settings first. If it refuses them, the run stays as it was.
    const info = await run.lab().adjust(config);
    setup.taken();
    signals.straight.set(false);
    const differs = (...names: (keyof typeof config)[]): boolean =>
      names.some((name) => JSON.stringify(before?.[name]) !== JSON.stringify(config[name]));
    if (differs('distance', 'embedding')) signals.evaluation.set(null);
    if (differs('distance', 'embedding', 'loss')) run.recorder.measuresAnew();
    signals.info.set(info);
    await run.refresh(0);
  }

  /** The settings were refused: the session that runs stays, and the controls go back to it. */
  #refuse(error: unknown, name: DatasetName): void {
    const { store, signals, run, setup, notices } = this.#parts;
    const again = {
      label: 'notice.tryAgain' as const,
      run: () => {
        if (name === run.dataName) this.applySoon();
        else store.chooseData(name);
      },
    };
    notices.fail(error, name === run.dataName ? {} : { action: again });
    if (!signals.info.value) {
      signals.phase.set('failed');
      return;
    }
    signals.phase.set('ready');
    setup.quietly(() => {
      store.revertTraining(setup.running);
    });
  }
}

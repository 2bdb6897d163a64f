import type { Neighbours } from 'metriclab';
import { Signal } from '../store/signal';
import type { Store } from '../store/store';
import type { Notices } from './notices';
import type { Session } from './session';

/** While training, the neighbours of the selected picture are asked for anew this often. */
const RENEW_MS = 700;

/** The selected picture and its nearest neighbours, in the embedding and in raw pixels. */
export class Selection {
  readonly embedding = new Signal<Neighbours | null>(null);
  readonly raw = new Signal<Neighbours | null>(null);
  readonly #store: Store;
  readonly #session: Session;
  readonly #notices: Notices;
  #askedFor = '';
  #asking = false;
  #renewed = 0;

  constructor(store: Store, session: Session, notices: Notices) {
    this.#store = store;
    this.#session = session;
    this.#notices = notices;
    store.onChange(['selected', 'k'], () => {
      this.#ask();
    });
    session.info.onChange(() => {
      this.#ask();
    });
    session.picture.onChange(() => {
      this.#ask();
    });
    session.timeline.shown.onChange(() => {
      this.#askedFor = '';
      this.#ask();
    });
  }

  #ask(): void {
    const { selected, k } = this.#store.value;
    const data = this.#session.data.value;
    const info = this.#session.info.value;
    if (selected < 0 || !data || !info || selected >= data.count) {
      this.#askedFor = '';
      this.embedding.set(null);
      this.raw.set(null);
      return;
    }
    const key = `${data.name} ${selected} ${k} ${this.#session.timeline.shown.value?.step ?? ''}`;
    if (key !== this.#askedFor) {
      this.#askedFor = key;
      this.embedding.set(null);
      this.raw.set(null);
      void this.#fetch('raw', selected, k);
      void this.#fetch('embedding', selected, k);
    } else if (performance.now() - this.#renewed > RENEW_MS || !this.#session.training.value) {
      void this.#fetch('embedding', selected, k);
    }
  }

  async #fetch(space: 'embedding' | 'raw', selected: number, k: number): Promise<void> {
    if (space === 'embedding') {
      // One question at a time: the engine trains in between.
      if (this.#asking && this.embedding.value) return;
      this.#asking = true;
      this.#renewed = performance.now();
    }
    const key = this.#askedFor;
    try {
      const neighbours = await this.#session.neighbours(selected, k, space);
      if (key === this.#askedFor) this[space].set(neighbours);
    } catch (error) {
      if (key === this.#askedFor) this.#notices.fail(error, { tone: 'warning' });
    } finally {
      if (space === 'embedding') this.#asking = false;
    }
  }
}

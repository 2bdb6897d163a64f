import type { Neighbours } from 'metriclab';
import { Signal } from '../store/signal';
import type { Store } from '../store/store';
import type { Notices } from './notices';
import type { Session } from './session';

/** While training, the neighbours of the selected picture are asked for anew this often. */
const RENEW_MS = 700;

/** The nearest of the sample under the pointer. */
export interface Hovered {
  readonly index: number;
  readonly near: readonly number[];
}

/** The selected picture and its nearest neighbours, in the embedding and in raw pixels; and those of the sample under the pointer. */
export class Selection {
  readonly embedding = new Signal<Neighbours | null>(null);
  readonly raw = new Signal<Neighbours | null>(null);
  /** The picked sample, until a triplet is laid into the plane or its points are moved; -1 for none. */
  readonly anchor: Signal<number>;
  /** In the embedding; null while nothing is pointed at, or they are searched. */
  readonly hovered = new Signal<Hovered | null>(null);
  readonly #store: Store;
  readonly #session: Session;
  readonly #notices: Notices;
  #askedFor = '';
  #asking = false;
  #renewed = 0;
  #pointed = -1;
  #searching = false;

  constructor(store: Store, session: Session, notices: Notices) {
    this.#store = store;
    this.#session = session;
    this.#notices = notices;
    this.anchor = new Signal(this.#anchorAtStart());
    this.#followAnchor();
    store.onChange(['selected', 'k'], () => {
      this.#ask();
    });
    session.info.onChange(() => {
      this.#ask();
    });
    session.picture.onChange(() => {
      this.#ask();
      this.#searchAgain();
    });
    session.timeline.shown.onChange(() => {
      this.#askedFor = '';
      this.#ask();
      this.hovered.set(null);
      this.#searchAgain();
    });
  }

  /** A link's own triplet, or its points, stay. */
  #anchorAtStart(): number {
    const { taken, points } = this.#store.chosen;
    return taken === undefined && points === undefined ? this.#store.value.selected : -1;
  }

  #followAnchor(): void {
    let before = this.#store.value;
    this.#store.onChange(['selected', 'taken', 'points'], (settings) => {
      const laid = settings.taken !== before.taken || settings.points !== before.points;
      before = settings;
      this.anchor.set(laid ? -1 : settings.selected);
    });
  }

  /** Asks for the nearest of the sample under the pointer; -1 for none. While the engine answers, only the newest one waits. */
  point(index: number): void {
    this.#pointed = index;
    if (this.hovered.value && this.hovered.value.index !== index) this.hovered.set(null);
    this.#searchAgain();
  }

  async #search(index: number): Promise<void> {
    this.#searching = true;
    try {
      const { indices } = await this.#session.questions.neighbours(index, this.#store.value.k, 'embedding');
      if (index === this.#pointed) this.hovered.set({ index, near: [...indices] });
    } catch (error) {
      if (index === this.#pointed) this.#notices.fail(error, { tone: 'warning' });
    } finally {
      this.#searching = false;
    }
    if (this.#pointed !== index) this.#searchAgain();
  }

  #searchAgain(): void {
    if (this.#pointed >= 0 && !this.#searching) void this.#search(this.#pointed);
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
      const neighbours = await this.#session.questions.neighbours(selected, k, space);
      if (key === this.#askedFor) this[space].set(neighbours);
    } catch (error) {
      if (key === this.#askedFor) this.#notices.fail(error, { tone: 'warning' });
    } finally {
      if (space === 'embedding') this.#asking = false;
    }
  }
}

import type { BatchView } from 'metriclab';
import { html } from '../../dom/element';
import { sampleCanvas } from '../../dom/sample';
import { sampleName } from '../../i18n/class-name';
import { wholeNumbers } from '../../projection/sample';
import { anchored } from '../../session/anchoring';
import { laid, optionOf } from '../../session/laying';
import type { Settings } from '../../store/settings';
import type { Cleanup } from '../../store/signal';
import type { Store } from '../../store/store';
import { readTaken, writeTaken } from '../../store/taken';
import type { Page } from '../page';

/** Where a triplet comes from. */
const ORIGINS = {
  drawn: { mined: 'triplet.taken', other: 'triplet.takenAny' },
  picked: { mined: 'triplet.pickedMined', other: 'triplet.pickedNear' },
} as const;

/** Told when another triplet was laid into the plane, and when its pictures are there. */
interface Told {
  readonly onLaid: () => void;
  readonly onPictures: () => void;
}

/** The triplet of samples that the points stand for: taken from a batch, or by the picked sample as its anchor. */
export class Taken {
  readonly element = html('div', { class: 'taken', 'data-testid': 'taken' });
  readonly #page: Page;
  readonly #told: Told;
  #pictures: readonly (string | null)[] = [null, null, null];
  #anchoring = false;

  constructor(page: Page, cleanup: Cleanup, told: Told) {
    this.#page = page;
    this.#told = told;
    const { store, session, selection } = page;
    cleanup.add(
      store.watch(['taken', 'data'], () => {
        this.#tell();
      }),
      session.data.onChange(() => {
        this.#tell();
      }),
      selection.anchor.watch(() => {
        void this.#anchor();
      }),
      session.phase.onChange(() => {
        void this.#anchor();
      }),
    );
  }

  /** The picture of each corner, as its address. */
  get pictures(): readonly (string | null)[] {
    return this.#pictures;
  }

  /** Takes a triplet of the last batch. */
  async take(): Promise<void> {
    const { session, notices, store } = this.#page;
    try {
      const batch = await session.questions.batch();
      const config = session.info.value?.config;
      const { seed, taken } = store.value;
      const draw = (readTaken(taken)?.draw ?? 0) + 1;
      const chosen = chooseTriplet(
        batch,
        seed ^ Math.imul(draw, 0x9e3779b1) ^ Math.imul(batch.step, 0x85ebca6b),
      );
      const option = config && optionOf(session.options.value, config);
      if (!chosen || !config || !option) {
        notices.say('triplet.none', { tone: 'warning' });
        return;
      }
      const { a, p, n, mined } = chosen;
      const places = [a, p, n] as const;
      const { step, indices, distances } = batch;
      store.set(laid({ step, ids: indices, learned: distances, places, mined, draw, option, config }));
      this.#told.onLaid();
    } catch (error) {
      notices.fail(error, { tone: 'warning' });
    }
  }

  /** The picked sample becomes the anchor. */
  async #anchor(): Promise<void> {
    const { session, selection, projections, notices, store } = this.#page;
    const anchor = selection.anchor.value;
    if (anchor < 0 || this.#anchoring || session.phase.value !== 'ready') return;
    this.#anchoring = true;
    try {
      const config = session.info.value?.config;
      const option = config && optionOf(session.options.value, config);
      if (!config || !option) return;
      const draw = readTaken(store.value.taken)?.draw ?? 0;
      const among = projections.shownSample;
      const found = await anchored(session, { anchor, among, draw, option, config });
      if (anchor !== selection.anchor.value) return;
      selection.anchor.set(-1);
      if (!found) notices.say('triplet.alone', { tone: 'warning' });
      else {
        store.set(found);
        this.#told.onLaid();
      }
    } catch (error) {
      selection.anchor.set(-1);
      notices.fail(error, { tone: 'warning' });
    } finally {
      this.#anchoring = false;
      // Another one may have been picked meanwhile.
      if (selection.anchor.value !== anchor) void this.#anchor();
    }
  }

  /** Shows the pictures of the triplet that was taken, as soon as its data set is there. */
  #tell(): void {
    const { session, store, t } = this.#page;
    const data = session.data.value;
    const taken = readTaken(store.value.taken);
    const shown = data?.name === store.value.data && taken?.samples.every((index) => index < data.count);
    if (!data || !taken || !shown) {
      this.#pictures = [null, null, null];
      this.element.replaceChildren();
      this.#told.onPictures();
      return;
    }
    this.#pictures = taken.samples.map((index) => sampleCanvas(data, index).toDataURL());
    const items = taken.samples.map((index, corner) =>
      html(
        'figure',
        { 'data-sample': index },
        sampleCanvas(data, index),
        html('figcaption', {}, `${t.find('corner', String(corner)) ?? ''}: ${sampleName(data, index, t)}`),
      ),
    );
    const words = [
      t.text(ORIGINS[taken.picked ? 'picked' : 'drawn'][taken.mined ? 'mined' : 'other'], {
        step: t.whole(taken.step),
      }),
      t.text(taken.exact ? 'triplet.exact' : 'triplet.inexact'),
      ...(taken.chord ? [t.text('triplet.chord')] : []),
      ...(taken.moved ? [t.text('triplet.moved')] : []),
    ];
    this.element.replaceChildren(...items, html('p', {}, words.join(' ')));
    this.#told.onPictures();
  }
}

/** Moved points no longer stand for the samples that were taken. */
export function moved(store: Store): Partial<Pick<Settings, 'taken'>> {
  const taken = readTaken(store.value.taken);
  return taken && !taken.moved ? { taken: writeTaken({ ...taken, moved: true }) } : {};
}

interface Chosen {
  readonly a: number;
  readonly p: number;
  readonly n: number;
  readonly mined: boolean;
}

/** A mined triplet by chance; without one, any of the batch. */
function chooseTriplet({ triplets, labels }: BatchView, seed: number): Chosen | null {
  const below = wholeNumbers(seed);
  const count = Math.floor(triplets.length / 3);
  if (count > 0) {
    const at = 3 * below(count);
    const [a, p, n] = [triplets[at], triplets[at + 1], triplets[at + 2]];
    if (a !== undefined && p !== undefined && n !== undefined) return { a, p, n, mined: true };
  }
  const first = below(labels.length);
  const order = [...labels.keys()].map((i) => (i + first) % labels.length);
  for (const a of order) {
    const p = order.find((i) => i !== a && labels[i] === labels[a]);
    const n = order.find((i) => labels[i] !== labels[a]);
    if (p !== undefined && n !== undefined) return { a, p, n, mined: false };
  }
  return null;
}

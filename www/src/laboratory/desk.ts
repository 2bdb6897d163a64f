import { getContext, setContext } from 'svelte';
import { Translator } from '../i18n/translator';
import type { Notices } from '../session/notices';
import type { Projections } from '../session/projections';
import type { Selection } from '../session/selection';
import type { Session } from '../session/session';
import type { Settings } from '../store/settings';
import type { Store } from '../store/store';
import type { Page } from '../views/page';
import { WORDS, type Language, type Words } from '../words';
import { LABORATORY } from '../words/laboratory';
import { Live } from './live';

const KEY = Symbol('desk');

/** The parts of the laboratory, which every component is given, and its state as components read it. */
export class Desk {
  readonly store: Store;
  readonly session: Session;
  readonly selection: Selection;
  readonly projections: Projections;
  readonly notices: Notices;
  readonly phase;
  readonly training;
  readonly data;
  readonly options;
  readonly info;
  readonly picture;
  readonly layout;
  readonly space;
  readonly trails;
  readonly progress;
  readonly history;
  readonly evaluation;
  readonly baseline;
  readonly kept;
  readonly checkpoints;
  readonly past;
  readonly straight;
  readonly replaying;
  readonly device;
  readonly near;
  readonly nearRaw;
  readonly #settings: Live<Settings>;
  readonly #translators = new Map<Language, Translator>();

  constructor(parts: Omit<Page, 't'>) {
    const { store, session, selection, projections, notices } = parts;
    [this.store, this.session, this.selection] = [store, session, selection];
    [this.projections, this.notices] = [projections, notices];
    this.#settings = new Live(store.settings);
    this.phase = new Live(session.phase);
    this.training = new Live(session.training);
    this.data = new Live(session.data);
    this.options = new Live(session.options);
    this.info = new Live(session.info);
    this.picture = new Live(session.picture);
    this.layout = new Live(projections.layout);
    this.space = new Live(projections.space);
    this.trails = new Live(projections.trails);
    this.progress = new Live(session.progress);
    this.history = new Live(session.history);
    this.evaluation = new Live(session.evaluation);
    this.baseline = new Live(session.baseline);
    this.kept = new Live(session.kept);
    this.checkpoints = new Live(session.timeline.kept);
    this.past = new Live(session.timeline.shown);
    this.straight = new Live(session.straight);
    this.replaying = new Live(session.replaying);
    this.device = new Live(session.labs.device);
    this.near = new Live(selection.embedding);
    this.nearRaw = new Live(selection.raw);
  }

  get settings(): Settings {
    return this.#settings.value;
  }

  get t(): Translator {
    const { lang } = this.settings;
    const known = this.#translators.get(lang);
    if (known) return known;
    const made = new Translator(lang);
    this.#translators.set(lang, made);
    return made;
  }

  get words(): Words {
    return WORDS[this.settings.lang];
  }

  get w(): (typeof LABORATORY)['en'] {
    return LABORATORY[this.settings.lang];
  }

  /** The same for parts that build their elements by hand. */
  page(): Page {
    const { store, session, selection, projections, notices, t } = this;
    return { store, session, selection, projections, notices, t };
  }
}

export function giveDesk(desk: Desk): void {
  setContext(KEY, desk);
}

export function useDesk(): Desk {
  return getContext<Desk>(KEY);
}

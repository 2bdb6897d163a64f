import type { Translator } from '../i18n/translator';
import type { Notices } from '../session/notices';
import type { Projections } from '../session/projections';
import type { Selection } from '../session/selection';
import type { Session } from '../session/session';
import type { Store } from '../store/store';

/** The parts of the laboratory that every view is given. */
export interface Page {
  readonly store: Store;
  readonly session: Session;
  readonly selection: Selection;
  readonly projections: Projections;
  readonly notices: Notices;
  readonly t: Translator;
}

/** Builds a view inside `host` and returns what takes it away again. */
export type Mount = (host: HTMLElement, page: Page) => () => void;

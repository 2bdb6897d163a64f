import { html } from './dom/element';
import { inParts, throttled } from './dom/tasks';
import { Translator } from './i18n/translator';
import { Notices } from './session/notices';
import { Projections } from './session/projections';
import { Selection } from './session/selection';
import { Session } from './session/session';
import { readLink, type Rejected } from './store/link';
import { LANGUAGES, type Language, type ViewName } from './store/settings';
import { Cleanup } from './store/signal';
import { Store } from './store/store';
import { mountCurves } from './views/curves';
import { mountHeader } from './views/header';
import { mountMeasures } from './views/measures';
import { mountMap } from './views/map';
import { mountMapKey } from './views/map-key';
import { mountMatrix } from './views/matrix';
import { mountNeighbours } from './views/neighbours';
import { mountNotices } from './views/notices';
import type { Mount, Page } from './views/page';
import { mountProjection } from './views/projection';
import { mountScores } from './views/scores';
import { mountSettings } from './views/settings';
import { mountStory } from './views/story';
import { mountTrainBar } from './views/train-bar';
import { mountTriplet } from './views/triplet';

/** The address follows the settings at most this often: browsers refuse more. */
const LINK_MS = 400;

/** The parts of the stage in each view. */
const STAGE: Readonly<Record<ViewName, readonly (readonly [string, Mount])[]>> = {
  map: [
    ['map', mountMap],
    ['projection', mountProjection],
    ['map-key', mountMapKey],
    ['neighbours', mountNeighbours],
  ],
  triplet: [['triplet', mountTriplet]],
  matrix: [['matrix', mountMatrix]],
  story: [['story', mountStory]],
};

function preferredLanguage(): Language {
  const wanted = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
  for (const tag of wanted) {
    const known = LANGUAGES.find((language) => language === tag);
    if (known) return known;
  }
  return 'en';
}

function tellRejected(notices: Notices, rejected: readonly Rejected[]): void {
  for (const { field, text } of rejected)
    notices.say('notice.badLink', { tone: 'warning', values: { field, text } });
}

/** Mounts `view` in a fresh element of `parent` and returns what takes it away. */
function place(
  parent: HTMLElement,
  name: string,
  mount: Mount,
  page: Page,
  tag: 'section' | 'header' = 'section',
): () => void {
  const host = html(tag, { class: `part ${name}`, 'data-view': name });
  parent.append(host);
  const destroy = mount(host, page);
  return () => {
    destroy();
    host.remove();
  };
}

/** Everything on the page in one language: what one came for first. */
function mountPage(host: HTMLElement, page: Page): () => void {
  const cleanup = new Cleanup();
  const notices = html('div', { class: 'notices' });
  const settings = html('aside', {
    class: 'column settings-column',
    'aria-label': page.t.text('setting.title'),
  });
  const stage = html('main', { class: 'column stage' });
  const figures = html('aside', { class: 'column figures-column', 'aria-label': page.t.text('score.title') });
  const shown = html('div', { class: 'shown' });
  const parts = inParts([
    () => {
      cleanup.add(place(host, 'header', mountHeader, page, 'header'));
      host.append(notices, html('div', { class: 'columns' }, settings, stage, figures));
      cleanup.add(mountNotices(notices, page), place(stage, 'train-bar', mountTrainBar, page));
      stage.append(shown);
    },
    () => {
      cleanup.add(...mountStage(shown, page));
    },
    () => {
      cleanup.add(place(settings, 'settings', mountSettings, page));
    },
    () => {
      cleanup.add(
        place(figures, 'scores', mountScores, page),
        place(figures, 'measures scores', mountMeasures, page),
        place(figures, 'curves', mountCurves, page),
      );
    },
  ]);
  return () => {
    parts.cancel();
    cleanup.run();
    host.replaceChildren();
  };
}

/** The view at hand, and every one after it. */
function mountStage(shown: HTMLElement, page: Page): readonly (() => void)[] {
  let leave: readonly (() => void)[] = [];
  const stop = page.store.watch(['view'], ({ view }) => {
    for (const destroy of leave) destroy();
    shown.dataset['shows'] = view;
    leave = STAGE[view].map(([name, mount]) => place(shown, name, mount, page));
  });
  return [
    stop,
    () => {
      for (const destroy of leave) destroy();
    },
  ];
}

function followAddress(store: Store, notices: Notices): void {
  const write = throttled(LINK_MS, () => {
    if (store.link !== window.location.search)
      window.history.replaceState(null, '', store.link === '' ? window.location.pathname : store.link);
  });
  store.settings.onChange(write.ask);
  window.addEventListener('popstate', () => {
    tellRejected(notices, store.follow(window.location.search));
  });
}

/** Opens the page in `host`. */
export function start(host: HTMLElement): void {
  const { chosen, rejected } = readLink(window.location.search);
  const store = new Store(chosen, { lang: preferredLanguage() });
  const notices = new Notices();
  const session = new Session(store, notices);
  const selection = new Selection(store, session, notices);
  const projections = new Projections(store, session, selection, notices);
  tellRejected(notices, rejected);

  const stop = session.picture.onChange((picture) => {
    if (!picture) return;
    stop();
    requestAnimationFrame(() => performance.mark('metriclab:first-picture'));
  });
  // Before anything is built: the engine and the data are on their way while the page is.
  session.open();

  let leave = (): void => undefined;
  store.watch(['lang'], ({ lang }) => {
    leave();
    document.documentElement.lang = lang;
    leave = mountPage(host, { store, session, selection, projections, notices, t: new Translator(lang) });
  });
  store.watch(['present'], ({ present }) => {
    document.documentElement.classList.toggle('present', present);
  });
  followAddress(store, notices);
}

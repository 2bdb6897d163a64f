import { Fields } from '../controls/fields';
import { html } from '../dom/element';
import { TRUST_K } from '../projection/protocol';
import { PARAMETERS, type Computing, type Layout } from '../session/drawings';
import { PROJECTIONS, type Settings } from '../store/settings';
import { Cleanup } from '../store/signal';
import type { Mount, Page } from './page';

type Projection = Settings['projection'];
export const PROJECTION_NAMES: Readonly<Record<Projection, string>> = {
  pca: 'PCA',
  tsne: 't-SNE',
  umap: 'UMAP',
};
const NAMES = PROJECTION_NAMES;
/** Which settings a picture depends on. */
const SETTINGS: Readonly<Record<Projection, readonly string[]>> = {
  pca: ['sample', 'seed'],
  tsne: ['perplexity', 'sample', 'seed'],
  umap: ['neighbours', 'minDist', 'sample', 'seed'],
};

function choices(page: Page, cleanup: Cleanup): HTMLElement {
  const { store, t } = page;
  const buttons = PROJECTIONS.map((projection) => {
    const button = html(
      'button',
      { type: 'button', 'data-testid': `projection-${projection}` },
      NAMES[projection],
    );
    button.addEventListener('click', () => {
      store.set({ projection });
    });
    return { projection, button };
  });
  cleanup.add(
    store.watch(['projection'], ({ projection }) => {
      for (const item of buttons)
        item.button.setAttribute('aria-pressed', String(item.projection === projection));
    }),
  );
  return html(
    'div',
    { class: 'switch', role: 'group', 'aria-label': t.text('projection.title') },
    ...buttons.map(({ button }) => button),
  );
}

/** The button that computes, or gives up, with how far it has come. */
function work(page: Page, cleanup: Cleanup): readonly HTMLElement[] {
  const { store, session, projections, t } = page;
  const start = html('button', { type: 'button', class: 'quiet', 'data-testid': 'projection-compute' });
  const stop = html(
    'button',
    { type: 'button', 'data-testid': 'projection-cancel' },
    t.text('projection.cancel'),
  );
  const bar = html('progress', {
    'aria-label': t.text('projection.title'),
    'data-testid': 'projection-progress',
  });
  const words = html('span', { class: 'note', 'data-testid': 'projection-round' });
  start.addEventListener('click', () => {
    projections.drawings.compute();
  });
  stop.addEventListener('click', () => {
    projections.drawings.cancel();
  });
  const label = (): string => {
    if (store.value.projection === 'pca')
      return t.text(projections.drawings.trust ? 'projection.measureAgain' : 'projection.measure');
    return t.text(projections.layout.value ? 'projection.computeAgain' : 'projection.compute');
  };
  const progress = ({ method, done, total }: Computing): string => {
    if (total > 0 && done < total) return t.text('projection.round', { done, total });
    return t.text(method === 'pca' || total > 0 ? 'projection.measuring' : 'projection.fetching');
  };
  const show = (): void => {
    const computing = projections.drawings.computing.value;
    // One takes the other's place: a keyboard's focus goes along.
    const focused = [start, stop].some((button) => button === document.activeElement);
    start.hidden = computing !== null;
    for (const element of [stop, bar, words]) element.hidden = computing === null;
    if (focused) (computing ? stop : start).focus();
    start.textContent = label();
    start.disabled = session.phase.value !== 'ready';
    if (!computing) return;
    words.textContent = progress(computing);
    if (computing.total > 0) {
      bar.max = computing.total;
      bar.value = computing.done;
    } else {
      bar.removeAttribute('value');
    }
  };
  cleanup.add(
    projections.drawings.computing.watch(show),
    projections.layout.onChange(show),
    projections.drawings.measured.onChange(show),
    session.phase.onChange(show),
    store.onChange(['projection', 'space', 'angles'], show),
  );
  return [start, stop, bar, words];
}

function settings(page: Page, cleanup: Cleanup): HTMLElement {
  const { store, t } = page;
  const fields = new Fields(page, cleanup);
  const all: Readonly<Record<string, HTMLElement>> = {
    perplexity: fields.number('perplexity', 'projection.perplexity'),
    neighbours: fields.number('umapNeighbours', 'projection.neighbours'),
    minDist: fields.number('minDist', 'projection.minDist'),
    sample: fields.number('sample', 'projection.sample'),
    seed: fields.number('projectionSeed', 'projection.seed'),
  };
  cleanup.add(
    store.watch(['projection'], ({ projection }) => {
      for (const [name, field] of Object.entries(all)) field.hidden = !SETTINGS[projection].includes(name);
    }),
  );
  const notes = html('p', { class: 'note' }, t.text('projection.settingsNote'));
  return html(
    'details',
    { class: 'projection-settings', 'data-testid': 'projection-settings' },
    html('summary', {}, t.text('projection.settings')),
    html('div', { class: 'fields' }, ...Object.values(all)),
    notes,
  );
}

/** Says how much the picture that is shown hides. */
function hidden({ session, store, projections, t }: Page): string {
  const { projection } = store.value;
  const layout = projections.drawn;
  if (layout) return t.text(`projection.hides.${layout.method}`);
  if (projections.inSpace) return t.text('map.inSpace');
  const past = session.timeline.shown.value;
  const pca = past ? t.text('projection.past') : t.text('projection.notYet', { method: NAMES[projection] });
  const notYet = projection === 'pca' || (projections.drawings.computing.value && !past) ? '' : `${pca} `;
  const picture = past?.picture ?? session.picture.value;
  if (!picture) return t.text('map.waiting');
  const share = picture.explained[0] + picture.explained[1];
  const dim = session.info.value?.config.embedding.dim ?? 2;
  return (
    notYet +
    (dim <= 2
      ? t.text('map.explainedAll')
      : t.text('map.explained', { share: t.percent(share), dim, hidden: t.percent(Math.max(0, 1 - share)) }))
  );
}

/** The points and the step of the picture by PCA. */
function pcaOrigin({ session, t }: Page): readonly string[] {
  const picture = session.timeline.shown.value?.picture ?? session.picture.value;
  if (!picture) return [];
  const of = {
    shown: t.whole(picture.indices.length),
    count: t.whole(session.data.value?.count ?? picture.indices.length),
    step: t.whole(picture.step),
  };
  return [t.text(picture.complete ? 'projection.whole' : 'projection.part', of)];
}

/** The points and the step of a picture by t-SNE or UMAP, and what has changed since. */
function origin(page: Page, layout: Layout): readonly (string | HTMLElement)[] {
  const { session, projections, t } = page;
  const count = layout.xy.length / 2;
  const of = { shown: t.whole(layout.sample.length), count: t.whole(count), step: t.whole(layout.step) };
  const words = [t.text(layout.sample.length < count ? 'projection.part' : 'projection.whole', of)];
  const changes: string[] = [];
  if (!projections.ofThisSession(layout)) changes.push(t.text('projection.otherSession'));
  else if (!projections.isFresh(layout))
    changes.push(t.text('projection.older', { step: t.whole(session.progress.value.step) }));
  if (!projections.drawings.asChosen(layout)) changes.push(t.text('projection.otherSettings'));
  return changes.length === 0
    ? words
    : [...words, ' ', html('b', { 'data-testid': 'projection-stale' }, `⚠ ${changes.join(' ')}`)];
}

function trust(page: Page): readonly (string | HTMLElement)[] {
  const { projections, t } = page;
  const layout = projections.drawn;
  const measured = projections.drawings.trust;
  const value = layout ? layout.found?.trust : measured?.trust;
  if (value === undefined) return [];
  const words = html('b', {}, t.text('projection.trust'));
  const number = html('output', { 'data-testid': 'trust' }, t.decimal(value, 3));
  if (layout?.found)
    return [
      words,
      ' ',
      number,
      ' ',
      html('small', {}, t.text('projection.trustPca', { value: t.decimal(layout.found.pcaTrust, 3) })),
    ];
  return measured
    ? [
        words,
        ' ',
        number,
        ' ',
        html(
          'small',
          {},
          t.text(measured.angles ? 'projection.trustTurned' : 'projection.trustOf', {
            points: t.whole(measured.points),
            step: t.whole(measured.step),
          }),
        ),
      ]
    : [];
}

/** Says which of the picked point's neighbours in the picture are false. */
function falseNeighbours({ projections, t }: Page): readonly (string | HTMLElement)[] {
  const look = projections.look.value;
  if (!look) return [];
  if (!look.placed) return [t.text('projection.away')];
  if (!look.near) return [];
  const { k, intruders } = look;
  const layout = projections.drawn;
  const part = layout !== null && layout.sample.length < layout.xy.length / 2;
  const words =
    intruders.length === 0
      ? t.text('projection.noIntruders', { k })
      : t.text('projection.intruders', { count: intruders.length, k });
  const mark = html('span', { class: 'intruder-mark', 'aria-hidden': 'true' });
  return [
    ...(intruders.length > 0 ? [mark] : []),
    html('span', { 'data-testid': 'intruders', 'data-count': intruders.length }, words),
    part ? ` ${t.text('projection.within')}` : '',
  ];
}

/** Tells a screen reader that a picture by t-SNE or UMAP is begun, and that it is done. */
function spokenOf({ projections, t }: Page): string {
  const method = projections.drawings.computing.value?.method;
  const layout = projections.layout.value;
  if (method) return method === 'pca' ? '' : t.text('projection.begun', { method: NAMES[method] });
  if (!layout?.found) return '';
  const value = t.decimal(layout.found.trust, 3);
  return t.text('projection.done', { method: NAMES[layout.method], value });
}

/** The false neighbours of the picked point, as a note and for a screen reader. */
function aroundNotes(page: Page): { readonly notes: readonly HTMLElement[]; readonly show: () => void } {
  const { projections } = page;
  const around = html('p', { class: 'note' });
  const spoken = html('p', { class: 'unseen-text', 'aria-live': 'polite' });
  let told = '';
  const show = (): void => {
    const parts = falseNeighbours(page);
    around.replaceChildren(...parts);
    around.hidden = parts.length === 0;
    const selected = projections.look.value?.selected ?? -1;
    const layout = projections.layout.value;
    const about = `${selected} ${layout?.method ?? ''} ${layout?.step ?? ''}`;
    if (about === told || (parts.length === 0 && selected >= 0)) return;
    // Told once a point and picture, not with every picture of a training.
    told = about;
    spoken.textContent = around.textContent;
  };
  return { notes: [around, spoken], show };
}

/** The picture's kind, how far it can be trusted, and what it hides. */
export const mountProjection: Mount = (host, page) => {
  const { store, session, projections, t } = page;
  const cleanup = new Cleanup();
  const truth = html('span', { 'data-testid': 'explained' });
  const from = html('span', { 'data-testid': 'projection-origin' });
  const trusted = html('p', { class: 'trust' });
  const meaning = html('span');
  const around = aroundNotes(page);
  const spoken = html('p', { class: 'unseen-text', 'aria-live': 'polite' });
  const showOrigin = (): void => {
    const layout = projections.drawn;
    from.replaceChildren(...(layout ? origin(page, layout) : projections.inSpace ? [] : pcaOrigin(page)));
  };
  const show = (): void => {
    const parts = trust(page);
    truth.textContent = hidden(page);
    trusted.replaceChildren(...parts);
    trusted.hidden = parts.length === 0;
    meaning.textContent = parts.length === 0 ? '' : t.text('projection.trustNote', { k: TRUST_K });
    showOrigin();
  };
  let said = '';
  const speak = (): void => {
    const now = spokenOf(page);
    if (now !== said) spoken.textContent = now;
    said = now;
  };
  cleanup.add(
    session.picture.watch(show),
    session.info.onChange(show),
    session.timeline.shown.onChange(show),
    session.progress.onChange(showOrigin),
    projections.layout.onChange(show),
    projections.drawings.measured.onChange(show),
    store.onChange(['projection', 'space', 'angles', ...PARAMETERS], show),
    projections.drawings.computing.onChange(() => {
      show();
      speak();
    }),
    projections.look.watch(around.show),
  );
  host.replaceChildren(
    html(
      'div',
      { class: 'projection-work' },
      choices(page, cleanup),
      ...work(page, cleanup),
      settings(page, cleanup),
      trusted,
    ),
    html('p', { class: 'note' }, truth, ' ', from, ' ', meaning),
    ...around.notes,
    spoken,
  );
  return () => {
    cleanup.run();
  };
};

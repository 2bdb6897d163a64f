import type { Neighbours, PackedDataset } from 'metriclab';
import { Fields } from '../controls/fields';
import { html } from '../dom/element';
import { sampleName } from '../i18n/class-name';
import { sampleCanvas } from '../render/sample';
import { Cleanup } from '../store/signal';
import type { Mount, Page } from './page';

function card(page: Page, data: PackedDataset, index: number, distance: number, right: boolean): HTMLElement {
  const { store, t } = page;
  const verdict = t.text(right ? 'neighbour.right' : 'neighbour.wrong');
  const name = sampleName(data, index, t);
  const spoken = t.text('neighbour.spoken', { name, distance: t.decimal(distance, 3), verdict });
  const button = html(
    'button',
    {
      type: 'button',
      class: right ? 'neighbour right' : 'neighbour wrong',
      title: spoken,
      'aria-label': spoken,
      'data-index': index,
      'data-right': String(right),
    },
    sampleCanvas(data, index),
    html('span', { class: 'verdict', 'aria-hidden': 'true' }, right ? '✓' : '✗'),
    html('span', { class: 'name' }, name),
    html('span', { class: 'distance' }, t.decimal(distance, 3)),
  );
  button.addEventListener('click', () => {
    store.set({ selected: index });
  });
  return html('li', {}, button);
}

function row(
  page: Page,
  space: 'embedding' | 'raw',
  selected: number,
  found: Neighbours | null,
): HTMLElement {
  const { session, t } = page;
  const data = session.data.value;
  const list = html('ol', { 'data-testid': `neighbours-${space}` });
  let right = 0;
  if (data && found) {
    for (const [place, index] of found.indices.entries()) {
      const same = data.labels[index] === data.labels[selected];
      if (same) right += 1;
      list.append(card(page, data, index, found.distances[place] ?? NaN, same));
    }
  }
  const score = found
    ? t.text('neighbour.count', { right, k: found.indices.length })
    : t.text('neighbour.waiting');
  return html(
    'section',
    { class: 'neighbour-row' },
    html(
      'h3',
      {},
      t.text(`neighbour.${space}`),
      html('small', { 'data-testid': `neighbours-${space}-count` }, score),
    ),
    list,
  );
}

/** The selected picture's nearest neighbours, learned and raw side by side. */
export const mountNeighbours: Mount = (host, page) => {
  const { store, session, selection, projections, t } = page;
  const cleanup = new Cleanup();
  const fields = new Fields(page, cleanup);
  const k = fields.number('k', 'neighbour.k');
  const surprise = html(
    'button',
    { type: 'button', class: 'quiet', 'data-testid': 'surprise' },
    t.text('neighbour.surprise'),
  );
  cleanup.listen(surprise, 'click', () => {
    const selected = projections.any();
    if (selected >= 0) store.set({ selected });
  });
  const chosen = html('div', { class: 'chosen', 'data-testid': 'chosen' });
  const rows = html('div', { class: 'neighbour-rows' });
  const show = (): void => {
    const { selected } = store.value;
    const data = session.data.value;
    if (selected < 0 || !data || selected >= data.count) {
      chosen.replaceChildren(html('p', { class: 'note' }, t.text('neighbour.hint')));
      rows.replaceChildren();
      return;
    }
    const role = session.info.value?.roles[selected] ?? 0;
    chosen.replaceChildren(
      sampleCanvas(data, selected),
      html(
        'div',
        {},
        html('b', {}, sampleName(data, selected, t)),
        html('small', {}, t.find('role', String(role)) ?? ''),
      ),
    );
    rows.replaceChildren(
      row(page, 'embedding', selected, selection.embedding.value),
      row(page, 'raw', selected, selection.raw.value),
    );
  };
  cleanup.add(
    store.watch(['selected'], show),
    selection.embedding.onChange(show),
    selection.raw.onChange(show),
    session.info.onChange(show),
  );
  host.replaceChildren(
    html('div', { class: 'neighbour-head' }, chosen, html('div', { class: 'neighbour-tools' }, k, surprise)),
    rows,
  );
  return () => {
    cleanup.run();
  };
};

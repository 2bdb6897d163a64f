import { Fields } from '../controls/fields';
import { html } from '../dom/element';
import { className } from '../i18n/class-name';
import { roleMark } from '../render/marks';
import { swatch } from '../render/swatch';
import { COLOURINGS, MARKS, ROLE_FILTERS } from '../store/settings';
import { Cleanup } from '../store/signal';
import type { Mount, Page } from './page';

const MOST_CLASSES = 12;

function entry(mark: number, hollow: boolean, text: string): HTMLElement {
  return html('li', {}, swatch(mark, hollow), text);
}

function legend({ session, store, t }: Page): HTMLElement[] {
  const [data, info] = [session.data.value, session.info.value];
  if (!data || !info) return [];
  const { colour } = store.value;
  if (colour === 'role') {
    const roles = [...new Set(info.roles)].sort((a, b) => a - b);
    return roles.map((role) => entry(roleMark(role), false, t.find('role', String(role)) ?? ''));
  }
  if (colour === 'style') return data.domains.map((name, i) => entry(i, false, name));
  if (data.classes.length > MOST_CLASSES)
    return [html('li', {}, t.text('map.manyClasses', { count: t.whole(data.classes.length) }))];
  const unseen = new Set(info.unseenClasses);
  return data.classes.map((_, label) => entry(label, unseen.has(label), className(data, label, t)));
}

/** What the marks mean, and what is shown. */
export const mountMapKey: Mount = (host, page) => {
  const { session, store, t } = page;
  const cleanup = new Cleanup();
  const fields = new Fields(page, cleanup);
  const list = html('ul', { class: 'legend', 'data-testid': 'legend' });
  const style = fields.choice('colour', 'map.colour', 'colour', COLOURINGS);
  const show = (): void => {
    list.replaceChildren(...legend(page));
    if (session.info.value && session.info.value.unseenClasses.length > 0 && store.value.colour === 'class')
      list.append(html('li', { class: 'note' }, t.text('map.hollow')));
    const option = style.querySelector<HTMLOptionElement>('option[value="style"]');
    if (option) option.hidden = (session.data.value?.domains.length ?? 0) === 0;
  };
  cleanup.add(session.info.watch(show), store.onChange(['colour'], show));
  host.replaceChildren(
    html(
      'div',
      { class: 'map-controls' },
      style,
      fields.choice('role', 'map.show', 'show', ROLE_FILTERS),
      fields.choice('marks', 'map.marks', 'marks', MARKS),
    ),
    list,
  );
  return () => {
    cleanup.run();
  };
};

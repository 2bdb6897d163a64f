import { html } from '../dom/element';
import type { Notice } from '../session/notices';
import type { Mount, Page } from './page';

function card(notice: Notice, { t, notices }: Page): HTMLElement {
  const { text, values, detail, action, tone, id } = notice;
  const close = html('button', { type: 'button', class: 'quiet', 'aria-label': t.text('notice.close') }, '×');
  close.addEventListener('click', () => {
    notices.dismiss(id);
  });
  const act =
    action && html('button', { type: 'button', 'data-testid': 'notice-action' }, t.text(action.label));
  act?.addEventListener('click', () => {
    notices.dismiss(id);
    action?.run();
  });
  const body = html('p', {}, 'code' in text ? t.error(text.code) : t.text(text.key, values));
  if (detail !== '') body.append(' ', html('small', { lang: 'en' }, detail));
  const code = 'code' in text ? text.code : text.key;
  return html(
    'div',
    {
      class: `notice ${tone}`,
      role: tone === 'error' ? 'alert' : 'status',
      'data-testid': 'notice',
      'data-code': code,
    },
    body,
    act,
    close,
  );
}

/** What the page has to tell: above everything, until it is closed. */
export const mountNotices: Mount = (host, page) => {
  const cards = new Map<number, HTMLElement>();
  const stop = page.notices.list.watch((list) => {
    for (const [id, element] of cards) {
      if (list.some((notice) => notice.id === id)) continue;
      element.remove();
      cards.delete(id);
    }
    for (const notice of list) {
      if (cards.has(notice.id)) continue;
      const element = card(notice, page);
      cards.set(notice.id, element);
      host.append(element);
    }
  });
  return () => {
    stop();
    host.replaceChildren();
  };
};

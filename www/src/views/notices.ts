import { html } from '../dom/element';
import type { Notice } from '../session/notices';
import type { Mount, Page } from './page';

function card(notice: Notice, { t, notices }: Page): HTMLElement {
  const { text, values, detail, action, tone, id } = notice;
  const close = html('button', { type: 'button', class: 'quiet', 'aria-label': t.text('notice.close') }, '×');
  const act =
    action && html('button', { type: 'button', 'data-testid': 'notice-action' }, t.text(action.label));
  const body = html('p', {}, 'code' in text ? t.error(text.code) : t.text(text.key, values));
  if (detail !== '') body.append(' ', html('small', { lang: 'en' }, detail));
  const code = 'code' in text ? text.code : text.key;
  const whole = html(
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
  // Who answers a notice goes on where they were.
  let before: EventTarget | null = null;
  whole.addEventListener('focusin', ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && whole.contains(relatedTarget))) before = relatedTarget;
  });
  const leave = (): void => {
    if (before instanceof HTMLElement) before.focus();
    notices.dismiss(id);
  };
  close.addEventListener('click', leave);
  act?.addEventListener('click', () => {
    leave();
    action?.run();
  });
  return whole;
}

/** The notices of the page: above everything, until they are closed. */
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

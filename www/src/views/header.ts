import type { DeviceInfo } from 'metriclab';
import { html } from '../dom/element';
import type { Translator } from '../i18n/translator';
import { LANGUAGES, DEVICES, VIEWS, type Settings } from '../store/settings';
import { Cleanup } from '../store/signal';
import type { Mount, Page } from './page';

/** The step of the lesson that led here, as in `from=deep.zones`. Later changes of the address leave it out. */
const CAME_FROM = /^[a-z]+\.[a-z]+$/.exec(new URLSearchParams(window.location.search).get('from') ?? '')?.[0];

function lessonLink({ t }: Page): HTMLElement {
  const [text, fragment] = CAME_FROM
    ? [t.text('header.backToLesson'), `#${CAME_FROM}`]
    : [t.text('header.learn'), ''];
  return html('a', { href: `../learn/?lang=${t.lang}${fragment}`, 'data-testid': 'lesson' }, text);
}

function languageSwitch(page: Page): HTMLElement {
  const { store, t } = page;
  const names: Readonly<Record<Settings['lang'], string>> = { en: 'English', ko: '한국어' };
  const buttons = LANGUAGES.map((lang) => {
    const button = html(
      'button',
      { type: 'button', lang, 'aria-pressed': String(lang === t.lang), 'data-testid': `lang-${lang}` },
      names[lang],
    );
    button.addEventListener('click', () => {
      store.set({ lang });
    });
    return button;
  });
  return html('div', { class: 'switch', role: 'group', 'aria-label': t.text('header.language') }, ...buttons);
}

/** Why the work is done where it is: the adapter, and the times that decided, where they did. */
function reasonText({ kind, reason, adapter, probe }: DeviceInfo, t: Translator): string {
  const name = kind === 'gpu' ? [adapter?.vendor, adapter?.architecture].filter(Boolean).join(' ') : '';
  const ms = (value: number): string => t.decimal(value, value < 10 ? 1 : 0);
  const times =
    probe &&
    (probe.gpuMs === null
      ? t.text('device.late')
      : t.text('device.times', { gpu: ms(probe.gpuMs), cpu: ms(probe.cpuMs) }));
  const more = [name, times].filter(Boolean).join('; ');
  return t.text(`reason.${reason}`) + (more && ` (${more})`);
}

function deviceBadge(page: Page, cleanup: Cleanup): HTMLElement {
  const { store, session, t } = page;
  const kind = html('strong', { 'data-testid': 'device-kind' });
  const reason = html('span', { class: 'reason', 'data-testid': 'device-reason' });
  const select = html('select', { 'data-testid': 'device', 'aria-label': t.text('header.device') });
  for (const device of DEVICES)
    select.append(html('option', { value: device }, t.text(`deviceChoice.${device}`)));
  select.addEventListener('change', () => {
    const device = DEVICES.find((item) => item === select.value);
    if (device) store.set({ device });
  });
  cleanup.add(
    store.watch(['device'], ({ device }) => {
      select.value = device;
    }),
    session.labs.device.watch((device) => {
      kind.textContent = device ? t.text(`device.${device.kind}`) : t.text('device.waiting');
      reason.textContent = device ? reasonText(device, t) : '';
    }),
  );
  return html(
    'div',
    { class: 'device', 'data-testid': 'device-badge' },
    html('div', { class: 'device-text' }, kind, reason),
    select,
  );
}

function tabs(page: Page, cleanup: Cleanup): HTMLElement {
  const { store, t } = page;
  const buttons = VIEWS.map((view) => {
    const button = html('button', { type: 'button', 'data-testid': `view-${view}` }, t.text(`view.${view}`));
    button.addEventListener('click', () => {
      store.set({ view });
    });
    return { view, button };
  });
  cleanup.add(
    store.watch(['view'], ({ view }) => {
      for (const item of buttons)
        item.button.setAttribute('aria-current', item.view === view ? 'page' : 'false');
    }),
  );
  return html(
    'nav',
    { class: 'tabs', 'aria-label': t.text('header.views') },
    ...buttons.map(({ button }) => button),
  );
}

export const mountHeader: Mount = (host, page) => {
  const { store, t } = page;
  const cleanup = new Cleanup();
  const present = html(
    'button',
    { type: 'button', class: 'quiet', 'data-testid': 'present', title: t.text('header.presentHint') },
    t.text('header.present'),
  );
  present.addEventListener('click', () => {
    store.set({ present: !store.value.present });
  });
  cleanup.add(
    store.watch(['present'], (settings) => {
      present.setAttribute('aria-pressed', String(settings.present));
    }),
  );
  host.replaceChildren(
    html(
      'div',
      { class: 'brand' },
      html('h1', {}, html('a', { href: `../?lang=${t.lang}` }, 'metriclab')),
      html('p', { 'data-testid': 'tagline' }, t.text('header.tagline')),
    ),
    html(
      'nav',
      { class: 'pages', 'aria-label': 'metriclab' },
      lessonLink(page),
      html('a', { href: `../use/?lang=${t.lang}` }, t.text('header.use')),
    ),
    tabs(page, cleanup),
    html('div', { class: 'tools' }, deviceBadge(page, cleanup), languageSwitch(page), present),
  );
  return () => {
    cleanup.run();
  };
};

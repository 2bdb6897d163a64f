// The laboratory's page, by the hooks that it leaves for tests.
import { visit } from './visit.mjs';

export const FIRST_PICTURE = 'metriclab:first-picture';

export const id = (name) => `[data-testid="${name}"]`;

/** Waits for the first picture. */
export const ready = (page, timeout = 60_000) =>
  page.waitForFunction((mark) => performance.getEntriesByName(mark).length > 0, FIRST_PICTURE, { timeout });

/** Opens the page and waits for its first picture. */
export async function open(browser, site, path = '', options = {}) {
  const page = await visit(browser, site.address, { path: `lab/${path}`, ...options });
  await ready(page);
  return page;
}

/** Opens the page once `prepare` has arranged what it will meet. */
export async function openPrepared(browser, site, prepare, path = '') {
  const page = await visit(browser, site.address, { path: 'about:blank' });
  await prepare(page);
  await page.goto(`${site.address}lab/${path}`);
  return page;
}

/** Settings by the drawer that holds them; the rest are in the drawer Loss. */
const DRAWERS = {
  data: [
    'data',
    'unseen',
    'network',
    'dim',
    'layers',
    'seed',
    'classes',
    'perClass',
    'sampler',
    'twoViews',
    'shift',
    'rotate',
  ],
  metric: ['distance', 'power', 'epsilon', 'normalize'],
  view: ['marks', 'colour', 'role', 'all', 'k', 'sample', 'perplexity'],
};
const drawerOf = (name) => Object.keys(DRAWERS).find((drawer) => DRAWERS[drawer].includes(name)) ?? 'loss';

/** Opens a drawer, if it is not open. */
export async function openDrawer(page, drawer) {
  const button = page.locator(id(`drawer-${drawer}`));
  if ((await button.getAttribute('aria-expanded')) !== 'true') await button.click();
  await page.waitForSelector(id('drawer'));
}

/** Brings a setting into view: its drawer, and what is rare, where it is not shown. */
export async function reveal(page, name) {
  await openDrawer(page, drawerOf(name));
  const field = page.locator(id(`setting-${name}`));
  if ((await field.count()) === 0) await page.click(id('expert'));
  await field.waitFor();
  return field;
}

export const choose = async (page, name, value) => (await reveal(page, name)).selectOption(value);

export async function enter(page, name, value) {
  const field = await reveal(page, name);
  await field.fill(value);
  await field.press('Enter');
}

export const valueOf = async (page, name) => (await reveal(page, name)).inputValue();

/** Steps trained. */
export const step = (page) =>
  page
    .locator(id('step'))
    .innerText()
    .then((text) => Number(text.replaceAll(',', '')));

export const reached = (page, wanted, timeout = 120_000) =>
  page.waitForFunction(
    (value) =>
      Number(document.querySelector('[data-testid="step"]').textContent.replaceAll(',', '')) >= value,
    wanted,
    { timeout },
  );

/** Waits for a notice, by its code or the message it bears. */
export const noticed = (page, code, timeout = 60_000) =>
  page.waitForSelector(`${id('notice')}[data-code="${code}"]`, { timeout });

/** The notices that are shown, by their codes or messages. */
export const codes = (page) =>
  page.locator(id('notice')).evaluateAll((notices) => notices.map((notice) => notice.dataset.code));

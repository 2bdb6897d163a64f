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
export async function openPrepared(browser, site, prepare) {
  const page = await visit(browser, site.address, { path: 'about:blank' });
  await prepare(page);
  await page.goto(`${site.address}lab/`);
  return page;
}

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

/** The notices that stand there, by their codes or messages. */
export const codes = (page) =>
  page.locator(id('notice')).evaluateAll((notices) => notices.map((notice) => notice.dataset.code));

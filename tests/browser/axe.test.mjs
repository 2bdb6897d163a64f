// axe-core on every figure, and on what opens on the pages around them. laboratory.test.mjs has the laboratory's drawers and views.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flawless, openDetails } from './axe.mjs';
import { id } from './lab-page.mjs';
import { openPackageSite } from './package-page.mjs';
import { openSite } from './site.mjs';
import { launch, leave, started, visit } from './visit.mjs';

/** Networks train on two cores that other tests may share. */
const PATIENCE = 120_000;
const HTML = `<!doctype html><html lang="en"><meta charset="utf-8"><title>figures</title><link rel="icon" href="data:,">
<meta name="color-scheme" content="light dark"><script type="module" src="main.js"></script>
<main><h1>Figures</h1><h2>One of them</h2><metric-lab view="none"></metric-lab></main></html>`;
const MAIN = `addEventListener('ready', ({ detail }) => (globalThis.shown = detail.view));
import './metriclab/dist/pictures.js';
import './metriclab/dist/element/element.js';
`;

const [browser, site, elements] = await started(
  launch('none'),
  openSite(),
  openPackageSite({ 'index.html': HTML, 'main.js': MAIN }),
);

const open = (path) => visit(browser, site.address, { path, reducedMotion: 'reduce' });

/** The figure of that name is there and waits for nothing. */
const shows = (page, name) =>
  page.waitForFunction(
    (view) =>
      globalThis.shown === view &&
      !document.querySelector('metric-lab').shadowRoot.querySelector('.waiting, [data-done="false"]'),
    name,
    { timeout: PATIENCE },
  );

test('every figure as an element', { timeout: 2 * PATIENCE }, async () => {
  const page = await visit(browser, elements.address, { reducedMotion: 'reduce' });
  const figure = page.locator('metric-lab');
  const names = (await figure.locator('[role="alert"]').innerText()).match(/[a-z]+(?=,|\.?$)/g);
  assert.ok(names.length > 30, `the element names its figures: ${names}`);
  for (const name of names) {
    await figure.evaluate((one, view) => one.setAttribute('view', view), name);
    await shows(page, name);
    assert.deepEqual(await figure.locator('[role="alert"]').allInnerTexts(), [], name);
    await openDetails(page);
    await flawless(page, name);
  }
  await leave(page);
});

test('the lesson with a meaning, transcripts, answers and the menu open', { timeout: PATIENCE }, async () => {
  const page = await open('learn/?lang=ko#deep.triplet');
  await page.waitForSelector(`${id('triplet-verdict')}[data-zone]`);
  await page
    .locator('fieldset .options button:first-child')
    .evaluateAll((all) => all.forEach((one) => one.click()));
  await openDetails(page);
  await page.locator('[data-step="deep.triplet"] [data-term]').first().press('Enter');
  await page.waitForSelector(`${id('meaning')}:popover-open`);
  await flawless(page, 'menu, answers, transcripts and a meaning');
  await leave(page);
});

test(
  'a slide with the choice of knobs and the keys open, and nothing on a dark one',
  { timeout: PATIENCE },
  async () => {
    const page = await open('learn/?lang=en#present:deep.triplet');
    await page.waitForSelector(`${id('triplet-verdict')}[data-zone]`);
    await page.click(id('choose-knobs'));
    await flawless(page, 'choice of knobs');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.waitForSelector(id('keys'));
    await flawless(page, 'keys');
    await page.keyboard.press('Escape');
    await page.keyboard.press('b');
    await page.waitForSelector(`${id('slide')}[data-blank="true"]`);
    const seen = await page
      .locator(`${id('slide')} *`)
      .evaluateAll((all) =>
        all
          .filter((one) => one.checkVisibility({ visibilityProperty: true }))
          .map(({ outerHTML }) => outerHTML),
      );
    assert.deepEqual(seen, []);
    await leave(page);
  },
);

for (const path of ['', 'use/', 'report/'])
  test(`/${path} with its menu and all else that it can open`, { timeout: PATIENCE }, async () => {
    const page = await open(`${path}?lang=en`);
    await page.waitForSelector('main h1, main h2, main h3');
    const sources = page.locator('[data-testid^="source-"]');
    const places = path === 'use/' ? await sources.count() : 1;
    assert.ok(places > 0, 'uses');
    for (let at = 0; at < places; at++) {
      if (path === 'use/') await sources.nth(at).press('Enter');
      await page.waitForLoadState('networkidle');
      await openDetails(page);
      assert.equal(await page.locator(`${id('menu')}[open]`).count(), 1, 'the menu is open');
      await flawless(page, `/${path} ${at}`);
    }
    await leave(page);
  });

// A page that is left and comes back: hidden behind another tab, by the Back key, frozen, and open twice.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { id, open, reached, step } from './lab-page.mjs';
import { openRaw } from './raw-browser.mjs';
import { openSite } from './site.mjs';
import { launch } from './visit.mjs';

const PATIENCE = 180_000;
const SMALL = '?lang=en&net=mlp&layers=16&dim=4&classes=4&per=4';

let raw, browser, site;
before(async () => {
  [raw, browser, site] = await Promise.all([openRaw(), launch('none'), openSite()]);
});
after(async () => {
  await Promise.allSettled([raw?.close(), browser?.close()]);
  await site?.close();
});

const STEP = `Number(document.querySelector('${id('step')}').innerText.replaceAll(',', ''))`;
const CLICK = (name) => `document.querySelector('${id(name)}').click()`;
const READY = `performance.getEntriesByName('metriclab:first-picture').length > 0`;

/** The step at which training stands still: one advance may still be on its way. */
async function resting(tab, step = STEP, pause = 1_000) {
  for (let last = -1; ;) {
    const now = await tab.ask(step);
    if (now === last) return now;
    last = now;
    await sleep(pause);
  }
}

test('training waits while the tab is hidden, says so, and goes on', { timeout: PATIENCE }, async () => {
  const tab = await raw.tab(`${site.address}lab/${SMALL}`);
  await tab.until(READY);
  await tab.ask(CLICK('train'));
  await tab.until(`${STEP} > 10`);
  const other = await raw.tab('about:blank');
  await tab.until(`document.visibilityState === 'hidden'`);
  const rest = await resting(tab);
  await sleep(1_500);
  assert.equal(await tab.ask(STEP), rest, 'no step in a hidden tab');
  await tab.front();
  await tab.until(`document.visibilityState === 'visible'`);
  await tab.until(`document.querySelector('${id('notice')}[data-code="notice.hidden"]') !== null`);
  const said = await tab.ask(`document.querySelector('${id('notice')}').innerText`);
  assert.match(said, new RegExp(`waited at step ${rest.toLocaleString('en')}\\.`));
  await tab.until(`${STEP} > ${rest + 10}`);
  await tab.ask(CLICK('train'));
  await other.send('Page.close');
});

/** Live figures, and the step at which their first training ends. */
const FIGURES = [
  ['the first screen', '', 'newcomer', 100],
  ['the columns of the lesson', 'learn/', 'compare', 200, '#choices.losses'],
  ['a gallery', 'use/', 'gallery', 240],
];
for (const [what, path, name, end, step = ''] of FIGURES)
  test(`${what}: training waits while the tab is hidden, and goes on`, { timeout: PATIENCE }, async () => {
    const tab = await raw.tab(`${site.address}${path}?lang=en${step}`);
    const at = `Number(document.querySelector('${id(name)}')?.dataset.step ?? 0)`;
    await tab.until(`${at} > 0`);
    const other = await raw.tab('about:blank');
    await tab.until(`document.visibilityState === 'hidden'`);
    // A chunk of four networks may take seconds.
    const rest = await resting(tab, at, 5_000);
    assert.ok(rest < end, `it went on to step ${rest}`);
    await tab.front();
    await tab.until(`document.visibilityState === 'visible'`);
    await tab.until(`${at} > ${rest}`);
    assert.equal(await tab.ask(`document.querySelectorAll('[role="alert"]').length`), 0, 'no fault');
    for (const one of [other, tab]) await one.send('Page.close');
  });

test('a page that was left by a link works again after Back', { timeout: PATIENCE }, async (t) => {
  const tab = await raw.tab(`${site.address}lab/${SMALL}`);
  await tab.until(READY);
  await tab.ask(CLICK('train'));
  await tab.until(`${STEP} > 10`);
  await tab.ask(`addEventListener('pageshow', ({ persisted }) => (globalThis.kept = persisted)); 1`);
  await tab.ask(`document.querySelector('a[href*="learn/"]').click()`);
  await tab.until(`location.pathname.endsWith('/learn/') && document.querySelector('h1') !== null`);
  await tab.ask('history.back()');
  await tab.until(`location.pathname.endsWith('/lab/') && ${READY}`);
  t.diagnostic(`kept in the back-forward cache: ${(await tab.ask('globalThis.kept')) === true}`);
  await tab.until(`!document.querySelector('${id('step-once')}').disabled`);
  await tab.ask(CLICK('step-once'));
  await tab.until(`${STEP} > 0`);
  const before = await resting(tab);
  await tab.ask(CLICK('train'));
  await tab.until(`${STEP} > ${before + 5}`);
  await tab.ask(CLICK('train'));
  assert.equal(await tab.ask(`document.querySelectorAll('[role="alert"]').length`), 0, 'no fault');
});

test('a frozen tab goes on when it is thawed', { timeout: PATIENCE }, async () => {
  const tab = await raw.tab(`${site.address}?lang=en`);
  await tab.until(`document.querySelector('${id('newcomer')}') !== null`);
  const other = await raw.tab('about:blank');
  await tab.until(`document.hidden`);
  await tab.send('Page.setWebLifecycleState', { state: 'frozen' });
  await sleep(1_000);
  await tab.send('Page.setWebLifecycleState', { state: 'active' });
  await tab.front();
  // Chromium chooses the next tab itself when the one in front is closed.
  await tab.until(`document.visibilityState === 'visible'`);
  await other.send('Page.close');
  await tab.until(`document.querySelector('${id('newcomer')}[data-phase="arrived"]') !== null`);
  assert.equal(await tab.ask(`document.querySelectorAll('[role="alert"]').length`), 0, 'no fault');
});

test('two tabs train side by side, and one goes on after the other', { timeout: PATIENCE }, async () => {
  const first = await open(browser, site, SMALL);
  const second = await first.context().newPage();
  const faults = [];
  second.on('pageerror', (error) => faults.push(String(error)));
  await second.goto(`${site.address}lab/${SMALL}`);
  await second.waitForSelector(`${id('step-once')}:not([disabled])`, { timeout: 60_000 });
  for (const page of [first, second]) await page.click(id('train'));
  await Promise.all([reached(first, 20), reached(second, 20)]);
  const before = await step(second);
  await first.close();
  await reached(second, before + 20);
  assert.equal(await second.locator('[role="alert"]').count(), 0, 'no fault');
  assert.deepEqual(faults, []);
  assert.deepEqual(first.complaints, []);
  await second.context().close();
});

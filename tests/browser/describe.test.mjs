// Pictures by words, live: two towers learn emoji and their words in the page, and find pictures that nobody described.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flawless, violations } from './axe.mjs';
import { id } from './lab-page.mjs';
import { openSite } from './site.mjs';
import { launch, leave, requestsOf, started, visit } from './visit.mjs';

const PATIENCE = 180_000;

const [browser, site] = await started(launch('none'), openSite());

const text = (page, name) => page.locator(id(name)).innerText();
const found = (page, method) =>
  page
    .locator(`${id(`described-${method}`)} li canvas`)
    .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
/** Percent and half of the interval. */
const recall = async (page, method) =>
  (await text(page, `recall-${method}`))
    .match(/(\d+)%\s±\s(\d+)/)
    .slice(1)
    .map(Number);
const opened = (page) => page.waitForSelector(`${id('describe')}[data-opened="true"]`, { timeout: PATIENCE });

test('a description finds pictures that were never described', { timeout: PATIENCE }, async () => {
  const page = await visit(browser, site.address, { path: 'use/?lang=en#describe' });
  await opened(page);
  assert.equal(await text(page, 'recall-towers'), '', 'nothing is counted before it is trained');
  assert.equal((await found(page, 'looks')).length, 8);
  assert.match(await text(page, 'describe-sentence'), /Without training/);
  const requests = requestsOf(page);

  await page.click(id('train-describe'));
  await page.waitForFunction(
    () => Number(document.querySelector('[data-testid="describe"]').dataset.step) >= 200,
    undefined,
    { timeout: PATIENCE },
  );
  await page.waitForSelector(id('train-describe'));
  const [towers, half] = await recall(page, 'towers');
  // 10 of about 310 by chance.
  assert.ok(towers - half > 6, `better than chance: ${towers} ± ${half}`);
  assert.match(await text(page, 'describe-sentence'), /^After 200 steps .* by chance in 3%/);

  await page.fill(id('description'), 'face');
  await page.waitForFunction(
    () => document.querySelectorAll('[data-testid="described-towers"] li').length === 8,
  );
  const faces = await found(page, 'towers');
  const isFace = (emoji) =>
    /[\u{1f600}-\u{1f64f}\u{1f910}-\u{1f92f}\u{1f970}-\u{1f97a}\u{1fae0}-\u{1fae8}☹☺😀]/u.test(emoji);
  // 24 of about 310 by chance.
  assert.ok(faces.filter(isFace).length >= 3, faces.join(' '));

  await page.fill(id('description'), 'unicorns ahoy');
  await page.waitForFunction(() =>
    /ahoy/.test(document.querySelector('.describe [role=status]').textContent),
  );
  assert.match(await text(page, 'described-towers'), /No word of this was learned/);
  // A word that no emoji has stands for the nearest one that was learned.
  await page.fill(id('description'), 'coffee');
  await page.waitForFunction(() =>
    /coffee → \w/.test(document.querySelector('.describe [role=status]').textContent),
  );
  await page.waitForSelector(`${id('described-towers')} li`);
  await page.locator(id('example')).nth(1).click();
  assert.equal(await page.inputValue(id('description')), 'animal');
  await page.waitForSelector(`${id('described-towers')} li`);
  await flawless(page, 'describe');
  // The address leads to what is searched for, and to the step.
  assert.equal(await page.evaluate(() => location.hash), '#describe?text=animal&steps=200');
  assert.deepEqual(requests, [], 'no request after load');
  await leave(page);
});

test('in Korean, on a phone, by keyboard', { timeout: PATIENCE }, async () => {
  const page = await visit(browser, site.address, {
    path: `use/?lang=ko#describe?text=${encodeURIComponent('꽃')}`,
    viewport: { width: 390, height: 844 },
    hasTouch: true,
  });
  await opened(page);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390, 'fits a phone');
  assert.equal(await page.inputValue(id('description')), '꽃', 'as the link says');
  const before_ = await found(page, 'looks');
  await page.locator(id('description')).focus();
  await page.locator(id('description')).fill('');
  await page.keyboard.type('동물');
  await page.waitForSelector(`${id('described-looks')} li`);
  assert.notDeepEqual(await found(page, 'looks'), before_);
  await page.locator(id('train-describe')).focus();
  await page.keyboard.press('Space');
  await page.waitForSelector(id('stop-describe'));
  await page.waitForFunction(
    () => Number(document.querySelector('[data-testid="describe"]').dataset.step) >= 20,
    undefined,
    { timeout: PATIENCE },
  );
  await page.keyboard.press('Space');
  await page.waitForSelector(id('train-describe'));
  assert.equal((await found(page, 'towers')).length, 8);
  assert.match(await text(page, 'describe-sentence'), /우연 3%/);
  assert.deepEqual(await violations(page), [], 'axe-core');
  await leave(page);
});

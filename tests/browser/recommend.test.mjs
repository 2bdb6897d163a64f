// Recommendation, live: two towers that are trained in the page, next to item-kNN and popularity; somebody new and something new.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flawless, violations } from './axe.mjs';
import { id } from './lab-page.mjs';
import { openSite } from './site.mjs';
import { launch, leave, requestsOf, started, visit } from './visit.mjs';

const PATIENCE = 120_000;

const [browser, site] = await started(launch('none'), openSite());

const text = (page, name) => page.locator(id(name)).innerText();
const listed = (page, method) => page.locator(`${id(`list-${method}`)} li`).allInnerTexts();
/** Percent and half of the interval. */
const recall = async (page, method) => (await text(page, `recall-${method}`)).match(/\d+/g)?.map(Number);
const opened = (page) =>
  page.waitForSelector(`${id('recommend')}[data-opened="true"]`, { timeout: PATIENCE });
const press = (page, name) => page.locator(id('pick')).filter({ hasText: name }).click();

/** Trains for some steps only, then stops. */
async function trainABit(page, least) {
  await page.click(id('train-towers'));
  await page.waitForFunction(
    (steps) => Number(document.querySelector('[data-testid="recommend"]').dataset.step) >= steps,
    least,
    { timeout: PATIENCE },
  );
  await page.click(id('stop-towers'));
  await page.waitForSelector(`${id('recommend')}[data-training="false"]`, { timeout: PATIENCE });
}

test(
  'a new user gets advice at once, and a new item is found by its words',
  { timeout: PATIENCE },
  async () => {
    const page = await visit(browser, site.address, { path: 'use/?lang=en#recommend' });
    await opened(page);
    assert.equal(await text(page, 'recall-towers'), '–', 'nothing is counted before it is trained');
    const [counting, popular] = [await recall(page, 'counting'), await recall(page, 'popular')];
    assert.ok(counting[0] > 2 * popular[0], `item-kNN ${counting}, popularity ${popular}`);
    const first = await listed(page, 'counting');
    assert.equal(first.length, 6);

    const requests = requestsOf(page);
    await trainABit(page, 25);
    const step = Number(await page.getAttribute(id('recommend'), 'data-step'));
    assert.ok(step >= 25 && step < 300, `stopped at step ${step}`);
    assert.match(await text(page, 'towers-step'), new RegExp(`\\b${step}\\b`));
    assert.match(
      await text(page, 'recommend-sentence'),
      new RegExp(`^After ${step} steps .*item-kNN finds more`),
    );
    const found = await recall(page, 'towers');
    assert.ok(found[0] > 0 && found[0] < counting[0], `counting wins: ${found} and ${counting}`);

    // Other picks: other lists, no step of training.
    const before_ = await listed(page, 'towers');
    await press(page, 'python3-numpy');
    await press(page, 'python3-matplotlib');
    await page.waitForFunction(() => !document.querySelector('[data-testid="list-towers"] li'));
    for (const name of ['libgtk-3-0', 'libqt5widgets5', 'r-cran-dplyr', 'libasound2'])
      await press(page, name);
    await page.fill(id('pick-other'), 'no-such-package');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() =>
      /no-such-package/.test(document.querySelector('.picks [role=status]').textContent),
    );
    await page.fill(id('pick-other'), 'libcups2');
    await page.keyboard.press('Enter');
    await page.locator(id('pick')).filter({ hasText: 'libcups2' }).waitFor();
    assert.ok(
      await page.locator(id('pick')).filter({ hasText: 'python3-numpy' }).isDisabled(),
      'five at most',
    );
    await page.waitForSelector(`${id('list-towers')} li`);
    assert.notDeepEqual(await listed(page, 'towers'), before_);
    assert.notDeepEqual(await listed(page, 'counting'), first);
    assert.ok(!(await listed(page, 'towers')).includes('libcups2'), 'what one has is not recommended');
    assert.equal(Number(await page.getAttribute(id('recommend'), 'data-step')), step, 'nothing was trained');

    await page.getByText('Something new').click();
    assert.match(await text(page, 'place-towers'), /place \d+ next to \d+/);
    assert.match(await text(page, 'place-counting'), /cannot tell/);
    assert.match(await text(page, 'alike'), /: .+, .+, .+/);
    assert.match(await text(page, 'recommend-sentence'), /\d+%\s±\s\d+ of what [\d,]+ users have/);
    await flawless(page, 'recommend');
    assert.deepEqual(requests, [], 'no request after load');
    await leave(page);
  },
);

test('in Korean, on a phone, by keyboard', { timeout: PATIENCE }, async () => {
  const page = await visit(browser, site.address, {
    path: 'use/?lang=ko#recommend',
    viewport: { width: 390, height: 844 },
    hasTouch: true,
  });
  await opened(page);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390, 'fits a phone');
  const before_ = await listed(page, 'counting');
  await page.locator(id('pick')).filter({ hasText: 'r-cran-dplyr' }).focus();
  await page.keyboard.press('Space');
  await page.waitForSelector(`${id('pick')}[aria-pressed="true"] >> text=r-cran-dplyr`);
  assert.notDeepEqual(await listed(page, 'counting'), before_);
  await page.click(id('reset-picks'));
  assert.deepEqual(await listed(page, 'counting'), before_);
  assert.match(await text(page, 'recommend-sentence'), /학습/);
  assert.deepEqual(await violations(page), [], 'axe-core');
  await leave(page);
});

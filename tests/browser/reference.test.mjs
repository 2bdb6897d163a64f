// The reference of the package, as it is in the site: under its policy, in light and dark, with a search that finds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from './axe.mjs';
import { openSite } from './site.mjs';
import { launch, leave, started, visit } from './visit.mjs';

const PATIENCE = 180_000;
const PAGES = ['', 'functions/metriclab.createLab.html'];

const [browser, site] = await started(launch('none'), openSite());

/** The list at the side is filled by TypeDoc's script. */
const listed = (page) => page.locator('#tsd-nav-container a').first().waitFor({ state: 'attached' });

test('the menu of the pages leads to the reference, in both languages', { timeout: PATIENCE }, async () => {
  const page = await visit(browser, site.address, { path: 'learn/?lang=ko&theme=dark' });
  const link = page.locator('[data-testid="reference"]');
  await page.locator('[data-testid="menu"] summary').click();
  assert.match(await link.innerText(), /API 문서/);
  await page.goto(`${site.address}?lang=en&theme=dark`);
  await page.locator('[data-testid="menu"] summary').click();
  assert.match(await link.innerText(), /^API/);
  await link.click();
  await page.waitForURL(/\/reference\//);
  await listed(page);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
  await page.getByRole('link', { name: 'Learn', exact: true }).click();
  await page.waitForURL(/\/learn\//);
  // A figure of the first screen that is left.
  await leave(page, { expected: [/ERR_ABORTED/] });
});

for (const theme of ['light', 'dark'])
  test(`pages of the reference, ${theme}`, { timeout: PATIENCE }, async () => {
    for (const path of PAGES) {
      const page = await visit(browser, site.address, { path: `reference/${path}?theme=${theme}` });
      await listed(page);
      const [text, background] = await page.evaluate(() => {
        const { color, backgroundColor } = getComputedStyle(document.body);
        const light = (name) => name.match(/\d+/g).reduce((sum, part) => sum + Number(part), 0);
        return [light(color), light(backgroundColor)];
      });
      assert.equal(background > text, theme === 'light', `${path}: ${text} on ${background}`);
      assert.deepEqual(await violations(page), [], `${path}, ${theme}`);
      await page.setViewportSize({ width: 390, height: 844 });
      assert.equal(
        await page.evaluate(() => document.documentElement.scrollWidth),
        390,
        `${path} on a phone`,
      );
      await leave(page);
    }
  });

test('the search finds a method, and its page shows an example', { timeout: PATIENCE }, async () => {
  const page = await visit(browser, site.address, { path: 'reference/' });
  await listed(page);
  await page.getByRole('button', { name: 'Search' }).click();
  await page.locator('#tsd-search-input').pressSequentially('lossOf');
  const found = page.locator('#tsd-search-results a').filter({ hasText: /lossOf/i });
  await found.first().click();
  await page.waitForURL(/metriclab\.Lab\.html#lossof/);
  const method = page.locator('section:has(> h3#lossof)');
  assert.match(await method.locator('pre').first().innerText(), /lab\.lossOf\(/);
  await leave(page);
});

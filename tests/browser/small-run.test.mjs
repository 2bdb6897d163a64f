// Map, matrix, confusion and river as figures with a small run of their own: pointer, keys, what a screen reader is told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flawless } from './axe.mjs';
import { id } from './lab-page.mjs';
import { openSite } from './site.mjs';
import { launch, leave, started, visit } from './visit.mjs';

const PATIENCE = 120_000;
const [browser, site] = await started(launch('none'), openSite());

/** Opens a figure whose run makes 20 steps. */
async function open(figure, more = '') {
  const page = await visit(browser, site.address, {
    path: `embed/?figure=${figure}&steps=20&lang=en${more}`,
    reducedMotion: 'reduce',
  });
  await reached(page, figure, 20);
  return page;
}
const reached = (page, figure, step) =>
  page.waitForSelector(`${id(`${figure}-figure`)}[data-step="${step}"]`, { timeout: PATIENCE });
const text = (page, name) => page.locator(id(name)).first().innerText();

test(
  'map: arrow keys pick pictures, and their nearest are shown and said',
  { timeout: PATIENCE },
  async () => {
    const page = await open('map');
    const picked = () => page.getAttribute(id('sample-map'), 'data-picked');
    await page.focus(id('sample-map'));
    await page.keyboard.press('ArrowDown');
    await page.waitForSelector(`${id('sample-map')}[data-picked]`);
    const first = await picked();
    // From any picture some arrow leads on.
    for (const key of ['ArrowRight', 'ArrowLeft', 'ArrowUp', 'ArrowDown']) await page.keyboard.press(key);
    assert.match(await text(page, 'map-said'), /^\d\. The nearest: (\d, ){4}\d\.$/);
    const list = page.locator(`${id('map-figure')} ol li [role="img"]`);
    const classes = await list.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
    assert.equal(classes.length, 5, 'five nearest');
    assert.ok(
      (await text(page, 'map-said')).endsWith(`${classes.join(', ')}.`),
      'what is said is what is shown',
    );
    assert.equal(await page.locator(`${id('sample-map')} line`).count(), 5, 'a line to each');
    await flawless(page, 'map');
    await page.keyboard.press('Escape');
    await page.waitForSelector(`${id('sample-map')}:not([data-picked])`);
    const box = await page.locator(id('sample-map')).boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    for (let x = 0.2; x < 0.9 && (await picked()) === null; x += 0.05)
      await page.mouse.move(box.x + x * box.width, box.y + box.height / 2);
    assert.ok(first !== null && (await picked()) !== null, 'a pointer picks, too');
    await leave(page);
  },
);

test(
  'river: a point for each reading, and other settings act without a new start',
  { timeout: PATIENCE },
  async () => {
    const page = await open('river');
    const points = () => page.getAttribute(id('river'), 'data-points');
    assert.equal(await points(), '5', 'steps 0, 5, 10, 15 and 20');
    assert.match(await text(page, 'river-sentence'), /at step 20\.$/);
    const measured = () => page.getAttribute(id('river-measured'), 'data-points');
    assert.equal(await measured(), '5', 'means and recalls of the same steps');
    const said = await text(page, 'river-measured');
    assert.match(said, /^From step 0 to 20, .* goes from 0\.\d+ to 0\.\d+;/);
    const shares = [...said.matchAll(/(\d+)% by the embedding\D+(\d+)%/g)].map((found) =>
      found.slice(1).map(Number),
    );
    assert.equal(shares.length, 2, 'seen and unseen digits');
    const written = await page.locator(`${id('river-recall')} li b`).allInnerTexts();
    assert.deepEqual(
      written,
      shares.flat().map((share) => `${share}%`),
      'the lines end where the sentence says',
    );
    assert.ok(Math.min(...shares.flat()) > 40, `better than chance: ${shares}`);
    assert.equal(await page.locator(`${id('river-recall')} polygon`).count(), 4, 'a band each');
    await page.locator('label:has(input[value="contrastive"])').click();
    await page.locator(id('small-margin')).fill('0.5');
    await page.locator(id('small-classes')).fill('5');
    await page.click(id('small-train'));
    await reached(page, 'river', 40);
    assert.equal(await points(), '9', 'the run went on');
    assert.equal(await page.locator('[role="alert"]').count(), 0, 'nothing was refused');
    await flawless(page, 'river');
    await page.click(id('small-reset'));
    await page.waitForSelector(`${id('river-figure')}[data-step="0"]`);
    await leave(page);
  },
);

test(
  'confusion: the cells hold every sample once, and a cell lists its own',
  { timeout: PATIENCE },
  async () => {
    const page = await open('confusion', '&loss=supcon');
    const [queries, wrong] = await page
      .locator(id('confusion'))
      .evaluate(({ dataset }) => [Number(dataset.queries), Number(dataset.wrong)]);
    assert.equal(queries, 200, 'twenty of each digit');
    const cells = await page
      .locator('td button')
      .evaluateAll((all) =>
        all.map((one) => /^(\d+) of (\d) have a nearest of (\d)$/.exec(one.ariaLabel).slice(1).map(Number)),
      );
    const sum = (some) => some.reduce((total, [count]) => total + count, 0);
    assert.equal(sum(cells), queries);
    assert.equal(sum(cells.filter(([, label, named]) => label !== named)), wrong);
    const largest = cells.findIndex(([count]) => count === Math.max(...cells.map(([one]) => one)));
    await page.locator('td button').nth(largest).focus();
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('li[data-right]').count(), Math.min(12, cells[largest][0]));
    await flawless(page, 'confusion');
    await leave(page);
  },
);

test('a figure without its data says why in the language of the page', { timeout: PATIENCE }, async () => {
  const page = await visit(browser, site.address, { path: 'about:blank' });
  await page.route('**/data/mnist*', (route) => route.fulfill({ status: 404, body: 'not found' }));
  await page.goto(`${site.address}embed/?figure=map&lang=ko`);
  const alert = page.getByRole('alert').filter({ hasText: '서버에 데이터 파일이 없습니다.' });
  await alert.waitFor();
  assert.match(await alert.locator('small[lang="en"]').innerText(), /404/);
  await flawless(page, 'map without data');
  await leave(page, { expected: [/404/] });
});

test('matrix: the keys of a grid, and two cells of a row make a triplet', { timeout: PATIENCE }, async () => {
  const page = await open('matrix');
  await page.focus(id('matrix'));
  for (const key of ['ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
  assert.match(await text(page, 'cell-said'), /Learned \d/);
  for (let press = 0; press < 8; press++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.waitForSelector(`${id('chosen-triplet')}[data-zone]`);
  await flawless(page, 'matrix');
  await leave(page);
});

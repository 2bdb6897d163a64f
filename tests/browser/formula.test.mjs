// The triplet figure of the lesson: its formula and its marks, the margin by hand, recipes, and arrows. As built, on the CPU module.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from './axe.mjs';
import { id } from './lab-page.mjs';
import { openSite } from './site.mjs';
import { launch, leave, started, visit } from './visit.mjs';

const PATIENCE = 120_000;

const [browser, site] = await started(launch('none'), openSite());

async function open(step, options) {
  const path = `learn/?lang=en#${step}`;
  const page = await visit(browser, site.address, { path, reducedMotion: 'reduce', ...options });
  await page.waitForSelector(`${id('stage')}[data-scene="${step.split('?')[0]}"]`);
  await page.waitForSelector(`${id('triplet-verdict')}[data-zone]`);
  return page;
}
const term = (page, name) => page.locator(`${id('triplet-numbers')} [data-symbol="${name}"]`);
const marked = (page, name) => page.waitForSelector(`.lit[data-mark="${name}"], .lit [data-mark="${name}"]`);
const lit = (page) =>
  page.locator('.term.lit').evaluateAll((all) => all.map((one) => one.dataset.symbol).join(' '));
const thickness = (page, name) =>
  page
    .locator(`[data-mark="${name}"]`)
    .evaluate((mark) => Number.parseFloat(getComputedStyle(mark).strokeWidth));

test('terms of the formula and marks light each other up', { timeout: PATIENCE }, async () => {
  const page = await open('deep.triplet');
  for (const name of ['ap', 'an', 'margin']) {
    await page.mouse.move(5, 5);
    const thin = await thickness(page, name);
    await term(page, name).hover();
    await marked(page, name);
    assert.ok((await thickness(page, name)) > 1.5 * thin, `${name} is not told by colour alone`);
    assert.equal(await lit(page), `${name} ${name}`, 'in the text, too');
  }
  await page.mouse.move(5, 5);
  for (const [handle, name] of [
    ['point-positive', 'ap'],
    ['point-negative', 'an'],
    ['margin-mark', 'margin'],
    ['margin', 'margin'],
  ]) {
    await page.locator(`.pinned ${id(handle)}`).focus();
    await page.waitForFunction(
      (wanted) => document.querySelector('.pinned .term.lit')?.dataset.symbol === wanted,
      name,
    );
    await marked(page, name);
  }
  // A term that is pressed stays lit when the focus leaves it: a finger cannot hover.
  await term(page, 'ap').focus();
  await page.keyboard.press('Enter');
  await page.locator(id('point-anchor')).focus();
  await marked(page, 'ap');
  assert.equal(await term(page, 'ap').getAttribute('aria-pressed'), 'true');
  assert.deepEqual(await violations(page), [], 'axe-core');
  await leave(page);
});

test('the margin is dragged, and moved by keys, as one with its knob', { timeout: PATIENCE }, async () => {
  const page = await open('deep.triplet', { hasTouch: true });
  const mark = page.locator(id('margin-mark'));
  const now = () => mark.getAttribute('aria-valuenow').then(Number);
  const shown = (margin) =>
    page.locator(id('triplet-numbers'), { hasText: `m ${margin.toFixed(2)}` }).waitFor();
  await mark.focus();
  await page.keyboard.press('ArrowRight');
  assert.equal(await now(), 0.45);
  assert.equal(Number(await page.inputValue(id('margin'))), 0.45, 'the knob follows');
  await shown(0.45);
  await page.keyboard.press('End');
  assert.equal(await now(), 1);
  await page.locator(`.pinned ${id('margin')}`).fill('0.3');
  assert.equal(await now(), 0.3, 'the mark follows');

  const dot = await page.locator(`${id('margin-mark')} .dot`).boundingBox();
  const anchor = await page.locator(`${id('point-anchor')} .dot`).boundingBox();
  const middle = ({ x, y, width, height }) => [x + width / 2, y + height / 2];
  const [[x, y], [ax, ay]] = [middle(dot), middle(anchor)];
  const ap = Number(await page.locator('.pinned text.positive').innerHTML());
  // Twice as far beyond the positive's circle as it is now.
  const share = (ap + 0.6) / (ap + 0.3);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(ax + share * (x - ax), ay + share * (y - ay), { steps: 6 });
  await page.mouse.up();
  assert.equal(await now(), 0.6, 'where the pointer is');
  await shown(0.6);
  await page.waitForFunction(() => window.location.hash.includes('margin=0.6'));
  assert.equal(await page.locator('.knob.dragging').count(), 0);
  await leave(page);
});

test('recipes move the negative, and the sentence follows', { timeout: PATIENCE }, async () => {
  const page = await open('deep.zones');
  for (const kind of ['easy', 'semihard', 'hard']) {
    await page.click(id(`recipe-${kind}`));
    await page.waitForSelector(`${id('triplet-verdict')}[data-zone="${kind}"]`);
    await page.waitForSelector(`${id(`recipe-${kind}`)}[aria-pressed="true"]`);
  }
  await page.locator(id('triplet-verdict'), { hasText: 'nearer than the positive' }).waitFor();
  // The presenter's run key presses the recipe that comes next: after hard, semi-hard.
  await page.click('.pinned [data-act="run"]');
  await page.waitForSelector(`${id('triplet-verdict')}[data-zone="semihard"]`);
  await leave(page);
});

test(
  'each arrow is the negative gradient at the scale that the figure tells',
  { timeout: PATIENCE },
  async () => {
    for (const metric of ['euclidean', 'manhattan']) {
      const points = [-0.3, 0, 0.4, 0.5, 0.2, -0.6];
      const page = await open(`deep.move?points=${points.join(',')}&margin=0.5&metric=${metric}`);
      await page.waitForSelector(id('arrow-negative'));
      const told = await page.locator(id('arrow-scale'));
      assert.match(await told.innerHTML(), /−gradient × 0\.5/);
      const scale = Number(await told.getAttribute('data-scale'));
      const at = (k) => points.slice(2 * k, 2 * k + 2);
      /** The derivative of d(x, y) after x. */
      const slope = ([x, y], [u, v]) => {
        const [dx, dy] = [x - u, y - v];
        return metric === 'manhattan'
          ? [Math.sign(dx), Math.sign(dy)]
          : [dx / Math.hypot(dx, dy), dy / Math.hypot(dx, dy)];
      };
      const [a, p, n] = [at(0), at(1), at(2)];
      const [ap, an] = [slope(a, p), slope(a, n)];
      const gradients = {
        anchor: ap.map((part, k) => part - an[k]),
        positive: ap.map((d) => -d),
        negative: an,
      };
      const unit = await page.evaluate(() => {
        const place = (name) =>
          document.querySelector(`[data-testid="point-${name}"]`).transform.baseVal.consolidate().matrix;
        return (place('positive').e - place('anchor').e) / 0.7;
      });
      for (const [corner, gradient] of Object.entries(gradients)) {
        const line = await page
          .locator(id(`arrow-${corner}`))
          .evaluate((one) => [
            one.x2.baseVal.value - one.x1.baseVal.value,
            one.y1.baseVal.value - one.y2.baseVal.value,
          ]);
        line.forEach((length, axis) => {
          const wanted = -scale * gradient[axis];
          assert.ok(
            Math.abs(length / unit - wanted) < 0.01,
            `${metric}, ${corner}: ${length / unit}, not ${wanted}`,
          );
        });
      }
      await leave(page);
    }
  },
);

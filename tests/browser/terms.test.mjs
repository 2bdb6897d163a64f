// Terms of the lesson open what they mean: by press, key and touch, on the lesson and on slides. As built.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from './axe.mjs';
import { id } from './lab-page.mjs';
import { openSite } from './site.mjs';
import { measureSlide } from './slides.mjs';
import { launch, leave, started, visit } from './visit.mjs';

const PATIENCE = 120_000;

const [browser, site] = await started(launch('none'), openSite());

const open = (path, options) => visit(browser, site.address, { path, reducedMotion: 'reduce', ...options });
const opened = (page) => page.waitForSelector(`${id('meaning')}:popover-open`);
const closed = (page) => page.waitForFunction(() => !document.querySelector(':popover-open'));
const focused = (page) => page.evaluate(() => document.activeElement?.dataset.term ?? '');

/** The meaning that is open, its word and the figure, once the meaning is in its place. */
const places = (page) =>
  page
    .waitForFunction(() => {
      const meaning = document.querySelector('[data-testid="meaning"]:popover-open');
      if (!meaning?.style.translate) return null;
      const box = (element) => {
        const { left, top, right, bottom } = element.getBoundingClientRect();
        return { left, top, right, bottom };
      };
      return {
        meaning: box(meaning),
        figure: box(document.querySelector('[data-testid="stage"]')),
        screen: { width: document.documentElement.clientWidth, height: innerHeight },
      };
    })
    .then((found) => found.jsonValue());

function assertClear({ meaning, figure, screen }, what) {
  const { left, top, right, bottom } = meaning;
  assert.ok(
    left >= 0 && top >= 0 && right <= screen.width && bottom <= screen.height,
    `${what}: on the screen`,
  );
  const apart = right <= figure.left || left >= figure.right || bottom <= figure.top || top >= figure.bottom;
  assert.ok(apart, `${what}: beside the figure`);
}

test('a term opens what it means, by key and by press', { timeout: PATIENCE }, async () => {
  const page = await open('learn/?lang=ko#deep.triplet');
  await page.waitForSelector(`${id('stage')}[data-scene="deep.triplet"]`);
  const step = page.locator('[data-step="deep.triplet"]');
  const term = step.locator('[data-term="margin"]');
  await term.focus();
  await page.keyboard.press('Enter');
  await opened(page);
  assert.match(
    await page.locator(`${id('meaning')}:popover-open`).innerText(),
    /^margin\n.*negative.*더 멀어야/,
  );
  assertClear(await places(page), 'by key');
  const described = await term.getAttribute('aria-describedby');
  assert.match(await page.locator(`[id="${described}"]`).textContent(), /더 멀어야/, 'it is described, too');
  assert.deepEqual(await violations(page), [], 'axe-core');
  await page.keyboard.press('Escape');
  await closed(page);
  assert.equal(await focused(page), 'margin', 'the focus stays');

  await step.locator('[data-term="anchor"]').click();
  await opened(page);
  await step.locator('[data-term="positive"]').click();
  await opened(page);
  assert.equal(await page.locator(':popover-open').count(), 1, 'one at a time');
  await step.locator('[data-term="positive"]').click();
  await closed(page);
  await step.locator('[data-term="negative"]').click();
  await opened(page);
  await page
    .locator('h1')
    .first()
    .evaluate((title) => title.scrollIntoView({ behavior: 'instant' }));
  await closed(page);
  await leave(page);
});

test(
  'on a phone each term is as large as a finger, and its meaning covers no figure',
  { timeout: PATIENCE },
  async () => {
    for (const lang of ['en', 'ko']) {
      const page = await open(`learn/?lang=${lang}#deep.zones`, {
        viewport: { width: 390, height: 844 },
        hasTouch: true,
      });
      for (const name of ['deep.triplet', 'deep.zones', 'metrics.balls']) {
        await page.evaluate(
          (step) => document.getElementById(step).scrollIntoView({ behavior: 'instant' }),
          name,
        );
        await page.waitForSelector(`${id('stage')}[data-scene="${name}"]`);
        for (const term of await page.locator(`[data-step="${name}"] [data-term]`).all()) {
          const what = `${lang}, ${name}: ${await term.innerText()}`;
          const { wide, high, line } = await term.evaluate((button) => {
            const touch = getComputedStyle(button, '::after');
            return {
              wide: Number.parseFloat(touch.width),
              high: Number.parseFloat(touch.height),
              line: button.getBoundingClientRect().height,
            };
          });
          assert.ok(wide >= 44 && high >= 44, `${what}: ${wide} × ${high} to touch`);
          assert.ok(line < 32, `${what}: the line keeps its height, not ${line}`);
          await term.tap();
          await opened(page);
          assertClear(await places(page), what);
          await page.keyboard.press('Escape');
          await closed(page);
        }
      }
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
      await leave(page);
    }
  },
);

test(
  "on a slide a term opens, and the clicker's keys stay the clicker's",
  { timeout: PATIENCE },
  async () => {
    const page = await open('learn/?lang=en#present:deep.zones', { viewport: { width: 1920, height: 1080 } });
    const at = () => page.getAttribute(id('slide'), 'data-scene');
    await page.locator('[data-term="semihard"]').click();
    await opened(page);
    assertClear(await places(page), 'slide');
    const { smallest, cut } = await page.evaluate(measureSlide);
    assert.ok(smallest.size >= 24, `letters of ${smallest.size} px: ${smallest.text}`);
    assert.equal(cut, '');
    await page.keyboard.press('Escape');
    await closed(page);
    assert.equal(await at(), 'deep.zones', 'Escape closes the meaning and not the presentation');
    await page.keyboard.press('Space');
    await opened(page);
    await page.keyboard.press('PageDown');
    assert.equal(await at(), 'deep.move', 'a clicker goes on from a term');
    await closed(page);
    await page.locator('[data-term="gradient"]').click();
    await opened(page);
    await page.keyboard.press('ArrowLeft');
    assert.equal(await at(), 'deep.zones');
    await closed(page);
    await page.keyboard.press('Escape');
    await page.waitForSelector(id('present'));
    await leave(page);
  },
);

// Knobs at hand on a slide: which, where they are kept, and whose keys are whose; and slides whose figures have trained. As built, on
// the CPU module.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from './axe.mjs';
import { id } from './lab-page.mjs';
import { openSite } from './site.mjs';
import { assertReadable, measureSlide } from './slides.mjs';
import { launch, leave, started, visit } from './visit.mjs';

const [browser, site] = await started(launch('none'), openSite());

const open = (at, viewport, language = 'en') =>
  visit(browser, site.address, {
    path: `learn/?lang=${language}#present:${at}`,
    viewport,
    reducedMotion: 'reduce',
  });
const shown = (page, wanted) =>
  page.waitForFunction(
    (names) =>
      [...document.querySelectorAll('[data-testid="knob-bar"] [data-testid^="knob-"]')]
        .map((one) => one.dataset.testid.slice('knob-'.length))
        .join(' ') === names,
    wanted,
  );
const formula = (page, text) => page.locator(id('triplet-numbers'), { hasText: text }).waitFor();

test(
  'the margin is at hand on slides, and the lecturer picks other knobs',
  { timeout: 120_000 },
  async () => {
    const page = await open('deep.triplet', { width: 1920, height: 1080 });
    const at = () => page.getAttribute(id('slide'), 'data-scene');
    await page.waitForSelector(`${id('triplet-verdict')}[data-zone]`);
    await shown(page, 'margin');
    assert.equal(await page.locator(id('margin')).count(), 0, 'one knob for one margin');

    // Arrows belong to the knob, the clicker's keys to the slides; both ways it is one margin.
    await page.focus(id('knob-margin'));
    await page.keyboard.press('ArrowRight');
    await formula(page, 'm 0.45');
    assert.equal(await at(), 'deep.triplet');
    await page.focus(id('margin-mark'));
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => document.querySelector('[data-testid="knob-margin"]').value === '0.5');

    await page.click(id('choose-knobs'));
    for (const name of ['metric', 'negative']) await page.check(id(`show-${name}`));
    await shown(page, 'margin metric negative');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => !document.querySelector(':popover-open'));
    assert.equal(await at(), 'deep.triplet', 'Escape closes the menu and not the presentation');
    await page.selectOption(id('knob-negative'), 'easy');
    await page.waitForSelector(`${id('triplet-verdict')}[data-zone="easy"]`);
    await page.selectOption(id('knob-metric'), 'cosine');
    await formula(page, 's(a,p)');
    await page.selectOption(id('knob-metric'), 'manhattan');
    await formula(page, 'd(a,p)');
    assert.deepEqual(await violations(page), [], 'axe-core');
    for (const [width, height, least] of [
      [1920, 1080, 24],
      [1280, 720, 17],
    ]) {
      await page.setViewportSize({ width, height });
      const { scrolls, smallest, cut } = await page.evaluate(measureSlide);
      assert.ok(!scrolls && cut === '', `${width} × ${height}: ${cut}`);
      assert.ok(smallest.size >= least, `letters of ${smallest.size} px: ${smallest.text}`);
    }

    await page.focus(id('knob-margin'));
    await page.keyboard.press('PageDown');
    assert.equal(await at(), 'deep.zones', 'a clicker goes on from a knob');
    // The zones have buttons for the negative; the choice is the figure's, on every slide and after a reload.
    await shown(page, 'margin metric');
    await page.reload();
    await page.waitForSelector(`${id('triplet-verdict')}[data-zone]`);
    await shown(page, 'margin metric');
    await page.click(id('choose-knobs'));
    await page.uncheck(id('show-margin'));
    await shown(page, 'metric');
    await page.locator(id('margin')).waitFor();
    await page.keyboard.press('Escape');

    await page.keyboard.press('PageDown');
    assert.equal(await at(), 'deep.move');
    await page.keyboard.press('PageDown');
    assert.equal(await at(), 'deep.parts', 'another figure has its own');
    await shown(page, 'classes each dim');
    await page.focus(id('knob-dim'));
    const shapes = await page.locator(id('stage')).innerHTML();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(
      (old) => document.querySelector('[data-testid="stage"]').innerHTML !== old,
      shapes,
    );
    await page.keyboard.press('PageUp');
    await page.keyboard.press('PageUp');
    await page.keyboard.press('PageUp');
    await page.keyboard.press('PageUp');
    await page.waitForFunction(() => !document.querySelector('[data-testid="knob-bar"]'));
    await leave(page);
  },
);

test("a phone's slide leaves the knobs in the figure", { timeout: 60_000 }, async () => {
  const page = await open('deep.zones', { width: 390, height: 844 });
  await page.locator(id('margin')).waitFor();
  assert.equal(await page.locator(id('knob-bar')).count(), 0);
  await leave(page);
});

/** Slides that tell more when their figures have trained; some begin by themselves, others with the space bar. */
const TRAINED = [
  { at: 'embedding.sphere', done: `${id('sphere-figure')}[data-step="150"][data-done="true"]` },
  { at: 'embedding.cut', press: true, done: `${id('cut-figure')}[data-done="true"] ${id('near-nested')}` },
  { at: 'deep.miner', done: `${id('miner-figure')}[data-step="100"][data-done="true"]` },
  { at: 'choices.gaps', done: `${id('compare')}[data-step="200"] ${id('compare-train')}` },
  { at: 'uses.faces', press: true, done: `${id('gate')}[data-step="60"] ${id('train-gate')}` },
  {
    at: 'uses.products',
    press: true,
    done: `${id('products')}[data-step="60"] ${id('train-products')}:enabled`,
  },
  {
    at: 'uses.recommendation',
    press: true,
    done: `${id('recommend')}[data-step="300"] [data-act="run"]:enabled`,
  },
];

test(
  'slides hold their figures when these have trained, in both languages',
  { timeout: 600_000 },
  async (t) => {
    for (const { at, press = false, done } of TRAINED) {
      const begun = Date.now();
      const page = await open(at, { width: 1280, height: 720 });
      await page.waitForSelector(id('slide'));
      if (press) await page.keyboard.press('Space');
      await page.waitForSelector(done, { timeout: 300_000 });
      for (const language of ['en', 'ko']) {
        if (language !== 'en') await page.keyboard.press('l');
        await page.waitForSelector(`html[lang="${language}"]`, { state: 'attached' });
        await page.waitForSelector(done, { timeout: 60_000 });
        for (const [width, height] of [
          [1280, 720],
          [1920, 1080],
        ]) {
          await page.setViewportSize({ width, height });
          // The figure is laid out anew.
          await page.evaluate(
            () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
          );
          const place = `${at} at ${width} × ${height}, ${language}, trained`;
          assertReadable(await page.evaluate(measureSlide), height, place);
        }
      }
      assert.match(page.url(), /[?&]lang=ko/, 'a reload is in the chosen language');
      t.diagnostic(`${at}: ${Math.round((Date.now() - begun) / 1000)} s`);
      await leave(page);
    }
  },
);

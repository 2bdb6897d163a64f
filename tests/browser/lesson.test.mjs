// The page of components: the newcomer experiment and the lesson, as built, on the CPU module.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { violations } from './axe.mjs';
import { id } from './lab-page.mjs';
import { openSite } from './site.mjs';
import { launch, leave, visit } from './visit.mjs';

/** Two networks train on two cores that other tests may share. */
const PATIENCE = 400_000;

let browser, site;
before(async () => {
  [browser, site] = await Promise.all([launch('none'), openSite()]);
});
after(async () => {
  await browser?.close();
  await site?.close();
});

const open = (path, options) => visit(browser, site.address, { path, ...options });
const phase = (page, wanted) =>
  page.waitForSelector(`${id('newcomer')}[data-phase="${wanted}"]`, { timeout: PATIENCE });
const scene = (page, wanted) => page.waitForSelector(`${id('stage')}[data-scene="${wanted}"]`);
const text = (page, name) => page.locator(id(name)).first().innerText();
const whole = async (page, name) => Number.parseInt(await text(page, name), 10);

/** The first map as it is painted now. */
const painted = (page) => page.locator('canvas').first().screenshot();

test(
  'newcomers: the first screen moves, counts, and its sentence follows the count',
  { timeout: 2 * PATIENCE },
  async (t) => {
    const page = await open('?lang=en');
    await page.waitForSelector('canvas');
    const first = await painted(page);
    while ((await painted(page)).equals(first));
    t.diagnostic(`something moved after ${Math.round(await page.evaluate(() => performance.now()))} ms`);
    assert.match(await text(page, 'sentence'), /appears/, 'nothing is claimed before it is counted');

    await phase(page, 'arrived');
    t.diagnostic(`first reveal after ${Math.round(await page.evaluate(() => performance.now()))} ms`);
    const [raw, names, compare] = [
      await whole(page, 'found-raw'),
      await whole(page, 'found-names'),
      await whole(page, 'found-compare'),
    ];
    t.diagnostic(
      `newcomers found of 100: pixels ${raw}, learned names ${names}, learned to compare ${compare}`,
    );
    const sentence = await text(page, 'sentence');
    for (const value of [raw, names, compare])
      assert.match(sentence, new RegExp(`\\b${value}\\b`), 'the sentence repeats the count');
    // CLAIMS.md has 0.08, 0.25 and 0.54 after 400 steps; this is the first stop.
    assert.ok(raw < 15 && compare > names && compare > 20, `the claim holds: ${raw} ${names} ${compare}`);
    assert.match(sentence, /learned to compare finds/, 'the sentence of this result');

    const steps = await page.locator(id('map-step')).allInnerTexts();
    assert.deepEqual([...new Set(steps)], ['step 100'], 'both maps are of one step');

    const asked = await text(page, 'answer-names');
    await page.click(id('register'));
    await page.waitForSelector(id('forget'));
    assert.equal(await text(page, 'answer-names'), asked, 'a classifier does not learn from a picture');
    const candidates = await page.locator(`${id('answer-compare')} li`).allInnerTexts();
    assert.equal(candidates.length, 3, 'three candidates');

    await page.click('button[lang="ko"]');
    assert.match(await text(page, 'sentence'), /step 100 기준/, 'the same result in Korean');
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'ko');
    assert.match(page.url(), /lang=ko/, 'the link carries the language');
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await violations(page), [], `axe-core, ${colorScheme}`);
    }
    await leave(page);
  },
);

test('newcomers on a phone: nothing is wider than the screen', { timeout: PATIENCE }, async () => {
  const page = await open('?lang=ko', { viewport: { width: 390, height: 844 }, hasTouch: true });
  await page.waitForSelector('canvas');
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
  await leave(page);
});

test(
  'the lesson: the figure follows the text, and a link leads back to a step',
  { timeout: PATIENCE },
  async () => {
    const page = await open('learn/?lang=en#deep.zones', { reducedMotion: 'reduce' });
    await scene(page, 'deep.zones');
    const zone = (wanted) => page.waitForSelector(`${id('triplet-verdict')}[data-zone="${wanted}"]`);
    await zone('hard');
    for (const point of ['anchor', 'positive', 'negative']) {
      const box = await page.locator(id(`point-${point}`)).boundingBox();
      assert.ok(box && box.height > 20 && box.y > 0 && box.y + box.height < 800, `the ${point} is in view`);
    }
    // The negative walks away from the anchor by keys alone.
    await page.focus(id('point-negative'));
    for (let press = 0; press < 3; press++) await page.keyboard.press('Shift+ArrowRight');
    await zone('semihard');
    for (let press = 0; press < 3; press++) await page.keyboard.press('Shift+ArrowRight');
    await zone('easy');
    await page.click(id('collapse'));
    await page.waitForFunction(() =>
      /collapse/.test(document.querySelector('[data-testid="triplet-verdict"]').textContent),
    );

    await page.evaluate(() => document.getElementById('axioms.already').scrollIntoView());
    await scene(page, 'axioms.already');
    await page.selectOption(id('rule'), 'cosine');
    await page.click(id('worst'));
    await page.waitForFunction(() =>
      /shorter by/.test(document.querySelector('[data-testid="axioms-verdict"]').textContent),
    );
    await page.click(id('mend'));
    await page.waitForFunction(() =>
      /not shorter/.test(document.querySelector('[data-testid="axioms-verdict"]').textContent),
    );

    await page.click(`${id('question-axioms')} button >> nth=0`);
    assert.match(await page.locator(`${id('question-axioms')} .because`).innerText(), /Not quite/);
    await page.click(`${id('question-axioms')} button >> nth=1`);
    assert.match(await page.locator(`${id('question-axioms')} .because`).innerText(), /Yes/);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await violations(page), [], `axe-core, ${colorScheme}`);
    }
    await leave(page);
  },
);

test('every step of the lesson has its figure while one reads on', { timeout: PATIENCE }, async () => {
  const page = await open('learn/?lang=ko', { reducedMotion: 'reduce' });
  const steps = await page.locator('.step[data-step]').evaluateAll((all) => all.map(({ id: name }) => name));
  assert.ok(steps.length >= 40, `eight chapters have ${steps.length} steps`);
  // Down, then up again: a figure may leave nothing behind that holds the reader.
  // The first one is there from the beginning.
  for (const step of [...steps.slice(1), ...[...steps].reverse().filter((_, at) => at % 5 === 0)]) {
    await page.evaluate((name) => document.getElementById(name).scrollIntoView(), step);
    await scene(page, step);
    assert.equal(new URL(page.url()).hash, `#${step}`, 'the address names the step');
  }
  await leave(page);
});

test(
  'the lecture is given by a clicker: every step, no scrolling, letters of 24 px',
  { timeout: PATIENCE },
  async () => {
    for (const [width, height, least] of [
      [1920, 1080, 24],
      [1280, 720, 16],
    ]) {
      const page = await open('learn/?lang=ko#present', { viewport: { width, height } });
      await page.waitForSelector(id('slide'));
      const seen = [];
      for (let at = 0; ; at++) {
        seen.push(await page.getAttribute(id('slide'), 'data-scene'));
        const { scrolls, smallest } = await page.evaluate(() => {
          const slide = document.querySelector('[data-testid="slide"]');
          const zoom = (element) => element.currentCSSZoom ?? 1;
          const texts = [...slide.querySelectorAll('*')].filter(
            (element) =>
              element.checkVisibility() &&
              !element.closest('.unseen-text, svg') &&
              [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()),
          );
          const root = document.documentElement;
          return {
            scrolls: root.scrollHeight > root.clientHeight || root.scrollWidth > root.clientWidth,
            smallest: Math.min(
              ...texts.map(
                (element) => Number.parseFloat(getComputedStyle(element).fontSize) * zoom(element),
              ),
            ),
          };
        });
        assert.ok(!scrolls, `${seen.at(-1)} scrolls at ${width} × ${height}`);
        assert.ok(smallest >= least, `${seen.at(-1)} has letters of ${smallest} px at ${width} × ${height}`);
        await page.keyboard.press('PageDown');
        const next = await page.getAttribute(id('slide'), 'data-scene');
        if (next === seen.at(-1)) break;
        assert.ok(at < 100, 'the lecture ends');
      }
      const count = Number(/ \/ (\d+)/.exec(await page.locator(id('slide')).innerText())?.[1]);
      assert.equal(new Set(seen).size, count, 'all steps');
      await page.keyboard.press('Escape');
      await page.waitForSelector(id('present'));
      await leave(page);
    }
  },
);

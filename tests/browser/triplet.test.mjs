// The triplet view of the built page, on the CPU module.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose, id, open as openIn } from './lab-page.mjs';
import { openSite } from './site.mjs';
import { launch, leave, started } from './visit.mjs';

const [browser, site] = await started(launch('none'), openSite());

const open = (path, options) => openIn(browser, site, path, options);
const text = (page, name) => page.locator(id(name)).first().innerText();
const points = (page) => page.evaluate(() => new URLSearchParams(location.search).get('pts'));

/** Terms of the formula and their marks light each other up: by the pointer, and held by a button. */
async function lightsUp(page) {
  const lit = async (place) =>
    [
      ...new Set(
        await page
          .locator(`${place} .lit`)
          .evaluateAll((all) => all.map((one) => one.getAttribute('data-term'))),
      ),
    ].sort();
  const middle = async (name) => {
    const { x, y, width, height } = await page.locator(`${id(name)} > circle`).boundingBox();
    return [x + width / 2, y + height / 2];
  };
  await page.hover(`${id('formula')} [data-term="an"] >> nth=0`);
  assert.deepEqual(await lit(id('plane')), ['an']);
  const [[ax, ay], [px, py]] = [await middle('handle-anchor'), await middle('handle-positive')];
  await page.mouse.move((ax + px) / 2, (ay + py) / 2 + 4);
  assert.deepEqual(await lit(id('formula')), ['ap']);
  await page.mouse.move(2, 2);
  const margin = page.locator('.distances [data-term="margin"]');
  await margin.focus();
  await page.keyboard.press('Enter');
  await margin.evaluate((button) => {
    button.blur();
  });
  assert.equal(await margin.getAttribute('aria-pressed'), 'true');
  assert.deepEqual(await lit(id('plane')), ['margin'], 'the zone and the line where the loss is 0');
  await margin.click();
  await page.mouse.move(2, 2);
  await margin.evaluate((button) => {
    button.blur();
  });
  assert.deepEqual(await lit('.part.triplet'), []);
  await page.locator(id('handle-negative')).scrollIntoViewIfNeeded();
}

test(
  'the triplet plane: zones, loss, gradient and steps come from the core',
  { timeout: 120_000 },
  async () => {
    // a = (0,0), p = (3,0), n = (0,4): d(a,p) = 3, d(a,n) = 4, with margin 2 the loss is 1 and the zone semi-hard.
    const page = await open('?view=triplet&pts=0_0_3_0_0_4&tm=2&tr=0.5');
    await page.waitForFunction(
      () => document.querySelector('[data-testid="plane-loss"]')?.textContent === '1.000',
    );
    assert.equal(await text(page, 'd-ap'), '3.000');
    assert.equal(await text(page, 'd-an'), '4.000');
    assert.match(await text(page, 'zone'), /Semi‑hard/);
    assert.equal(await page.locator(`${id('plane')} .arrow`).count(), 3, 'all three points are pulled');
    await lightsUp(page);
    // The gradient is (a-p)/3 - (a-n)/4 at a, (p-a)/3 at p, -(n-a)/4 at n: a step of 0.5 gives these.
    await page.click(id('plane-step'));
    await page
      .waitForFunction(() => {
        const moved = new URLSearchParams(location.search).get('pts')?.split('_').map(Number);
        return moved && [0.5, -0.5, 2.5, 0, 0, 4.5].every((value, i) => Math.abs(value - moved[i]) < 1e-3);
      })
      .catch(async () => assert.fail(`after one step: ${await points(page)}`));

    const handle = await page.locator(`${id('handle-negative')} > rect`).boundingBox();
    await page.mouse.move(handle.x + handle.width / 2, handle.y + handle.height / 2);
    await page.mouse.down();
    await page.mouse.move(handle.x + 60, handle.y + 40, { steps: 5 });
    await page.mouse.up();
    await page.waitForFunction(() => !new URLSearchParams(location.search).get('pts').endsWith('_4.5'));
    await page.focus(id('handle-anchor'));
    const held = await points(page);
    await page.keyboard.press('ArrowLeft');
    await page.waitForFunction((old) => new URLSearchParams(location.search).get('pts') !== old, held);

    await page.click(id('take-triplet'));
    await page
      .locator(`${id('taken')} canvas`)
      .nth(2)
      .waitFor();
    assert.match(await text(page, 'zone'), /Easy|Semi‑hard|Hard/);
    await leave(page);
  },
);

/** The place of the negative's handle, the zone in words, and the zones whose outlines contain the place. */
const negative = (page) =>
  page.evaluate(() => {
    const handle = document.querySelector('[data-testid="handle-negative"]');
    const { e: x, f: y } = handle.transform.baseVal.consolidate().matrix;
    const holds = (kind) => document.querySelector(`.zone.${kind}`).isPointInFill(new DOMPoint(x, y));
    const outlined = ['hard', 'semihard'].filter(holds);
    const told = [...document.querySelector('.zone-name').classList].at(-1);
    return { x, y, told, drawn: outlined.length === 0 ? 'easy' : outlined.join(' and ') };
  });

/** The same once the core has answered: told and drawn have agreed for a while, or never will. */
async function settled(page) {
  for (let before = '', since = Date.now(), began = since; ; await page.waitForTimeout(50)) {
    const seen = await negative(page);
    const now = JSON.stringify(seen);
    if (now !== before) since = Date.now();
    before = now;
    if ((Date.now() - since > 250 && seen.told === seen.drawn) || Date.now() - began > 15_000) return seen;
  }
}

/** Follows a link as the browser's back button does. */
const follow = (page, link) =>
  page.evaluate((search) => {
    history.replaceState(null, '', search);
    window.dispatchEvent(new PopStateEvent('popstate'));
  }, link);

test('by every distance the negative lies in the zone that is drawn', { timeout: 400_000 }, async (t) => {
  const page = await open('?view=triplet');
  await page.waitForSelector('.zone.hard');
  const distances = await page
    .locator(`${id('setting-planeDistance')} option`)
    .evaluateAll((options) => options.map(({ value }) => value));
  assert.ok(distances.length >= 7, `distances: ${distances}`);
  const met = {};
  for (const distance of distances) {
    for (const [normalize, place] of [
      [0, '-0.3_0.8'],
      [0, '0.45_-0.35'],
      [1, '0.2_-0.5'],
    ]) {
      await follow(
        page,
        `?view=triplet&tm=0.3&td=${distance}&tn=${normalize}&pts=-0.35_0_0.25_0.35_${place}`,
      );
      const { told, drawn } = await settled(page);
      assert.equal(told, drawn, `${distance}, normalised ${normalize}, at ${place}: told, and drawn`);
      met[told] = (met[told] ?? 0) + 1;
    }
  }
  t.diagnostic(`zones met: ${JSON.stringify(met)}`);
  assert.equal(Object.keys(met).length, 3, 'all three zones');
  await leave(page);
});

const figures = (page) =>
  page
    .locator(`${id('taken')} figure`)
    .evaluateAll((all) => all.map((one) => [one.dataset.sample, one.textContent]));

test('a triplet that was taken is in the link', { timeout: 180_000 }, async () => {
  const page = await open('?view=triplet');
  await page.click(id('take-triplet'));
  await page
    .locator(`${id('taken')} figure`)
    .nth(2)
    .waitFor();
  const taken = await figures(page);
  assert.equal(taken.length, 3, 'three pictures');
  await page.waitForFunction(() => location.search.includes('tk='));
  const link = new URL(page.url()).search;
  await page.click(id('take-triplet'));
  await page.waitForFunction((old) => location.search !== old, link);
  await leave(page);

  const again = await open(link);
  await again
    .locator(`${id('taken')} figure`)
    .nth(2)
    .waitFor();
  assert.deepEqual(await figures(again), taken, 'the same pictures and captions');
  assert.equal(await again.locator('.handle image[href]').count(), 3, 'at the points too');
  assert.equal(new URL(again.url()).search, link, 'the link stays');
  await again.focus(id('handle-anchor'));
  await again.keyboard.press('ArrowLeft');
  await again.waitForFunction(
    () => /moved/.test(document.querySelector('[data-testid="taken"]').textContent),
    undefined,
    { timeout: 5000 },
  );
  await choose(again, 'data', 'fashion');
  await again.waitForFunction(() => !document.querySelector('[data-testid="taken"] figure'));
  await leave(again);

  // The seed in the link decides which one is taken.
  const fresh = await open('?view=triplet');
  await fresh.click(id('take-triplet'));
  await fresh
    .locator(`${id('taken')} figure`)
    .nth(2)
    .waitFor();
  assert.deepEqual(await figures(fresh), taken, 'the same seed, step and press');
  await leave(fresh);
});

test('a screen reader can move the points, and is told what comes of it', { timeout: 120_000 }, async () => {
  const page = await open('?view=triplet');
  await page.waitForSelector('.zone.hard');
  const roles = await page
    .locator('.handle')
    .evaluateAll((all) =>
      all.map((one) => [one.getAttribute('role'), one.getAttribute('aria-roledescription')]),
    );
  assert.deepEqual(
    roles,
    Array.from({ length: 3 }, () => ['application', 'movable point']),
  );
  assert.equal(await page.getAttribute(id('announcement'), 'aria-live'), 'polite');
  assert.equal(await page.locator('.part.triplet [aria-live]').count(), 1, 'one region that speaks');
  await page.focus(id('handle-positive'));
  await page.keyboard.press('Enter');
  for (const key of ['ArrowRight', 'ArrowUp', 'Shift+ArrowRight']) {
    const before = await text(page, 'd-ap');
    await page.keyboard.press(key);
    await page.waitForFunction(
      (old) => {
        const ap = document.querySelector('[data-testid="d-ap"]').textContent;
        const an = document.querySelector('[data-testid="d-an"]').textContent;
        const said = document.querySelector('[data-testid="announcement"]').textContent;
        return ap !== old && said.includes(`d(a, p) = ${ap}`) && said.includes(`d(a, n) = ${an}`);
      },
      before,
      { timeout: 5000 },
    );
  }
  assert.match(await page.textContent(id('announcement')), /^Positive at .*(Hard|Semi‑hard|Easy)\.$/);
  await leave(page);
});

test('the plane on a phone: words can be read, and a finger takes the point next to it', async () => {
  const page = await open('?view=triplet&pts=0_0_0.4_0_0.1_-0.9', {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  await page.waitForSelector('.zone-words .threshold');
  await page.waitForFunction(() => document.querySelectorAll('.zone-words text').length === 4);
  const { letters, words, handles } = await page.evaluate(() => {
    const boxes = (all) => [...document.querySelectorAll(all)].map((one) => one.getBoundingClientRect());
    const word = document.querySelector('.zone-words text');
    return {
      letters: Number.parseFloat(getComputedStyle(word).fontSize) * word.getScreenCTM().a,
      words: boxes('.zone-words text').map(({ left, right, top, bottom }) => [left, right, top, bottom]),
      handles: boxes('.handle').map(({ width, height }) => Math.min(width, height)),
    };
  });
  assert.ok(letters >= 13, `letters of ${letters} px`);
  assert.ok(Math.min(...handles) >= 43, `points of ${handles.join(', ')} px`);
  for (const [at, [left, right, top, bottom]] of words.entries())
    for (const [l, r, t, b] of words.slice(at + 1))
      assert.ok(r < left || l > right || b < top || t > bottom, 'no word lies over another');
  for (const corner of ['anchor', 'positive', 'negative']) {
    const { x, y } = await page.locator(`${id(`handle-${corner}`)} text`).evaluate((letter) => {
      const { left, top, width, height } = letter.getBoundingClientRect();
      return { x: left + width / 2, y: top + height / 2 };
    });
    await page.touchscreen.tap(x, y + 18);
    const focused = await page.evaluate(() => document.activeElement?.dataset.testid);
    assert.equal(focused, `handle-${corner}`, '18 px below it');
  }
  await leave(page);
});

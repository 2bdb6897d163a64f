// The page of components: the newcomer experiment and the lesson, as built, on the CPU module.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { violations } from './axe.mjs';
import { id } from './lab-page.mjs';
import { brotliSize } from '../../xtask/brotli.mjs';
import { openSite, ROOT } from './site.mjs';
import { assertReadable, measureSlide } from './slides.mjs';
import { launch, leave, started, visit } from './visit.mjs';

/** Two networks train on two cores that other tests may share. */
const PATIENCE = 400_000;
/** What the first screen plays until its own run is as far. */
const START = new URL('../../www/src/figures/newcomer/start.json', import.meta.url);

const [browser, site] = await started(launch('none'), openSite());

const DIST = join(ROOT, 'www/dist');
/** What the first view promises on two cores. No other test runs at the same time. */
const [FIRST_MOTION_MS, FIRST_REVEAL_MS, FIRST_BYTES] = [3000, 20_000, 500_000];

const open = (path, options) => visit(browser, site.address, { path, ...options });
const phase = (page, wanted) =>
  page.waitForSelector(`${id('newcomer')}[data-phase="${wanted}"]`, { timeout: PATIENCE });
const scene = (page, wanted) => page.waitForSelector(`${id('stage')}[data-scene="${wanted}"]`);
const text = (page, name) => page.locator(id(name)).first().innerText();
const whole = async (page, name) => Number.parseInt(await text(page, name), 10);

/** The first map as it is painted now. */
const painted = (page) => page.evaluate(() => document.querySelector('.map canvas').toDataURL());

test(
  'newcomers: the first screen moves, counts, and its sentence follows the count',
  { timeout: 2 * PATIENCE },
  async (t) => {
    const page = await open('?lang=en');
    await page.waitForSelector('.map canvas');
    const first = await painted(page);
    while ((await painted(page)) === first);
    const moved = Math.round(await page.evaluate(() => performance.now()));
    t.diagnostic(`something moved after ${moved} ms`);
    assert.ok(moved < FIRST_MOTION_MS, `something moved after ${moved} ms`);
    // The sentence and its step at one moment: the live run may be as fast as the recording is played.
    const revealed = await page.waitForFunction(() => {
      const of = (name) => document.querySelector(`[data-testid="${name}"]`)?.textContent.trim() ?? '';
      return /9,000/.test(of('sentence')) && [of('sentence'), of('map-step')];
    });
    const told = Math.round(await page.evaluate(() => performance.now()));
    t.diagnostic(`first reveal after ${told} ms`);
    assert.ok(told < FIRST_REVEAL_MS, `first reveal after ${told} ms`);
    const [reveal, at] = await revealed.jsonValue();
    assert.match(at, /^step 100( \(recorded\))?$/, 'a recording says that it is one');
    const count = (sentence) => Number(/answers ([\d,]+) of/.exec(sentence)[1].replace(',', ''));
    const { counts } = JSON.parse(await readFile(START, 'utf8'));
    const recorded = counts.compare.right.reduce((sum, right) => sum + right, 0);
    assert.equal(count(reveal), recorded, 'the first reveal has the recorded count');

    await phase(page, 'arrived');
    t.diagnostic(`live after ${Math.round(await page.evaluate(() => performance.now()))} ms`);
    assert.equal(await text(page, 'sentence'), reveal, 'the live run gives what was recorded');
    const [raw, names, compare] = [
      await whole(page, 'found-raw'),
      await whole(page, 'found-names'),
      await whole(page, 'found-compare'),
    ];
    t.diagnostic(
      `newcomers found of 100: pixels ${raw}, learned names ${names}, learned to compare ${compare}`,
    );
    const sentence = await text(page, 'sentence');
    const numbers = [...sentence.matchAll(/[\d,]{3,}/g)].map(([number]) => Number(number.replace(',', '')));
    const [, found, questions] = numbers;
    assert.equal(questions, 9000, 'a hundred newcomers, ten typefaces registered, nine ask');
    assert.equal(Math.round((100 * found) / questions), compare, 'the sentence has the counts of the bars');
    // CLAIMS.md has 0.08, 0.25 and 0.54 after 400 steps; this is the first stop.
    assert.ok(raw < 15 && compare > names && compare > 20, `the claim holds: ${raw} ${names} ${compare}`);
    assert.match(sentence, /learned to compare answers/, 'the sentence of this result');

    const steps = await page.locator(id('map-step')).allInnerTexts();
    assert.deepEqual([...new Set(steps)], ['step 100'], 'both maps are of one step');

    // The newcomer to begin with has been shown once, and fares as most of the tray do (below).
    const began = await page.locator(`${id('tray')} [aria-pressed="true"]`).getAttribute('aria-label');
    const right = await text(page, 'answer-compare');
    assert.equal(/recognises .* after one picture/.test(right), /: recognised$/.test(began), right);
    const asked = await text(page, 'answer-names');
    await page.click(id('forget'));
    assert.doesNotMatch(await text(page, 'answer-compare'), /recognises/, 'it is no longer registered');
    await page.click(id('register'));
    await page.waitForSelector(id('forget'));
    assert.equal(await text(page, 'answer-compare'), right, 'shown again, recognised again');
    assert.equal(await text(page, 'answer-names'), asked, 'a classifier does not learn from a picture');
    const candidates = await page.locator(`${id('answer-compare')} li`).allInnerTexts();
    assert.equal(candidates.length, 3, 'three candidates');
    await page.click(id('register-all'));
    const marks = await page.locator(`${id('tray')} .mark`).allInnerTexts();
    assert.equal(marks.length, 10, 'each newcomer of the tray is told as recognised or not');
    const hits = marks.filter((mark) => mark === '✓').length;
    if (hits !== 5) assert.equal(/: recognised$/.test(began), hits > 5, 'the first is like most of the ten');
    assert.match(await text(page, 'tray-note'), new RegExp(`${hits} of these 10`), 'and counted');

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

/** Bytes of a file as a server sends it in brotli, which neither letters nor packed data sets become smaller by. */
async function sent(path) {
  const bytes = await readFile(path);
  return /\.(woff2|gz)$/.test(path) ? bytes.length : brotliSize(bytes);
}

test('the first view without the engine module and its data fits', { timeout: PATIENCE }, async (t) => {
  const page = await open('about:blank');
  const fetched = new Set();
  page.on('request', (request) => {
    if (request.url().startsWith(site.address)) fetched.add(new URL(request.url()).pathname);
  });
  await page.goto(`${site.address}?lang=ko`);
  await phase(page, 'arrived');
  const ofEngine = /\.wasm$|\.mlds\.gz$/;
  assert.ok(
    [...fetched].some((path) => ofEngine.test(path)),
    `the engine was fetched, too: ${[...fetched]}`,
  );
  const files = [...fetched].filter((path) => !ofEngine.test(path));
  const sizes = await Promise.all(
    files.map(async (path) => [path, await sent(join(DIST, path.replace(/\/$/, '/index.html')))]),
  );
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  const largest = sizes.sort(([, a], [, b]) => b - a).map(([path, size]) => `${path} ${size}`);
  t.diagnostic(`first view: ${total} bytes in brotli in ${files.length} files: ${largest.slice(0, 6)}`);
  assert.ok(total <= FIRST_BYTES, `${total} bytes: ${largest}`);
  await leave(page);
});

test('newcomers on a phone: nothing is wider than the screen', { timeout: PATIENCE }, async () => {
  const page = await open('?lang=ko', { viewport: { width: 390, height: 844 }, hasTouch: true });
  await page.waitForSelector('canvas');
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
  await leave(page);
});

test(
  'a link to a step leads there on a phone, with motion, and leaves half the screen to the text',
  {
    timeout: PATIENCE,
  },
  async () => {
    const page = await open('learn/?lang=ko#deep.zones', {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
    });
    await scene(page, 'deep.zones');
    await page.waitForSelector(`${id('triplet-verdict')}[data-zone]`);
    const { y } = await page.locator('#deep\\.zones').boundingBox();
    const { pinned, letters, width } = await page.evaluate(() => {
      const plane = document.querySelector('[data-testid="plane"]');
      return {
        pinned: document.querySelector('.pinned').getBoundingClientRect().height,
        letters: 18 * plane.getScreenCTM().a,
        width: document.documentElement.scrollWidth,
      };
    });
    assert.ok(y > 0 && y < 844, `the paragraph is in view: ${y}`);
    assert.ok(pinned <= 422, `the figure takes ${pinned} of 844 px`);
    assert.ok(letters >= 14, `words of the plane are ${letters} px`);
    assert.equal(width, 390);
    await leave(page);
  },
);

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
    await page.evaluate(() => document.getElementById('deep.triplet').scrollIntoView());
    await scene(page, 'deep.triplet');
    await page.click(id('collapse'));
    await page.waitForFunction(() =>
      /collapse/.test(document.querySelector('[data-testid="triplet-verdict"]').textContent),
    );

    // Each rule is kept first, and then broken by another distance.
    for (const [rule, distance, kept, broken] of [
      ['identity', 'cosine', /one point/, /first rule is broken/],
      ['symmetry', 'kullbackLeibler', /as long as/, /second rule is broken/],
      ['triangle', 'squaredEuclidean', /never shorter/, /shorter by/],
    ]) {
      await page.evaluate((step) => document.getElementById(step).scrollIntoView(), `axioms.${rule}`);
      await scene(page, `axioms.${rule}`);
      const says = (pattern) =>
        page.waitForFunction(
          ([name, wanted]) => new RegExp(wanted).test(document.querySelector(name).textContent),
          [id('axioms-verdict'), pattern.source],
        );
      await page.click(id('worst'));
      await says(kept);
      await page.click(`${id('break')}[data-act="run"]`);
      await says(broken);
      assert.equal(await page.inputValue(id('rule')), distance);
    }

    await page.evaluate(() => document.getElementById('axioms.already').scrollIntoView());
    await scene(page, 'axioms.already');
    await page.selectOption(id('rule'), 'cosine');
    await page.click(id('worst'));
    await page.waitForFunction(() =>
      /shorter by/.test(document.querySelector('[data-testid="axioms-verdict"]').textContent),
    );
    await page.click(id('mend'));
    await page.waitForFunction(() =>
      /never shorter/.test(document.querySelector('[data-testid="axioms-verdict"]').textContent),
    );

    // Euclid's is a metric: the worst case is a detour as long as the direct way.
    await page.selectOption(id('rule'), 'euclidean');
    await page.waitForFunction(() =>
      /not shorter/.test(document.querySelector('[data-testid="axioms-verdict"]').textContent),
    );
    await page.click(id('worst'));
    await page.waitForFunction(() =>
      /never shorter/.test(document.querySelector('[data-testid="axioms-verdict"]').textContent),
    );

    // Histograms: their bars are pulled by keys and by a pointer, and the root of Jensen–Shannon is a metric.
    const said = (pattern) =>
      page.waitForFunction(
        ([name, wanted]) => new RegExp(wanted).test(document.querySelector(name).textContent),
        [id('axioms-verdict'), pattern],
      );
    const marks = () =>
      page.locator(`${id('axioms-table')} tbody tr`).evaluateAll((all) => all.map((row) => row.innerText));
    await page.selectOption(id('rule'), 'jensenShannon');
    const share = async (bar) => Number(await page.getAttribute(id(`bar-${bar}`), 'aria-valuenow'));
    const before_ = await share('y-1');
    await page.focus(id('bar-y-1'));
    await page.keyboard.press('ArrowUp');
    assert.equal(await share('y-1'), before_ + 4, 'a key pulls a bar');
    const box = await page.locator(id('bar-x-0')).boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height * 0.5);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height * 0.75);
    await page.mouse.up();
    assert.ok(Math.abs((await share('x-0')) - 25) <= 1, `a pointer pulls a bar: ${await share('x-0')}`);
    await page.click(id('worst'));
    await said('shorter by');
    assert.match((await marks()).join('|'), /^Jensen–Shannon divergence\s+✓\s+✓\s+✗$/);
    await page.click(id('mend'));
    await said('not shorter');
    assert.equal(await page.inputValue(id('rule')), 'rootJensenShannon');
    assert.match((await marks()).join('|'), /✓\s+✓\s+✓$/);
    await page.selectOption(id('rule'), 'cosine');
    await page.waitForFunction(
      (name) => document.querySelectorAll(`${name} tbody tr`).length === 2,
      id('axioms-table'),
    );
    assert.match((await marks()).join('|'), /✗\s+✓\s+✗\|on unit vectors \(length\s1\)\s+✓\s+✓\s+✗$/);
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

/** The activations are of the training's newest step. */
async function layersFollowTraining(page) {
  const shown = page.locator(id('activations'));
  await shown.waitFor({ timeout: PATIENCE });
  const first = Number(await shown.getAttribute('data-step'));
  const maps = () =>
    page.locator('.maps canvas').evaluateAll((all) => all.map((canvas) => canvas.toDataURL()).join());
  const before_ = await maps();
  if (first >= 100) await page.click(id('embedding-go-on'));
  await page.waitForFunction(
    ([name, old]) => Number(document.querySelector(name)?.dataset.step) > old,
    [id('activations'), first],
    { timeout: PATIENCE },
  );
  assert.notEqual(await maps(), before_, 'other weights, other activations');
}

test(
  'a place that a link led to is held while the text moves, until the reader moves',
  { timeout: 60_000 },
  async () => {
    const page = await open('learn/?lang=en#deep.zones');
    await scene(page, 'deep.zones');
    const top = () => page.evaluate(() => document.getElementById('deep.zones').getBoundingClientRect().top);
    const before = await top();
    /** As letters do that come late: everything above is higher than it was. */
    const move = async (size) => {
      await page.evaluate((to) => (document.documentElement.style.fontSize = to), size);
      await page.waitForTimeout(500);
    };
    await move('24px');
    assert.ok(Math.abs((await top()) - before) < 80, `the step is at ${await top()}, and was at ${before}`);
    await scene(page, 'deep.zones');
    assert.equal(new URL(page.url()).hash, '#deep.zones');
    // A reader who has moved on is not fetched back.
    await page.mouse.move(200, 400);
    await page.mouse.wheel(0, 3000);
    await page.waitForFunction(() => !window.location.hash.startsWith('#deep.zones'));
    await move('16px');
    assert.ok(!new URL(page.url()).hash.startsWith('#deep.zones'), page.url());
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
    if (step === 'why.arrive') {
      assert.match(await text(page, 'answer-names'), /“.”/, 'the classifier answers with a name it knows');
      assert.match(await text(page, 'answer-compare'), /./);
    }
    if (step === 'embedding.layers') await layersFollowTraining(page);
  }
  await leave(page);
});

/** The figure of a slide as a share of the screen: what the words leave of the width. */
const LEAST_FIGURE = 0.7;

test(
  'the lecture is given by a clicker: every step, no scrolling, letters of 24 px, the figure on 70 % of the screen',
  { timeout: PATIENCE },
  async (t) => {
    for (const [language, width, height] of [
      ['ko', 1920, 1080],
      ['ko', 1280, 720],
      ['en', 1280, 720],
    ]) {
      const page = await open(`learn/?lang=${language}#present`, { viewport: { width, height } });
      await page.waitForSelector(id('slide'));
      const seen = [];
      const shares = [];
      for (let at = 0; ; at++) {
        seen.push(await page.getAttribute(id('slide'), 'data-scene'));
        const place = `${seen.at(-1)} at ${width} × ${height}, ${language}`;
        const measured = await page.evaluate(measureSlide);
        const { share } = measured;
        assertReadable(measured, height, place);
        // A question, an answer and a formula are words alone.
        const figured = (await page.getAttribute(id('slide'), 'data-kind')) === 'step';
        assert.equal(share !== null, figured, `${place}: a figure where there is a step`);
        if (figured) assert.ok(share >= LEAST_FIGURE, `${place}: the figure takes ${share} of the screen`);
        if (figured) shares.push(share);
        await page.keyboard.press('PageDown');
        const next = await page.getAttribute(id('slide'), 'data-scene');
        if (next === seen.at(-1)) break;
        assert.ok(at < 100, 'the lecture ends');
      }
      t.diagnostic(`figures take ${Math.min(...shares)} and more of ${width} × ${height}`);
      const count = Number(/\d+$/.exec(await page.locator(`${id('slide')} footer span`).innerText()));
      assert.equal(new Set(seen).size, count, 'all steps');
      await page.keyboard.press('Escape');
      await page.waitForSelector(id('present'));
      await leave(page);
    }
  },
);

test(
  'presenting: a dark screen hides nothing that moves, and the figure is as the slide says',
  {
    timeout: PATIENCE,
  },
  async () => {
    const page = await open('learn/?lang=en#present:deep.question', { reducedMotion: 'reduce' });
    const at = () => page.getAttribute(id('slide'), 'data-scene');
    const dark = () => page.getAttribute(id('slide'), 'data-blank');
    await page.waitForSelector(id('slide'));
    assert.equal(await at(), 'deep.question', 'an address leads to a slide');
    await page.keyboard.press('b');
    assert.equal(await dark(), 'true', 'B blanks a question, too');
    await page.keyboard.press('PageDown');
    assert.deepEqual([await dark(), await at()], ['false', 'deep.question'], 'the first key brings it back');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    assert.equal(await page.getAttribute(id('option-b'), 'aria-pressed'), 'true', 'arrows choose an answer');

    const slides = {};
    for (;;) {
      await page.keyboard.press('PageDown');
      const scene_ = await at();
      if (scene_ === 'deep.answer') break;
      if (['deep.parts', 'deep.miner', 'deep.lineup', 'deep.collapse'].includes(scene_)) continue;
      // The figure is the last slide's until the engine has answered for this one.
      await page.waitForSelector(`.triplet[data-done="true"] ${id('triplet-verdict')}[data-zone]`);
      slides[scene_] = await page.locator(`${id('stage')} svg`).innerHTML();
      if (scene_ === 'deep.zones') {
        const zone = () => page.getAttribute(id('triplet-verdict'), 'data-zone');
        const first = await zone();
        await page.keyboard.press('Space');
        await page.waitForFunction(
          (old) => document.querySelector('[data-testid="triplet-verdict"]').dataset.zone !== old,
          first,
        );
        await page.keyboard.press('r');
        await page.waitForSelector(`${id('triplet-verdict')}[data-zone="${first}"]`);
      }
      if (scene_ === 'deep.metric') {
        assert.equal(await page.locator('input[name="metric"]:checked').inputValue(), 'manhattan');
        await page.keyboard.press('Space');
        await page.waitForSelector('input[name="metric"][value="cosine"]:checked', { state: 'attached' });
        // A similarity is called one.
        await page.locator(id('triplet-numbers'), { hasText: 's(a,p) 0' }).waitFor();
      }
    }
    assert.equal(Object.keys(slides).length, 4);
    assert.equal(new Set(Object.values(slides)).size, 4, 'no two slides show the same picture');
    await leave(page);
  },
);

test(
  'chapter 3 trains: the space bar lets a network collapse and cures it, and the sentences are of what is measured',
  { timeout: PATIENCE },
  async () => {
    const page = await open('learn/?lang=en#present:deep.collapse', { reducedMotion: 'reduce' });
    const figure = id('collapse-figure');
    await page.waitForSelector(`${figure}[data-step="0"][data-kind="none"][data-done="true"]`);
    await page.keyboard.press('Space');
    await page.waitForSelector(`${figure}[data-kind="point"][data-done="true"]`, { timeout: PATIENCE });
    assert.match(await text(page, 'collapse-verdict'), /^step 60 All pictures lie in one place/);
    await page.keyboard.press('Space');
    await page.waitForSelector(`${figure}[data-kind="none"][data-done="true"]`, { timeout: PATIENCE });
    const [, after_, before_] =
      /spread is ([\d.]+)\. When the cure began, at step 60, it was ([\d.]+)\./.exec(
        await text(page, 'collapse-verdict'),
      ) ?? [];
    assert.ok(Number(before_) < 0.05 && Number(after_) > 0.2, `spread ${before_} becomes ${after_}`);
    await page.keyboard.press('r');
    await page.waitForSelector(`${figure}[data-step="0"][data-done="true"]`);
    await leave(page);
  },
);

test(
  'the miner under the microscope: frames, sentence and zones are of one batch, and another miner begins anew',
  { timeout: PATIENCE },
  async () => {
    const page = await open('learn/?lang=en#deep.miner', { reducedMotion: 'reduce' });
    const figure = id('miner-figure');
    const rests = () =>
      page.waitForSelector(`${figure}[data-step="100"][data-done="true"]`, { timeout: PATIENCE });
    const numbers = async (name) =>
      [...(await text(page, name)).matchAll(/\d[\d,]*/g)].map(([number]) =>
        Number(number.replaceAll(',', '')),
      );
    const framed = () => page.locator(`${figure} .mark.taken:not(.like)`).count();
    await rests();
    // Shares of all triplets of a batch every five steps, the last one that of the sentence.
    const river = page.locator(`${figure} ${id('river')}`);
    assert.equal(await river.getAttribute('data-points'), '21');
    assert.equal(await river.getAttribute('data-step'), '100');
    const [, valid, hard, semihard, easy, mined] = await numbers('miner-sentence');
    // Four classes of six: each of 24 anchors has 5 positives and 18 negatives.
    assert.equal(valid, 24 * 5 * 18);
    assert.equal(hard + semihard + easy, valid);
    assert.equal(mined, semihard, 'the semi-hard miner takes all that are semi-hard');
    for (let turn = 0; turn < 4; turn++) {
      const [near, within, far, taken = 0] = await numbers('miner-lens');
      assert.equal(near + within + far, 18);
      assert.equal(taken, within);
      assert.equal(await framed(), taken);
      await page.click(id('miner-anchor'));
    }
    await page.locator(`label:has(input[value="none"])`).click();
    await page.waitForSelector(`${figure}[data-mined="2160"]`, { timeout: PATIENCE });
    await rests();
    assert.equal(await framed(), 18, 'every negative is taken');
    await page.locator(`label:has(input[value="batchHard"])`).click();
    await page.waitForSelector(`${figure}[data-mined="24"]`, { timeout: PATIENCE });
    await rests();
    assert.equal(await framed(), 1, 'the nearest negative');
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await violations(page), [], `axe-core, ${colorScheme}`);
    }
    await leave(page);
  },
);

test(
  'the sphere is turned by keys and by dragging, and the table tells what each length finds and costs',
  { timeout: PATIENCE },
  async () => {
    const page = await open('learn/?lang=en#present:embedding.sphere');
    const turnedTo = (angles) => page.waitForSelector(`${id('sphere')}[data-angles="${angles}"]`);
    await page.waitForSelector(`${id('sphere-figure')}[data-step="150"][data-done="true"]`, {
      timeout: PATIENCE,
    });
    await turnedTo('30,20');
    await page.focus(id('sphere'));
    await page.keyboard.press('ArrowRight');
    await turnedTo('45,20');
    await page.keyboard.press('ArrowUp');
    await turnedTo('45,5');
    assert.equal(await page.getAttribute(id('slide'), 'data-scene'), 'embedding.sphere', 'the slide stays');
    const picture = () =>
      page.evaluate(() => document.querySelector('[data-testid="sphere"] canvas').toDataURL());
    const before_ = await picture();
    const { x, y, width, height } = await page.locator(id('sphere')).boundingBox();
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width / 4, y + height / 2);
    await page.mouse.up();
    await turnedTo('0,5');
    await page.mouse.move(x + width / 2, y + height / 2);
    assert.equal(await page.getAttribute(id('sphere'), 'data-angles'), '0,5', 'a ball that was let go stays');
    assert.notEqual(await picture(), before_);
    const found = [];
    for (const dim of [2, 3, 16, 64]) {
      const told = await page.locator(id(`dim-${dim}`)).innerText();
      assert.match(told, new RegExp(`\\b${4 * dim}$`), 'bytes');
      found.push(Number(/(\d+)%/.exec(told)[1]));
    }
    assert.ok(found[0] < found[1] && found[1] < found[3], `more numbers find more: ${found.join(' ')}`);
    assert.match(
      await text(page, 'dim-raw'),
      /784 pixels\s+\d+%\s+±\d+\s+784/,
      'beside the pixels themselves',
    );
    const [, more] = /name for (\d+) more of 100 pictures/.exec(await text(page, 'sphere-sentence'));
    assert.ok(
      Math.abs(Number(more) - (found[3] - found[1])) <= 1,
      'the sentence has the difference of the table',
    );
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await violations(page), [], `axe-core, ${colorScheme}`);
    }
    await leave(page);
  },
);

test(
  'cut embeddings: the nearest change with the length, raw ones do not, and the Matryoshka network is compared with the plain one',
  { timeout: 2 * PATIENCE },
  async () => {
    const page = await open('learn/?lang=en#embedding.cut', { reducedMotion: 'reduce' });
    const done = `${id('cut-figure')}[data-done="true"]`;
    const at = (length) =>
      page.waitForSelector(`${id('cut-figure')}[data-kept="${length}"]`, { timeout: PATIENCE });
    const ids = (row) => page.getAttribute(id(`near-${row}`), 'data-ids');
    const rights = (row) => page.locator(`${id(`near-${row}`)} li.right`).count();
    await page.waitForSelector(done, { timeout: PATIENCE });
    const whole_ = [await ids('plain'), await ids('raw')];
    await page.focus(id('cut'));
    await page.keyboard.press('Home');
    await at(2);
    assert.notEqual(await ids('plain'), whole_[0], 'other neighbours');
    assert.equal(await ids('raw'), whole_[1], 'raw pixels stay whole');
    assert.match(await text(page, 'cut-sentence'), /fewer than by raw pixels/, 'two numbers are too few');
    await page.keyboard.press('ArrowRight');
    await at(3);
    await page.keyboard.press('End');
    await at(64);
    assert.equal(await ids('plain'), whole_[0]);
    for (const row of ['plain', 'raw']) {
      const said = await page.locator(`${id(`near-${row}`)} small`).innerText();
      assert.equal(said, `${await rights(row)} of 7 right`);
      const marks = await page.locator(`${id(`near-${row}`)} li span`).allInnerTexts();
      assert.equal(marks.filter((mark) => mark === '✓').length, await rights(row), 'marked by shape');
    }

    await page.click(id('cut-nested'));
    await page.waitForSelector(id('near-nested'), { timeout: PATIENCE });
    await page.waitForSelector(done, { timeout: PATIENCE });
    // The button leads to a length that the other loss asks for.
    await page.click(`${id('cut-short')}[data-act="run"]`);
    await at(8);
    const [, nested, plain] = /answers (\d+) of 100 questions rightly, the plain one (\d+)/.exec(
      await text(page, 'cut-sentence'),
    );
    assert.ok(Number(nested) > Number(plain), `eight numbers answer ${nested} instead of ${plain}`);
    const bars = await page.locator('.counts li.chosen .value').innerText();
    assert.deepEqual(
      bars.split('/').map((part) => Number.parseInt(part, 10)),
      [Number(plain), Number(nested)],
      'the sentence has the numbers of the bars',
    );
    assert.match(page.url(), /#embedding\.cut\?kept=8&nested=true$/, 'the link has both');
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await violations(page), [], `axe-core, ${colorScheme}`);
    }
    // The trained Matryoshka network is still there when the reader comes back to the figure.
    await page.evaluate(() => document.getElementById('embedding.alike').scrollIntoView());
    await scene(page, 'embedding.alike');
    await page.evaluate(() => document.getElementById('embedding.cut').scrollIntoView());
    await page.waitForSelector(id('near-nested'), { timeout: 2000 });
    await leave(page);
  },
);

test(
  'a triplet travels to the laboratory and is the same on the way back',
  { timeout: PATIENCE },
  async () => {
    const page = await open('learn/?lang=en#deep.triplet', { reducedMotion: 'reduce' });
    await page.waitForSelector(`${id('triplet-verdict')}[data-zone]`);
    await page.focus(id('point-negative'));
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('ArrowUp');
    const moved = await page.getAttribute(id('point-negative'), 'aria-label');
    // The address follows a moment later: after the first key, or after both.
    await page.waitForFunction(
      (start) => {
        const points = window.location.hash
          .match(/^#deep\.triplet\?points=([^&]+)/)?.[1]
          .split(',')
          .map(Number);
        return points?.slice(4).every((number, axis) => number !== start[axis]);
      },
      [0.45, -0.65],
    );
    const linked = page.url();
    // Whoever leaves a page while it fetches cuts off its requests, which the browser calls failed.
    await page.waitForLoadState('networkidle');
    await page.click(`.pinned ${id('open-lab')}`);
    await page.waitForURL(/\/lab\//);
    const query = new URL(page.url()).searchParams;
    const points = new URL(linked).hash.match(/points=([^&]+)/)[1];
    // The laboratory writes its address anew once it is open, with another separator.
    assert.equal(query.get('pts').replaceAll('_', ','), points, 'the laboratory has the points');
    await page.waitForLoadState('networkidle');
    await page.goBack();
    await page.waitForSelector(`${id('triplet-verdict')}[data-zone]`);
    assert.equal(await page.getAttribute(id('point-negative'), 'aria-label'), moved, 'Back keeps them');
    assert.equal(new URL(page.url()).hash, new URL(linked).hash);
    await leave(page);

    const fresh = await open(linked.slice(site.address.length), { reducedMotion: 'reduce' });
    await fresh.waitForSelector(`${id('triplet-verdict')}[data-zone]`);
    assert.equal(await fresh.getAttribute(id('point-negative'), 'aria-label'), moved, 'so does the link');
    await leave(fresh);
  },
);

// The built page as a visitor uses it, on the CPU module.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  choose,
  codes,
  enter,
  FIRST_PICTURE,
  id,
  noticed,
  open as openIn,
  reveal,
  valueOf,
} from './lab-page.mjs';
import { openSite } from './site.mjs';
import { launch, leave, started } from './visit.mjs';

const [browser, site] = await started(launch('none'), openSite());

const open = (path, options) => openIn(browser, site, path, options);
const text = (page, name) => page.locator(id(name)).first().innerText();
const number = async (page, name) => Number.parseFloat((await text(page, name)).replaceAll(',', ''));
const atLeast = (page, name, value, timeout = 60_000) =>
  page.waitForFunction(
    ([testid, wanted]) =>
      Number.parseFloat(
        (document.querySelector(`[data-testid="${testid}"]`)?.textContent ?? '').replaceAll(/[^\d.]/g, ''),
      ) >= wanted,
    [name, value],
    { timeout },
  );

test(
  'a visitor trains on digits: the numbers rise and the neighbours become right',
  { timeout: 300_000 },
  async (t) => {
    const page = await open();
    const first = await page.evaluate(
      (mark) => performance.getEntriesByName(mark)[0].startTime,
      FIRST_PICTURE,
    );
    t.diagnostic(`first picture after ${Math.round(first)} ms`);
    assert.match(await text(page, 'device-kind'), /CPU/, 'what it runs on');
    assert.notEqual(await page.textContent(id('device-reason')), '', 'and why');
    await atLeast(page, 'seen-recallAt1', 0.01);
    assert.equal(await page.getAttribute(id('map'), 'data-marks'), 'pictures', 'a thousand digits have room');
    const before = await number(page, 'seen-mapAtR');
    await page.evaluate(() => {
      globalThis.longTasks = [];
      new PerformanceObserver((list) =>
        globalThis.longTasks.push(...list.getEntries().map(({ duration }) => duration)),
      ).observe({ entryTypes: ['longtask'] });
    });
    await page.click(id('train'));
    await atLeast(page, 'step', 60);
    await page.waitForFunction(
      ([testid, value]) =>
        Number.parseFloat(document.querySelector(`[data-testid="${testid}"]`).textContent) > value + 0.3,
      ['seen-mapAtR', before],
      { timeout: 120_000 },
    );
    await page.click(id('train'));
    const long = await page.evaluate(() => globalThis.longTasks.map(Math.round));
    t.diagnostic(
      `tasks of the main thread above 50 ms while training: ${JSON.stringify(long)}; MAP@R ${before} -> ${await number(page, 'seen-mapAtR')}`,
    );
    // Two cores are shared with the training Worker and the software renderer: now and then the scheduler, not
    // the page, makes a task long. A page that itself blocked would do so at every picture.
    assert.ok(long.length <= 2 && long.every((duration) => duration < 200), `long tasks ${long}`);

    await page.click(id('surprise'));
    for (const space of ['embedding', 'raw']) {
      const row = page.locator(id(`neighbours-${space}`));
      await row.locator('.neighbour').nth(7).waitFor();
      assert.equal(await row.locator('.neighbour').count(), 8, `neighbours in the ${space}`);
      const marks = await row
        .locator('.neighbour')
        .evaluateAll((all) =>
          all.map((one) => [one.classList.contains('right'), one.classList.contains('wrong')]),
        );
      assert.ok(
        marks.every(([right, wrong]) => right !== wrong),
        'each is marked right or wrong',
      );
      const distances = await row.locator('.distance').allInnerTexts();
      assert.deepEqual(
        distances,
        [...distances].sort((a, b) => a - b),
        'nearest first',
      );
    }

    const step = await number(page, 'step');
    await page.click(id('reset'));
    await page.waitForFunction(
      () => document.querySelector('[data-testid="step"]').textContent.trim() === '0',
    );
    await page.click(id('bring-back'));
    await page.waitForFunction(
      (kept) =>
        Number.parseFloat(document.querySelector('[data-testid="step"]').textContent.replaceAll(',', '')) ===
        kept,
      step,
    );
    await page.click(id('step-once'));
    await page.waitForFunction(
      (kept) =>
        Number.parseFloat(document.querySelector('[data-testid="step"]').textContent.replaceAll(',', '')) ===
        kept + 1,
      step,
    );
    await leave(page);
  },
);

test('a link restores the experiment, in the other language too', { timeout: 120_000 }, async () => {
  const page = await open();
  await choose(page, 'loss', 'contrastive');
  await enter(page, 'dim', '2');
  await enter(page, 'negMargin', '0.75');
  await enter(page, 'unseen', '2');
  await page.click(id('lang-ko'));
  await page.click(id('view-matrix'));
  await page
    .waitForFunction(() =>
      ['loss=contrastive', 'dim=2', 'mn=0.75', 'unseen=2', 'lang=ko', 'view=matrix'].every((part) =>
        location.search.includes(part),
      ),
    )
    .catch(() => assert.fail(`the link is ${page.url()}`));
  assert.equal(await page.getAttribute('html', 'lang'), 'ko', 'the language is told to screen readers');
  const link = new URL(page.url()).search;
  await leave(page);

  const again = await open(link);
  assert.equal(await valueOf(again, 'loss'), 'contrastive');
  assert.equal(await valueOf(again, 'dim'), '2');
  assert.equal(await valueOf(again, 'negMargin'), '0.75');
  assert.equal(await valueOf(again, 'unseen'), '2');
  await again.waitForSelector(id('heat'));
  await again.waitForFunction(() =>
    document.querySelector('[data-testid="unseen-recallAt1"]')?.textContent.match(/\d/),
  );
  assert.match(await again.innerText('body'), /거리/, 'Korean');
  await leave(again);
});

test('nonsense in a link is told, and the page opens with defaults', { timeout: 120_000 }, async () => {
  const page = await open(
    '?dim=-7&loss=magic&data=../../etc/passwd&cam=a_b&pts=1_2&lang=xx&seed=1e99&surplus=1&%zz',
  );
  await noticed(page, 'notice.badLink').catch(async () => assert.fail(`no notice: ${await codes(page)}`));
  assert.equal(await valueOf(page, 'dim'), '32', 'the default stands');
  assert.equal(await valueOf(page, 'data'), 'mnist');
  await enter(page, 'learningRate', '-3');
  await noticed(page, 'notice.badValue');
  assert.equal(await valueOf(page, 'learningRate'), '0.001', 'the value before it stays');
  await leave(page);
});

test('the distance matrix of the batch answers to pointer and keys', { timeout: 120_000 }, async () => {
  const page = await open('?view=matrix');
  await page.waitForFunction(() =>
    /[1-9]/.test(document.querySelector('[data-testid="batch-counts"]')?.textContent ?? ''),
  );
  await page.focus(id('matrix'));
  await page.keyboard.press('ArrowRight');
  await page
    .locator(`${id('cell')} canvas`)
    .nth(1)
    .waitFor();
  assert.match(await text(page, 'cell'), /0\.\d|1\.\d/, 'a distance');
  await leave(page);
});

for (const lang of ['en', 'ko']) {
  test(
    `a phone's width holds every view (${lang}), and no message is left unfilled`,
    { timeout: 120_000 },
    async () => {
      const page = await open(`?lang=${lang}`, { viewport: { width: 390, height: 844 } });
      for (const view of ['map', 'scores', 'river', 'matrix', 'triplet', 'collapse', 'axioms']) {
        await page.click(id(`view-${view}`));
        await page.waitForSelector(view === 'map' ? '.part.map' : id('panel'));
        const [wide, words] = await page.evaluate(() => [
          document.documentElement.scrollWidth,
          document.body.innerText,
        ]);
        assert.ok(wide <= 390, `${view} is ${wide} px wide`);
        assert.doesNotMatch(words, /\{\w+\}|undefined|NaN|\[object/, view);
      }
      await leave(page);
    },
  );
}

test('every loss of the list brings its own numbers and trains', { timeout: 240_000 }, async () => {
  const page = await open('?classes=4&per=4&net=mlp&layers=16');
  await reveal(page, 'loss');
  const losses = await page
    .locator(`${id('setting-loss')} option`)
    .evaluateAll((options) => options.map(({ value }) => value));
  assert.ok(losses.length >= 43, `losses: ${losses}`);
  let trained = 0;
  for (const loss of losses) {
    await choose(page, 'loss', loss);
    // Settings settle; then the run goes on by the new loss.
    await page.waitForTimeout(700);
    trained += 1;
    await page.click(id('step-once'));
    await atLeast(page, 'step', trained);
    // Dynamic soft margin and SimSiam fall below 0.
    assert.match(await text(page, 'loss'), /^-?\d/, `${loss}: a number, not ${await text(page, 'loss')}`);
    const told = await codes(page);
    assert.ok(
      told.every((code) => code?.startsWith('notice.')),
      `${loss}: ${told}`,
    );
    if (loss === 'circle')
      assert.equal(await valueOf(page, 'distance'), 'cosine', 'a loss on angles brings the cosine');
    if (loss === 'cosface') assert.equal(await valueOf(page, 'scale'), '64', 'its own scale');
    if (loss === 'arcface') assert.equal(await valueOf(page, 'margin'), '0.5', 'its own margin');
  }
  await leave(page);
});

test('further measures, a memory, a second loss and another optimiser', { timeout: 180_000 }, async () => {
  const page = await open(
    '?unseen=2&loss=supcon&mem=200&also=triplet&reg=embeddingNorm&opt=adamw&sch=cosine&rot=10&net=mlp&layers=32',
  );
  await page.click(id('step-once'));
  await atLeast(page, 'step', 1);
  await page.click(id('view-scores'));
  await page.locator('[data-view~="measures"] summary').click();
  await page.click(id('measure'));
  const eer = page.locator('[data-testid="seen-measure.eer"]');
  await eer.waitFor({ timeout: 60_000 });
  assert.match(await eer.innerText(), /^\d.*%$/, 'an error rate');
  assert.match(
    await page.locator('[data-testid="unseen-measure.auc"]').innerText(),
    /^[01]\.\d{3}$/,
    'of unseen classes too',
  );
  assert.match(await text(page, 'collapse'), /\S/, 'a verdict on collapse');
  assert.deepEqual(await codes(page), [], 'no notice');
  // A miner that knows one distance only brings it along.
  await choose(page, 'loss', 'triplet');
  await choose(page, 'distance', 'wasserstein');
  await choose(page, 'miner', 'distanceWeighted');
  assert.equal(await valueOf(page, 'distance'), 'euclidean');
  await page.waitForTimeout(700);
  await page.click(id('step-once'));
  await atLeast(page, 'step', 2);
  await leave(page);
});

test(
  'the axioms are tried on every distance, and what breaks them is shown',
  { timeout: 120_000 },
  async () => {
    // Links from before the lesson keep their meaning.
    const page = await open('?view=story');
    const table = page.locator(`${id('axioms')}:not([aria-busy])`);
    await table.waitFor();
    const rows = await table
      .locator('tbody tr')
      .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
    const verdicts = Object.fromEntries(rows.map(([name, ...marks]) => [name, marks.join('')]));
    const onUnit = rows.filter(([name]) => name.endsWith(', on unit vectors'));
    assert.equal(rows.length - onUnit.length, 21, 'every distance of the core');
    assert.deepEqual(
      onUnit.map(([name, ...marks]) => [name.split(',')[0], marks.join('')]),
      [
        ['1 − cosine similarity', '✓✓✗'],
        ['angle', '✓✓✓'],
      ],
      'what is different on unit vectors',
    );
    for (const name of [
      'Euclidean',
      'Manhattan (L1)',
      'Chebyshev (L∞)',
      'Wasserstein‑1',
      'root of Jensen–Shannon',
      'root of energy distance',
      'Hellinger',
    ])
      assert.equal(verdicts[name], '✓✓✓', `${name} is a metric`);
    for (const name of ['squared Euclidean', 'Jensen–Shannon divergence', 'energy distance'])
      assert.equal(verdicts[name], '✓✓✗', `${name} takes no straight way`);
    assert.equal(verdicts['1 − cosine similarity'], '✗✓✗');
    assert.equal(verdicts['KL divergence'], '✓✗✗');
    assert.equal(verdicts['signal-to-noise ratio'], '✗✗✗');
    assert.equal(verdicts['dot product']?.slice(0, 2), '✗✓');
    await table.locator('tbody tr', { hasText: 'squared Euclidean' }).locator('button').click();
    assert.match(
      await page.locator('.axiom-said').innerText(),
      /From x = .* it is .*; by way of y = /,
      'the worst counterexample in words',
    );
    await leave(page);
  },
);

test(
  'the map by keyboard: a point is chosen and its neighbours are listed',
  { timeout: 120_000 },
  async () => {
    const page = await open();
    await page.focus(id('map'));
    await page.keyboard.press('+');
    await page.keyboard.press('Enter');
    await page
      .locator(`${id('neighbours-embedding')} .neighbour`)
      .first()
      .waitFor();
    await page.keyboard.press('Escape');
    await page.waitForFunction(
      () => !document.querySelector('[data-testid="neighbours-embedding"] .neighbour'),
    );
    await leave(page);
  },
);

test(
  'the map by UMAP and t-SNE: progress, trust, false neighbours, what has grown old, cancel',
  { timeout: 240_000 },
  async (t) => {
    const page = await open('?ps=1000&drawer=view');
    const drawn = (timeout = 60_000) =>
      page.locator(id('projection-progress')).waitFor({ state: 'hidden', timeout });
    await page.waitForFunction(() => !document.querySelector('[data-testid="projection-compute"]').disabled);
    await page.click(id('projection-compute'));
    await page.waitForSelector(id('trust'));
    const pca = await number(page, 'trust');
    assert.ok(pca > 0.5 && pca < 1, `trustworthiness of PCA: ${pca}`);
    const before = await page.locator(id('map')).screenshot();
    await page.evaluate(() => {
      globalThis.longTasks = [];
      new PerformanceObserver((list) =>
        globalThis.longTasks.push(...list.getEntries().map(({ duration }) => duration)),
      ).observe({ entryTypes: ['longtask'] });
    });
    await page.click(id('projection-umap'));
    await page.locator(id('projection-progress')).waitFor();
    await page.waitForFunction(() =>
      /Round [1-9]/.test(document.querySelector('[data-testid="projection-round"]').textContent),
    );
    await drawn();
    const long = await page.evaluate(() => globalThis.longTasks.map(Math.round));
    t.diagnostic(`tasks of the main thread above 50 ms while UMAP was computed: ${JSON.stringify(long)}`);
    assert.ok(long.length <= 2 && long.every((duration) => duration < 200), `long tasks ${long}`);
    const umap = await number(page, 'trust');
    t.diagnostic(`trustworthiness of an untrained embedding: PCA ${pca}, UMAP ${umap}`);
    assert.ok(umap > pca && umap < 1, `UMAP ${umap}, PCA ${pca}`);
    assert.match(await text(page, 'projection-origin'), /^1,000 of 10,000 points.*step 0/);
    await page.waitForTimeout(1200);
    assert.ok(!before.equals(await page.locator(id('map')).screenshot()), 'the map has changed');
    await page.waitForFunction(() => location.search.includes('proj=umap'));

    await page.click(id('surprise'));
    await page.waitForSelector(id('intruders'));
    const count = Number(await page.getAttribute(id('intruders'), 'data-count'));
    assert.ok(count >= 0 && count <= 8, `false neighbours: ${count}`);
    await page
      .locator(`${id('neighbours-embedding')} .neighbour`)
      .nth(7)
      .waitFor();

    assert.equal(await page.locator(id('projection-stale')).count(), 0, 'it is of this step');
    await page.click(id('step-once'));
    await page.waitForSelector(id('projection-stale'));
    await page.click(id('projection-compute'));
    await drawn();
    assert.match(await text(page, 'projection-origin'), /step 1\.$/);
    const trust = await text(page, 'trust');
    await page.click(id('projection-compute'));
    await drawn();
    assert.equal(await text(page, 'trust'), trust, 'the same seed, the same picture');

    // Larger, so that there is time to cancel it.
    await page.click(`${id('projection-settings')} summary`);
    await page.fill(id('setting-sample'), '2000');
    await page.click(id('projection-tsne'));
    await page.waitForFunction(() =>
      /Round [1-9]/.test(document.querySelector('[data-testid="projection-round"]').textContent),
    );
    await page.click(id('projection-cancel'));
    await drawn(2000);
    assert.match(await text(page, 'explained'), /t-SNE is not drawn yet.*variance/s, 'PCA is back');
    await page.click(id('projection-pca'));
    assert.match(await text(page, 'explained'), /^These two axes/);
    await leave(page);
  },
);

// The laboratory's promises: one step a picture, settings that act on the way, steps to go back to, columns in lock step,
// collapses and their cures.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { flawless, openDetails } from './axe.mjs';
import { choose, codes, enter, id, open as openIn, openDrawer, reached, ready, step } from './lab-page.mjs';
import { openSite } from './site.mjs';
import { launch, leave, started, visit } from './visit.mjs';

const [browser, site] = await started(launch('none'), openSite());

const SMALL = 'net=mlp&layers=32&dim=8&classes=6&per=4';
const open = (path, options) => openIn(browser, site, path, options);
const number = async (page, name) => Number.parseFloat(await page.locator(id(name)).first().innerText());
const shownStep = async (page) => Number(await page.getAttribute(id('map-notes'), 'data-step'));
/** The places of the map's samples, as its figure has them. */
const places = (page) => page.getAttribute(id('map'), 'data-places');

async function train(page, steps) {
  await page.click(id('train'));
  await reached(page, steps);
  await page.click(id('train'));
  await page.waitForFunction(
    () =>
      document.querySelector('[data-testid="map-notes"]').dataset.step ===
      document.querySelector('[data-testid="step"]').textContent.replaceAll(',', ''),
  );
  await rested(page);
}

/** Waits until the samples have had the same places for a while. */
async function rested(page) {
  for (let [last, since] = ['', 0]; Date.now() - since < 400; await page.waitForTimeout(50)) {
    const now = await places(page);
    if (now !== last) [last, since] = [now, Date.now()];
  }
}

test(
  'a knob that is turned while it runs changes the loss at the next step, without a restart',
  { timeout: 180_000 },
  async () => {
    const page = await open(`?${SMALL}&m=0.05&drawer=loss`);
    await page.click(id('train'));
    await reached(page, 20);
    const [before, at] = [await number(page, 'loss'), await step(page)];
    assert.ok(before < 0.2, `a margin of 0.05 gives ${before}`);
    await enter(page, 'margin', '1');
    await page.waitForFunction(
      () => Number.parseFloat(document.querySelector('[data-testid="loss"]').textContent) > 0.5,
      null,
      { timeout: 30_000 },
    );
    assert.ok((await step(page)) > at, 'the steps go on');
    assert.deepEqual(await codes(page), [], 'no notice of a new session');
    await choose(page, 'loss', 'softmax');
    await reached(page, (await step(page)) + 40);
    assert.deepEqual(await codes(page), []);
    // The network starts anew, and the drawer said so.
    await openDrawer(page, 'data');
    assert.match(await page.innerText(id('drawer')), /starts a new run/);
    await enter(page, 'dim', '4');
    await page.waitForSelector(`${id('notice')}[data-code="notice.newSession"]`);
    await leave(page);
  },
);

/** Moves the pointer from the middle of the map until it is at a sample. */
async function pointAtSample(page) {
  await page.mouse.move(2, 2);
  const box = await page.locator(id('map')).boundingBox();
  for (let radius = 0; radius < 200; radius += 6) {
    const angle = radius * 0.7;
    const [x, y] = [Math.cos(angle), Math.sin(angle)].map((of) => of * radius);
    await page.mouse.move(box.x + box.width / 2 + x, box.y + box.height / 2 + y);
    if (await page.locator(`${id('map')}[data-hovered]`).count()) break;
  }
}

test('pointing at a sample leads to its nearest in the embedding', { timeout: 120_000 }, async () => {
  const page = await open(`?${SMALL}&k=5&lang=en`);
  await train(page, 10);
  await pointAtSample(page);
  await page.waitForSelector(`${id('map')}[data-near]`);
  const hovered = await page.getAttribute(id('map'), 'data-hovered');
  assert.match(await page.innerText(id('tip-near')), /^[0-5] of 5 nearest right$/);
  await page.mouse.down();
  await page.mouse.up();
  await page.waitForFunction((index) => location.search.includes(`pick=${index}`), hovered);
  // The list of the picked sample has the same ones.
  await page.waitForFunction(() => {
    const list = [...document.querySelectorAll('[data-testid="neighbours-embedding"] [data-index]')];
    const near = document.querySelector('[data-testid="map"]').dataset.near?.split(' ') ?? [];
    return near.length === 5 && near.join() === list.map(({ dataset }) => dataset.index).join();
  });
  await page.mouse.move(2, 2);
  await page.waitForSelector(`${id('map')}:not([data-hovered])`);
  // A click picks what the tip names, also while the samples move: Chromium tells of the pointer anew when the page changes.
  await page.evaluate(() => {
    const map = document.querySelector('[data-testid="map"]');
    map.addEventListener('pointerdown', () => (window.named = map.dataset.hovered ?? null), true);
    document.querySelector('[data-testid="train"]').click();
  });
  let named = null;
  for (let turn = 0; named === null && turn < 20; turn++) {
    await pointAtSample(page);
    await page.mouse.down();
    await page.mouse.up();
    named = await page.evaluate(() => window.named);
  }
  assert.ok(named, 'the tip names a sample');
  await page.waitForFunction((index) => location.search.includes(`pick=${index}`), named);
  await leave(page);
});

test('an embedding of three numbers is turned in space, at one step', { timeout: 120_000 }, async () => {
  const page = await open(`?${SMALL.replace('dim=8', 'dim=3')}&lang=en`);
  await train(page, 10);
  const flat = await places(page);
  await page.click(id('space'));
  const at = String(await step(page));
  await page.waitForSelector(`${id('map')}[data-space="${at}"]`);
  assert.match(await page.innerText(id('map-notes')), /all three numbers/);
  const seen = await places(page);
  assert.notEqual(seen, flat);
  await page.focus(id('map'));
  await page.keyboard.press('ArrowRight');
  const turned = await places(page);
  assert.notEqual(turned, seen);
  await page.click(id('turn-left'));
  assert.equal(await places(page), seen, 'back again');
  // A drag turns it, too, and the link keeps how it lies.
  const box = await page.locator(id('map')).boundingBox();
  await page.mouse.move(box.x + 300, box.y + 300);
  await page.mouse.down();
  await page.mouse.move(box.x + 360, box.y + 320, { steps: 4 });
  await page.mouse.up();
  assert.notEqual(await places(page), seen);
  await page.waitForFunction(() => /ball=/.test(location.search) && /space=1/.test(location.search));
  // Trust, and the picture that is taken along, are of the ball as it is turned.
  await openDrawer(page, 'view');
  await page.click(id('projection-compute'));
  await page.waitForSelector(id('trust'));
  assert.match(await page.innerText(id('drawer')), new RegExp(`at step ${at}, of the ball as it is turned`));
  await page.click(id('turn-left'));
  await page.waitForSelector(id('trust'), { state: 'detached' });
  await page.click(id('menu') + ' summary');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(id('map-svg'))]);
  assert.equal(download.suggestedFilename(), `metriclab-mnist-step-${at}.svg`);
  assert.match(await readFile(await download.path(), 'utf8'), /<circle [^]* · 3D<\/text>/);
  await page.keyboard.press('Escape');
  // Another step: space and the notes tell the same one.
  await page.click(id('step-once'));
  await page.waitForFunction((before) => {
    const [map, notes] = ['map', 'map-notes'].map((one) => document.querySelector(`[data-testid="${one}"]`));
    return Number(map.dataset.space) === before + 1 && notes.dataset.step === map.dataset.space;
  }, Number(at));
  await page.click(id('space'));
  await page.waitForSelector(`${id('map')}:not([data-space])`);
  await leave(page);
});

test(
  'going back shows exactly the kept step, and the run can go on from it',
  { timeout: 180_000 },
  async () => {
    const page = await open(`?${SMALL}`);
    await train(page, 12);
    const seen = [await shownStep(page), await places(page)];
    await train(page, seen[0] + 40);
    assert.notEqual(await places(page), seen[1], 'the map has moved on');
    const kept = await page.locator(id('scrub')).evaluate(({ max }) => Number(max));
    assert.ok(kept >= 2, `${kept} steps were kept`);
    const found = new Map();
    for (let back = 0; back < kept; back++) {
      await page.click(id('back'));
      const at = await shownStep(page);
      assert.equal(Number(await page.getAttribute(id('scrubber'), 'data-step')), at, 'one step is told');
      found.set(at, await places(page));
    }
    assert.equal(new Set(found.values()).size, found.size, 'each step has its own map');
    assert.ok(found.has(0), 'back to the start');
    // Forwards again: the same maps.
    for (const [at, map] of [...found].reverse()) {
      assert.equal(await shownStep(page), at);
      assert.equal(await places(page), map, `step ${at} is as it was`);
      await page.click(id('forward'));
    }
    await page.click(id('back'));
    const [from, whole] = [await shownStep(page), await step(page)];
    await page.click(id('surprise'));
    await page
      .locator(`${id('neighbours-embedding')} .neighbour`)
      .nth(7)
      .waitFor();
    await page.click(id('resume'));
    await page.waitForSelector(`${id('notice')}[data-code="notice.resumed"]`);
    assert.equal(await step(page), from);
    assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), 'scrub');
    await page.click(id('step-once'));
    await reached(page, from + 1);
    // The two runs change places as often as one likes, each with its own steps; one notice tells of the last one.
    for (const [now, aside] of [
      [whole, from + 1],
      [from + 1, whole],
    ]) {
      await page.click(id('bring-back'));
      await page.waitForFunction(
        (wanted) =>
          Number(document.querySelector('[data-testid="step"]').textContent.replaceAll(',', '')) === wanted,
        now,
      );
      assert.match((await page.innerText(id('bring-back'))).replaceAll(',', ''), new RegExp(`\\b${aside}$`));
      assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), 'bring-back');
      assert.deepEqual(await codes(page), []);
    }
    await leave(page);
  },
);

test(
  'trails lead from the maps of earlier kept steps, and none from a later one',
  { timeout: 120_000 },
  async () => {
    const page = await open(`?${SMALL}&trail=class&lang=en`);
    assert.match(await page.innerText(id('trails-note')), /pick a sample/);
    await train(page, 12);
    await train(page, (await step(page)) + 40);
    await page.click(id('surprise'));
    const trails = async () => {
      const [count, steps] = ((await page.getAttribute(id('map'), 'data-trails')) ?? '0 ').split(' ');
      return { count: Number(count), steps: steps.split(',').filter(Boolean).map(Number) };
    };
    await page.waitForSelector(`${id('map')}[data-trails]`);
    const whole = await trails();
    const now = await step(page);
    assert.ok(whole.count > 20 && whole.steps.length >= 2, `${whole.count} samples of a class`);
    assert.ok(whole.steps[0] === 0 && whole.steps.every((one) => one < now), `${whole.steps} before ${now}`);
    assert.match(
      await page.innerText(id('trails-note')),
      new RegExp(`lines show ${whole.steps.length} earlier steps of ${whole.count} samples, from step 0,`),
    );
    // At an earlier step: only what came before it.
    await page.click(id('back'));
    await page.click(id('back'));
    const at = await shownStep(page);
    assert.deepEqual(
      (await trails()).steps,
      whole.steps.filter((one) => one < at),
    );
    await leave(page);
  },
);

test(
  'training that diverges shows the last good step, goes back to it, and goes on at a lower rate',
  { timeout: 180_000 },
  async () => {
    const page = await open(`?${SMALL}&opt=sgd&lr=10&wd=10&norm=0&miner=none&loss=contrastive&lang=en`);
    const diverged = `${id('notice')}[data-code="training.diverged"]`;
    const diverge = async () => {
      await page.click(id('train'));
      await page.waitForSelector(diverged, { timeout: 60_000 });
      assert.equal(await page.innerText(id('train')), 'Train', 'it has stopped');
    };
    await diverge();
    // Map, scrubber and offer are of the same step.
    const good = await shownStep(page);
    assert.equal(Number(await page.getAttribute(id('scrubber'), 'data-step')), good);
    assert.equal(await page.innerText(id('resume')), `Go on from step ${good}`);
    assert.ok((await page.innerText(id('loss'))).length < 12, 'a short number');
    await page.focus(id('notice-action'));
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${id('notice')}[data-code="notice.wentBack"]`);
    assert.equal(await page.locator(diverged).count(), 0);
    assert.equal(await page.locator(id('bring-back')).count(), 0, 'nothing worth keeping');
    assert.equal(await step(page), good);
    assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), 'train');
    // The same rate diverges again; a lower one goes on from the last good step by itself.
    await diverge();
    await enter(page, 'weightDecay', '0');
    await enter(page, 'learningRate', '0.001');
    await page.waitForSelector(diverged, { state: 'detached' });
    assert.equal(await page.locator(id('resume')).count(), 0, 'the present step is shown');
    await page.click(id('train'));
    // Until the first report, step and loss are those at which it diverged.
    await page.waitForFunction(
      () => Number(document.querySelector('[data-testid="loss"]').textContent) < 100,
      null,
      { timeout: 60_000 },
    );
    await reached(page, good + 50);
    await page.click(id('train'));
    assert.ok((await number(page, 'loss')) < 100);
    assert.equal(await page.locator(diverged).count(), 0);
    await leave(page);
  },
);

test('the panel shows first what was asked for last', { timeout: 120_000 }, async () => {
  const page = await open(`?${SMALL}`);
  const top = async (name) => (await page.locator(id(name)).boundingBox()).y;
  const panel = async () => (await page.locator(id('panel')).boundingBox()).y;
  await page.click(id('surprise'));
  await page.waitForSelector(id('neighbours-raw'));
  for (const view of ['scores', 'river', 'matrix', 'confusion']) {
    await page.click(id(`view-${view}`));
    assert.ok((await top('panel-close')) < (await panel()) + 60, `${view} is in view`);
    await page.click(id('surprise'));
    await page.waitForFunction(
      () =>
        document.querySelector('[data-testid="sample"]').getBoundingClientRect().top <
        document.querySelector('[data-testid="panel-close"]').getBoundingClientRect().top,
    );
    assert.ok((await top('sample')) < (await panel()) + 60, 'the picked sample is in view');
    // A panel scrolls by itself, and nothing of it makes the page longer.
    const [whole, part] = await page.evaluate(() => [document.documentElement.scrollHeight, innerHeight]);
    assert.ok(whole <= part, `${view}: the page scrolls by ${whole - part}`);
  }
  await leave(page);
});

test('back and forward undo and redo', { timeout: 120_000 }, async () => {
  const page = await open(`?${SMALL}`);
  await choose(page, 'miner', 'hard');
  await page.waitForFunction(() => location.search.includes('miner=hard'));
  await page.goBack();
  await page.waitForFunction(() => !location.search.includes('miner=hard'));
  // The drawer stays open: what one looks through is not what one undoes.
  assert.equal(await page.inputValue(id('setting-miner')), 'semihard');
  await page.goForward();
  await page.waitForFunction(() => document.querySelector('[data-testid="setting-miner"]').value === 'hard');
  // The drawer and the miner within one write of the address, and another language afterwards.
  await page.selectOption(id('setting-miner'), 'semihard');
  await page.click(id('drawer-metric'));
  await page.waitForFunction(() => location.search.includes('drawer=metric'));
  await page.goBack();
  await page.waitForFunction(() => location.search.includes('miner=hard'));
  await page.waitForFunction(() => location.search.includes('drawer=metric'));
  await page.waitForSelector(id('setting-distance'));
  await leave(page);
});

test('three chips tell the experiment, and open its drawers', { timeout: 120_000 }, async () => {
  const page = await open(`?${SMALL}&lang=en`);
  const told = async (chip) =>
    page.locator(id(`chip-${chip}`)).evaluate((one) => one.lastChild.textContent.trim());
  const named = async (name) =>
    page.locator(id(`setting-${name}`)).evaluate(({ selectedOptions: [one] }) => one.textContent);
  for (const [chip, names] of [
    ['data', ['data']],
    ['loss', ['loss', 'miner']],
    ['metric', ['distance']],
  ]) {
    await page.click(id(`chip-${chip}`));
    await page.waitForSelector(id(`setting-${names[0]}`));
    assert.equal(await page.getAttribute(id(`chip-${chip}`), 'aria-expanded'), 'true');
    assert.equal(await told(chip), (await Promise.all(names.map(named))).join(', '));
  }
  await page.click(id('chip-metric'));
  await page.locator(id('drawer')).waitFor({ state: 'detached' });
  // They follow the settings; a loss without a miner has none in its chip.
  await choose(page, 'miner', 'hard');
  assert.equal(await told('loss'), 'Triplet, Hard');
  await choose(page, 'loss', 'softmax');
  assert.equal(await told('loss'), await named('loss'));
  await leave(page);
});

test(
  'the miner under the microscope: what it takes of the batch, hard to easy',
  { timeout: 120_000 },
  async () => {
    const page = await open(`?${SMALL}&view=river&lang=en`);
    const shown = async () =>
      (
        await page.locator(`${id('microscope')} li`).evaluateAll((all) =>
          all.map((one) => ({
            zone: one.dataset.zone,
            text: one.querySelector(':scope > span').textContent,
          })),
        )
      ).map(({ zone, text }) => {
        const [ap, an] = [...text.matchAll(/\) (\d+\.\d+)/g)].map(([, value]) => Number(value));
        return { zone, further: an - ap };
      });
    const risesAndFits = (all, fits) => {
      assert.equal(all.length, 12, 'some of them, evenly');
      all.forEach(({ zone, further }, k) => {
        assert.ok(fits(zone, further), `${zone}: the negative is farther by ${further}`);
        // Printed values have two places.
        assert.ok(k === 0 || further > all[k - 1].further - 0.021, 'hard to easy');
      });
    };
    await page.waitForSelector(`${id('microscope')} li`);
    // Six classes of four: 24 anchors with 3 positives and 20 negatives each.
    const mined = Number(await page.getAttribute(id('microscope'), 'data-mined'));
    assert.ok(mined > 0 && mined < 1440, `${mined} are mined`);
    assert.match(
      (await page.innerText(id('microscope'))).replaceAll(',', ''),
      new RegExp(`${mined} of 1440 valid triplets of the batch at step 0`),
    );
    risesAndFits(await shown(), (zone, by) => zone === 'semihard' && by > -0.011 && by < 0.211);
    await page.click(`${id('microscope')} [data-testid="zone-hard"]`);
    await page.waitForFunction(() => !document.querySelector('[data-testid="microscope"] li'));
    await page.click(`${id('microscope')} [data-testid="zone-all"]`);
    // Without a miner all are taken, of every zone.
    await choose(page, 'miner', 'none');
    await page.waitForSelector(`${id('microscope')}[data-mined="1440"]`);
    const all = await shown();
    risesAndFits(all, (zone, by) =>
      zone === 'hard' ? by < 0.011 : zone === 'semihard' ? by > -0.011 && by < 0.211 : by > 0.189,
    );
    assert.equal(all[0].zone, 'hard');
    assert.equal(all.at(-1).zone, 'easy');
    await leave(page);
  },
);

test('columns of A|B stay in step and share their batches', { timeout: 240_000 }, async () => {
  const page = await open(`?view=compare&${SMALL}`);
  await page.waitForFunction(
    () => document.querySelectorAll('article[data-testid^="column-"] canvas').length === 2,
  );
  await page.click(id('compare-train'));
  await page.waitForFunction(
    () => Number(document.querySelector('[data-testid="lab-compare"]').dataset.step) >= 20,
    null,
    { timeout: 120_000 },
  );
  await page.click(id('compare-pause'));
  // A link leads back to the step, and to its batch.
  await page.waitForFunction(() => {
    const told = new URLSearchParams(location.search).get('colstep');
    return told !== null && told === document.querySelector('[data-testid="lab-compare"]').dataset.step;
  });
  const rested = await page.getAttribute(id('lab-compare'), 'data-step');
  const drawn = await page.getAttribute(id('lab-compare'), 'data-batches');
  await page.reload();
  await page.waitForSelector(`${id('lab-compare')}[data-step="${rested}"]`, { timeout: 120_000 });
  await page.waitForSelector(id('compare-train'));
  assert.equal(await page.getAttribute(id('lab-compare'), 'data-batches'), drawn, 'the same batch again');
  const batches = JSON.parse(drawn);
  assert.equal(batches.length, 2);
  assert.ok(batches[0].split(' ').length > 8);
  assert.equal(batches[0], batches[1], 'the same batch');
  const losses = await page
    .locator('article[data-testid^="column-"]')
    .evaluateAll((all) => all.map(({ dataset }) => dataset.loss));
  assert.notEqual(losses[0], losses[1], 'another loss');
  // Up to four columns, each with another loss; all begin anew, and in step.
  for (const count of [3, 4]) {
    await page.click(id('duplicate'));
    await page.waitForFunction(
      (wanted) =>
        document.querySelectorAll('article[data-testid^="column-"] canvas').length === wanted &&
        document.querySelector('[data-testid="lab-compare"]').dataset.step === '0',
      count,
    );
  }
  assert.equal(await page.isDisabled(id('duplicate')), true, 'four at most');
  const values = await page
    .locator('[data-testid^="column-value-"]')
    .evaluateAll((all) => all.map(({ value }) => value));
  assert.equal(new Set(values).size, 4, `four losses: ${values}`);
  await page.click(id('compare-train'));
  await page.waitForFunction(
    () => Number(document.querySelector('[data-testid="lab-compare"]').dataset.step) >= 5,
    null,
    { timeout: 60_000 },
  );
  await page.click(id('compare-pause'));
  const four = JSON.parse(await page.getAttribute(id('lab-compare'), 'data-batches'));
  assert.deepEqual([four.length, new Set(four).size], [4, 1], 'one batch for all');
  await page.click(id('remove-1'));
  await page.waitForSelector(`${id('duplicate')}:not([disabled])`);
  const left = await page
    .locator('[data-testid^="column-value-"]')
    .evaluateAll((all) => all.map(({ value }) => value));
  assert.deepEqual(left, [values[0], values[2], values[3]]);
  // The link has the columns, and back brings the fourth one again.
  await page.waitForFunction((wanted) => location.search.includes(wanted), `cols=${left.join('_')}`);
  await page.goBack();
  await page.waitForFunction(() => document.querySelectorAll('[data-testid^="column-value-"]').length === 4);
  await leave(page);
});

for (const [recipe, kinds] of [
  ['negativesOff', ['point']],
  ['hardest', ['point', 'margin']],
  ['stopGradientOff', ['point']],
]) {
  test(`collapse by ${recipe}: it is named, and the cure works`, { timeout: 240_000 }, async () => {
    const page = await open('?view=collapse');
    await page.waitForSelector(`${id('collapse-figure')}[data-step]`, { timeout: 60_000 });
    await page.click(id(`recipe-${recipe}`));
    await page.waitForSelector(`${id('collapse-figure')}[data-kind]:not([data-kind="none"])`, {
      timeout: 120_000,
    });
    const kind = await page.getAttribute(id('collapse-figure'), 'data-kind');
    assert.ok(kinds.includes(kind), `${recipe} gives ${kind}`);
    await page.click(id('cure'));
    await page.waitForSelector(`${id('collapse-figure')}[data-kind="none"]`, { timeout: 120_000 });
    await leave(page);
  });
}

test('the map, the scores, the run and the embeddings can be taken along', { timeout: 120_000 }, async () => {
  const page = await open(`?${SMALL}&lang=en`);
  await train(page, 5);
  await page.click(id('menu') + ' summary');
  const taken = async (name) => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.click(id(name))]);
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
  };
  const at = await step(page);
  const svg = await taken('map-svg');
  assert.equal(svg.name, `metriclab-mnist-step-${at}.svg`);
  assert.ok(svg.bytes.toString().match(/<path /g).length >= 600, 'a mark a sample');
  assert.deepEqual([...(await taken('map-png')).bytes.subarray(1, 4)], [...Buffer.from('PNG')]);
  const lines = (await taken('scores-csv')).bytes.toString().trim().split('\r\n');
  assert.match(lines[0], /^step,loss,active,seen_recall_at_1/);
  assert.equal(lines.filter((line) => /^[1-9]/.test(line)).length, at);
  const run = JSON.parse((await taken('run-json')).bytes.toString());
  assert.deepEqual([run.step, run.config.embedding.dim, run.history.losses.length], [at, 8, at]);
  const rows = (await taken('rows-npy')).bytes;
  assert.match(rows.subarray(0, 128).toString('latin1'), /\(10000, 8\)/);
  const weights = await taken('weights');
  assert.equal(weights.name, `metriclab-mnist-step-${at}.safetensors`);
  assert.match(weights.bytes.subarray(8, 4000).toString('latin1'), /"network\.head\.weight":\{"dtype":"F32"/);
  await leave(page);
});

test("the first screen's menu has the laboratory's device", { timeout: 120_000 }, async () => {
  const page = await visit(browser, site.address, { path: '?lang=en' });
  await page.click(id('menu') + ' summary');
  await page.selectOption(id('device'), 'cpu');
  await page.waitForFunction(() => location.search.includes('device=cpu'));
  await page.click('nav a[href*="lab/"]');
  await ready(page);
  assert.equal(await page.inputValue(id('device')), 'cpu');
  assert.match(await page.textContent(id('device-reason')), /^as you chose/);
  // And back: the choice goes along.
  assert.match(await page.getAttribute('header a.name', 'href'), /device=cpu/);
  await leave(page);
});

test('Escape closes the menu, and so does a press outside it', { timeout: 60_000 }, async () => {
  const page = await open(`?${SMALL}&drawer=loss`);
  const opened = () => page.locator(id('menu')).evaluate((menu) => menu.open);
  await page.click(id('menu') + ' summary');
  await page.focus(id('copy-link'));
  await page.keyboard.press('Escape');
  assert.equal(await opened(), false);
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'SUMMARY');
  assert.equal(await page.locator(id('drawer')).count(), 1, 'one thing at a time');
  await page.click(id('menu') + ' summary');
  assert.equal(await opened(), true);
  await page.click(id('step-once'));
  assert.equal(await opened(), false);
  await reached(page, 1);
  await leave(page);
});

test('two cells of one row of the matrix open as a triplet in the plane', { timeout: 180_000 }, async () => {
  const page = await open(`?${SMALL}&view=matrix&lang=en`);
  await page.waitForSelector(`${id('matrix')}[data-size="24"]`);
  await page.focus(id('matrix'));
  // Six classes of four: row 0 is of the first class, whose columns are 0 to 3.
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  const said = await page.innerText(id('cell-said'));
  assert.match(said, /Learned \d\.\d{3}, raw \d+\.\d{3}\. Same class/);
  assert.equal(await page.innerText(id('cell-learned')), /Learned ([\d.]+\d)/.exec(said)[1]);
  assert.match(await page.innerText(id('cell-sign')), /gradient/, 'what the gradient does to the pair');
  await page.keyboard.press('Enter');
  assert.match(await page.innerText(id('next')), /negative/);
  await page.keyboard.press('Shift+ArrowRight');
  assert.match(await page.innerText(id('cell-said')), /Different classes/);
  const learned = await page.innerText(id('cell-learned'));
  assert.equal(
    await page.locator(`${id('class-facts')} tbody tr`).count(),
    2,
    'a line for each of the two classes',
  );
  await page.keyboard.press('Enter');
  await page.waitForFunction(
    (wanted) => document.querySelector('[data-testid="d-an"]')?.textContent === wanted,
    learned,
  );
  const samples = await page
    .locator(`${id('taken')} figure`)
    .evaluateAll((all) => all.map((one) => one.dataset.sample).join(' '));
  await page.click(id('view-matrix'));
  // The triplet is still chosen, and marked in its row.
  assert.equal(await page.getAttribute(id('chosen-triplet'), 'data-samples'), samples);
  // A finger points; the button chooses. The matrix of samples outside of training has no miner.
  await page.click('input[value="sample"] + span');
  await page.waitForSelector(`${id('matrix')}[data-size="80"]`);
  assert.equal(await page.locator(id('chosen-triplet')).count(), 0);
  await leave(page);
});

test(
  'the picked sample is a row of the matrix and the anchor of the triplet',
  { timeout: 180_000 },
  async () => {
    const page = await open(`?${SMALL}&view=river&lang=en`);
    const picked = async () => Number(new URL(page.url()).searchParams.get('pick'));
    const anchored = async (sample) => {
      await page.waitForSelector(`${id('taken')} figure:first-child[data-sample="${sample}"]`);
      const [anchor, positive, negative] = await page
        .locator(`${id('taken')} figcaption`)
        .evaluateAll((all) => all.map(({ textContent }) => textContent.split(': ')[1]));
      assert.equal(positive, anchor, 'of the same class');
      assert.notEqual(negative, anchor, 'of another class');
      return page.locator(`${id('taken')} p`).innerText();
    };
    // The anchor of a mined triplet is in the batch.
    await page.click(`${id('microscope')} li .corner-0 >> nth=0`);
    await page.waitForFunction(() => location.search.includes('pick='));
    await page.click(id('view-matrix'));
    await page.waitForSelector(`${id('matrix')}[data-picked]`);
    const row = Number(await page.getAttribute(id('matrix'), 'data-picked'));
    await page.waitForFunction(
      (text) => document.querySelector('[data-testid="sample-note"]')?.textContent.includes(text),
      `row ${row + 1} of the 24 of this batch`,
    );
    await page.click(id('view-triplet'));
    assert.match(await anchored(await picked()), /miner chose at step 0/);
    // Moved points stay as they are, in another view and back.
    await page.focus(id('handle-negative'));
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => /You have moved/.test(document.querySelector('.taken').textContent));
    await page.click(id('view-matrix'));
    await page.waitForSelector(id('matrix'));
    await page.click(id('view-triplet'));
    await page.waitForFunction(() => /You have moved/.test(document.querySelector('.taken').textContent));
    // Any other sample of the map is hardly in the batch.
    const before = await picked();
    await page.click(id('surprise'));
    await page.waitForFunction((old) => !location.search.includes(`pick=${old}&`), before);
    assert.match(await anchored(await picked()), /nearest of another class/);
    await page.click(id('view-matrix'));
    await page.waitForSelector(id('matrix'));
    const noted = () =>
      page.waitForFunction(() =>
        /not in this batch/.test(document.querySelector('[data-testid="sample-note"]')?.textContent),
      );
    await noted();
    assert.equal(await page.locator(`${id('matrix')}[data-picked]`).count(), 0);
    // The sample lies above the matrix, and leads to it.
    await page.click(id('surprise'));
    await page.waitForSelector(id('sample-jump'));
    await noted();
    await page.click(id('sample-jump'));
    assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), 'matrix');
    await leave(page);
  },
);

test(
  'no fault that axe-core knows, with each drawer and figure open, in light and dark',
  { timeout: 240_000 },
  async () => {
    const page = await open(`?${SMALL}&expert=1&pick=7`);
    const named = (start) =>
      page
        .locator(`nav [data-testid^="${start}-"]`)
        .evaluateAll((all) =>
          all.map(({ dataset }) => dataset.testid.slice(dataset.testid.indexOf('-') + 1)),
        );
    const [drawers, views] = [await named('drawer'), await named('view')];
    assert.deepEqual([drawers.length, views.length], [4, 9]);
    await page.locator(id('menu')).locator('summary').click();
    await flawless(page, 'menu');
    await page.keyboard.press('Escape');
    for (const drawer of drawers) {
      await openDrawer(page, drawer);
      await openDetails(page, '#drawer details');
      await flawless(page, drawer);
    }
    for (const view of views) {
      await page.click(id(`view-${view}`));
      await page.waitForSelector(`${id(`view-${view}`)}[aria-current="page"]`);
      await flawless(page, view);
    }
    await leave(page);
  },
);

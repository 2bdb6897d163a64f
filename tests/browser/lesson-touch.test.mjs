// The lesson on a phone by touch, chapter by chapter, and links to its steps. As built, on the CPU module.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alike, unchanging } from './alike.mjs';
import { flawless } from './axe.mjs';
import { id } from './lab-page.mjs';
import { openSite } from './site.mjs';
import { launch, leave, started, visit } from './visit.mjs';

/** Two networks train on two cores that other tests may share. */
const PATIENCE = 400_000;
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, reducedMotion: 'reduce' };

const [browser, site] = await started(launch('none'), openSite());

const open = (path, options) => visit(browser, site.address, { path, ...options });

async function goTo(page, step) {
  await page.evaluate((name) => document.getElementById(name).scrollIntoView({ behavior: 'instant' }), step);
  await page.waitForSelector(`${id('stage')}[data-scene="${step}"]`);
}

/** What the search of an instance says is what it shows, and no category that the classifier has is the one asked for. */
async function searched(page) {
  const of = (name, what) => page.locator(`${id(name)} ${what}`);
  const [, right] = /9장 중 (?:embedding으로는 )?(\d)장/.exec(
    await page.locator(id('search-sentence')).innerText(),
  );
  assert.equal(
    await of('nearest-compare', 'li.right').count(),
    Number(right),
    'as many as the sentence says',
  );
  const asked = await page.locator('.tray [aria-pressed="true"]').getAttribute('aria-label');
  const others = await of('nearest-others', 'li').allInnerTexts();
  assert.equal(new Set([asked, ...others]).size, 7, 'six others, each once');
  const [, named] = /“(.)” \(/.exec(await page.locator(id('category')).innerText());
  assert.notEqual(named, asked, 'the classifier never saw it');
}

/** What a touch does in each chapter: the step, what is touched, and what tells that it worked. */
const TOUCHES = [
  { step: 'deep.zones', touch: '.pinned [data-act="run"]', told: id('triplet-verdict') },
  {
    step: 'deep.miner',
    touch: id('miner-anchor'),
    told: id('miner-lens'),
    done: `${id('miner-figure')}[data-done="true"]`,
  },
  {
    step: 'deep.collapse',
    touch: id('collapse-train'),
    told: id('collapse-verdict'),
    done: `${id('collapse-figure')}[data-done="true"]`,
  },
  { step: 'helps.views', touch: id('change-shift'), told: id('view-0') },
  { step: 'axioms.already', touch: id('worst'), told: id('axioms-verdict') },
  {
    step: 'metrics.moved',
    touch: id('another'),
    told: id('which'),
    done: `${id('which')}[data-done="true"]`,
  },
  { step: 'choices.pull', touch: 'label:has(input[value="triplet"])', told: '.does' },
  // From here on the networks must be there; they have trained meanwhile.
  { step: 'why.change', touch: id('delete-nearest'), told: id('gallery-size') },
  {
    step: 'why.instance',
    touch: '.tray button:nth-child(3)',
    told: id('search-sentence'),
    check: searched,
  },
  {
    step: 'embedding.cut',
    touch: 'input[type="range"]',
    told: '.pinned',
    done: `${id('cut-figure')}[data-done="true"]`,
  },
  { step: 'uses.faces', touch: id('train-gate'), told: id('gate-errors') },
];

/** Steps whose figure may be scrolled: code is as long as it is. */
const LONG = new Set(['choices.code']);

test(
  'the lesson by touch: every chapter answers, fits, and has no violation',
  { timeout: PATIENCE },
  async (t) => {
    const page = await open('learn/?lang=ko', PHONE);
    const begun = Date.now();
    for (const { step, touch, told, done, check } of TOUCHES) {
      await goTo(page, step);
      await page.waitForSelector(`.pinned ${touch.replace('.pinned ', '')}`, { timeout: PATIENCE });
      if (done) await page.waitForSelector(done, { state: 'attached', timeout: PATIENCE });
      const text = () => page.locator(told).first().innerHTML();
      await page.waitForSelector(told, { state: 'attached', timeout: PATIENCE });
      const before = await text();
      await page
        .locator(`.pinned ${touch.replace('.pinned ', '')}`)
        .first()
        .tap();
      await page
        .waitForFunction(
          ([selector, old]) => {
            const now = document.querySelector(selector)?.innerHTML;
            return now !== undefined && now !== old;
          },
          [told, before],
          { timeout: PATIENCE },
        )
        .catch(() => assert.fail(`${step}: a touch of ${touch} changes nothing`));
      await check?.(page);
      await flawless(page, step);
    }
    t.diagnostic(`eight chapters in ${Math.round((Date.now() - begun) / 1000)} s`);

    const steps = await page
      .locator('.step[data-step]')
      .evaluateAll((all) => all.map(({ id: name }) => name));
    for (const step of steps) {
      await goTo(page, step);
      const { high, room, wide, hidden, covered } = await page.evaluate(() => {
        const pinned = document.querySelector('.pinned');
        const hit = (button) => {
          const { left, top, width, height } = button.getBoundingClientRect();
          const at = document.elementFromPoint(left + width / 2, top + height / 2);
          return at?.closest('.pinned button') ?? button;
        };
        return {
          high: pinned.scrollHeight,
          room: pinned.clientHeight,
          wide: document.documentElement.scrollWidth,
          hidden: pinned.scrollWidth - pinned.clientWidth,
          covered: [...pinned.querySelectorAll('button')]
            .filter((button) => button.checkVisibility() && hit(button) !== button)
            .map((button) => button.textContent),
        };
      });
      assert.equal(wide, 390, `${step} is as wide as the screen`);
      assert.equal(hidden, 0, `${step}: nothing of the figure ends beyond its right edge`);
      assert.deepEqual(covered, [], `${step}: no button lies over another`);
      if (!LONG.has(step)) assert.ok(high <= room + 1, `${step}: a figure of ${high} px in ${room}`);
    }
    await leave(page);
  },
);

/** A step, and what is done to its figure before the link is copied. */
const LINKED = [
  { step: 'deep.zones', touch: ['[data-act="run"]'] },
  { step: 'embedding.sphere', keys: [id('sphere'), 'ArrowLeft', 'ArrowLeft', 'ArrowDown'] },
  { step: 'deep.miner', touch: ['label:has(input[value="batchHard"])', id('miner-anchor')] },
  { step: 'deep.collapse', touch: [id('collapse-train'), `${id('cure')}.first:enabled`] },
  { step: 'helps.views', touch: [id('change-shift'), id('views-other')] },
  { step: 'axioms.already', touch: [id('worst')] },
  { step: 'metrics.balls', keys: [id('euclidean-x'), 'ArrowRight', 'ArrowUp'] },
  { step: 'choices.pull', touch: ['label:has(input[value="softmax"])', '[data-act="run"]'] },
  { step: 'helps.head', touch: [id('labels-50')] },
  { step: 'choices.losses', keys: [`${id('column-0')} select`, 'ArrowDown'] },
  { step: 'uses.voices' },
  { step: 'uses.products', touch: [id('another-product')] },
  { step: 'uses.recommendation', touch: [id('pick')] },
  // Figures that show the trained networks.
  { step: 'embedding.cut', keys: ['input[type="range"]', 'ArrowLeft', 'ArrowLeft'] },
  { step: 'embedding.cut', touch: [id('cut-nested'), id('cut-another')] },
  { step: 'why.change', touch: ['.tray button:nth-child(3)', id('delete-nearest')] },
  { step: 'deep.lineup', keys: ['input[type="range"]', 'ArrowRight'] },
];

/** The stage once it no longer changes. A figure that computes says so. */
const settled = (page) => unchanging(page, id('stage'), `${id('stage')} [data-done="false"]`, PATIENCE);

/** Where a click would reach the element: it can be used, nothing lies over it, and it is in view. */
const reachable = (element) => {
  const { left, top, width, height } = element.getBoundingClientRect();
  const at = { x: left + width / 2, y: top + height / 2 };
  const hit = document.elementFromPoint(at.x, at.y);
  return !element.matches(':disabled') && hit && (element.contains(hit) || hit.contains(element)) ? at : null;
};

/**
 * Clicks the element once it can be used and stays where it is. Playwright's own click may scroll the page when it tries again,
 * as to free the element from a cover, and the page then is at another step.
 */
async function press(page, selector) {
  const one = page.locator(selector).first();
  const until = Date.now() + PATIENCE;
  let last = null;
  while (Date.now() < until) {
    const at = await one.evaluate(reachable);
    if (at && at.x === last?.x && at.y === last.y) return page.mouse.click(at.x, at.y);
    last = at;
    await page.waitForTimeout(100);
  }
  assert.fail(`a click does not reach ${selector}`);
}

/** Does something to a step's figure, and gives the link. */
async function linked(page, { step, touch = [], keys: [focused, ...keys] = [] }) {
  await goTo(page, step);
  for (const one of touch) {
    await page.waitForSelector(`.pinned ${one}`, { timeout: PATIENCE });
    await press(page, `.pinned ${one}`);
  }
  if (focused) await page.locator(`.pinned ${focused}`).first().focus({ timeout: PATIENCE });
  for (const key of keys) await page.keyboard.press(key);
  // The address has what was done, once the engine has answered.
  if (touch.length + keys.length > 0)
    await page
      .waitForFunction((start) => window.location.hash.startsWith(start), `#${step}?`, {
        timeout: PATIENCE / 4,
      })
      .catch((cause) => assert.fail(`${step} does not tell what was done: ${page.url()}: ${cause.message}`));
  await settled(page);
  return page.url().slice(site.address.length);
}

test('a link to a step opens elsewhere with the same pixels', { timeout: 2 * PATIENCE }, async () => {
  const trained = (page) =>
    page.waitForSelector(`.pinned ${id('stage')}:not(:has(.waiting))`, { timeout: PATIENCE });
  // Both train at the same time, each for itself and once: a tab keeps its networks, and nothing else, from page to page.
  const [page, other] = await Promise.all(
    [0, 1].map(() => open('learn/?lang=en#embedding.cut', { reducedMotion: 'reduce' })),
  );
  await Promise.all([trained(page), trained(other)]);
  for (const one of LINKED) {
    const link = await linked(page, one);
    await other.goto('about:blank');
    await other.goto(site.address + link);
    await other.waitForSelector(`${id('stage')}[data-scene="${one.step}"]`);
    await trained(other);
    await alike(page, other, settled, { name: one.step, link });
  }
  await leave(page);
  await leave(other);
});

/** Presses one of the buttons that copy, and gives what is on the clipboard. */
async function copied(page, button) {
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await page.click(`.pinned ${id(button)}`);
  return page.waitForFunction(() => navigator.clipboard.readText()).then((text) => text.jsonValue());
}

test('what the buttons copy opens elsewhere: a link, and a frame', { timeout: PATIENCE }, async () => {
  const page = await open('learn/?lang=ko#deep.zones', {
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  for (const [step, told] of Object.entries({
    'deep.zones': ['triplet-numbers', 'triplet-verdict'],
    'deep.miner': ['miner-sentence', 'miner-lens'],
  })) {
    await linked(
      page,
      LINKED.find((one) => one.step === step),
    );
    const said = (place) => Promise.all(told.map((name) => place.locator(id(name)).first().innerText()));
    const here = await said(page);

    const link = await copied(page, 'copy-link');
    assert.ok(link.startsWith(site.address), link);
    const fresh = await open(link.slice(site.address.length), { reducedMotion: 'reduce' });
    await fresh.waitForSelector(`${id('stage')}[data-scene="${step}"]`);
    await alike(page, fresh, settled, { name: `copied-${step}`, link });
    await leave(fresh);

    const code = await copied(page, 'copy-embed');
    const deck = await open('about:blank', { reducedMotion: 'reduce' });
    const body = `<!doctype html><title>deck</title><h1>A deck</h1>${code}`;
    await deck.route('**/deck.html', (route) => route.fulfill({ contentType: 'text/html', body }));
    await deck.goto(`${site.address}deck.html`);
    const frame = deck.frameLocator('iframe');
    await assertBecomes(() => said(frame), here, `${step} in a frame: ${code}`);
    await leave(deck);
  }
  await leave(page);
});

/** Waits until something is as it is wanted. */
async function assertBecomes(read, wanted, what) {
  const until = Date.now() + PATIENCE / 4;
  for (;;) {
    const now = await read();
    if (JSON.stringify(now) === JSON.stringify(wanted) || Date.now() > until)
      return assert.deepEqual(now, wanted, what);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

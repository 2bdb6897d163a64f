// `metriclab/element` and the examples of docs/examples, in the browser.
import assert from 'node:assert/strict';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build } from 'vite';
import { readPacked } from '../../pkg/dist/node.js';
import { violations } from '../browser/axe.mjs';
import { blocks, read } from '../documents/read.mjs';
import { launch, serve } from './browser.mjs';
import { ROOT, esbuild, pack, program, project, rollup, tool } from './install.mjs';

const STRICT =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; worker-src 'self'; connect-src 'self'; img-src data:";
const EXAMPLES = join(ROOT, 'docs/examples');
const LONG = { timeout: 60_000 };

let browser;
before(async () => {
  browser = await launch({ webgpu: false });
});
after(() => browser.close());

/** A page from files, with the package at `./metriclab`. Events of elements are collected in `told`. */
async function visit(t, folder, headers = { 'Content-Security-Policy': STRICT }) {
  const server = await serve(folder, headers);
  t.after(() => server.close());
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  const complaints = [];
  const requests = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('request', (request) => requests.push(request.url()));
  await page.addInitScript(() => {
    globalThis.told = [];
    for (const type of ['ready', 'step', 'pick', 'fault'])
      addEventListener(
        type,
        ({ detail, target }) =>
          detail && globalThis.told.push({ type, from: target.getAttribute?.('view'), ...detail }),
      );
  });
  await page.goto(server.address);
  return { page, complaints, requests };
}

const readies = (count) => (page) =>
  page.waitForFunction(
    (wanted) => globalThis.told.filter(({ type }) => type === 'ready').length >= wanted,
    count,
    LONG,
  );

async function example(name, file, more = {}) {
  const root = await project(name, {
    'public/index.html': await readFile(join(EXAMPLES, file), 'utf8'),
    ...more,
  });
  await cp(join(root, 'node_modules/metriclab'), join(root, 'public/metriclab'), { recursive: true });
  return join(root, 'public');
}

test('plain HTML under a strict policy: two figures, one engine', LONG, async (t) => {
  const { page, complaints } = await visit(t, await example('element-plain', 'plain.html'));
  await readies(2)(page);
  const numbers = page.locator('metric-lab').first().getByTestId('triplet-numbers');
  await numbers.filter({ hasText: 'm 0.30' }).waitFor();
  assert.equal(page.workers().length, 1, 'Workers');
  await page
    .locator('metric-lab')
    .first()
    .evaluate((element) => (element.margin = 0.5));
  await numbers.filter({ hasText: 'm 0.50' }).waitFor();
  const verdict = page.locator('metric-lab').first().getByTestId('triplet-verdict');
  await verdict.filter({ hasText: 'The negative' }).waitFor();
  await page
    .locator('metric-lab')
    .first()
    .evaluate((element) => (element.lang = 'ko'));
  await verdict.filter({ hasText: /[가-힣]/ }).waitFor();
  assert.deepEqual(complaints, [], 'errors and warnings');
});

test("a page styles a figure by its part and by the colours' names", LONG, async (t) => {
  const folder = await withElements(
    'element-styled',
    '<style>metric-lab { height: 444px; --positive: rgb(1, 2, 3) } metric-lab::part(figure) { padding-top: 37px }</style><metric-lab view="triplet"></metric-lab>',
  );
  const { page, complaints } = await visit(t, folder, {});
  const figure = page.locator('metric-lab [part="figure"]');
  await figure.waitFor(LONG);
  const found = await figure.evaluate((part) => ({
    padding: getComputedStyle(part).paddingTop,
    positive: getComputedStyle(part).getPropertyValue('--positive'),
    height: part.getRootNode().host.getBoundingClientRect().height,
  }));
  assert.deepEqual(found, { padding: '37px', positive: 'rgb(1, 2, 3)', height: 444 });
  assert.deepEqual(complaints, []);
});

test('in the figure of README.md a point moves by the arrow keys', LONG, async (t) => {
  const told = blocks(await read('pkg/README.md'), 'html').join('');
  const { page } = await visit(t, await withElements('element-keys', told));
  await readies(1)(page);
  const point = page.locator('metric-lab').first().getByTestId('point-negative');
  await point.focus();
  const before = await point.getAttribute('aria-label');
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(
    ([label]) =>
      document
        .querySelector('metric-lab')
        .shadowRoot.querySelector('[data-testid="point-negative"]')
        .getAttribute('aria-label') !== label,
    [before],
  );
});

test('nothing is fetched before a figure is in view, and the engine ends with the last', LONG, async (t) => {
  const root = await example('element-far', 'plain.html', {
    'public/far.css': 'div { height: 3000px; }',
  });
  await writeFile(
    join(root, 'index.html'),
    `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><link rel="stylesheet" href="./far.css">
    <script type="module" src="./metriclab/dist/element/element.js"></script><div></div><metric-lab view="triplet"></metric-lab>`,
  );
  const { page, requests } = await visit(t, root);
  await page.waitForFunction(() => customElements.get('metric-lab'));
  await page.waitForTimeout(500);
  assert.deepEqual(
    requests.filter((url) => /view\.js|Figure|wasm|index\.js/.test(url)),
    [],
    'what was fetched too early',
  );
  await page.locator('metric-lab').scrollIntoViewIfNeeded();
  await readies(1)(page);
  await page.waitForFunction(
    () => document.querySelector('metric-lab').shadowRoot.querySelector('[data-zone]')?.dataset.zone,
    null,
    LONG,
  );
  assert.equal(page.workers().length, 1, 'the engine runs');
  await page.locator('metric-lab').evaluate((element) => element.remove());
  for (let tries = 0; page.workers().length > 0 && tries < 50; tries++) await page.waitForTimeout(100);
  assert.equal(page.workers().length, 0, 'Workers after the element is gone');
});

test('an engine that cannot be opened is a fault with its code', LONG, async (t) => {
  const { page } = await visit(t, await example('element-fault', 'plain.html'), {
    'Content-Security-Policy': STRICT.replace("worker-src 'self'", "worker-src 'none'"),
  });
  await page.waitForFunction(() => globalThis.told.some(({ type }) => type === 'fault'), null, LONG);
  const fault = await page.evaluate(() => globalThis.told.find(({ type }) => type === 'fault'));
  assert.equal(fault.code, 'worker.blocked', fault.message);
});

const TRUSTING = (names) => `${STRICT}; require-trusted-types-for 'script'; trusted-types ${names}`;

test(
  'under Trusted Types one policy, `metriclab`, is enough for figures, data and a run',
  { timeout: 120_000 },
  async (t) => {
    const folder = await withElements(
      'element-trusted',
      `<script type="module" src="./metriclab/dist/pictures.js"></script>
    <metric-lab view="triplet"></metric-lab><metric-lab view="code"></metric-lab>
    <metric-lab view="which"></metric-lab><metric-lab view="map"></metric-lab>`,
    );
    const visited = await visit(t, folder, { 'Content-Security-Policy': TRUSTING('metriclab') });
    for (const [view, shown] of [
      ['triplet', '[data-zone]'],
      ['code', 'pre'],
      ['which', '[data-testid="which"][data-done="true"]'],
      ['map', '[data-testid="map-figure"][data-step]'],
    ]) {
      const element = visited.page.locator(`metric-lab[view="${view}"]`);
      await element.scrollIntoViewIfNeeded();
      await element.locator(shown).first().waitFor(LONG);
    }
    assert.deepEqual(
      await visited.page.evaluate(() => globalThis.told.filter(({ type }) => type === 'fault')),
      [],
    );
    assert.deepEqual(visited.complaints, [], 'errors and warnings');
  },
);

test('without the policy the figure says so, and so does its fault', LONG, async (t) => {
  const folder = await withElements(
    'element-untrusted',
    '<metric-lab view="triplet" lang="ko"></metric-lab>',
  );
  const { page } = await visit(t, folder, { 'Content-Security-Policy': TRUSTING('other') });
  const alert = page.locator('metric-lab').getByRole('alert');
  await alert.filter({ hasText: /trusted-types metriclab을/ }).waitFor(LONG);
  const faults = await page.evaluate(() => globalThis.told.filter(({ type }) => type === 'fault'));
  assert.deepEqual(
    faults.map(({ code }) => code),
    ['element.blocked'],
  );
  assert.match(faults[0].message, /needs trusted-types metriclab/);
});

for (const [what, script] of [
  ["the element's", 'view.js'],
  ["the figure's", 'TripletFigure.js'],
])
  test(`a figure of which ${what} script is missing says what to do`, LONG, async (t) => {
    const folder = await withElements(`element-gone-${script}`, '<metric-lab view="triplet"></metric-lab>');
    await rm(join(folder, 'metriclab/dist/element', script));
    const { page } = await visit(t, folder);
    const alert = page.locator('metric-lab').getByRole('alert');
    await alert.filter({ hasText: 'reload the page' }).waitFor(LONG);
    const codes = await page.evaluate(() =>
      globalThis.told.filter(({ type }) => type === 'fault').map(({ code }) => code),
    );
    assert.deepEqual(codes, ['element.unreachable']);
    const { ERROR_CODES } = await import(join(folder, 'metriclab/dist/index.js'));
    assert.ok(
      codes.every((code) => ERROR_CODES.includes(code)),
      'the codes are listed',
    );
  });

test('a name that is none is told, with the names that there are', LONG, async (t) => {
  const { page } = await visit(t, await example('element-name', 'plain.html'));
  await readies(1)(page);
  await page
    .locator('metric-lab')
    .first()
    .evaluate((element) => (element.view = 'tripplet'));
  const alert = page.locator('metric-lab').first().getByRole('alert');
  await alert.filter({ hasText: 'triplet' }).waitFor();
  const readme = await readFile(join(ROOT, 'pkg/README.md'), 'utf8');
  const [, table] = readme.match(/\n\| `view` \|[^\n]*\n\|[-|]+\n((?:\|[^\n]*\n)+)/);
  const told = table.split('\n').flatMap((row) => row.split('|')[1]?.match(/\w+/g) ?? []);
  const [, names] = (await alert.innerText()).match(/: ([\w, ]+)\.$/);
  assert.deepEqual(told.sort(), names.split(', ').sort(), 'the views that README.md tells');
});

/** A page with these elements, and the site's pictures at /copy/data. */
async function withElements(name, elements) {
  const root = await example(name, 'plain.html');
  await cp(join(ROOT, 'data/packed/hangul.mlds.gz'), join(root, 'copy/data/hangul.mlds.gz'), {
    recursive: true,
  });
  await writeFile(
    join(root, 'index.html'),
    `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,">
    <script type="module" src="./metriclab/dist/element/element.js"></script>${elements}`,
  );
  return root;
}

test('each figure of a page has its own language', LONG, async (t) => {
  const { page, complaints } = await visit(
    t,
    await withElements(
      'element-languages',
      `<metric-lab view="triplet" lang="ko"></metric-lab><metric-lab view="triplet"></metric-lab>`,
    ),
  );
  const verdict = (at) => page.locator('metric-lab').nth(at).getByTestId('triplet-verdict');
  await verdict(1).scrollIntoViewIfNeeded();
  await readies(2)(page);
  await verdict(0)
    .filter({ hasText: /[가-힣]/ })
    .waitFor();
  await verdict(1).filter({ hasText: 'The negative' }).waitFor();
  await page.evaluate(() => (document.documentElement.lang = 'ko'));
  await verdict(1)
    .filter({ hasText: /[가-힣]/ })
    .waitFor({ timeout: 5000 });
  await page.evaluate(() => (document.documentElement.lang = 'en'));
  await verdict(1).filter({ hasText: 'The negative' }).waitFor({ timeout: 5000 });
  await page.evaluate(() => {
    const [first, second] = document.querySelectorAll('metric-lab');
    first.lang = 'en';
    second.lang = 'ko';
  });
  await verdict(0).filter({ hasText: 'The negative' }).waitFor();
  await verdict(1)
    .filter({ hasText: /[가-힣]/ })
    .waitFor();
  // A change after that keeps the language.
  await page
    .locator('metric-lab')
    .first()
    .evaluate((element) => (element.margin = 0.45));
  await page
    .locator('metric-lab')
    .first()
    .getByTestId('triplet-numbers')
    .filter({ hasText: 'm 0.45' })
    .waitFor();
  assert.doesNotMatch(await verdict(0).innerText(), /[가-힣]/);
  assert.deepEqual(complaints, [], 'errors and warnings');
});

test('pictures are as light or dark as their figure', LONG, async (t) => {
  const { page, complaints } = await visit(
    t,
    await withElements(
      'element-dark',
      '<metric-lab view="which" theme="dark" site="./copy/"></metric-lab><metric-lab view="which" site="./copy/"></metric-lab>',
    ),
  );
  /** Whether the ink of a figure's first picture is light. */
  const hasLightInk = (at) =>
    page.waitForFunction(
      ([place, wanted]) => {
        const canvas = document.querySelectorAll('metric-lab')[place].shadowRoot?.querySelector('canvas');
        if (!canvas) return false;
        // Read from a copy: the browser warns of a canvas that is read often.
        const copy = new OffscreenCanvas(32, 32).getContext('2d', { willReadFrequently: true });
        copy.drawImage(canvas, 0, 0);
        const bytes = copy.getImageData(0, 0, 32, 32).data;
        const opaque = [...bytes.keys()].find((byte) => byte % 4 === 3 && bytes[byte] > 200);
        return opaque !== undefined && bytes[opaque - 1] > 128 === wanted;
      },
      at,
      LONG,
    );
  await hasLightInk([0, true]);
  await page.locator('metric-lab').nth(1).scrollIntoViewIfNeeded();
  await hasLightInk([1, false]);
  // The page becomes dark, and says so to nobody.
  await page.evaluate(() => (document.documentElement.style.colorScheme = 'dark'));
  await hasLightInk([1, true]);
  await page
    .locator('metric-lab')
    .nth(0)
    .evaluate((element) => (element.theme = 'light'));
  await hasLightInk([0, false]);
  assert.deepEqual(complaints, [], 'errors and warnings');
});

test('a figure fits its column, however wide the window is', LONG, async (t) => {
  const { page, complaints } = await visit(
    t,
    await withElements(
      'element-column',
      '<metric-lab view="needs"></metric-lab><div><metric-lab view="triplet"></metric-lab></div>',
    ),
  );
  await page.evaluate(() => {
    document.querySelector('metric-lab').style.width = '400px';
    // As wide as what is in it.
    document.querySelector('div').style.display = 'inline-flex';
  });
  await page.locator('metric-lab').nth(1).scrollIntoViewIfNeeded();
  await readies(2)(page);
  const widths = await page.evaluate(() =>
    [...document.querySelectorAll('metric-lab')].map((element) => {
      const figure = element.shadowRoot.querySelector('[part="figure"]');
      return {
        outer: element.clientWidth,
        inner: figure.scrollWidth,
        height: element.clientHeight,
        hidden: figure.scrollHeight - figure.clientHeight,
      };
    }),
  );
  assert.ok(widths[0].inner <= 400, `${widths[0].inner} px in a column of 400`);
  assert.equal(widths[1].outer, 640, 'without a width of its own');
  assert.ok(widths[0].height >= 560 && widths[0].hidden === 0, 'a table is as high as its rows');
  assert.equal(widths[1].height, 560);
  // In a column the table shows each use with its needs; the site's pages are nowhere, and no link leads there.
  const needs = page.locator('metric-lab').first();
  await needs.getByText('a picture at the gate').waitFor();
  assert.equal(await needs.getByRole('link').count(), 0);
  assert.deepEqual(complaints, [], 'errors and warnings');
});

test('a figure without its pictures says so and tells a fault; with `site` it trains', LONG, async (t) => {
  const { page, requests, complaints } = await visit(
    t,
    await withElements(
      'element-site',
      '<metric-lab view="search"></metric-lab><metric-lab view="triplet"></metric-lab>',
    ),
  );
  const element = page.locator('metric-lab').first();
  await element.getByRole('alert').filter({ hasText: 'site="/metriclab/"' }).waitFor();
  const codes = () =>
    page.evaluate(() =>
      globalThis.told.filter(({ type }) => type === 'fault').map(({ from, code }) => `${from}: ${code}`),
    );
  assert.deepEqual([...new Set(await codes())], ['search: data.unreachable'], 'the other figure is well');
  assert.deepEqual(
    requests.filter((url) => url.includes('.mlds')),
    [],
    'no guess is fetched',
  );
  await element.evaluate((one) => (one.site = './copy/'));
  await page.waitForFunction(() => globalThis.told.some(({ type }) => type === 'step'), null, LONG);
  assert.ok(requests.some((url) => url.endsWith('/copy/data/hangul.mlds.gz')));
  assert.deepEqual(complaints, [], 'errors and warnings');
});

/** Figures with each of the files of `metriclab/pictures`, and what shows that they have it. */
const WITH_PICTURES = [
  ['which', 'hangul.mlds', '[data-testid="which"][data-done="true"]'],
  ['views', 'mnist.mlds', '[data-testid="view-0"]'],
  ['products', 'emoji.mlds', '[data-testid="another-product"]:enabled'],
  ['describe', 'emoji-words.json', '[data-testid="describe"][data-opened="true"]'],
  ['recommend', 'packages.json', '[data-testid="pick"]'],
];
const tagsOf = (views) => views.map(([view]) => `<metric-lab view="${view}"></metric-lab>`).join('');

/** Scrolls to each figure, and waits until it shows its data from the package's folder. */
async function showsPictures({ page, requests, complaints }, views) {
  for (const [view, file, shown] of views) {
    const element = page.locator(`metric-lab[view="${view}"]`);
    await element.scrollIntoViewIfNeeded();
    await element.locator(shown).first().waitFor(LONG);
    assert.ok(
      requests
        .map((url) => new URL(url).pathname.split('/').pop())
        .some((name) => name.startsWith(file) && name.endsWith('.gz')),
      `${view} fetched ${file}`,
    );
  }
  assert.deepEqual(await page.evaluate(() => globalThis.told.filter(({ type }) => type === 'fault')), []);
  assert.deepEqual(complaints, [], 'errors and warnings');
}

test('with metriclab/pictures every figure has its data, without `site`', { timeout: 180_000 }, async (t) => {
  const folder = await withElements(
    'element-pictures',
    `<script type="module" src="./metriclab/dist/pictures.js"></script>${tagsOf(WITH_PICTURES)}`,
  );
  const visited = await visit(t, folder);
  await showsPictures(visited, WITH_PICTURES);
  assert.ok(
    visited.requests.filter((url) => /\.gz$/.test(url)).every((url) => url.includes('/dist/pictures/')),
    'all from the package',
  );
  assert.match(await readFile(join(folder, 'metriclab/dist/pictures/NOTICES.txt'), 'utf8'), /OFL.*CC-BY/s);
});

/** The views that an element names where it is asked for none of them. */
async function viewsOf(page) {
  const alert = page.locator('metric-lab[view="none"]').getByRole('alert');
  await alert.filter({ hasText: 'triplet' }).waitFor(LONG);
  return (await alert.innerText()).match(/: ([\w, ]+)\.$/)[1].split(', ');
}

/** The classes of the data that README.md says a view fetches. */
async function classesOfViews() {
  const rows = (await read('pkg/README.md')).matchAll(
    /^\| (`\w+`(?:, `\w+`)*) \|.*\| `(hangul|mnist|emoji)`(?:; [^|]*)? \|$/gm,
  );
  const found = new Map();
  for (const [, views, set] of rows) {
    const bytes = gunzipSync(await readFile(join(ROOT, `data/packed/${set}.mlds.gz`)));
    for (const [, view] of views.matchAll(/`(\w+)`/g)) found.set(view, readPacked(bytes.buffer).classes);
  }
  return found;
}

/** What README.md says of the figures that tell an event. */
async function tellers(event) {
  const [, list] = (await read('pkg/README.md')).match(new RegExp(`\`${event}\` \\(\`[^;]*?\\) of ([^;]*);`));
  return Array.from(list.matchAll(/`(\w+)`/g), ([, name]) => name);
}

/** From now on `globalThis.trained` has the Workers' numbers, in the order of their start, once an engine of theirs makes steps. */
const watchEngines = (page) =>
  page.evaluate(() => {
    globalThis.trained = [];
    globalThis.opened = 0;
    const numbers = new WeakMap();
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, ...rest) {
      if (!numbers.has(this)) numbers.set(this, globalThis.opened++);
      if (/^(advance|towersAdvance)$/.test(message.method) && message.args[0] !== 0)
        globalThis.trained.push(numbers.get(this));
      return post.call(this, message, ...rest);
    };
  });

/** Whether an engine that was opened since `from` makes steps soon. */
async function isTraining(page, from) {
  const began = Date.now();
  for (;;) {
    const [trains, opens] = await page.evaluate(
      (opened) => [globalThis.trained.some((at) => at >= opened), globalThis.opened > opened],
      from,
    );
    if (trains || Date.now() - began > (opens ? 3000 : 500)) return trains;
    await page.waitForTimeout(50);
  }
}

/** Something is picked in a figure. */
const PICKS = {
  newcomer: (figure) =>
    figure.getByTestId('tray').locator('button[aria-pressed="false"]').first().click(LONG),
  search: (figure) => figure.locator('.tray button[aria-pressed="false"]').nth(1).click(LONG),
  which: (figure) => figure.locator('[data-act="run"]:enabled').click(LONG),
  map: (figure) => figure.getByTestId('sample-map').press('ArrowRight', LONG),
  products: (figure) => figure.getByTestId('another-product').click(LONG),
};

/** What a figure tells while it is shown: rising steps if it trains, which is started where it waits for that, and picks. */
async function hears(page, view, { steps, picks }, from) {
  const figure = page.locator(`metric-lab[view="${view}"]`);
  const heard = (type) =>
    page.evaluate(
      ([kind, name]) => globalThis.told.filter((one) => one.type === kind && one.from === name),
      [type, view],
    );
  const deadline = Date.now() + LONG.timeout;
  while (steps.includes(view) && (await heard('step')).length === 0) {
    assert.ok(Date.now() < deadline, `${view} tells no step`);
    const button = figure.locator('[data-act="run"]:enabled').first();
    // One that trains already shows how to stop it, and a press would.
    const waits =
      (await button.count()) > 0 &&
      (await page.evaluate((opened) => !globalThis.trained.some((at) => at >= opened), from));
    if (waits) await button.click();
    await page.waitForTimeout(50);
  }
  if (!picks.includes(view)) return { told: await heard('step') };
  const before = (await heard('pick')).length;
  await PICKS[view](figure);
  await page.waitForFunction(
    ([name, count]) =>
      globalThis.told.filter(({ type, from }) => type === 'pick' && from === name).length > count,
    [view, before],
    LONG,
  );
  return { told: await heard('step'), picked: (await heard('pick')).at(-1) };
}

test(
  'every figure shows itself as an element, under the strictest policy, and tells what it trains and what is picked',
  { timeout: 300_000 },
  async (t) => {
    const folder = await withElements(
      'element-every',
      '<script type="module" src="./metriclab/dist/pictures.js"></script><metric-lab view="none"></metric-lab>',
    );
    const { page, requests, complaints } = await visit(t, folder, {
      'Content-Security-Policy': TRUSTING('metriclab'),
    });
    const views = await viewsOf(page);
    assert.ok(views.length > 1, views.join());
    const [steps, picks] = [await tellers('step'), await tellers('pick')];
    assert.deepEqual(picks.toSorted(), Object.keys(PICKS).sort());
    await watchEngines(page);
    const classes = await classesOfViews();
    const silent = [];
    for (const view of views) {
      const from = await page.evaluate(() => globalThis.opened);
      // The last one goes when the next one shows: engine and networks stay.
      await page.evaluate((name) => {
        const next = document.createElement('metric-lab');
        next.view = name;
        document.body.prepend(next);
      }, view);
      await page
        .waitForFunction(
          (name) => {
            const figure = document
              .querySelector(`metric-lab[view="${name}"]`)
              ?.shadowRoot?.querySelector('[part="figure"]');
            if (!globalThis.told.some(({ type, from }) => type === 'ready' && from === name) || !figure)
              return false;
            if (figure.querySelector('[role="alert"]')) return true;
            const size = ({ clientWidth, clientHeight }) => clientWidth * clientHeight;
            const pictures = [...figure.querySelectorAll('canvas, svg, table, pre')].filter(
              (one) => size(one) > 0,
            );
            // Or a text that is longer than one that says what is awaited.
            return (
              pictures.length > 0 || (figure.innerText.length > 100 && !figure.querySelector('progress'))
            );
          },
          view,
          LONG,
        )
        .catch((cause) => assert.fail(`${view} shows nothing: ${cause.message}`));
      const alerts = await page.locator(`metric-lab[view="${view}"]`).getByRole('alert').allInnerTexts();
      assert.deepEqual(alerts, [], `${view} tells a fault`);
      const trains = !steps.includes(view) && (await isTraining(page, from));
      const { told, picked } = await hears(page, view, { steps, picks }, from);
      for (const [at, { step, until }] of told.entries()) {
        const before = told[at - 1] ?? { step: 0, until };
        const goesOn = step > before.step || (step === before.step && until > before.until);
        assert.ok(goesOn && step <= until, `${view}: ${JSON.stringify(told)}`);
      }
      if (picked) assert.equal(picked.name, classes.get(view)[picked.label], view);
      await page.evaluate(() => document.querySelectorAll('metric-lab')[1].remove());
      if (trains) silent.push(view);
    }
    assert.deepEqual(silent, [], 'figures that train, and are none of those that tell it');
    for (const name of ['hangul', 'mnist', 'faces', 'emoji', 'emoji-words', 'packages'])
      assert.ok(
        requests.some((url) => url.includes(`/pictures/${name}.`)),
        `${name} was fetched`,
      );
    assert.deepEqual(await page.evaluate(() => globalThis.told.filter(({ type }) => type === 'fault')), []);
    // Chromium's own word on a machine without a card, when a figure asks which device is faster.
    const strange = complaints.filter((text) => text !== 'No available adapters.');
    assert.deepEqual(strange, [], 'errors and warnings');
  },
);

const BUNDLED = {
  'main.js': "import 'metriclab/element';\nimport 'metriclab/pictures';",
  'index.html': `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="./main.js"></script>${tagsOf(WITH_PICTURES.slice(0, 2))}`,
};

const packed = (bundlerOf) => async (root) => {
  await pack(await bundlerOf(), {
    context: root,
    entry: './main.js',
    output: { path: join(root, 'dist'), filename: 'main.js' },
    optimization: { minimize: false },
  });
  await cp(join(root, 'index.html'), join(root, 'dist/index.html'));
};

for (const [name, bundle] of [
  ['Vite', (root) => build({ root, configFile: false, logLevel: 'error' })],
  ['webpack', packed(async () => (await tool('webpack')).default)],
  ['Rspack', packed(async () => (await tool('@rspack/core')).rspack)],
])
  test(`${name} takes the pictures along`, { timeout: 180_000 }, async (t) => {
    const root = await project(`element-pictures-${name}`, BUNDLED);
    await bundle(root);
    // webpack names a file by what it holds.
    const views = WITH_PICTURES.slice(0, 2).map(([view, file, shown]) => [
      view,
      name === 'Vite' ? file : '',
      shown,
    ]);
    await showsPictures(await visit(t, join(root, 'dist')), views);
  });

for (const [name, bundle, beside, script] of [
  ['esbuild, a classic script', esbuild, 'pictures', '<script defer src="./js/main.js"></script>'],
  ['Rollup', rollup, 'js/pictures', '<script type="module" src="./js/main.js"></script>'],
])
  test(`${name}: engine and pictures are found where README.md has them copied`, LONG, async (t) => {
    const root = await project(`element-copied-${name.slice(0, 6)}`, {
      'src/main.js': `import { configure } from 'metriclab/element';
        import 'metriclab/pictures';
        configure({ assets: '/static/metriclab/' });`,
      'public/index.html': `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,">${script}${tagsOf(WITH_PICTURES.slice(0, 1))}`,
    });
    const copies = {
      'dist/metriclab-worker.js': 'static/metriclab/metriclab-worker.js',
      'wasm/metriclab_cpu_bg.wasm': 'static/metriclab/metriclab_cpu_bg.wasm',
      'dist/pictures': beside,
    };
    for (const [from, to] of Object.entries(copies))
      await cp(join(root, 'node_modules/metriclab', from), join(root, 'public', to), { recursive: true });
    await bundle(root, 'js/main.js');
    await showsPictures(await visit(t, join(root, 'public')), WITH_PICTURES.slice(0, 1));
  });

test('the reason why a figure stays empty has its language', LONG, async (t) => {
  const { page, requests } = await visit(
    t,
    await withElements('element-reason', '<metric-lab view="search" lang="ko"></metric-lab>'),
  );
  const alert = page.locator('metric-lab').getByRole('alert');
  await alert.filter({ hasText: 'site="/metriclab/"' }).waitFor();
  // The error's own words, which may stand behind, are English.
  const sentence = () => alert.evaluate((one) => one.firstChild.textContent);
  const told = [await sentence()];
  await page.locator('metric-lab').evaluate((one) => (one.site = './nowhere/'));
  await alert.filter({ hasNotText: 'site=' }).waitFor(LONG);
  assert.ok(requests.some((url) => url.endsWith('/nowhere/data/hangul.mlds.gz')));
  told.push(await sentence());
  assert.match(told[1], /dist\/pictures/, 'where the file is to be had');
  for (const text of told) {
    assert.match(text, /[가-힣]/);
    assert.doesNotMatch(text, /[a-z]+ [a-z]+ [a-z]+/i, 'no English sentence');
  }
});

test('a pick in the newcomer figure is told', { timeout: 120_000 }, async (t) => {
  const { page, complaints } = await visit(
    t,
    await withElements('element-pick', '<metric-lab view="newcomer" site="./copy/"></metric-lab>'),
  );
  const other = page.getByTestId('tray').locator('button[aria-pressed="false"]').first();
  await other.waitFor({ timeout: 100_000 });
  await other.click();
  const picks = await page.evaluate(() => globalThis.told.filter(({ type }) => type === 'pick'));
  assert.equal(picks.length, 2, 'the first one, and the other');
  assert.notEqual(picks[0].name, picks[1].name);
  const steps = await page.evaluate(() => globalThis.told.filter(({ type }) => type === 'step'));
  assert.ok(steps.length > 2, 'its steps are told, too');
  assert.deepEqual(complaints, [], 'errors and warnings');
});

test('a deck of slides with reveal.js loads the figure with its slide', LONG, async (t) => {
  await tool('esbuild');
  const folder = await example('element-deck', 'deck.html');
  await cp(join(ROOT, 'tests/packaging/node_modules/reveal.js/dist'), join(folder, 'reveal'), {
    recursive: true,
  });
  const { page, requests, complaints } = await visit(t, folder, {});
  await page.waitForFunction(() => globalThis.Reveal?.isReady(), null, { timeout: 10_000 });
  await page.waitForTimeout(500);
  assert.ok(!requests.some((url) => url.includes('Figure')), 'nothing before its slide');
  await page.evaluate(() => globalThis.Reveal.next());
  await readies(1)(page);
  await page
    .locator('metric-lab')
    .getByTestId('triplet-verdict')
    .filter({ hasText: /[가-힣]/ })
    .waitFor();
  assert.deepEqual(complaints, [], 'errors and warnings');
});

test("a chapter in somebody's blog, with the package on a CDN of another origin", LONG, async (t) => {
  const root = await project('element-cdn');
  const cdn = await serve(join(root, 'node_modules'), { 'Access-Control-Allow-Origin': '*' });
  t.after(() => cdn.close());
  const chapter = await readFile(join(EXAMPLES, 'chapter.html'), 'utf8');
  const { version } = JSON.parse(await readFile(join(ROOT, 'pkg/package.json'), 'utf8'));
  const html = chapter.replaceAll(
    `https://cdn.example/npm/metriclab@${version}/`,
    `${cdn.address}metriclab/`,
  );
  const blog = await project('element-chapter', { 'public/index.html': html });
  const { page, requests, complaints } = await visit(t, join(blog, 'public'), {});
  await page
    .locator('metric-lab')
    .first()
    .getByTestId('triplet-verdict')
    .filter({ hasText: 'The negative' })
    .waitFor(LONG);
  assert.ok(!requests.some((url) => url.includes('mnist')), 'nothing of the figure below the fold');
  await page.locator('metric-lab[view="map"]').scrollIntoViewIfNeeded();
  await page.waitForFunction(() => document.querySelector('#step').value === '60', null, LONG);
  await page.getByTestId('sample-map').press('ArrowRight');
  await page.waitForFunction(() => /^\d$/.test(document.querySelector('#picked').value), null, LONG);
  assert.match(await page.locator('h1').evaluate((one) => getComputedStyle(one).fontFamily), /Georgia/);
  assert.deepEqual(await violations(page), [], 'axe');
  // The Worker of another origin is started through a blob.
  const own = requests.filter((url) => url.startsWith(page.url()));
  assert.deepEqual(own, [page.url()], 'all else is of the CDN');
  const strange = complaints.filter(
    (text) => !/cannot be accessed from origin|Failed to construct 'Worker'/.test(text),
  );
  assert.deepEqual(strange, [], 'errors and warnings');
});

for (const [name, files, plugins, linked] of [
  [
    'React',
    {
      'main.jsx': `import { createRoot } from 'react-dom/client';
        import { Figure } from './Figure.jsx';
        const said = () => (globalThis.said = true);
        createRoot(document.querySelector('main')).render(<Figure view="triplet" margin={0.3} lang="en" onReady={said} />);`,
    },
    [],
    ['react', 'react-dom', 'scheduler'],
  ],
  [
    'Svelte',
    {
      'main.js': `import { mount } from 'svelte';
        import Figure from './Figure.svelte';
        const onready = () => (globalThis.said = true);
        mount(Figure, { target: document.querySelector('main'), props: { view: 'triplet', margin: 0.3, lang: 'en', onready } });`,
    },
    [svelte({ configFile: false })],
    [],
  ],
])
  test(`a wrapper in ${name}`, { timeout: 120_000 }, async (t) => {
    const [main] = Object.keys(files);
    const example = name === 'React' ? 'Figure.jsx' : 'Figure.svelte';
    const root = await project(`element-${name}`, {
      ...files,
      [example]: await readFile(join(EXAMPLES, example), 'utf8'),
      'index.html': `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><main></main><script type="module" src="./${main}"></script>`,
    });
    if (linked.length > 0) await tool('react');
    for (const each of linked)
      await program('cp', ['-rl', join(ROOT, 'tests/packaging/node_modules', each), 'node_modules/'], root);
    await build({
      root,
      configFile: false,
      logLevel: 'error',
      plugins,
      oxc: { jsx: { runtime: 'automatic' } },
    });
    const { page, complaints } = await visit(t, join(root, 'dist'));
    await readies(1)(page);
    await page.locator('metric-lab').getByTestId('triplet-numbers').filter({ hasText: 'm 0.30' }).waitFor();
    assert.equal(await page.evaluate(() => globalThis.said), true, 'the listener was called');
    assert.deepEqual(complaints, [], 'errors and warnings');
  });

test(
  "React's StrictMode mounts, unmounts and mounts a figure: one engine, no word",
  { timeout: 120_000 },
  async (t) => {
    const root = await project('element-strict', {
      'main.jsx': `import { StrictMode, useState } from 'react';
      import { createRoot } from 'react-dom/client';
      import { Figure } from './Figure.jsx';
      const heard = [];
      globalThis.heard = heard;
      function Page() {
        const [shown, show] = useState(true);
        globalThis.show = show;
        return shown && <Figure view="triplet" lang="en" onReady={() => heard.push('ready')} />;
      }
      createRoot(document.querySelector('main')).render(<StrictMode><Page /></StrictMode>);`,
      'Figure.jsx': await readFile(join(EXAMPLES, 'Figure.jsx'), 'utf8'),
      'index.html':
        '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><main></main><script type="module" src="./main.jsx"></script>',
    });
    await tool('react');
    for (const each of ['react', 'react-dom', 'scheduler'])
      await program('cp', ['-rl', join(ROOT, 'tests/packaging/node_modules', each), 'node_modules/'], root);
    // Only React's development build does everything twice, and warns.
    await build({
      root,
      configFile: false,
      logLevel: 'error',
      mode: 'development',
      define: { 'process.env.NODE_ENV': '"development"' },
      oxc: { jsx: { runtime: 'automatic' } },
    });
    const { page, complaints } = await visit(t, join(root, 'dist'));
    const isShown = () => page.locator('metric-lab [data-zone]').first().waitFor(LONG);
    await isShown();
    assert.equal(page.workers().length, 1, 'Workers');
    await page.evaluate(() => globalThis.show(false));
    await page.waitForFunction(() => !document.querySelector('metric-lab'));
    await page.evaluate(() => globalThis.show(true));
    await page.waitForFunction(() => globalThis.heard.length === 2, null, LONG);
    await isShown();
    // The first one's engine ends.
    for (let tries = 0; page.workers().length !== 1 && tries < 50; tries++) await page.waitForTimeout(100);
    assert.equal(page.workers().length, 1, 'Workers after the second mount');
    assert.deepEqual(complaints, [], 'errors and warnings');
  },
);

test("the element's properties are those of its types, and README.md tells each", async () => {
  const root = await project('element-properties');
  const names = await program(
    'node',
    [
      '--input-type=module',
      '--eval',
      "console.log(Object.keys((await import('metriclab/element')).MetricLabElement.prototype).join())",
    ],
    root,
  );
  const properties = names.trim().split(',');
  const types = await readFile(join(root, 'node_modules/metriclab/dist/element/element.d.ts'), 'utf8');
  const declared = Array.from(
    types.matchAll(/^ {2}(\w+): string (?:\| (?:number|boolean) )?\| null;$/gm),
    ([, name]) => name,
  );
  assert.deepEqual(properties, declared);
  const readme = await readFile(join(ROOT, 'pkg/README.md'), 'utf8');
  const [, part] = readme.split('## A figure in one line');
  for (const name of properties) assert.match(part.split('\n## ')[0], new RegExp(`\`${name}\\b`), name);
  const cells = Array.from(part.matchAll(/^\|[^|]*\|[^|]*\|([^|]*)\|[^|]*\|$/gm), ([, cell]) => cell);
  // Names in brackets are values, and those after "of" are figures.
  const told = cells.flatMap((cell) =>
    Array.from(cell.replace(/\([^)]*\)/g, '').matchAll(/(?<!of |of `\w+` and )`(\w+)`/g), ([, name]) => name),
  );
  assert.ok(told.length > 10, `${told.length} attributes`);
  const unknown = told.filter((name) => !properties.includes(name));
  assert.deepEqual(unknown, [], 'attributes of the table that are no properties');
});

test('a server may import the element: it registers nothing', async () => {
  const root = await project('element-server');
  const said = await program(
    'node',
    [
      '--input-type=module',
      '--eval',
      "console.log(typeof (await import('metriclab/element')).MetricLabElement)",
    ],
    root,
  );
  assert.equal(said, 'function\n');
});

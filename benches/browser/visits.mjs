// Measurements outside the rounds: first calls in a fresh browser, and the page as a visitor sees it.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSite } from '../../tests/browser/site.mjs';
import { isOfPages } from '../../tests/packaging/downloads.mjs';
import { brotliSize } from '../../xtask/brotli.mjs';
import { step } from '../../tests/browser/lab-page.mjs';
import { ROOT } from './build.mjs';
import { launch } from './browser.mjs';
import { median } from './report.mjs';

const TRAINS_S = 10;
const DIST = join(ROOT, 'www/dist');

/**
 * @returns {Promise<object[]>} tables: `title`, `text`, `head`, `rows`, and `figures` for the goals
 */
export async function visits({ only, quick, site, say }) {
  const tables = [];
  const table = async (name, make) => {
    if (!only.test(name)) return;
    say(`${new Date().toISOString().slice(11, 19)} ${name}`);
    try {
      tables.push({ name, ...(await make()) });
    } catch (error) {
      tables.push({
        name,
        title: name,
        head: ['', ''],
        rows: [['error', String(error).slice(0, 300)]],
        figures: null,
      });
    }
    for (const row of tables.at(-1).rows) say(`    ${row.join(' | ')}`);
  };
  await table('first calls', () => firstCalls(site, quick ? 1 : 3));
  await table('drawing', () => drawing(site, quick ? 2 : 5));
  if (!existsSync(`${ROOT}www/dist/index.html`)) {
    if (only.test('the page'))
      tables.push({
        name: 'the page',
        title: 'The page',
        head: ['', ''],
        rows: [['error', 'www/dist is not built']],
        figures: null,
      });
    return tables;
  }
  const own = await openSite();
  try {
    await table('the page opens', () => firstPictures(own, quick ? 1 : 3));
    await table('the page trains', () => frames(own, quick ? 3 : TRAINS_S));
  } finally {
    await own.close();
  }
  return tables;
}

const laboratory = (own) => `${own.address}lab/`;

/** Runs `use` in a browser of its own with an empty profile. */
async function cold(address, ready, use) {
  const browser = await launch();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(300_000);
    await page.goto(address);
    await page.waitForFunction(ready);
    return await use(page);
  } finally {
    await browser.close();
  }
}

async function firstCalls(site, times) {
  const rows = [];
  const figures = {};
  for (const [work, title] of [
    ['nearest', 'kNN n=1024 d=128 k=10'],
    ['train', 'training step, MLP 784-128-32, batch 128'],
  ]) {
    for (const device of ['cpu', 'gpu']) {
      const label = `${title}, ${device === 'cpu' ? 'CPU' : 'WebGPU'} module`;
      const seen = [];
      try {
        for (let i = 0; i < times; i++) {
          seen.push(
            await cold(
              site.address,
              () => globalThis.bench,
              (page) =>
                page.evaluate(([kind, what]) => globalThis.bench.firstCall(kind, what), [device, work]),
            ),
          );
        }
        const of = (part) => (seen[0][part] === undefined ? '–' : median(seen.map((parts) => parts[part])));
        figures[`${work} ${device}`] = { open: of('open'), configure: of('configure'), first: of('first') };
        rows.push([label, of('open'), of('data'), of('configure'), of('first'), of('second')]);
      } catch (error) {
        rows.push([label, String(error).slice(0, 200), '–', '–', '–', '–']);
      }
    }
  }
  return {
    title: 'First calls, ms',
    text: `Medians of ${times} browser(s) with empty profiles, in which no other page, device or module had been. The module is compiled in the first column.`,
    head: ['', '`createLab`', '`loadDataset`', '`configure`', 'first call', 'second call'],
    rows,
    figures,
  };
}

async function drawing(site, seconds) {
  const rows = [];
  const figures = {};
  await cold(
    site.address,
    () => globalThis.bench,
    async (page) => {
      for (const count of [10, 10_000, 100_000]) {
        const seen = await page.evaluate(
          ([points, time]) => globalThis.bench.draw(points, time),
          [count, seconds],
        );
        figures[count] = seen;
        rows.push([
          count.toLocaleString('en'),
          seen.how,
          seen.drawn,
          seen.frames,
          seen.ms.stamps,
          seen.ms.webgl,
        ]);
      }
    },
  );
  return {
    title: 'Drawing points',
    text: "The map of the page, 900 x 700, marks of 5 pixels, moving. What 10 points reach is what the compositor allows. The last columns draw on the page's own thread and wait for each drawing.",
    head: [
      'points',
      'drawn by',
      'drawings a second',
      "frames a second of the page's thread",
      'ms a drawing, stamps',
      'ms a drawing, WebGL2',
    ],
    rows,
    figures,
  };
}

const FIRST_PICTURE = () => performance.getEntriesByName('metriclab:first-picture').length > 0;

async function firstPictures(own, times) {
  const seen = [];
  for (let i = 0; i < times; i++) {
    seen.push(
      await cold(laboratory(own), FIRST_PICTURE, (page) =>
        page.evaluate(() => performance.getEntriesByName('metriclab:first-picture')[0].startTime),
      ),
    );
  }
  const scripts = await fetched(laboratory(own));
  return {
    title: 'The laboratory: from opening to the first picture',
    text: `${times} visit(s) with empty profiles; the data set, the module and a first embedding of 10,000 points are in it.`,
    head: ['', ''],
    rows: [
      ['median, ms', median(seen)],
      ['each, ms', seen.map((ms) => Math.round(ms)).join(', ')],
      ['scripts, styles and texts fetched until then, KB in brotli', scripts / 1000],
    ],
    figures: { median: median(seen), scripts },
  };
}

/** Bytes in brotli of what the page and its Workers fetch until the first picture, without modules and data. */
async function fetched(address) {
  const browser = await launch();
  try {
    const context = await browser.newContext({ serviceWorkers: 'block' });
    const paths = new Set();
    context.on('request', (request) => paths.add(new URL(request.url()).pathname));
    const page = await context.newPage();
    await page.goto(address);
    await page.waitForFunction(FIRST_PICTURE, undefined, { timeout: 300_000 });
    const files = [...paths]
      .map((path) => join(DIST, path.endsWith('/') ? `${path}index.html` : path))
      .filter((path) => isOfPages(path) && existsSync(path));
    const sizes = await Promise.all(files.map(async (path) => brotliSize(await readFile(path))));
    return sizes.reduce((sum, size) => sum + size, 0);
  } finally {
    await browser.close();
  }
}

/** Runs in the page: observes gaps between frames, and the main thread's tasks and frames above 50 ms, for some seconds. */
async function watch(seconds) {
  const long = [];
  const longFrames = [];
  let blocking = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { entryType, duration, blockingDuration } of list.getEntries()) {
      (entryType === 'longtask' ? long : longFrames).push(duration);
      if (entryType !== 'longtask') blocking = Math.max(blocking, blockingDuration);
    }
  });
  observer.observe({ entryTypes: ['longtask', 'long-animation-frame'] });
  const gaps = [];
  let last = await new Promise((resolve) => requestAnimationFrame(resolve));
  const end = last + 1000 * seconds;
  while (last < end) {
    const now = await new Promise((resolve) => requestAnimationFrame(resolve));
    gaps.push(now - last);
    last = now;
  }
  observer.disconnect();
  return { gaps, long, longFrames, blocking };
}

async function frames(own, seconds) {
  const { idle, busy, steps } = await cold(laboratory(own), FIRST_PICTURE, async (page) => {
    await page.waitForFunction(() =>
      /\d/.test(document.querySelector('[data-testid="seen-recallAt1"]')?.textContent ?? ''),
    );
    const before = await page.evaluate(watch, seconds);
    await page.click('[data-testid="train"]');
    const from = await step(page);
    const training = await page.evaluate(watch, seconds);
    return { idle: before, busy: training, steps: (await step(page)) - from };
  });
  const list = (values) =>
    values.length === 0 ? 'none' : `${values.length}, longest ${Math.round(Math.max(...values))}`;
  const row = (name, { gaps, long, longFrames, blocking }) => [
    name,
    gaps.length / seconds,
    median(gaps),
    Math.max(...gaps),
    `${gaps.filter((gap) => gap > 50).length}`,
    list(long),
    longFrames.length === 0 ? 'none' : `${list(longFrames)}, blocked for ${Math.round(blocking)} at most`,
  ];
  return {
    title: 'The laboratory: frames of the main thread, 10,000 points drawn',
    text: `${seconds} s each, 1280 x 800. A frame that comes late without a task above 50 ms waits for the compositor or the scheduler, not for the page's script: the software renderer, the training Worker and the page share ${(await import('node:os')).cpus().length} cores.`,
    head: [
      '',
      'frames a second',
      'median gap ms',
      'longest gap ms',
      'gaps above 50 ms',
      'tasks above 50 ms',
      'long animation frames',
    ],
    rows: [row('idle', idle), row(`training, ${steps} steps`, busy)],
    figures: {
      blocking: busy.blocking,
      longestTask: Math.max(0, ...busy.long),
      longestGap: Math.max(...busy.gaps),
      longFrames: busy.longFrames,
      gapsAbove: busy.gaps.filter((gap) => gap > 50).length,
    },
  };
}

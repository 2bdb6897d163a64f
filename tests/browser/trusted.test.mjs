// The site under Trusted Types with one policy, for its templates, the package's Workers, its own Workers, and the service worker.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { POLICY, serve } from '../../xtask/serve.mjs';
import { id, ready } from './lab-page.mjs';
import { ROOT } from './site.mjs';
import { launch, leave, started, visit } from './visit.mjs';

const LONG = { timeout: 60_000 };
const TRUSTED = "require-trusted-types-for 'script'; trusted-types metriclab";

// With its Workers, which get the policy of their own scripts.
const [browser, site] = await started(launch('none'), serve({ policy: `${POLICY}; ${TRUSTED}` }));

const PAGES = {
  '': (page) => page.waitForSelector(`${id('newcomer')}[data-step]`, LONG),
  'learn/': (page) => page.waitForSelector(`${id('stage')}[data-scene] ${id('map-step')}`, LONG),
  'use/': (page) => page.waitForSelector('[data-phase="training"] progress', LONG),
  'report/': async (page) => {
    await page.click('[data-act=run]');
    await page.waitForSelector('textarea', LONG);
  },
  'embed/?figure=triplet': (page) => page.waitForSelector(`${id('triplet-verdict')}[data-zone]`, LONG),
  'lab/?all=1&ps=500&proj=umap&drawer=view': async (page) => {
    await ready(page);
    await page.waitForSelector(`${id('map')}[data-renderer="worker"]`, LONG);
    await page.waitForSelector(id('trust'), LONG);
  },
};

test('each page of the site is tried', async () => {
  const folders = await readdir(join(ROOT, 'www/dist'), { recursive: true });
  const pages = folders
    .filter((path) => /(^|[\\/])index\.html$/.test(path) && !/^reference/.test(path))
    .map((path) => path.replaceAll('\\', '/').replace(/index\.html$/, ''));
  assert.deepEqual(
    pages.sort(),
    Object.keys(PAGES)
      .map((path) => path.replace(/\?.*/, ''))
      .sort(),
  );
  // So that every other test finds what forgets the policy.
  for (const path of pages)
    assert.ok((await readFile(join(ROOT, 'www/dist', path, 'index.html'), 'utf8')).includes(TRUSTED), path);
});

for (const [path, works] of Object.entries(PAGES))
  test(`/${path} works, without a word`, { timeout: 120_000 }, async () => {
    const page = await visit(browser, site.address, { path, serviceWorkers: 'allow' });
    await works(page);
    if (!path.startsWith('embed')) await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    await leave(page);
  });

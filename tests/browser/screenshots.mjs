// `npm run screenshots -w tests/browser`: the pictures of the README, from the built page. Look at them before they are kept.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { id, open, reached } from './lab-page.mjs';
import { ROOT, openSite } from './site.mjs';
import { launch, leave, visit } from './visit.mjs';

const OUT = join(ROOT, 'docs/screenshots');
const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

/** Pages of components: their address, and what is there when they are ready. */
const PAGES = [
  { name: 'first-ko', path: '?lang=ko', ready: `${id('newcomer')}[data-phase="arrived"]` },
  { name: 'first-en', path: '?lang=en', ready: `${id('newcomer')}[data-phase="arrived"]` },
  { name: 'learn-en', path: 'learn/?lang=en#deep.zones', ready: id('triplet-verdict') },
  { name: 'which-ko', path: 'learn/?lang=ko#metrics.which', ready: `${id('which')}[data-done="true"]` },
  { name: 'use-en', path: 'use/?lang=en', ready: id('decision') },
];

const SHOTS = [
  { name: 'map-en', path: '?lang=en', train: 300, clicks: ['surprise'] },
  { name: 'map-ko', path: '?lang=ko', train: 300, clicks: ['surprise'] },
  { name: 'umap-en', path: '?lang=en&proj=umap', train: 300, clicks: ['projection-compute', 'surprise'] },
  { name: 'tsne-ko', path: '?lang=ko&proj=tsne', train: 300, clicks: ['projection-compute', 'surprise'] },
  { name: 'emoji-ko', path: '?lang=ko&data=emoji', train: 120, clicks: ['surprise'] },
  { name: 'triplet-en', path: '?lang=en&view=triplet', train: 20, clicks: ['take-triplet'] },
  { name: 'matrix-en', path: '?lang=en&view=matrix', train: 200 },
  { name: 'story-ko', path: '?lang=ko&view=story' },
  {
    name: 'present-ko',
    path: '?lang=ko&present=1',
    train: 200,
    viewport: { width: 1920, height: 1080 },
    clicks: ['surprise'],
  },
  { name: 'phone-en', path: '?lang=en', train: 100, viewport: PHONE },
  { name: 'phone-ko', path: '?lang=ko&view=triplet', viewport: PHONE },
];

async function shoot(browser, site, { name, path, train = 0, clicks = [], viewport = WIDE }) {
  const page = await open(browser, site, path, { viewport });
  if (train > 0) {
    await page.click(id('train'));
    await reached(page, train);
    await page.click(id('train'));
  }
  for (const click of clicks) {
    // A picture that is on its way is waited for.
    if (path.includes('proj='))
      await page.locator(id('projection-progress')).waitFor({ state: 'hidden', timeout: 60_000 });
    await page.click(id(click));
  }
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.waitForTimeout(2500);
  await page.screenshot({ path: join(OUT, `${name}.png`) });
  await leave(page);
}

async function portray(browser, site, { name, path, ready }) {
  const page = await visit(browser, site.address, { path, viewport: WIDE });
  await page.waitForSelector(ready, { state: 'attached', timeout: 400_000 });
  await page.waitForTimeout(2500);
  await page.screenshot({ path: join(OUT, `${name}.png`) });
  await leave(page);
}

await mkdir(OUT, { recursive: true });
const [browser, site] = await Promise.all([launch('none'), openSite()]);
const wanted = process.argv.slice(2);
try {
  const asked = ({ name }) => wanted.length === 0 || wanted.includes(name);
  for (const one of PAGES.filter(asked)) await portray(browser, site, one);
  for (const shot of SHOTS.filter(asked)) await shoot(browser, site, shot);
} finally {
  await browser.close();
  await site.close();
}

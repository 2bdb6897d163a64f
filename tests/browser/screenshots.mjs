// `npm run screenshots -w tests/browser`: the pictures of the README, from the built page. Look at them before they are kept.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { id, open, reached } from './lab-page.mjs';
import { ROOT, openSite } from './site.mjs';
import { launch, leave, visit } from './visit.mjs';

const OUT = join(ROOT, 'docs/screenshots');
const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

/** Pages, with what is there when they are ready. */
const PAGES = [
  { name: 'first-ko', path: '?lang=ko', ready: `${id('newcomer')}[data-phase="arrived"]` },
  { name: 'first-en', path: '?lang=en', ready: `${id('newcomer')}[data-phase="arrived"]` },
  { name: 'learn-en', path: 'learn/?lang=en#deep.zones', ready: id('triplet-verdict') },
  { name: 'which-ko', path: 'learn/?lang=ko#metrics.which', ready: `${id('which')}[data-done="true"]` },
  { name: 'use-en', path: 'use/?lang=en', ready: id('decision') },
  {
    name: 'present-ko',
    path: 'learn/?lang=ko#present:deep.zones',
    ready: id('triplet-verdict'),
    viewport: { width: 1920, height: 1080 },
  },
  { name: 'phone-ko', path: 'learn/?lang=ko#deep.triplet', ready: id('triplet-verdict'), viewport: PHONE },
];

/** The laboratory: how far it trains, which drawer is open, what is pressed. */
const SHOTS = [
  { name: 'map-en', path: '?lang=en', train: 300, clicks: ['surprise'] },
  { name: 'map-ko', path: '?lang=ko&drawer=loss', train: 300, clicks: ['surprise'] },
  { name: 'umap-en', path: '?lang=en&proj=umap&drawer=view', train: 300, clicks: ['projection-compute'] },
  { name: 'emoji-ko', path: '?lang=ko&data=emoji', train: 120, clicks: ['surprise'] },
  { name: 'triplet-en', path: '?lang=en&view=triplet', train: 20, clicks: ['take-triplet'] },
  { name: 'matrix-en', path: '?lang=en&view=matrix', train: 200 },
  { name: 'confusion-ko', path: '?lang=ko&view=confusion', train: 200 },
  { name: 'phone-en', path: '?lang=en', train: 100, viewport: PHONE },
];

async function shoot(browser, site, { name, path, train = 0, clicks = [], viewport = WIDE }) {
  const page = await open(browser, site, path, { viewport });
  if (train > 0) {
    await page.click(id('train'));
    await reached(page, train);
    await page.click(id('train'));
  }
  for (const click of clicks) {
    await page.click(id(click));
    // A picture that is on its way is waited for.
    await page.locator(id('projection-progress')).waitFor({ state: 'hidden', timeout: 120_000 });
  }
  await keep(page, name);
}

async function portray(browser, site, { name, path, ready, viewport = WIDE }) {
  const page = await visit(browser, site.address, { path, viewport });
  await page.waitForSelector(ready, { state: 'attached', timeout: 400_000 });
  await keep(page, name);
}

async function keep(page, name) {
  await page.waitForTimeout(2500);
  await page.screenshot({ path: join(OUT, `${name}.png`) });
  console.log(name);
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

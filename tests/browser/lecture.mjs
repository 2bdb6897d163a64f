// `npm run lecture -w tests/browser -- [ko|en] [light|dark] [1920x1080|1280x720]`: plays the whole lecture by a clicker and keeps
// a picture of every slide in tests/browser/output/lecture. Look at them.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { id } from './lab-page.mjs';
import { ROOT, openSite } from './site.mjs';
import { measureSlide } from './slides.mjs';
import { launch, visit } from './visit.mjs';

const [language = 'ko', colorScheme = 'light', size = '1920x1080', only = ''] = process.argv.slice(2);
const [width, height] = size.split('x').map(Number);
const OUT = join(ROOT, 'tests/browser/output/lecture', `${language}-${colorScheme}-${size}`);
/** Slides whose figure is run before its picture is taken. */
const RUN = new Set(['deep.move', 'axioms.already']);
/** How long a slide is looked at; the first ones wait for the networks. */
const LOOK_MS = 2500;

await mkdir(OUT, { recursive: true });
const [browser, site] = await Promise.all([launch('none'), openSite()]);
try {
  const page = await visit(browser, site.address, {
    path: `learn/?lang=${language}#present`,
    viewport: { width, height },
    colorScheme,
  });
  await page.waitForSelector(id('slide'));
  for (let number = 1; ; number++) {
    const at = await page.getAttribute(id('slide'), 'data-scene');
    if (at.startsWith(only)) {
      await page.waitForTimeout(LOOK_MS);
      await page
        .waitForFunction(() => !document.querySelector('[data-testid="slide"] progress'), null, {
          timeout: 240_000,
        })
        .catch(() => console.log(`${at}: still waiting`));
      if (await page.locator(id('which')).count())
        await page.waitForSelector(`${id('which')}[data-done="true"]`, {
          state: 'attached',
          timeout: 120_000,
        });
      if (RUN.has(at)) {
        await page.keyboard.press('Space');
        await page.waitForTimeout(LOOK_MS);
      }
      const measured = await page.evaluate(measureSlide);
      console.log(at, JSON.stringify(measured));
      await page.screenshot({ path: join(OUT, `${String(number).padStart(2, '0')}-${at}.png`) });
    }
    await page.keyboard.press('PageDown');
    if ((await page.getAttribute(id('slide'), 'data-scene')) === at) break;
  }
  console.log(page.complaints);
} finally {
  await browser.close();
  await site.close();
}

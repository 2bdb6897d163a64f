// node benches/browser/card.mjs FOLDER: the built page on this machine's graphics card: its report, the laboratory training, pictures.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FIRST_PICTURE, ready, step } from '../../tests/browser/lab-page.mjs';
import { openSite } from '../../tests/browser/site.mjs';
import { visit } from '../../tests/browser/visit.mjs';
import { launch } from './browser.mjs';

const WAIT = { timeout: 120_000 };
const [out = 'target/card'] = process.argv.slice(2);
await mkdir(out, { recursive: true });
const site = await openSite();
const seen = { at: new Date().toISOString() };

/** Visits one page in a browser of its own; its failure is noted and the next goes on. */
async function on(name, path, use) {
  const begun = Date.now();
  const browser = await launch();
  seen.browser = browser.version();
  const page = await visit(browser, site.address, { path });
  try {
    seen[name] = await use(page);
  } catch (error) {
    seen[name] = { error: String(error).slice(0, 500) };
  }
  await page.screenshot({ path: join(out, `${name}.png`) }).catch(() => {});
  seen[name] = { ...seen[name], complaints: page.complaints, tookMs: Date.now() - begun };
  await browser.close();
  await writeFile(join(out, 'card.json'), `${JSON.stringify(seen, null, 1)}\n`);
  console.log(name, JSON.stringify(seen[name]).slice(0, 600));
}

await on('report', 'report/?lang=en', async (page) => {
  await page.click('[data-act=run]');
  const field = page.locator('textarea');
  await field.waitFor(WAIT);
  return JSON.parse(await field.inputValue());
});
for (const device of ['gpu', 'cpu'])
  await on(`lab-${device}`, `lab/?lang=en&device=${device}`, async (page) => {
    await ready(page, WAIT.timeout);
    const first = await page.evaluate(
      (mark) => performance.getEntriesByName(mark)[0].startTime,
      FIRST_PICTURE,
    );
    await page.click('[data-testid="train"]');
    await page.waitForFunction(
      () => Number(document.querySelector('[data-testid="step"]').textContent.replaceAll(',', '')) > 50,
      undefined,
      WAIT,
    );
    const [from, begun] = [await step(page), Date.now()];
    await page.waitForTimeout(8000);
    const steps = (await step(page)) - from;
    return {
      firstPictureMs: first,
      stepsASecond: (1000 * steps) / (Date.now() - begun),
      badge: await page.innerText('[data-testid="device-badge"]'),
    };
  });
await on('first', '?lang=en', async (page) => {
  await page.waitForTimeout(15_000);
  return {};
});
await site.close();

// The experiment of the lesson's chapter 4, driven as a visitor drives it.
import { id } from './lab-page.mjs';

const PATIENCE = 400_000;

/** Runs it with a number of labels a digit and a seed; the share of right answers of each method. */
export async function runHelp(page, labels, seed) {
  await page.click(id(`labels-${labels}`));
  await page.fill(id('help-seed'), String(seed));
  await page.click(id('help-run'));
  await page.waitForSelector(`${id('help')}[data-phase="running"]`);
  await page.waitForSelector(`${id('help')}[data-phase="done"][data-seed="${seed}"]`, { timeout: PATIENCE });
  return JSON.parse(await page.getAttribute(id('help'), 'data-accuracy'));
}

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Violations that axe-core finds on the page as it stands. */
export async function violations(page) {
  // Evaluated by the debugger: the page's policy forbids a script from elsewhere.
  await page.evaluate(AXE);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return found.violations.map(({ id: rule, nodes }) => `${rule}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Fails where axe-core finds a violation in light or in dark. */
export async function flawless(page, name) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await violations(page), [], `axe-core, ${name}, ${colorScheme}`);
  }
}

/** Opens every `<details>` that can be seen, in elements and the page's menu, too. */
export const openDetails = (page, which = 'details') =>
  page
    .locator(`${which}:not([open]) > summary`)
    .evaluateAll((all) =>
      all.filter((summary) => summary.checkVisibility()).forEach((summary) => summary.click()),
    );

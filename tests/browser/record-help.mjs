// `node tests/browser/record-help.mjs [seeds]`: runs the experiment of the lesson's chapter 4 in the built page for every number
// of labels and writes www/src/figures/help/recorded.json.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runHelp } from './help-page.mjs';
import { ROOT, openSite } from './site.mjs';
import { launch, leave, visit } from './visit.mjs';

const SEEDS = Number(process.argv[2] ?? 5);
const LABELS = ['10', '50', 'all'];
const OUT = join(ROOT, 'www/src/figures/help/recorded.json');

const [browser, site] = await Promise.all([launch('none'), openSite()]);
const accuracy = {};
try {
  const page = await visit(browser, site.address, { path: 'learn/?lang=en#helps.head' });
  for (const labels of LABELS) {
    accuracy[labels] = {};
    for (let seed = 1; seed <= SEEDS; seed++) {
      const found = await runHelp(page, labels, seed);
      for (const [method, share] of Object.entries(found)) (accuracy[labels][method] ??= []).push(share);
      console.log(labels, seed, JSON.stringify(found));
    }
  }
  await leave(page);
} finally {
  await browser.close();
  await site.close();
}
const recorded = {
  command: 'node tests/browser/record-help.mjs',
  date: new Date().toISOString().slice(0, 10),
  steps: 200,
  seeds: Array.from({ length: SEEDS }, (_, at) => at + 1),
  accuracy,
};
await writeFile(OUT, `${JSON.stringify(recorded, null, 2)}\n`);

// node benches/browser/run.mjs [--only REGEX] [--contenders REGEX] [--rounds N] [--quick] [--isolated] [--out FOLDER]
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BUILT, ROOT, bundle } from './build.mjs';
import { launch } from './browser.mjs';
import { goals } from './goals.mjs';
import { payload } from './payload.mjs';
import { report } from './report.mjs';
import { serve } from './server.mjs';
import { surroundings } from './surroundings.mjs';
import { visits } from './visits.mjs';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    contenders: { type: 'string', default: '' },
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    isolated: { type: 'boolean', default: false },
    out: { type: 'string', default: join(ROOT, 'docs') },
    'no-build': { type: 'boolean', default: false },
    again: { type: 'boolean', default: false },
  },
});
const quick = options.quick;
const only = new RegExp(options.only, 'i');
const plan = {
  rounds: Number(options.rounds ?? (quick ? 3 : 7)),
  budget: quick ? 4 : 12,
  limit: quick ? 30 : 60,
  contenders: options.contenders,
};
/** Time limit of a job. A longer one hangs. */
const HANGS_MS = 40 * 60_000;

const say = (text) => console.log(text);

async function main() {
  if (!options['no-build']) await bundle();
  const open = (isolated) => serve({ folder: BUILT, data: join(ROOT, 'data/packed'), isolated });
  const [site, isolated] = await Promise.all([open(options.isolated), open(true)]);
  const results = { plan, quick, isolated: options.isolated, pages: 0, jobs: [], visits: [], payload: [] };
  let known;
  try {
    known = await measured({ site, isolated }, results);
    results.visits = await visits({ only, quick, site, say });
  } finally {
    await Promise.all([site.close(), isolated.close()]);
  }
  if (only.test('payload')) results.payload = await payload();
  if (options.again)
    renew(results, JSON.parse(await readFile(join(options.out, 'benchmarks.json'), 'utf8')), known);
  results.goals = goals(results);
  await mkdir(options.out, { recursive: true });
  await writeFile(join(options.out, 'benchmarks.json'), `${JSON.stringify(results, null, 1)}\n`);
  const text = report(results);
  await writeFile(join(options.out, 'benchmarks.md'), text);
  say(text);
}

/** Adds the earlier results of known jobs that were not measured again, and says which were. */
function renew(results, earlier, known) {
  const names = (list) => list.map(({ name }) => name);
  results.again = [...new Set([...(earlier.again ?? []), ...names(results.jobs), ...names(results.visits)])];
  const measured = (jobs, name) => jobs.find((job) => job.name === name);
  const row = (job, name) => job?.rows.find(({ contender }) => contender === name);
  results.jobs = known.flatMap(({ name, contenders }) => {
    const [now, before] = [measured(results.jobs, name), measured(earlier.jobs, name)];
    const rows = contenders.map((contender) => row(now, contender) ?? row(before, contender)).filter(Boolean);
    return rows.length > 0 ? [{ ...(now ?? before), rows }] : [];
  });
  results.visits = earlier.visits.map(
    (before) => results.visits.find(({ name }) => name === before.name) ?? before,
  );
  if (results.payload.length === 0) results.payload = earlier.payload;
  results.pages += earlier.pages;
}

/**
 * Runs all jobs on one page, and gives the list of all that it knows. After an error the next job gets a fresh browser, because the failure may have ended the graphics
 * process. Contenders that failed after another one are asked again, by themselves.
 */
async function measured({ site, isolated }, results) {
  let browser = null;
  let page = null;
  const fresh = async (address = site.address) => {
    await browser?.close();
    browser = await launch();
    page = await browser.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') say(`    ${message.text().slice(0, 200)}`);
    });
    page.on('pageerror', (error) => say(`    uncaught: ${String(error).slice(0, 200)}`));
    page.setDefaultTimeout(0);
    await page.goto(address);
    await page.waitForFunction(() => globalThis.bench, undefined, { timeout: 60_000 });
    results.pages += 1;
  };
  const ask = (name, contender) =>
    within(
      HANGS_MS,
      page.evaluate((request) => globalThis.bench.run(request), {
        name,
        plan,
        past: results.jobs,
        contender,
      }),
    ).catch((error) => ({
      name,
      died: true,
      rows: [
        {
          contender: contender ?? 'the page',
          firstMs: null,
          samples: [],
          note: '',
          error: String(error).slice(0, 200),
        },
      ],
    }));
  const failed = ({ rows }) => rows.filter(({ error }) => error !== null && !error.startsWith('not run'));
  try {
    await fresh();
    results.surroundings = await surroundings(browser, page);
    const known = await page.evaluate(() => globalThis.bench.list());
    const wanted = known.filter(({ name, quick: small }) => only.test(name) && (!quick || small));
    for (const { name, isolated: apart, contenders } of wanted) {
      if (apart) await fresh(isolated.address);
      say(`${new Date().toISOString().slice(11, 19)} ${name}`);
      const job = await ask(name);
      if (job.died) {
        // That page gave no figures, so each contender is asked by itself.
        job.rows = [];
        for (const contender of contenders) {
          await fresh(apart ? isolated.address : site.address);
          const { rows, ...of } = await ask(name, contender);
          Object.assign(job, of);
          job.rows.push({
            ...rows[0],
            note: [rows[0].note, 'by itself, after the page had died'].filter(Boolean).join('; '),
          });
        }
      } else
        for (const row of failed(job).slice(1)) {
          await fresh(apart ? isolated.address : site.address);
          const [again] = (await ask(name, row.contender)).rows;
          Object.assign(row, again, {
            note: [again.note, again.error === null ? 'by itself, after another had failed' : '']
              .filter(Boolean)
              .join('; '),
          });
        }
      results.jobs.push(job);
      for (const row of job.rows)
        say(
          `    ${row.contender}: ${row.error ?? `first ${row.firstMs?.toFixed(1)}, then ${row.samples.map((ms) => ms.toFixed(1)).join(' ')}`} ${row.note}`,
        );
      if (apart || failed(job).length > 0) await fresh();
    }
    return known;
  } finally {
    await browser?.close();
  }
}

function within(ms, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('the page does not answer')), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

await main();

// Opens an environment in the browser, judges what the package did there, and writes the rows of docs/compatibility.md.
import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import test, { after, before } from 'node:test';
import { pack } from '../../pkg/tests/packed.mjs';
import { launch } from './browser.mjs';
import { ROOT } from './install.mjs';
import { selfContained } from './training.mjs';

export const ROWS = join(ROOT, 'target/packaging/rows');
export const DATA = Buffer.from(pack({ count: 240 })).toString('base64');

let browser;
/** The browser of a test file, and its rows of the table, which a `.test.mjs` file writes. */
export function environments(url) {
  const rows = [];
  const name = basename(url, '.test.mjs');
  const file = join(ROWS, `${name}.json`);
  before(async () => {
    browser = await launch();
    await rm(file, { force: true });
  });
  after(async () => {
    await browser.close();
    if (name.endsWith('.mjs')) return;
    await mkdir(ROWS, { recursive: true });
    await writeFile(file, JSON.stringify(rows, null, 1));
  });
  const row = (environment, entry, result, recipe = '') => rows.push({ environment, entry, result, recipe });
  return { rows, environment: (given) => declare(row, given) };
}

/**
 * A test of one environment. `start` gives the address of a page (and `close`); `refused` is the code and the sentence of
 * the error where the package cannot work; `inside` opens the frame or Worker in which it runs.
 */
function declare(
  row,
  { name, entry, start, devices = ['cpu'], refused, recipe, options, inside, allowed = [], context = {} },
) {
  for (const device of devices)
    test(`${name}, ${entry}: ${refused ? refused.code : device}`, { timeout: 240_000 }, async (t) => {
      const { address, close = () => undefined } = await start();
      t.after(close);
      const { page, complaints, requests } = await visit(t, address, context);
      const scope = inside ? await inside(page) : page;
      await scope.waitForFunction(() => globalThis.metriclab, null, { timeout: 60_000 });
      const steps = device === 'cpu' ? 60 : 6;
      const result = await scope.evaluate(selfContained, { data: DATA, device, steps, options });
      if (refused) judgeRefusal(result, refused, requests);
      else judge(result, device);
      const strange = complaints.filter((text) => !allowed.some((pattern) => pattern.test(text)));
      if (!refused) assert.deepEqual(strange, [], 'errors and warnings of the page');
      row(
        name,
        entry,
        refused ? `\`${refused.code}\`` : `works, ${device === 'cpu' ? 'CPU' : 'WebGPU'}`,
        recipe,
      );
    });
}

async function visit(t, address, { prepare, ...given }) {
  const context = await browser.newContext(given);
  t.after(() => context.close());
  const page = await context.newPage();
  const complaints = [];
  const requests = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
  context.on('request', (request) => requests.push(request.url()));
  await prepare?.(page);
  await page.goto(address);
  return { page, complaints, requests };
}

export function judge({ failed, kind, losses, found, recallAt1 }, device) {
  assert.equal(failed, undefined, 'no error');
  assert.equal(kind, device, 'module at work');
  assert.ok(losses.every(Number.isFinite), 'losses are finite');
  assert.equal(found, 'first', 'the gallery finds its entry');
  const chance = device === 'cpu' ? 0.9 : 0.25;
  assert.ok(recallAt1 > chance, `R@1 ${recallAt1} is better than ${chance}`);
}

function judgeRefusal({ failed }, { code, says, noRequest }, requests) {
  assert.ok(failed, 'it is refused');
  assert.deepEqual([failed.name, failed.code], ['MetricLabError', code], `its code: ${failed.message}`);
  assert.match(failed.message, says, 'its sentence says which import to use');
  if (noRequest)
    assert.deepEqual(
      requests.filter((url) => noRequest.test(url)),
      [],
      'nothing is asked for outside the package',
    );
}

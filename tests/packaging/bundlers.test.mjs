import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { createServer } from 'vite';
import { launch, open, serve } from './browser.mjs';
import { ROOT, program, project } from './install.mjs';
import { tinyTraining } from './training.mjs';

const HTML =
  '<!doctype html><meta charset="utf-8"><title>t</title><link rel="icon" href="data:,"><script type="module" src="./main.js"></script>';
const BARE = "import * as metriclab from 'metriclab';\nglobalThis.metriclab = metriclab;\n";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

function judge(result, complaints, device, chance) {
  assert.deepEqual(complaints, [], 'errors and warnings of the page');
  assert.deepEqual(result.faults, [], 'faults');
  assert.equal(result.kind, device, 'module at work');
  assert.deepEqual(
    [result.count, result.points, result.title, result.width],
    [240, 240, 'Synthetic', 0],
    'sizes of what came back',
  );
  assert.equal(result.step, result.losses.length, 'one loss a step');
  assert.ok(result.losses.every(Number.isFinite) && result.finite, 'every number is finite');
  assert.ok(result.recallAt1 > chance, `R@1 ${result.recallAt1} is better than ${chance}`);
  if (device === 'gpu') assert.equal(result.adapter.isFallback, true, 'the software adapter says what it is');
}

/** The same page under each way of serving it, on each module. */
function trains(name, start, devices = ['cpu', 'gpu']) {
  for (const device of devices) {
    test(`${name} trains on the ${device}`, { timeout: 240_000 }, async (t) => {
      const server = await start();
      t.after(() => server.close());
      const { page, complaints, close } = await open(browser, server.address);
      t.after(close);
      const result = await page.evaluate(tinyTraining, { device, steps: device === 'cpu' ? 60 : 6 });
      judge(result, complaints, device, device === 'cpu' ? 0.9 : 0.25);
      const modules = await page.evaluate(() =>
        performance
          .getEntriesByType('resource')
          .map(({ name }) => name)
          .filter((name) => name.endsWith('.wasm')),
      );
      assert.ok(
        modules.every((url) => url.includes(device)),
        `only the ${device} module is loaded: ${modules.join(' ')}`,
      );
    });
  }
}

const plain = project('plain', {
  'public/index.html': HTML,
  'public/main.js': BARE.replace("'metriclab'", "'./metriclab/dist/index.js'"),
}).then(async (folder) => {
  await program('cp', ['-r', 'node_modules/metriclab', 'public/metriclab'], folder);
  return join(folder, 'public');
});
trains('a page of plain modules', async () => serve(await plain));

const bundled = project('vite', { 'index.html': HTML, 'main.js': BARE }).then(async (folder) => {
  await program('node', [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'], folder);
  return join(folder, 'dist');
});
trains('a page built by Vite as it comes', async () => serve(await bundled));

trains(
  'a page in development under Vite',
  async () => {
    const root = await project('vite-dev', { 'index.html': HTML, 'main.js': BARE });
    const vite = await createServer({
      root,
      configFile: false,
      logLevel: 'error',
      server: { port: 0, host: 'localhost' },
    });
    await vite.listen();
    return { address: vite.resolvedUrls.local[0], close: () => vite.close() };
  },
  ['cpu'],
);

// Faults on a visitor's machine, and how the page handles them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose, codes, enter, id, noticed, open, openPrepared, reached, ready, step } from './lab-page.mjs';
import { openSite } from './site.mjs';
import { launch, leave, started, visit } from './visit.mjs';

const [software, none, site] = await started(launch('software'), launch('none'), openSite());

const onDevice = (page, kind) =>
  page.waitForFunction(
    (name) => document.querySelector('[data-testid="device-kind"]').textContent.includes(name),
    kind,
    { timeout: 60_000 },
  );

test(
  'a missing data file is told; another data set works, and so does trying again',
  { timeout: 120_000 },
  async () => {
    const page = await openPrepared(none, site, (page) =>
      page.route('**/data/mnist*', (route) => route.fulfill({ status: 404, body: 'not found' })),
    );
    await noticed(page, 'data.unreachable');
    await choose(page, 'data', 'fashion');
    await ready(page);
    await page.click(id('step-once'));
    await reached(page, 1);
    await page.unroute('**/data/mnist*');
    await choose(page, 'data', 'mnist');
    await page.waitForFunction(
      () => document.querySelector('[data-testid="legend"]')?.textContent.includes('7'),
      null,
      { timeout: 60_000 },
    );
    await leave(page, { expected: [/404/] });
  },
);

test('a damaged data file is told', { timeout: 120_000 }, async () => {
  const page = await openPrepared(none, site, (page) =>
    page.route('**/data/mnist*', (route) => route.fulfill({ status: 200, body: 'this is no gzip' })),
  );
  await noticed(page, 'data.invalid');
  await choose(page, 'data', 'fashion');
  await ready(page);
  await leave(page);
});

test(
  'a Worker that dies while training is replaced, and what was trained is kept',
  { timeout: 180_000 },
  async () => {
    const page = await open(none, site);
    await page.click(id('train'));
    await reached(page, 40);
    const before = await step(page);
    // Whichever of them trains: both are killed.
    for (const worker of page.workers()) {
      await worker.evaluate(() => {
        setTimeout(() => {
          throw new Error('killed by the test');
        });
      });
    }
    await noticed(page, 'notice.recovered');
    assert.deepEqual(await codes(page), ['notice.recovered'], 'one fault gives one notice');
    // The state is kept every two seconds, and more rarely where keeping it takes long: how far back depends on the machine.
    const from = await step(page);
    assert.ok(from > 0 && from <= before + 40, `goes on from ${from}, was at ${before}`);
    // It trains on by itself, since nobody pressed Pause.
    await reached(page, before + 20);
    await page.click(id('surprise'));
    await page
      .locator(`${id('neighbours-raw')} .neighbour`)
      .first()
      .waitFor({ timeout: 60_000 });
    await leave(page, { expected: [/killed by the test/] });
  },
);

test(
  'no WebGPU: the GPU is asked for, the CPU answers, and the page says why',
  { timeout: 120_000 },
  async () => {
    const page = await open(none, site, '?device=gpu');
    await onDevice(page, 'CPU');
    const told = await codes(page);
    assert.ok(
      told.some((code) => code?.startsWith('device.')),
      `notices: ${told}`,
    );
    await page.click(id('step-once'));
    await reached(page, 1);
    await leave(page);
  },
);

test('an adapter that refuses: the CPU takes over', { timeout: 120_000 }, async () => {
  const page = await openPrepared(software, site, (page) =>
    page.addInitScript(() => {
      GPU.prototype.requestAdapter = () =>
        Promise.reject(new DOMException('refused by the test', 'OperationError'));
    }),
  );
  await ready(page);
  await onDevice(page, 'CPU');
  await leave(page);
});

test(
  'training on WebGPU in the page, on the software adapter; a lost device goes on without losing the run',
  { timeout: 400_000 },
  async () => {
    const page = await visit(software, site.address, {
      path: 'lab/?device=gpu&net=mlp&layers=16&dim=4&classes=4&per=4',
    });
    await ready(page, 240_000);
    await onDevice(page, 'GPU');
    await page.click(id('train'));
    await reached(page, 3, 240_000);
    await page.click(id('train'));
    const before = await step(page);
    let lost = 0;
    for (const worker of page.workers()) {
      lost += await worker.evaluate(() => {
        const devices = globalThis.devicesOfTest ?? [];
        for (const device of devices) device.destroy();
        return devices.length;
      });
    }
    assert.ok(lost > 0, 'there was a device to lose');
    await page.click(id('step-once'));
    await noticed(page, 'notice.recovered');
    const kept = await step(page);
    assert.ok(kept > 0, `the run of ${before} steps was not thrown away: ${kept}`);
    await page.click(id('step-once'));
    await reached(page, kept + 1);
    await leave(page, { expected: [/destroyed|lost/i] });
  },
);

test(
  'a picture that fails: the reason is told, the map shows PCA, and trying again works',
  { timeout: 180_000 },
  async () => {
    const page = await open(none, site, '?ps=400&drawer=view');
    const shown = (name) => page.waitForSelector(`${id(`projection-${name}`)}[aria-pressed="true"]`);
    const drawn = () =>
      page.waitForFunction(
        () =>
          document.querySelector('[data-testid="projection-progress"]').hidden &&
          document.querySelector('[data-testid="trust"]'),
        null,
        { timeout: 60_000 },
      );
    const again = (code) => page.click(`${id('notice')}[data-code="${code}"] ${id('notice-action')}`);

    const dead = {
      status: 200,
      contentType: 'text/javascript',
      body: "throw new Error('killed by the test');",
    };
    await page.context().route('**/assets/projection-worker-*', (route) => route.fulfill(dead));
    await page.click(id('projection-tsne'));
    await noticed(page, 'notice.projectionWorker');
    await shown('pca');
    await page.context().unroute('**/assets/projection-worker-*');
    await again('notice.projectionWorker');
    await shown('tsne');
    await drawn();
    await leave(page, { expected: [/killed by the test/] });
  },
);

test('too few points for a picture are told, and more mend it', { timeout: 120_000 }, async () => {
  const page = await open(none, site, '?proj=tsne&ps=60&drawer=view');
  await noticed(page, 'notice.projectionFew');
  await page.click(`${id('projection-settings')} summary`);
  await enter(page, 'sample', '300');
  await page.waitForSelector(id('trust'), { timeout: 60_000 });
  await leave(page);
});

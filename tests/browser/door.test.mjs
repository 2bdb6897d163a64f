// The package's door on the real engine: arguments, errors, cancelling, and the two readers of a data set.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { pack } from '../../pkg/tests/packed.mjs';
import { openPackageSite, visitPackage } from './package-page.mjs';
import { launch, leave } from './visit.mjs';

const MEBI = 1 << 20;
const read = (name) => readFile(new URL(`../../pkg/tests/${name}.mjs`, import.meta.url), 'utf8');

let browser, site;
before(async () => {
  const bytes = Buffer.from(pack());
  const half = bytes.length >> 1;
  const files = {
    'two.mlds.gz': Buffer.concat([gzipSync(bytes.subarray(0, half)), gzipSync(bytes.subarray(half))]),
    'tape.mlds.gz': Buffer.concat([gzipSync(bytes), Buffer.alloc(512)]),
    'broken.mlds.gz': Buffer.concat([gzipSync(bytes), Buffer.from('junk')]),
    'packed.js': await read('packed'),
    'hostile.js': (await read('hostile')).replace('./packed.mjs', './packed.js'),
  };
  [browser, site] = await Promise.all([launch('software'), openPackageSite(files)]);
});
after(async () => {
  await browser?.close();
  await site?.close();
});

/** Runs a function in a page, with a lab on a device as `globalThis.lab`. */
async function on(device, work, { argument, expected } = {}) {
  const page = await visitPackage(browser, site);
  await page.evaluate(async (device) => {
    globalThis.lab = await globalThis.metriclab.createLab({ device });
    globalThis.faults = [];
    globalThis.lab.on('fault', (fault) => globalThis.faults.push(fault));
  }, device);
  const result = await page.evaluate(work, argument);
  assert.deepEqual(await page.evaluate(() => globalThis.faults), [], `faults on the ${device}`);
  await page.evaluate(() => globalThis.lab.dispose());
  await leave(page, { expected });
  return result;
}

for (const device of ['cpu', 'gpu'])
  test(`arguments are those of the call on the ${device}`, { timeout: 180_000 }, async () => {
    const found = await on(device, async () => {
      const { lab } = globalThis;
      const { pack } = await import('./packed.js');
      const queries = Float32Array.of(0, 0, 1, 1);
      const rows = { queries, references: queries, dim: 2, metric: 'euclidean', on: 'device' };
      // Twice: at once, and behind a call that runs.
      const matrices = [lab.distances(rows), lab.distances(rows)];
      queries.fill(99);
      const bytes = pack();
      const loaded = lab.loadDataset(bytes);
      new Uint8Array(bytes).fill(0);
      const { count } = await loaded;
      const config = {
        ...(await lab.defaults()),
        seed: 5,
        unseenClasses: 0,
        network: { kind: 'mlp', hidden: [4] },
      };
      const configured = lab.configure(config);
      config.seed = 77;
      config.network.hidden[0] = 64;
      const { config: own } = await configured;
      const state = await lab.save();
      const restored = lab.restore(state);
      state.fill(0);
      return {
        matrices: (await Promise.all(matrices)).map((matrix) => [...matrix]),
        count,
        own: [own.seed, own.network.hidden],
        step: (await restored).step,
      };
    });
    const distances = [0, Math.SQRT2, Math.SQRT2, 0].map(Math.fround);
    assert.deepEqual(found, { matrices: [distances, distances], count: 80, own: [5, [4]], step: 0 });
  });

test('no hostile argument gets a bare error out of the engine', { timeout: 300_000 }, async () => {
  const { made, bad } = await on(
    'cpu',
    async () => {
      const { lab, metriclab } = globalThis;
      const { bareErrors } = await import('./hostile.js');
      const { pack } = await import('./packed.js');
      await lab.loadDataset(pack());
      const config = {
        ...(await lab.defaults()),
        unseenClasses: 0,
        network: { kind: 'mlp', hidden: [4] },
        batch: { classes: 2, perClass: 2 },
      };
      await lab.configure(config);
      return bareErrors(metriclab, lab, config, './two.mlds.gz');
    },
    {
      expected: [
        /No available adapters/,
        // Addresses that lead nowhere are among the arguments; the browser reports each by itself.
        /(HTTP 404|request failed): \S+\/(x\.wasm|metriclab-worker\.js)/,
        /status of 404/,
        /Creating a worker from 'blob:.+worker-src 'self'/,
      ],
    },
  );
  assert.deepEqual(bad, [], `of ${made} calls`);
  assert.ok(made > 4_000, `${made} calls were made`);
});

for (const device of ['cpu', 'gpu'])
  test(`a running call is aborted at once on the ${device}`, { timeout: 180_000 }, async () => {
    const found = await on(device, async () => {
      const { lab } = globalThis;
      const { pack } = await import('./packed.js');
      await lab.loadDataset(pack());
      await lab.configure({
        ...(await lab.defaults()),
        unseenClasses: 0,
        network: { kind: 'mlp', hidden: [64] },
      });
      const rows = Float32Array.from({ length: 64 * 3000 }, (_, at) => Math.sin(at));
      const calls = {
        advance: (call) => lab.advance(10_000, call),
        distances: (call) =>
          lab.distances(
            { queries: rows, references: rows.slice(0, 64 * 1000), dim: 64, metric: { minkowski: { p: 3 } } },
            call,
          ),
      };
      const found = {};
      for (const [name, make] of Object.entries(calls)) {
        const controller = new AbortController();
        let parts = 0;
        let fired = 0;
        const onProgress = () => {
          parts += 1;
          if (parts !== 4) return;
          fired = performance.now();
          controller.abort();
        };
        const code = await make({ signal: controller.signal, onProgress }).then(
          () => 'answered',
          (error) => error.code,
        );
        const rejected = performance.now() - fired;
        await lab.options();
        found[name] = { code, parts, rejected, free: performance.now() - fired };
      }
      const { step } = await lab.advance(0);
      return { ...found, step };
    });
    const { step, ...calls } = found;
    for (const [name, { code, parts, rejected, free }] of Object.entries(calls)) {
      assert.deepEqual([code, parts], ['call.aborted', 4], name);
      assert.ok(rejected < 100, `${name}: rejected after ${rejected} ms`);
      assert.ok(free < 3_000, `${name}: the next call was answered after ${free} ms`);
    }
    assert.ok(step > 3 && step < 10_000, `${step} steps are kept`);
  });

test('a large answer leaves the module as small as it was', { timeout: 180_000 }, async () => {
  const [before, after, sum] = await on('cpu', async () => {
    const { lab } = globalThis;
    const rows = Float32Array.from({ length: 80_000 }, (_, at) => (at % 8 === 0 ? at / 8 : 0));
    const { inUse: before } = await lab.memory();
    const request = { queries: rows, references: rows, dim: 8, metric: 'manhattan' };
    const matrix = await lab.distances(request);
    const sample = [matrix.length, matrix[0], matrix[9_999], matrix[5_000 * 10_000 + 4_998], matrix.at(-1)];
    return [before, (await lab.memory()).inUse, sample];
  });
  assert.deepEqual(sum, [1e8, 0, 9_999, 2, 0], 'distances');
  assert.ok(after - before <= 64 * MEBI, `${(after - before) / MEBI} MiB more than before`);
});

test('gzip of several members, or with padding, is read', { timeout: 60_000 }, async () => {
  const found = await on('cpu', async () => {
    const { lab, metriclab } = globalThis;
    const found = [];
    for (const name of ['two', 'tape', 'broken']) {
      const bytes = await fetch(`./${name}.mlds.gz`).then((answer) => answer.blob());
      const code = (error) => error.code;
      found.push(await metriclab.fetchPacked(`./${name}.mlds.gz`).then((whole) => whole.byteLength, code));
      found.push(await lab.loadDataset(bytes).then(({ count }) => count, code));
    }
    return found;
  });
  const { byteLength } = pack();
  assert.deepEqual(found, [byteLength, 80, byteLength, 80, 'data.invalid', 'data.invalid']);
});

test('a device that does not exist is refused by the accepted names', async () => {
  const page = await visitPackage(browser, site);
  const found = await page.evaluate(async () => {
    const { createLab } = globalThis.metriclab;
    const options = [
      'cpu',
      null,
      { Device: 'cpu' },
      { device: 'webgpu' },
      { device: 'wasm' },
      { device: 'CPU' },
    ];
    const refused = options.map((given) =>
      createLab(given).then(
        () => 'opened',
        ({ name, code }) => `${name} ${code}`,
      ),
    );
    return Promise.all(refused);
  });
  assert.deepEqual(found, new Array(6).fill('MetricLabError argument.invalid'));
  await leave(page);
});

// The package's door on the real engine: arguments, errors, cancelling, and the two readers of a data set.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { pack } from '../../pkg/tests/packed.mjs';
import { openPackageSite, visitPackage } from './package-page.mjs';
import { launch, leave, started } from './visit.mjs';

const MEBI = 1 << 20;
const read = (name) => readFile(new URL(`../../pkg/tests/${name}.mjs`, import.meta.url), 'utf8');

const packed = Buffer.from(pack());
const half = packed.length >> 1;
const files = {
  'two.mlds.gz': Buffer.concat([gzipSync(packed.subarray(0, half)), gzipSync(packed.subarray(half))]),
  'tape.mlds.gz': Buffer.concat([gzipSync(packed), Buffer.alloc(512)]),
  'broken.mlds.gz': Buffer.concat([gzipSync(packed), Buffer.from('junk')]),
  'packed.js': await read('packed'),
  'hostile.js': (await read('hostile')).replace('./packed.mjs', './packed.js'),
};
const [browser, site] = await started(launch('software'), openPackageSite(files));

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

/** Runs in the page: bytes of the answer to each call, and by how many the module's memory grew for it. */
async function largeAnswers() {
  const { createLab } = globalThis.metriclab;
  const { pack } = await import('./packed.js');
  const rows = (count, dim) => Float32Array.from({ length: count * dim }, (_, at) => (at * 7919) % 1009);
  const session = async (lab, count, dim, hidden = [4]) => {
    await lab.loadDataset(pack({ count, side: 2 }));
    await lab.configure({
      ...(await lab.defaults()),
      unseenClasses: 0,
      network: { kind: 'mlp', hidden },
      embedding: { dim, normalize: true },
      batch: { classes: 2, perClass: 2 },
    });
  };
  const filled = async (lab, count, dim) => {
    const gallery = await lab.gallery({ dim });
    const all = rows(count, dim);
    const entry = (_, at) => ({ name: `class ${at % 50}`, vector: all.subarray(at * dim, (at + 1) * dim) });
    await gallery.add(Array.from({ length: count }, entry));
    return gallery;
  };
  const ends = {
    left: { bags: [[0], [1]], ids: 2 },
    right: {
      rows: [
        [1, 0],
        [0, 1],
      ],
      shape: 2,
    },
    pairs: [
      [0, 0],
      [1, 1],
    ],
  };
  /** Each prepares what is there before, and gives the call. */
  const calls = {
    distances: async (lab) => {
      const all = rows(5_000, 8);
      return () => lab.distances({ queries: all, references: all, dim: 8, metric: 'manhattan' });
    },
    nearest: async (lab) => {
      const all = rows(3_500, 8);
      return () => lab.nearest({ queries: all, references: all, dim: 8, k: 3_500, metric: 'euclidean' });
    },
    embed: async (lab) => {
      await session(lab, 40, 64);
      const pixels = Uint8Array.from({ length: 4 * 300_000 }, (_, at) => at % 251);
      return () => lab.embed({ pixels, count: 300_000 });
    },
    evaluate: async (lab) => {
      await session(lab, 12_000, 64);
      return () => lab.evaluate({ space: 'embedding', k: 10 });
    },
    measures: async (lab) => {
      await session(lab, 12_000, 64);
      return () => lab.measures({ space: 'embedding' });
    },
    picture: async (lab) => {
      await session(lab, 60_000, 64);
      return () => lab.picture({ sample: 60_000 });
    },
    neighbours: async (lab) => {
      await session(lab, 60_000, 64);
      return () => lab.neighbours({ index: 0, k: 59_000, space: 'raw' });
    },
    query: async (lab) => {
      const gallery = await filled(lab, 5_000, 8);
      return () => gallery.query(rows(200, 8), { k: 5_000 });
    },
    entries: async (lab) => {
      const gallery = await filled(lab, 40_000, 64);
      return () => gallery.entries();
    },
    thresholdReport: async (lab) => {
      const gallery = await filled(lab, 5_000, 8);
      return () => gallery.thresholdReport({ pairs: 1_000_000, draws: 20 });
    },
    towers: async (lab) => {
      const towers = await lab.towers({ ...ends, config: { dim: 64, batch: 2 } });
      return () => towers.embed('right', { rows: rows(400_000, 2), shape: 2 });
    },
    save: async (lab) => {
      await session(lab, 40, 64, [2_048, 2_048, 2_048, 2_048, 2_048, 2_048]);
      return () => lab.save();
    },
    galleryFile: async (lab) => {
      const gallery = await filled(lab, 40_000, 512);
      return () => gallery.save();
    },
  };
  const bytesOf = (value) => {
    if (ArrayBuffer.isView(value)) return value.byteLength;
    if (typeof value !== 'object' || value === null) return 8;
    return Object.values(value).reduce((sum, part) => sum + bytesOf(part), 0);
  };
  const found = {};
  for (const [name, prepare] of Object.entries(calls)) {
    const lab = await createLab({ device: 'cpu', cores: 1 });
    const call = await prepare(lab);
    const { inUse: before } = await lab.memory();
    const bytes = bytesOf(await call());
    found[name] = { bytes, grown: (await lab.memory()).inUse - before };
    lab.dispose();
  }
  return found;
}

test('a large answer leaves the module as small as it was', { timeout: 240_000 }, async (t) => {
  const found = await on('cpu', largeAnswers);
  const mebi = (bytes) => (bytes / MEBI).toFixed(1);
  for (const [name, { bytes, grown }] of Object.entries(found))
    t.diagnostic(`${name}: ${mebi(grown)} MiB more for an answer of ${mebi(bytes)} MiB`);
  for (const name of ['distances', 'nearest', 'embed', 'towers', 'save', 'galleryFile'])
    assert.ok(found[name].bytes > 64 * MEBI, `${name}: an answer of ${mebi(found[name].bytes)} MiB is large`);
  for (const [name, { grown }] of Object.entries(found))
    assert.ok(grown <= 64 * MEBI, `${name}: ${mebi(grown)} MiB more than before`);
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

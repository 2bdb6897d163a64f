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

/** Runs in the page: changes the bytes of a small data set, and compares the verdicts of both readers. */
async function compareReaders({ rounds }) {
  const { lab, metriclab } = globalThis;
  const { pack } = await import('./packed.js');
  let state = 1;
  const below = (most) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
  const pick = (list) => list[below(list.length)];
  const values = [
    ...['null', 'true', '-1', '0', '0.0', '-0', '4.0', '4.5', '4e0', '1e400', '1e-400', '5000000000', '1e20'],
    ...['""', '"x"', '"\\ud800"', '"\\ud83d\\ude00"', '"\\u0000"', '[]', '["a"]', '["a",1]', '["a","b"]'],
    ...[
      '{}',
      '{"ko":"k"}',
      '{"en":3}',
      '"picture"',
      '"vectors"',
      '"u8"',
      '"f32"',
      '255',
      '256',
      '01',
      '1.',
      '+1',
    ],
    ...[
      'NaN',
      "'x'",
      '[1,]',
      '[[[[]]]]',
      `${'['.repeat(126)}${']'.repeat(126)}`,
      `${'['.repeat(127)}${']'.repeat(127)}`,
    ],
  ];
  const names = [
    ...['name', 'title', 'count', 'channels', 'height', 'width', 'classes', 'domains', 'licence', 'source'],
    ...['notice', 'kind', 'type', 'background', 'other', '__proto__'],
  ];
  const fields = () => ({
    name: '"t"',
    title: '{"ko":"티","en":"t"}',
    count: '4',
    channels: '1',
    height: '2',
    width: '2',
    classes: '["a","b"]',
    domains: '[]',
    licence: '"x"',
    source: '"x"',
    notice: '"x"',
  });
  const mutant = () => {
    const own = fields();
    for (let changes = below(3); changes > 0; changes -= 1) {
      const name = pick(names);
      if (below(4) === 0) delete own[name];
      else Object.defineProperty(own, name, { value: pick(values), enumerable: true, configurable: true });
    }
    const space = () =>
      below(200) === 0 ? pick(['\u00a0', '\v', '\0']) : pick(['', '', ' ', '\t', '\n', '\r']);
    const text = `{${Object.entries(own)
      .map(([name, value]) => `${space()}"${name}":${value}`)
      .join(',')}}${space()}`;
    const json = [...new TextEncoder().encode(text)];
    const mark = [0xef, 0xbb, 0xbf];
    json.unshift(...pick([[], [], [], [], [], mark, mark, [...mark, ...mark], [0xff, 0xfe]]));
    while (json.length % 4 > 0) json.push(below(50) === 0 ? 0 : 0x20);
    if (below(6) === 0) json[below(json.length)] ^= 1 << below(8);
    const body = new Uint8Array(pack({ count: 4, classes: 2, side: 2 })).slice(-24);
    if (below(6) === 0) body[below(24)] = pick([0, 1, 2, 255]);
    const file = new Uint8Array(12 + json.length + body.length + (below(12) === 0 ? pick([1, -1]) : 0));
    file.set([0x4d, 0x4c, 0x44, 0x53, 1, 0, 0, 0, json.length & 255, json.length >> 8]);
    file.set(json, 12);
    file.set(body.subarray(0, file.length - 12 - json.length), 12 + json.length);
    return file;
  };
  const verdict = async (work) => {
    try {
      const { name, count, classes, title, kind, type } = await work();
      return JSON.stringify({ name, count, classes, title, kind, type });
    } catch (error) {
      return `${error.code}: ${error.message}`;
    }
  };
  const codeOf = (text) => (text.startsWith('{') ? text : text.split(':')[0]);
  const found = { accepted: 0, refused: 0, different: [] };
  for (let round = 0; round < rounds; round += 1) {
    const file = mutant();
    const [ours, theirs] = [
      await verdict(() => metriclab.readPacked(file)),
      await verdict(() => lab.loadDataset(file)),
    ];
    found[ours.startsWith('{') ? 'accepted' : 'refused'] += 1;
    if (codeOf(ours) !== codeOf(theirs))
      found.different.push({ header: new TextDecoder().decode(file.subarray(12, -24)), ours, theirs });
  }
  return found;
}

test('the page and the engine read 2,000 mutants of a data set alike', { timeout: 120_000 }, async () => {
  const { accepted, refused, different } = await on('cpu', compareReaders, { argument: { rounds: 2_000 } });
  assert.deepEqual(different.slice(0, 5), [], `${different.length} of 2,000 differ`);
  assert.ok(accepted > 200 && refused > 500, `${accepted} accepted, ${refused} refused`);
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

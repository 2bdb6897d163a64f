import assert from 'node:assert/strict';
import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import test, { after, before } from 'node:test';
import { POLICY, launch, open, serve } from './browser.mjs';
import { program, project, without } from './install.mjs';
import { failure, openSession } from './training.mjs';

const SCRIPT = '<script type="module" src="./main.js"></script>';
const HEAD = '<!doctype html><meta charset="utf-8"><title>t</title><link rel="icon" href="data:,">';
const MAIN = "import * as metriclab from './metriclab/dist/index.js';\nglobalThis.metriclab = metriclab;\n";

let browser;
let folder;
before(async () => {
  browser = await launch();
  const root = await project('faults', {
    'public/index.html': HEAD + SCRIPT,
    'public/main.js': MAIN,
    'public/frame.html': `${HEAD}<iframe sandbox="allow-scripts" src="./index.html"></iframe><script type="module">globalThis.metriclab = {};</script>`,
  });
  await program('cp', ['-r', 'node_modules/metriclab', 'public/metriclab'], root);
  folder = join(root, 'public');
  const assets = ['wasm/metriclab_cpu_bg.wasm', 'wasm/metriclab_gpu_bg.wasm', 'dist/metriclab-worker.js'];
  await mkdir(join(folder, 'assets'));
  for (const path of assets)
    await copyFile(join(folder, 'metriclab', path), join(folder, 'assets', basename(path)));
});
after(() => browser.close());

async function visit(t, { headers, path = '', served = folder, chromium = browser } = {}) {
  const server = await serve(served, headers);
  t.after(() => server.close());
  const visited = await open(chromium, server.address + path);
  t.after(visited.close);
  return visited;
}

const advance = (steps) =>
  globalThis.lab.advance(steps).then(
    ({ step }) => step,
    ({ code }) => code,
  );
const told = () => globalThis.told;
/** The events after all recoveries: a call waits until they are over. */
const settled = (page) => page.evaluate(() => globalThis.lab.options().then(() => globalThis.told));
const engineOf = (page) => page.workers().at(-1);

test('a trap in the engine costs the call and not the training', { timeout: 120_000 }, async (t) => {
  const { page } = await visit(t);
  await page.evaluate(openSession, { device: 'cpu' });
  assert.equal(await page.evaluate(advance, 20), 20, 'steps before the trap');
  await page.evaluate(() => globalThis.lab.options());
  await engineOf(page).evaluate(() => {
    // A module of one function that does nothing but trap, called while the engine reads the clock.
    const bytes = new Uint8Array([
      0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0,
      11,
    ]);
    const { f } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
    Performance.prototype.now = () => f();
  });
  assert.equal(await page.evaluate(advance, 1), 'worker.crashed', 'the call that trapped');
  await page.waitForFunction(() => globalThis.told.length > 0);
  assert.deepEqual(
    await page.evaluate(told),
    [{ fault: 'worker.crashed', recovered: true, step: 20 }],
    'what was told',
  );
  assert.equal(await page.evaluate(advance, 5), 25, 'training goes on from the kept state');
});

test('what is restored goes on bit for bit', { timeout: 120_000 }, async (t) => {
  const { page, complaints } = await visit(t);
  await page.evaluate(openSession, { device: 'cpu' });
  const [first, second] = await page.evaluate(async () => {
    const { lab } = globalThis;
    await lab.advance(10);
    const state = await lab.save();
    const once = [...(await lab.advance(10)).losses];
    await lab.restore(state);
    return [once, [...(await lab.advance(10)).losses]];
  });
  assert.deepEqual(second, first, 'losses after the restoration');
  assert.deepEqual(complaints, [], 'errors and warnings of the page');
});

test(
  'a lost device is replaced, a second loss moves to the CPU, and nothing is lost',
  { timeout: 300_000 },
  async (t) => {
    const { page } = await visit(t);
    const device = await page.evaluate(openSession, { device: 'gpu' });
    assert.equal(device.kind, 'gpu', 'where it begins');
    assert.equal(await page.evaluate(advance, 2), 2, 'steps before the loss');
    await page.evaluate(() => globalThis.lab.options());
    for (const kind of ['gpu', 'cpu']) {
      await engineOf(page).evaluate(() => {
        const make = GPUDevice.prototype.createCommandEncoder;
        GPUDevice.prototype.createCommandEncoder = function (...args) {
          this.destroy();
          return make.apply(this, args);
        };
      });
      assert.equal(await page.evaluate(advance, 1), 'device.lost', 'the call during which it was lost');
      await settled(page);
      assert.equal(await page.evaluate(() => globalThis.lab.device.kind), kind, 'device after the loss');
      assert.equal(await page.evaluate(() => globalThis.told.at(-1).step), 2, 'step after the loss');
    }
    assert.deepEqual(
      (await settled(page)).map((event) => event.fault ?? event.reason),
      ['device.lost', 'device_lost', 'device.lost'],
      'what was told',
    );
    assert.equal(await page.evaluate(advance, 3), 5, 'training goes on on the CPU');
  },
);

test('a WebGPU error that nobody captures is a fault', { timeout: 240_000 }, async (t) => {
  const { page } = await visit(t);
  await page.evaluate(openSession, { device: 'gpu' });
  await engineOf(page).evaluate(() => {
    const make = GPUDevice.prototype.createCommandEncoder;
    GPUDevice.prototype.createCommandEncoder = function (...args) {
      // Invalid: a buffer that can be mapped for reading and for writing.
      this.createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.MAP_WRITE });
      return make.apply(this, args);
    };
  });
  await page.evaluate(advance, 1);
  await page.waitForFunction(() => globalThis.told.length > 0);
  assert.equal((await page.evaluate(told))[0].fault, 'device.error', 'what was told');
});

test('moving from the CPU to the GPU and back keeps the weights', { timeout: 240_000 }, async (t) => {
  const { page, complaints } = await visit(t);
  await page.evaluate(openSession, { device: 'cpu' });
  const before = await page.evaluate(() =>
    globalThis.lab
      .advance(5)
      .then(() => globalThis.lab.embeddings())
      .then((rows) => [...rows]),
  );
  for (const device of ['gpu', 'cpu']) {
    const [kind, rows] = await page.evaluate(async (device) => {
      const { kind } = await globalThis.lab.switchDevice(device);
      return [kind, [...(await globalThis.lab.embeddings())]];
    }, device);
    assert.equal(kind, device, 'where it is');
    const worst = Math.max(...rows.map((value, i) => Math.abs(value - before[i])));
    assert.ok(worst < 1e-4, `embeddings on the ${device} differ by at most ${worst}`);
  }
  assert.equal(await page.evaluate(advance, 1), 6, 'training goes on');
  assert.deepEqual(complaints, [], 'errors and warnings of the page');
});

test('auto takes the CPU where the adapter is software', async (t) => {
  const { page, complaints } = await visit(t);
  const device = await page.evaluate(openSession, { device: 'auto' });
  assert.deepEqual(
    [device.kind, device.reason, device.adapter.isFallback],
    ['cpu', 'software_adapter', true],
    'the device',
  );
  assert.deepEqual(complaints, [], 'errors and warnings of the page');
});

test('a browser that has no WebGPU for us', async (t) => {
  const chromium = await launch({ webgpu: false });
  t.after(() => chromium.close());
  const { page } = await visit(t, { chromium });
  const device = await page.evaluate(openSession, { device: 'auto' });
  assert.equal(device.kind, 'cpu', 'auto takes the CPU');
  assert.ok(['no_webgpu', 'no_adapter'].includes(device.reason), `and says why: ${device.reason}`);
  const refused = await page.evaluate(failure, { device: 'gpu' });
  assert.equal(refused.name, 'MetricLabError', 'class of the refusal');
  assert.match(refused.code, /^device\.no_(webgpu|adapter)$/, 'gpu is refused');
});

test('a sandboxed frame without an origin gets its Worker through a blob', async (t) => {
  const headers = { 'Access-Control-Allow-Origin': '*' };
  const { page } = await visit(t, { headers, path: 'frame.html' });
  const frame = page.frames().find((candidate) => candidate !== page.mainFrame());
  await frame.waitForFunction(() => globalThis.metriclab);
  const defaults = await frame.evaluate(async () => {
    const lab = await globalThis.metriclab.createLab({ device: 'cpu' });
    return [location.origin, globalThis.origin, (await lab.options()).losses.length];
  });
  assert.equal(defaults[1], 'null', 'the frame has no origin');
  assert.ok(defaults[2] > 0, 'the engine answers');
});

for (const [name, headers, gone, code, sentence] of [
  [
    'a policy without Workers',
    { 'Content-Security-Policy': POLICY.replace("worker-src 'self'", "worker-src 'none'") },
    [],
    'worker.blocked',
    /worker-src/,
  ],
  [
    'a policy without wasm',
    { 'Content-Security-Policy': POLICY.replace("'wasm-unsafe-eval'", '') },
    [],
    'wasm.unavailable',
    /wasm-unsafe-eval/,
  ],
  [
    'a Worker script that is not served',
    undefined,
    ['metriclab/dist/engine/cpu-worker.js'],
    'worker.blocked',
    /cpu-worker\.js/,
  ],
  [
    'a module that is not served',
    undefined,
    ['metriclab/wasm/metriclab_cpu_bg.wasm'],
    'wasm.unavailable',
    /404/,
  ],
]) {
  test(`${name}: ${code}`, async (t) => {
    const served = gone.length > 0 ? await without(folder, `without-${code}`, gone) : folder;
    const { page } = await visit(t, { headers, served });
    const refused = await page.evaluate(failure, { device: 'cpu' });
    assert.deepEqual([refused?.name, refused?.code], ['MetricLabError', code], 'the refusal');
    assert.match(refused.message, sentence, 'its sentence says what to do');
  });
}

test('a module that is broken is not blamed on a policy', async (t) => {
  for (const [body, sentence] of [
    ['', /cannot be compiled: /],
    ['<!doctype html>', /cannot be compiled: .*magic/],
  ]) {
    const { page } = await visit(t);
    await page.route('**/metriclab_cpu_bg.wasm', (route) =>
      route.fulfill({ contentType: 'application/wasm', body }),
    );
    const refused = await page.evaluate(failure, { device: 'cpu' });
    assert.equal(refused.code, 'wasm.unavailable', 'its code');
    assert.match(refused.message, sentence, 'its sentence');
    assert.doesNotMatch(refused.message, /policy|eval/, 'its advice');
  }
});

test('assets says where Worker and modules are', async (t) => {
  const { page } = await visit(t);
  assert.equal(await page.evaluate(failure, { device: 'cpu', assets: './assets' }), null, 'the right folder');
  const refused = await page.evaluate(failure, { device: 'cpu', assets: './nowhere/' });
  assert.equal(refused.code, 'worker.blocked', 'a wrong one');
  assert.match(refused.message, /nowhere\/metriclab-worker\.js/, 'names the address');
});

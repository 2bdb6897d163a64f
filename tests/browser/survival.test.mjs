// Faults of a page's engine, its network and its storage. After each fault the test expects a coded error, the earlier state
// and right numbers.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { pack } from '../../pkg/tests/packed.mjs';
import { openPackageSite, visitPackage } from './package-page.mjs';
import { ROOT } from './site.mjs';
import { launch, leave, started } from './visit.mjs';

const PATIENCE = 180_000;

const small = { 'small.mlds': Buffer.from(pack()) };
const [browser, site] = await started(launch('software'), openPackageSite(small));

/** Runs in the page: a lab with a small session, `steps` steps of it, and the state kept. */
async function trained({ device, steps }) {
  const lab = await globalThis.metriclab.createLab({ device });
  Object.assign(globalThis, { lab, faults: [] });
  lab.on('fault', (fault) => globalThis.faults.push(fault));
  await lab.loadDataset(await globalThis.metriclab.fetchPacked('./small.mlds'));
  await lab.configure({
    ...(await lab.defaults()),
    unseenClasses: 0,
    network: { kind: 'mlp', hidden: [8] },
    batch: { classes: 2, perClass: 2 },
  });
  await lab.advance(steps);
  return (await lab.options()).losses.length > 0 && lab.device.kind;
}
/** Runs in the page: the code of a step, and how far the lab is after the recovery. */
async function faulted() {
  const code = await globalThis.lab.advance(1).then(
    () => 'fine',
    (error) => error.code,
  );
  const { step } = await globalThis.lab.advance(1);
  return { code, step, faults: globalThis.faults, kind: globalThis.lab.device.kind };
}
const engineOf = (page) => page.workers().at(-1);

for (const when of ['idle', 'busy'])
  test(`a Worker that is ended from outside while ${when}`, { timeout: PATIENCE }, async () => {
    const page = await visitPackage(browser, site);
    await page.evaluate(trained, { device: 'cpu', steps: 5 });
    // A watched call is done in parts, between which the Worker hears of its end.
    const running =
      when === 'busy'
        ? page.evaluate(() =>
            globalThis.lab.advance(10_000, { onProgress: () => undefined }).then(
              () => 'fine',
              ({ code }) => code,
            ),
          )
        : null;
    await engineOf(page).evaluate(() => self.close());
    if (running) assert.equal(await running, 'worker.crashed', 'the call that ran');
    await page.waitForFunction(() => globalThis.faults.length > 0);
    const { step } = await page.evaluate(() => globalThis.lab.advance(1));
    const [fault] = await page.evaluate(() => globalThis.faults);
    assert.deepEqual([fault.code, fault.recovered], ['worker.crashed', true]);
    assert.ok(fault.step >= 5 && step === fault.step + 1, `goes on at ${step} from ${fault.step}`);
    await leave(page);
  });

test('the GPU process is killed', { timeout: PATIENCE }, async () => {
  const page = await visitPackage(browser, site);
  assert.equal(await page.evaluate(trained, { device: 'gpu', steps: 3 }), 'gpu');
  const session = await browser.newBrowserCDPSession();
  await session.send('Browser.crashGpuProcess').catch(() => undefined);
  const { code, step, faults } = await page.evaluate(faulted);
  assert.ok(code === 'fine' || code.startsWith('device.') || code === 'worker.crashed', `a code: ${code}`);
  assert.ok(step >= 4, `goes on at ${step}`);
  for (const fault of faults) assert.match(fault.code, /^(device\.|worker\.crashed)/);
  await leave(page, { expected: [/./] });
});

test('a shader that fails validation gives no numbers', { timeout: PATIENCE }, async () => {
  const page = await visitPackage(browser, site);
  await page.evaluate(trained, { device: 'gpu', steps: 2 });
  await engineOf(page).evaluate(() => {
    const make = GPUDevice.prototype.createShaderModule;
    GPUDevice.prototype.createShaderModule = function (descriptor) {
      return make.call(this, { ...descriptor, code: `${descriptor.code}\nfn broken( {` });
    };
  });
  // A session with kernels that were not compiled before.
  const answers = await page.evaluate(async () => {
    const { lab } = globalThis;
    const answer = (promise) =>
      promise.then(
        () => 'numbers',
        ({ code }) => code,
      );
    const config = { ...(await lab.defaults()), unseenClasses: 0, network: { kind: 'conv', channels: [8] } };
    const learning = [
      answer(lab.configure({ ...config, batch: { classes: 3, perClass: 3 } })),
      answer(lab.advance(2)),
    ];
    return Promise.all([...learning, answer(lab.embeddings())]);
  });
  assert.ok(
    answers.some((code) => /^(device\.|worker\.crashed)/.test(code)),
    `an error: ${answers}`,
  );
  const later = await page.evaluate(async () => {
    const { lab } = globalThis;
    const config = { ...(await lab.defaults()), unseenClasses: 0, network: { kind: 'conv', channels: [8] } };
    await lab.configure({ ...config, batch: { classes: 3, perClass: 3 } });
    const { losses, step } = await lab.advance(3);
    return { losses: [...losses], step, rows: [...(await lab.embeddings())] };
  });
  assert.deepEqual([later.losses.length, later.step], [3, 3]);
  assert.ok([...later.losses, ...later.rows].every(Number.isFinite), 'the next engine is right');
  await leave(page, { expected: [/./] });
});

/** The package's site, in which /halt/ paths end the connection in the middle, end too soon, or wait in the middle. */
async function halting(how, files) {
  const server = createServer((request, response) => {
    const bytes = files[request.url];
    if (!bytes) return void pass(request, response);
    const headers = { 'Content-Type': 'application/wasm' };
    const half = bytes.subarray(0, bytes.length >> 1);
    if (how === 'short') return response.writeHead(200, headers).end(half);
    response.writeHead(200, { ...headers, 'Content-Length': bytes.length });
    response.write(half);
    if (how === 'cut') return setTimeout(() => response.destroy(), 50);
    return setTimeout(() => response.end(bytes.subarray(half.length)), 2_000);
  });
  const pass = async (request, response) => {
    const answer = await fetch(new URL(request.url, site.address));
    const kept = ['content-type', 'content-security-policy'].map((name) => [name, answer.headers.get(name)]);
    response.writeHead(answer.status, Object.fromEntries(kept.filter(([, value]) => value !== null)));
    response.end(Buffer.from(await answer.arrayBuffer()));
  };
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://localhost:${server.address().port}/`,
    close: () => (server.closeAllConnections(), server.close()),
  };
}

for (const [how, module, data] of [
  ['short', 'wasm.unavailable', 'data.invalid'],
  ['cut', 'wasm.unavailable', 'data.unreachable'],
  ['slow', 'fine', 'fine'],
])
  test(`a download that is ${how}`, { timeout: PATIENCE }, async (t) => {
    const slow = await halting(how, {
      '/halt/cpu.wasm': await readFile(join(ROOT, 'pkg/wasm/metriclab_cpu_bg.wasm')),
      '/halt/set.mlds.gz': await readFile(join(ROOT, 'data/packed/hangul.mlds.gz')),
    });
    t.after(() => slow.close());
    const page = await visitPackage(browser, slow);
    const codes = await page.evaluate(async () => {
      const code = (promise) =>
        promise.then(
          (lab) => (lab.dispose?.(), 'fine'),
          (error) => error.code ?? String(error),
        );
      const { createLab, fetchPacked } = globalThis.metriclab;
      return [
        await code(createLab({ device: 'cpu', wasm: '/halt/cpu.wasm' })),
        await code(fetchPacked('/halt/set.mlds.gz')),
        await code(createLab({ device: 'cpu' })),
      ];
    });
    assert.deepEqual(codes, [module, data, 'fine'], 'module, data, and the next lab');
    await leave(page, { expected: [/ERR_/, /wasm/i] });
  });

test('storage that is full', { timeout: PATIENCE }, async () => {
  const page = await visitPackage(browser, site);
  const found = await page.evaluate(async () => {
    const lab = await globalThis.metriclab.createLab({ device: 'cpu' });
    const gallery = await lab.gallery({ dim: 2, store: 'full' });
    await gallery.add({ name: 'ann', vector: [0, 0] });
    // As a browser ends a transaction for which it has no room.
    const { commit } = IDBTransaction.prototype;
    IDBTransaction.prototype.commit = function () {
      Object.defineProperty(this, 'error', { value: new DOMException('full', 'QuotaExceededError') });
      this.abort();
    };
    const code = await gallery.add({ name: 'ben', vector: [1, 1] }).then(
      () => 'fine',
      (error) => error.code,
    );
    const [answer] = await gallery.query([[1, 1]], { k: 1 });
    IDBTransaction.prototype.commit = commit;
    await gallery.add({ name: 'cem', vector: [2, 2] });
    const count = gallery.state.count;
    await gallery.close();
    const again = await lab.gallery({ dim: 2, store: 'full' });
    const stored = (await again.entries()).map(({ name }) => name);
    await again.erase();
    return [code, answer.decision.name, count, stored];
  });
  assert.deepEqual(found, ['storage.full', 'ann', 2, ['ann', 'cem']], 'refused, taken back, and usable');
  await leave(page);
});

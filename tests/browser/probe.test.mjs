// The probe of `auto` on the software adapter: the CPU module is faster, and the probe must not wait for the adapter.
// The browser flags it as a fallback, so `auto` would not ask it; here the flag is hidden, or the probe itself is called.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPackageSite, visitPackage } from './package-page.mjs';
import { launch, leave, started } from './visit.mjs';

const [browser, site] = await started(launch('software'), openPackageSite());

/** How the devices of the page's own thread ended; the watch keeps them all. */
const endings = (page) =>
  page.evaluate(() =>
    Promise.all(
      globalThis.devicesOfTest.map(({ lost }) =>
        Promise.race([
          lost.then(({ reason }) => reason),
          new Promise((resolve) => setTimeout(resolve, 500, 'alive')),
        ]),
      ),
    ),
  );

const hideFlag = () =>
  Object.defineProperty(GPUAdapterInfo.prototype, 'isFallbackAdapter', { get: () => false });

/** `createLab` by `auto` as often as asked; what each lab says of its device. */
const labs = async (times) => {
  const told = [];
  for (let i = 0; i < times; i++) {
    const lab = await globalThis.metriclab.createLab();
    told.push(lab.device);
    lab.dispose();
  }
  return told;
};

test(
  'the probe of the software adapter takes the CPU, in time, and leaves nothing behind',
  { timeout: 60_000 },
  async (t) => {
    const page = await visitPackage(browser, site);
    const { limit, rounds } = await page.evaluate(async () => {
      const { LIMIT_MS, probe } = await import('/metriclab/dist/probe.js');
      const { describeAdapter } = await import('/metriclab/dist/device.js');
      const rounds = [];
      for (let i = 0; i < 3; i++) {
        localStorage.clear();
        const adapter = await navigator.gpu.requestAdapter();
        const begun = performance.now();
        const { gpuMs, cpuMs, cached } = await probe(adapter, describeAdapter(adapter));
        rounds.push({ gpuMs, cpuMs, cached, took: performance.now() - begun });
      }
      return { limit: LIMIT_MS, rounds };
    });
    t.diagnostic(
      rounds
        .map(
          ({ gpuMs, cpuMs, took }) =>
            `GPU ${gpuMs?.toFixed(1) ?? 'too late'}, CPU ${cpuMs.toFixed(1)} ms a step, in ${took.toFixed(0)} ms`,
        )
        .join('; '),
    );
    for (const { gpuMs, cpuMs, cached, took } of rounds) {
      assert.ok(cpuMs > 0.1 && cpuMs < 1000, `the CPU's step: ${cpuMs} ms`);
      assert.ok(gpuMs === null || gpuMs > cpuMs, `the GPU's step: ${gpuMs} ms, the CPU's ${cpuMs} ms`);
      assert.equal(cached, false, 'measured, not remembered');
      // A timer of a busy machine comes late; the work itself must not.
      assert.ok(took < limit + 100, `${took} ms, ${limit} allowed`);
    }
    assert.deepEqual(await endings(page), ['destroyed', 'destroyed', 'destroyed'], 'the devices');
    await leave(page);
  },
);

test('auto takes the CPU on a probe, tells the times, and asks once', { timeout: 120_000 }, async () => {
  const page = await visitPackage(browser, site);
  await page.evaluate(hideFlag);
  const told = await page.evaluate(labs, 1);
  assert.deepEqual(
    [told[0].kind, told[0].reason, told[0].probe.cached],
    ['cpu', 'cpu_faster', false],
    'the first lab',
  );
  // A probe that ran into its limit is not remembered; on this machine that is a matter of what else it does.
  if (told[0].probe.gpuMs !== null) {
    const [again] = await page.evaluate(labs, 1);
    assert.deepEqual(
      [again.reason, again.probe],
      ['cpu_faster', { ...told[0].probe, cached: true }],
      'the second lab',
    );
    assert.equal((await endings(page)).length, 1, 'devices made for it');
  }
  await leave(page);
});

test('auto asks no adapter that the browser calls a fallback', { timeout: 60_000 }, async () => {
  const page = await visitPackage(browser, site);
  const [device] = await page.evaluate(labs, 1);
  assert.deepEqual([device.reason, device.probe], ['software_adapter', null], 'the device');
  assert.deepEqual(await endings(page), [], 'devices made');
  await leave(page);
});

for (const [name, harm, expected] of [
  [
    'refuses its device',
    () => {
      GPUAdapter.prototype.requestDevice = () => Promise.reject(new DOMException('no', 'OperationError'));
    },
    [],
  ],
  [
    'is used up',
    () => {
      // An adapter gives one device, and that was somebody else's.
      const ask = GPU.prototype.requestAdapter;
      GPU.prototype.requestAdapter = async function (...given) {
        const adapter = await ask.apply(this, given);
        const device = await adapter.requestDevice();
        globalThis.giveBack = () => device.destroy();
        return adapter;
      };
    },
    // The browser has two ways to say so.
    [/^console warning: (Failed to create device:\s+adapter is "consumed"|Device failed at creation\.)/],
  ],
  [
    'finds fault with its shader',
    () => {
      const make = GPUDevice.prototype.createShaderModule;
      GPUDevice.prototype.createShaderModule = function () {
        return make.call(this, { code: '@compute fn broken( {' });
      };
    },
    // Said by the watch of these tests, which hears it too; the browser itself must have nothing to add.
    [/^console error: uncaptured WebGPU error/],
  ],
]) {
  test(`auto takes the CPU where the adapter ${name}`, { timeout: 60_000 }, async () => {
    const page = await visitPackage(browser, site);
    await page.evaluate(hideFlag);
    await page.evaluate(harm);
    const [device] = await page.evaluate(labs, 1);
    assert.deepEqual([device.kind, device.reason], ['cpu', 'adapter_refused'], 'the device');
    await page.evaluate(() => globalThis.giveBack?.());
    assert.ok(
      (await endings(page)).every((reason) => reason === 'destroyed'),
      'no device is left',
    );
    await leave(page, { expected });
  });
}

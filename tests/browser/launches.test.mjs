// How many kernels a training step launches on WebGPU, counted in the Worker at the calls that launch them. On a graphics card a
// step of a small network costs its launches and nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { begin, openPackageSite, visitPackage } from './package-page.mjs';
import { launch, leave, started } from './visit.mjs';

const EMBEDDING = { embedding: { dim: 32, normalize: true } };
const STEPS = [
  {
    name: 'MLP 784-128-32, batch-hard triplets, Adam',
    changes: {
      ...EMBEDDING,
      network: { kind: 'mlp', hidden: [128] },
      miner: { kind: 'batchHard', margin: 0.2 },
    },
    most: { launches: 40, submits: 4 },
  },
  {
    name: 'two convolutions, semi-hard triplets, Adam',
    changes: { ...EMBEDDING, network: { kind: 'conv', channels: [16, 32] } },
    most: { launches: 64, submits: 8 },
  },
];

const [browser, site] = await started(launch('software'), openPackageSite());

/** Runs in the Worker: counts from here on. */
function count() {
  const counts = { launches: 0, submits: 0 };
  globalThis.countsOfTest = counts;
  const counted = (prototype, name, what) => {
    const call = prototype[name];
    prototype[name] = function (...given) {
      counts[what] += 1;
      return call.apply(this, given);
    };
  };
  counted(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', 'launches');
  counted(GPUComputePassEncoder.prototype, 'dispatchWorkgroupsIndirect', 'launches');
  counted(GPUQueue.prototype, 'submit', 'submits');
}

for (const { name, changes, most } of STEPS)
  test(`${name}: at most ${most.launches} launches a step`, { timeout: 240_000 }, async (t) => {
    const page = await visitPackage(browser, site);
    await page.evaluate(begin, { device: 'gpu', data: '/data/mnist.mlds.gz', changes });
    const [worker] = page.workers();
    await worker.evaluate(count);
    const advance = async (steps) => {
      const { losses } = await page.evaluate((steps) => globalThis.lab.advance(steps), steps);
      assert.ok(losses.every(Number.isFinite), 'every loss is a number');
      return { ...(await worker.evaluate(() => globalThis.countsOfTest)) };
    };
    const [first, second, third] = [await advance(2), await advance(1), await advance(5)];
    const perStep = (what) => (third[what] - second[what] - (second[what] - first[what])) / 4;
    const [launches, submits] = [perStep('launches'), perStep('submits')];
    t.diagnostic(`${launches} launches and ${submits} submits a step`);
    assert.ok(launches > 10, `${launches} launches: they are counted`);
    assert.ok(launches <= most.launches, `${launches} launches a step`);
    assert.ok(submits <= most.submits, `${submits} submits a step`);
    assert.deepEqual(await page.evaluate(() => globalThis.faults), []);
    await leave(page);
  });

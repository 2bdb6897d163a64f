import assert from 'node:assert/strict';
import test from 'node:test';
import { chooseDevice } from '../dist/device.js';
import { watchDevices } from '../dist/device-watch.js';
import { FakeEngine, GPU_WINS, HARDWARE, coded, fakeGpu, fakeLab, never } from './fake-engine.mjs';

const info = (fields) => ({ vendor: 'v', architecture: 'a', description: '', ...fields });

const times = (gpuMs, cpuMs) => async () => ({ gpuMs, cpuMs, cached: false });
const unasked = () => assert.fail('no probe was called for');

const CASES = [
  ['cpu is taken at its word', 'cpu', HARDWARE, unasked, 'cpu', 'requested'],
  ['gpu is taken at its word', 'gpu', undefined, unasked, 'gpu', 'requested'],
  ['no navigator.gpu', 'auto', undefined, unasked, 'cpu', 'no_webgpu'],
  ['no adapter', 'auto', fakeGpu(null), unasked, 'cpu', 'no_adapter'],
  [
    'asking throws',
    'auto',
    { requestAdapter: () => Promise.reject(new Error('no')) },
    unasked,
    'cpu',
    'no_adapter',
  ],
  ['asking is never answered', 'auto', { requestAdapter: never }, unasked, 'cpu', 'no_adapter'],
  [
    'a fallback adapter, said by its info',
    'auto',
    fakeGpu(info({ isFallbackAdapter: true })),
    unasked,
    'cpu',
    'software_adapter',
  ],
  [
    'a fallback adapter, said as before',
    'auto',
    fakeGpu(info({}), { isFallbackAdapter: true }),
    unasked,
    'cpu',
    'software_adapter',
  ],
  [
    'a name that looks like software decides nothing',
    'auto',
    fakeGpu(info({ description: 'llvmpipe (LLVM 19)' })),
    times(1, 2),
    'gpu',
    'gpu_faster',
  ],
  ['a fast GPU', 'auto', HARDWARE, times(1, 2), 'gpu', 'gpu_faster'],
  ['a slow GPU', 'auto', HARDWARE, times(2, 1), 'cpu', 'cpu_faster'],
  ['a GPU that is no faster', 'auto', HARDWARE, times(2, 2), 'cpu', 'cpu_faster'],
  ['a GPU that did not answer in time', 'auto', HARDWARE, times(null, 2), 'cpu', 'cpu_faster'],
  [
    'a GPU that gives no device',
    'auto',
    HARDWARE,
    () => Promise.reject(new Error('no')),
    'cpu',
    'adapter_refused',
  ],
];
for (const [name, requested, gpu, probe, kind, reason] of CASES) {
  test(name, async () => {
    const chosen = await chooseDevice(requested, gpu, probe, 20);
    assert.deepEqual([chosen.kind, chosen.reason, chosen.requested], [kind, reason, requested], 'the choice');
    assert.deepEqual(chosen.probe, reason.endsWith('_faster') ? await probe() : null, 'what it rests on');
  });
}

test('the times that auto went by are told with the device', async () => {
  const { lab } = await fakeLab({ device: 'auto', gpu: HARDWARE });
  assert.deepEqual([lab.device.reason, lab.device.probe], ['gpu_faster', GPU_WINS], 'reason and times');
  await lab.switchDevice('cpu');
  assert.equal(lab.device.probe, null, 'no times where nobody asked for them');
});

for (const [code, reason] of [
  ['device.refused', 'adapter_refused'],
  ['device.no_adapter', 'no_adapter'],
  ['device.no_webgpu', 'no_webgpu'],
  ['wasm.unavailable', 'module_unavailable'],
]) {
  test(`auto takes the CPU after ${code}`, async () => {
    const world = await fakeLab({
      device: 'auto',
      gpu: HARDWARE,
      create: (kind) => {
        if (kind === 'gpu') throw coded(code);
        return new FakeEngine();
      },
    });
    assert.deepEqual([world.lab.device.kind, world.lab.device.reason], ['cpu', reason], 'the device');
    assert.ok(world.workers[0].terminated, 'the refused Worker was ended');
  });

  test(`gpu rejects with ${code}`, async () => {
    const create = () => {
      throw coded(code);
    };
    await assert.rejects(fakeLab({ device: 'gpu', create }), { code });
  });
}

test('the adapter that the engine found is the one that is told', async () => {
  const adapter = { vendor: 'acme', architecture: 'rocket', description: 'mk2', isFallback: false };
  const { lab } = await fakeLab({ device: 'gpu', create: () => new FakeEngine({ adapter }) });
  assert.deepEqual(lab.device.adapter, adapter, 'adapter');
});

/** A Worker scope whose devices the test holds in its hands. */
function watched() {
  const devices = [];
  class GPUAdapter {
    async requestDevice(descriptor) {
      let lose;
      const lost = new Promise((resolve) => (lose = resolve));
      const device = Object.assign(new EventTarget(), { lost, lose, descriptor, adapter: this });
      devices.push(device);
      return device;
    }
  }
  const reports = [];
  watchDevices({ GPUAdapter }, (code, message) => reports.push([code, message]));
  return { adapter: new GPUAdapter(), devices, reports };
}

test('an uncaptured error of any device is reported', async () => {
  const { adapter, devices, reports } = watched();
  const device = await adapter.requestDevice({ label: 'x' });
  assert.equal(device, devices[0], 'the caller gets the device itself');
  assert.deepEqual(
    [device.descriptor, device.adapter],
    [{ label: 'x' }, adapter],
    'what the browser was asked',
  );
  class GPUValidationError extends Error {}
  class GPUOutOfMemoryError extends Error {}
  device.dispatchEvent(
    Object.assign(new Event('uncapturederror'), { error: new GPUValidationError('bad shader') }),
  );
  device.dispatchEvent(
    Object.assign(new Event('uncapturederror'), { error: new GPUOutOfMemoryError('too much') }),
  );
  assert.deepEqual(
    reports,
    [
      ['device.error', 'bad shader'],
      ['device.out_of_memory', 'too much'],
    ],
    'reports',
  );
});

test('a lost device is reported', async () => {
  const { adapter, reports } = watched();
  const device = await adapter.requestDevice();
  device.lose({ reason: 'unknown', message: 'the driver was reset' });
  await device.lost;
  assert.deepEqual(reports, [['device.lost', 'the driver was reset']], 'reports');
});

test('a browser without WebGPU is left alone', () => {
  watchDevices({}, () => assert.fail('nothing to report'));
});

// Which module `auto` takes, from an adapter's own numbers to the choice.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { chooseDevice } from '../dist/device.js';
import { KEPT_MS } from '../dist/probe-cache.js';
import { measureCpu } from '../dist/probe-cpu.js';
import { measureGpu } from '../dist/probe-gpu.js';
import { LIMIT_MS, probe } from '../dist/probe.js';
import { VERSION } from '../dist/version.js';
import { HARDWARE, fakeGpu, never } from './fake-engine.mjs';
import { fakeDevice } from './fake-gpu.mjs';

/** The workgroups of the probe's product lie in a square, those of its other kernel in a row. */
const costs =
  (product, launch) =>
  ([, y]) =>
    y > 1 ? product : launch;
const PRODUCT_FLOP = 2 * 128 * 784 * 128;
const signal = () => new AbortController().signal;

const FAST = { flopPerMs: 1e9, launchMs: 0.005 };
const SLOW = { flopPerMs: 1e6, launchMs: 0.5 };
const TINY_LAUNCHES = { flopPerMs: 1e9, launchMs: 1 };

function memory() {
  const kept = new Map();
  return { kept, getItem: (name) => kept.get(name) ?? null, setItem: (name, text) => kept.set(name, text) };
}

/** Instruments that count; `gpu` is a speed or a function. */
function bench({ gpu = FAST, cpuFlopPerMs = 2e7, storage = memory(), limit = 30 } = {}) {
  const world = { asked: 0, date: 1e12, storage, aborted: false };
  const instruments = {
    gpu: async (adapter, stop) => {
      world.asked += 1;
      stop.addEventListener('abort', () => (world.aborted = true));
      return typeof gpu === 'function' ? gpu(adapter, stop) : gpu;
    },
    cpu: async () => cpuFlopPerMs,
    shelf: { storage: () => world.storage, date: () => world.date, browser: 'a browser' },
    limit,
    now: () => performance.now(),
  };
  world.instruments = instruments;
  world.choose = (on = HARDWARE) =>
    chooseDevice('auto', on, (adapter, description) => probe(adapter, description, instruments), 50);
  return world;
}

for (const [name, gpu, kind, reason] of [
  ['a fast GPU wins', FAST, 'gpu', 'gpu_faster'],
  ['a slow GPU loses', SLOW, 'cpu', 'cpu_faster'],
  [
    'a GPU that multiplies well and starts badly loses: a step is many small kernels',
    TINY_LAUNCHES,
    'cpu',
    'cpu_faster',
  ],
  ['a GPU that throws is refused', () => Promise.reject(new Error('no device')), 'cpu', 'adapter_refused'],
]) {
  test(name, async () => {
    const { kind: chosen, reason: why } = await bench({ gpu }).choose();
    assert.deepEqual([chosen, why], [kind, reason], 'the choice');
  });
}

test('a GPU that never answers loses in time, is told to stop, and is asked again by the next page', async () => {
  const world = bench({ gpu: never, limit: 30 });
  const begun = performance.now();
  const { reason, probe: times } = await world.choose();
  const took = performance.now() - begun;
  assert.deepEqual([reason, times.gpuMs], ['cpu_faster', null], 'the choice');
  assert.ok(took >= 25 && took < 200, `it took ${took} ms with a limit of 30`);
  assert.ok(world.aborted, 'the measurement was told to stop');
  await world.choose();
  assert.equal(world.asked, 2, 'nothing was remembered of it');
  assert.ok(LIMIT_MS <= 500, `a visitor waits for ${LIMIT_MS} ms at most`);
});

test('what was found is remembered, and the GPU is not asked again', async () => {
  const world = bench();
  const first = await world.choose();
  const second = await world.choose();
  assert.equal(world.asked, 1, 'measurements');
  assert.deepEqual([first.probe.cached, second.probe.cached], [false, true], 'cached');
  assert.deepEqual(
    { ...second, probe: { ...second.probe, cached: false } },
    first,
    'and the choice is the same',
  );
});

for (const [name, meddle] of [
  ['too old', (world) => (world.date += KEPT_MS)],
  ['from the future', (world) => (world.date -= 1)],
  ['of another browser', (world) => (world.instruments.shelf.browser = 'its successor')],
  ['no JSON', ({ storage }) => storage.kept.forEach((_, key) => storage.kept.set(key, '{'))],
  [
    'without times',
    ({ storage }) =>
      storage.kept.forEach((text, key) =>
        storage.kept.set(key, JSON.stringify({ ...JSON.parse(text), gpuMs: null })),
      ),
  ],
  ['null', ({ storage }) => storage.kept.forEach((_, key) => storage.kept.set(key, 'null'))],
]) {
  test(`a memory that is ${name} is not used`, async () => {
    const world = bench();
    await world.choose();
    assert.equal(world.storage.kept.size, 1, 'something is there to be used');
    meddle(world);
    const { reason, probe: times } = await world.choose();
    assert.deepEqual([world.asked, reason, times.cached], [2, 'gpu_faster', false], 'measured anew');
  });
}

test('another adapter is measured for itself', async () => {
  const world = bench();
  await world.choose();
  await world.choose(fakeGpu({ vendor: 'acme', architecture: 'glider', description: '' }));
  assert.equal(world.asked, 2, 'measurements');
});

for (const [name, storage] of [
  ['is not there', undefined],
  ['throws when read', { getItem: () => assert.fail('denied'), setItem: () => undefined }],
  ['is full', { getItem: () => null, setItem: () => assert.fail('quota') }],
]) {
  test(`a storage that ${name} costs the memory and nothing else`, async () => {
    const { reason } = await bench({ storage }).choose();
    assert.equal(reason, 'gpu_faster', 'the choice');
  });
}

test('a storage that cannot even be asked for costs the memory and nothing else', async () => {
  const world = bench();
  world.instruments.shelf.storage = () => {
    throw new DOMException('denied', 'SecurityError');
  };
  assert.equal((await world.choose()).reason, 'gpu_faster', 'the choice');
});

test('the memory knows the version of the package', async () => {
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  assert.equal(VERSION, version, 'pkg/src/version.ts and pkg/package.json');
});

test('the way to the graphics process and back is no part of what work costs', async () => {
  for (const trip of [0.5, 50]) {
    const { world, adapter, now } = fakeDevice({ trip, cost: costs(0.25, 0.02) });
    const { flopPerMs, launchMs } = await measureGpu(adapter, signal(), now);
    assert.ok(
      Math.abs(flopPerMs / (PRODUCT_FLOP / 0.25) - 1) < 1e-6,
      `${flopPerMs} FLOP/ms with trips of ${trip} ms`,
    );
    assert.ok(Math.abs(launchMs - 0.02) < 1e-6, `${launchMs} ms a launch with trips of ${trip} ms`);
    assert.deepEqual([world.devices, world.destroyed], [1, 1], 'devices made and destroyed');
  }
});

test('a page that is busy for a moment makes no GPU slow', async () => {
  let submissions = 0;
  const { adapter, now, world } = fakeDevice({
    trip: 1,
    cost: costs(0.25, 0.02),
    // Every third answer is heard 40 ms late.
    onSubmit: () => (submissions++ % 3 === 0 ? (world.time += 40) : undefined),
  });
  const { flopPerMs, launchMs } = await measureGpu(adapter, signal(), now);
  assert.ok(Math.abs(flopPerMs / (PRODUCT_FLOP / 0.25) - 1) < 1e-6, `${flopPerMs} FLOP/ms`);
  assert.ok(Math.abs(launchMs - 0.02) < 1e-6, `${launchMs} ms a launch`);
});

test('a GPU too fast for the clock gets a number, and no endless work', async () => {
  const { world, adapter, now } = fakeDevice({ trip: 1, cost: () => 0 });
  const { flopPerMs, launchMs } = await measureGpu(adapter, signal(), now);
  assert.ok(Number.isFinite(flopPerMs) && launchMs > 0, `${flopPerMs} FLOP/ms, ${launchMs} ms a launch`);
  assert.ok(world.dispatches < 10_000, `${world.dispatches} dispatches`);
});

const error = (message) =>
  Object.assign(new Event('uncapturederror', { cancelable: true }), { error: new Error(message) });

test('an error that the device finds refuses the adapter and stays off the console', async () => {
  const event = error('bad shader');
  const { world, adapter, now } = fakeDevice({
    onSubmit: (device) => device.dispatchEvent(event),
    done: never,
  });
  await assert.rejects(measureGpu(adapter, signal(), now), /bad shader/);
  assert.ok(event.defaultPrevented, 'the browser was told that somebody has heard it');
  assert.equal(world.destroyed, 1, 'the device is gone');
});

test('a device that is lost meanwhile refuses the adapter', async () => {
  const { world, adapter, now } = fakeDevice({
    onSubmit: (device) => device.lose({ message: 'the driver was reset' }),
    done: never,
  });
  await assert.rejects(measureGpu(adapter, signal(), now), /driver was reset/);
  assert.equal(world.destroyed, 1, 'the device is gone');
});

test('a device is destroyed when time is over, at work or still on its way', async () => {
  const hanging = fakeDevice({ done: never });
  const atWork = new AbortController();
  const measuring = measureGpu(hanging.adapter, atWork.signal, hanging.now);
  await new Promise((resolve) => setTimeout(resolve, 5));
  atWork.abort();
  await assert.rejects(measuring, 'the one at work');
  assert.ok(hanging.world.destroyed > 0, 'the one at work');

  const late = fakeDevice();
  const before = new AbortController();
  before.abort();
  await assert.rejects(measureGpu(late.adapter, before.signal, late.now), 'the one that came late');
  assert.deepEqual(
    [late.world.devices, late.world.destroyed, late.world.dispatches],
    [1, 1, 0],
    'the one that came late',
  );
});

test('the loop of the CPU runs as fast as a processor can, and a few milliseconds long', async () => {
  const begun = performance.now();
  const flopPerMs = await measureCpu();
  const took = performance.now() - begun;
  assert.ok(flopPerMs > 5e5 && flopPerMs < 1e9, `${flopPerMs} FLOP a millisecond`);
  assert.ok(took < 100, `${took} ms`);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { createLab } from '../dist/index.js';
import { ENGINE_METHODS } from '../dist/protocol.js';
import { FakeEngine, fakeLab } from './fake-engine.mjs';
import { rightCalls } from './hostile.mjs';

const CONFIG = { seed: 1, network: { kind: 'mlp', hidden: [4] } };

/** Changes everything that a caller could change in its own arguments. */
function spoil(value) {
  if (ArrayBuffer.isView(value)) value.fill(99);
  else if (value instanceof ArrayBuffer) new Uint8Array(value).fill(99);
  else if (typeof value === 'object' && value !== null)
    for (const [name, item] of Object.entries(value)) {
      if (typeof item === 'object') spoil(item);
      else value[name] = 99;
    }
}

/** What an engine was given, as a page would write it. */
const plain = (args) => args.map((value) => (value instanceof ArrayBuffer ? new Uint8Array(value) : value));

test('every method of the engine is called in these tests', () => {
  assert.deepEqual(Object.keys(rightCalls(CONFIG)).sort(), [...ENGINE_METHODS].sort(), 'methods');
});

for (const [when, waits] of [
  ['at once', false],
  ['behind another call', true],
])
  test(`the engine sees arguments as they were at the call, answered ${when}`, async () => {
    const seen = {};
    const { lab } = await fakeLab({
      create: () =>
        new FakeEngine({ behaviour: (method, args) => void (seen[method] = structuredClone(args)) }),
    });
    const calls = Object.entries({
      ...rightCalls(CONFIG),
      restore: [new TextEncoder().encode('{"step":1}')],
    });
    for (const [method, args] of calls) {
      const expected = structuredClone(args);
      const before = waits ? [lab.options(), lab.batch()] : [];
      const answer = lab[method](...args);
      args.forEach(spoil);
      await Promise.all([...before, answer]);
      assert.deepEqual(seen[method], plain(expected), method);
    }
  });

test('a loss that learns nothing needs no weights, and bytes are no request', async () => {
  let seen;
  const { lab } = await fakeLab({
    create: () => new FakeEngine({ behaviour: (_, [request]) => void (seen = request) }),
  });
  const {
    lossOf: [{ learned, ...request }],
  } = rightCalls(CONFIG);
  await lab.lossOf(request);
  assert.deepEqual(seen.learned, new Float32Array(0));
  await assert.rejects(lab.lossOf({ ...request, learned: [...learned] }), { code: 'config.invalid' });
  await assert.rejects(lab.fineTune(new Uint8Array(3)), {
    code: 'config.invalid',
    message: /must be a plain object, is an object \(Uint8Array\)/,
  });
});

test('the caller keeps its arrays, and rows compared with themselves are sent once', async () => {
  let seen;
  const { lab } = await fakeLab({
    create: () => new FakeEngine({ behaviour: (_, [rows]) => void (seen = rows) }),
  });
  const rows = Float32Array.of(1, 2, 3, 4);
  await lab.distances({ queries: rows, references: rows, dim: 2, metric: 'manhattan' });
  assert.equal(rows.length, 4, 'the array was not taken away');
  assert.equal(seen.queries.buffer, seen.references.buffer, 'one buffer crossed');
  const large = new Float32Array(1000);
  const part = large.subarray(10, 14);
  await lab.distances({ queries: part, references: part, dim: 2, metric: 'manhattan' });
  assert.equal(seen.queries.buffer.byteLength, 16, 'of a part only the part is copied');
});

for (const [name, make] of [
  ['an ArrayBuffer', (bytes) => bytes.buffer],
  ['a Uint8Array', (bytes) => bytes],
  ['a part of a buffer', (bytes) => new Uint8Array([0, ...bytes, 0]).subarray(1, bytes.length + 1)],
  ['a DataView', (bytes) => new DataView(bytes.buffer)],
  ['a Buffer of Node', (bytes) => Buffer.from(bytes)],
  [
    'shared memory',
    (bytes) => {
      const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
      shared.set(bytes);
      return shared;
    },
  ],
  ['a Blob', (bytes) => new Blob([bytes])],
])
  test(`a data set and a state may come as ${name}`, async () => {
    const { lab, newest } = await fakeLab();
    await lab.loadDataset(make(new Uint8Array([1, 2, 3, 4])));
    assert.deepEqual(newest().engine.dataset, new Uint8Array([1, 2, 3, 4]), 'data set');
    const state = new TextEncoder().encode('{"step":7,"config":{}}');
    assert.equal((await lab.restore(make(state))).step, 7, 'state');
  });

test('what a device may be called is said', async () => {
  const { lab } = await fakeLab();
  for (const device of ['webgpu', 'wasm', 'CPU', '', null, 0, {}, Symbol('cpu')]) {
    const refusal = { name: 'MetricLabError', code: 'argument.invalid', message: /'auto', 'gpu' or 'cpu'/ };
    await assert.rejects(createLab({ device }), refusal);
    await assert.rejects(lab.switchDevice(device), refusal);
  }
  for (const options of ['cpu', null, { Device: 'cpu' }, ['cpu'], 5])
    await assert.rejects(createLab(options), { code: 'argument.invalid', message: /device/ });
  for (const name of ['assets', 'worker', 'wasm'])
    await assert.rejects(createLab({ [name]: 'http://[' }), {
      code: 'argument.invalid',
      message: new RegExp(name),
    });
  await assert.rejects(createLab({ wasm: { gpu: 5 } }), { code: 'argument.invalid', message: /wasm\.gpu/ });
});

test('the file for browsers names the right import in Node', async () => {
  for (const options of [undefined, {}, { device: 'cpu' }, { device: 'auto' }])
    await assert.rejects(createLab(options), { code: 'browser.required', message: /imported by its name/ });
  await assert.rejects(createLab({ device: 'gpu' }), { code: 'device.no_webgpu' });
});

test('an event that there is none of, and a listener that is none, are refused', async () => {
  const { lab } = await fakeLab();
  assert.throws(() => lab.on('x', () => 1), { code: 'argument.invalid', message: /fault.*device/ });
  assert.throws(() => lab.on('fault', 5), { code: 'argument.invalid', message: /listener/ });
  assert.throws(() => lab.on('fault'), { code: 'argument.invalid' });
});

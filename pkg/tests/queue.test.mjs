import assert from 'node:assert/strict';
import test from 'node:test';
import { MetricLabError } from '../dist/index.js';
import { transferables } from '../dist/protocol.js';
import { FakeEngine, coded, fakeLab, never } from './fake-engine.mjs';

test('calls are answered in order and never overlap', async () => {
  const { lab, newest } = await fakeLab();
  const order = [];
  const calls = ['defaults', 'batch', 'options', 'embeddings'].map((method) =>
    lab[method]().then(() => order.push(method)),
  );
  await Promise.all(calls);
  assert.deepEqual(order, ['defaults', 'batch', 'options', 'embeddings'], 'order of the answers');
  assert.deepEqual(newest().engine.calls, order, 'order in the engine, which refuses overlapping calls');
});

test('arguments and answers arrive as they were sent', async () => {
  const seen = [];
  const { lab } = await fakeLab({
    create: () =>
      new FakeEngine({
        behaviour: (method, args) => (
          seen.push([method, ...args]),
          method === 'embed' ? new Float32Array([1, 2]) : undefined
        ),
      }),
  });
  const embedded = await lab.embed({ pixels: new Uint8Array([7, 8]), count: 2 });
  assert.deepEqual(embedded, new Float32Array([1, 2]), 'answer of embed');
  assert.deepEqual(seen[0], ['embed', { pixels: new Uint8Array([7, 8]), count: 2 }], 'request of embed');
});

test('a refused call keeps its code and sentence, and the line goes on', async () => {
  const { lab, workers, faults } = await fakeLab({
    create: () =>
      new FakeEngine({
        behaviour: (method) => {
          if (method === 'configure') throw coded('config.invalid', 'seed must be a whole number');
        },
      }),
  });
  const refused = lab.configure({ seed: 0.5 });
  const next = lab.defaults();
  await assert.rejects(refused, (error) => {
    assert.ok(error instanceof MetricLabError, 'class of the error');
    assert.equal(error.code, 'config.invalid', 'code of the error');
    assert.equal(error.message, 'seed must be a whole number', 'sentence of the error');
    return true;
  });
  await next;
  assert.equal(workers.length, 1, 'an ordinary error starts no other Worker');
  assert.equal(faults.length, 0, 'an ordinary error is no fault');
});

test('an error without a code of ours is engine.unexpected', async () => {
  const { lab } = await fakeLab({
    create: () =>
      new FakeEngine({
        behaviour: () => {
          throw new TypeError('recursive use of an object');
        },
      }),
  });
  await assert.rejects(lab.options(), { code: 'engine.unexpected', message: 'recursive use of an object' });
});

test('an argument that cannot be sent rejects and harms nothing', async () => {
  const { lab } = await fakeLab();
  await assert.rejects(lab.configure({ seed: () => 1 }), { code: 'config.invalid' });
  assert.deepEqual(await lab.defaults(), {}, 'the next call');
});

test('a count of steps that is none never reaches the engine', async () => {
  const { lab, newest } = await fakeLab();
  for (const steps of [-1, 0.5, NaN, 10_001])
    await assert.rejects(lab.advance(steps), { code: 'config.invalid', message: /steps/ });
  await lab.advance(0);
  assert.deepEqual(newest().engine.calls, ['advance'], 'calls that reached the engine');
});

test('the caller keeps the bytes of a data set, and may change them', async () => {
  const { lab, newest } = await fakeLab();
  const bytes = new Uint8Array([1, 2, 3, 4]);
  const loaded = lab.loadDataset(bytes.buffer);
  bytes.fill(9);
  await loaded;
  assert.equal(bytes.buffer.byteLength, 4, 'the buffer was not taken away');
  assert.deepEqual(
    newest().engine.dataset,
    new Uint8Array([1, 2, 3, 4]),
    'the engine has them as they were at the call',
  );
});

test('dispose rejects what waits, ends the Worker, and refuses what comes', async () => {
  const { lab, newest } = await fakeLab({ create: () => new FakeEngine({ behaviour: never }) });
  const running = lab.advance(1);
  const waiting = lab.batch();
  const verdicts = [running, waiting].map((call) => assert.rejects(call, { code: 'lab.disposed' }));
  await new Promise((resolve) => setTimeout(resolve, 10));
  lab.dispose();
  await Promise.all(verdicts);
  assert.ok(newest().terminated, 'the Worker was ended');
  await assert.rejects(lab.options(), { code: 'lab.disposed' });
  lab.dispose();
});

test('whole buffers of an answer are moved, parts and shared ones are not', () => {
  const whole = new Float32Array(3);
  const part = new Uint8Array(new ArrayBuffer(8), 4);
  const shared = new Uint8Array(new SharedArrayBuffer(4));
  assert.deepEqual(
    transferables({ whole, again: whole, part, shared, n: 1 }),
    [whole.buffer],
    'buffers of an object',
  );
  assert.deepEqual(transferables(whole), [whole.buffer], 'buffer of an array');
  assert.deepEqual(transferables(null), [], 'buffers of null');
});

test('training is one report where it is awaited, and one after the other in a loop', async () => {
  const engine = new FakeEngine();
  const { lab } = await fakeLab({ create: () => engine });
  await lab.loadDataset(Uint8Array.of(1));
  await lab.configure({ seed: 1 });
  const advances = () => engine.calls.filter((method) => method === 'advance').length;
  const idle = lab.train({ steps: 5 });
  assert.equal(advances(), 0, 'it begins when somebody waits');
  const whole = await idle;
  assert.deepEqual([whole.step, whole.losses.length], [5, 5]);
  assert.equal((await idle).step, 5, 'awaited again, it is the same');
  const told = [];
  const steps = [];
  const onProgress = ({ done, total }) => told.push([done, total]);
  for await (const { step, losses } of lab.train({ steps: 7, every: 3, onProgress }))
    steps.push([step, losses.length]);
  assert.deepEqual(steps, [
    [8, 3],
    [11, 3],
    [12, 1],
  ]);
  assert.deepEqual(told.at(-1), [7, 7]);
  assert.ok(
    told.every(([done], at) => at === 0 || done > told[at - 1][0]),
    `ascending: ${told}`,
  );
  for await (const { step } of lab.train({ steps: 1000, every: 2 })) if (step === 16) break;
  assert.equal((await lab.advance(0)).step, 16, 'a loop that is left trains no further');
});

test('training ends by its signal, and keeps its steps', async () => {
  const { lab } = await fakeLab();
  await lab.loadDataset(Uint8Array.of(1));
  await lab.configure({ seed: 1 });
  const stop = new AbortController();
  const seen = [];
  const loop = async () => {
    for await (const { step } of lab.train({ steps: 100, every: 2, signal: stop.signal })) {
      seen.push(step);
      if (step === 4) stop.abort();
    }
  };
  await assert.rejects(loop(), { code: 'call.aborted' });
  assert.deepEqual(seen, [2, 4]);
  assert.equal((await lab.advance(0)).step, 4);
  for (const bad of [
    undefined,
    {},
    { steps: -1 },
    { steps: 1.5 },
    { steps: 1, every: 0 },
    { steps: 1, evry: 2 },
  ]) {
    await assert.rejects(Promise.resolve(lab.train(bad)), { code: 'argument.invalid' });
    await assert.rejects(lab.train(bad)[Symbol.asyncIterator]().next(), { code: 'argument.invalid' });
  }
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { run } from '../dist/blocks.js';
import { FakeEngine, coded, fakeLab, trap } from './fake-engine.mjs';

/**
 * Runs a request on an engine that notes the parts it is asked for; `cost` is what a unit takes and `reading` what every part does,
 * in ms.
 */
async function watched(
  method,
  args,
  { cost = 1, reading = 0, stopAfter = Infinity, fail = () => undefined } = {},
) {
  const fake = new FakeEngine();
  const asked = [];
  const progress = [];
  let time = 0;
  const size = { advance: ([steps]) => steps, embed: ([{ count }]) => count };
  const rows = ([{ queries, dim }]) => queries.length / dim;
  const engine = {
    [method]: async (...given) => {
      const count = (size[method] ?? rows)(given);
      asked.push(count);
      time += cost * count + reading;
      fail(asked.length);
      return fake[`on_${method}`](...given);
    },
  };
  const answer = await run(
    engine,
    { id: 1, method, args, watched: true },
    {
      now: () => time,
      pause: async () => undefined,
      stopped: () => asked.length >= stopAfter,
      progress: (done, total) => progress.push([done, total]),
    },
  );
  return { answer, asked, progress, fake, time };
}

const numbers = (length, factor) => Float32Array.from({ length }, (_, i) => (i * factor) % 17);
const rows = (n, m) => ({
  queries: numbers(3 * n, 7),
  references: numbers(3 * m, 5),
  dim: 3,
  metric: 'manhattan',
});

for (const [method, request, total] of [
  ['distances', rows(3_000, 40), 3_000],
  ['nearest', { ...rows(3_000, 40), k: 3 }, 3_000],
  ['embed', { pixels: Uint8Array.from({ length: 4 * 300 }, (_, i) => i % 251), count: 300 }, 300],
])
  test(`${method} in parts is ${method}, and says how far it is`, async () => {
    const { answer, asked, progress, fake } = await watched(method, [request]);
    assert.ok(asked.length > 3, `parts: ${asked.join(', ')}`);
    assert.deepEqual(progress.at(-1), [total, total], 'last progress');
    assert.deepEqual(
      progress.map(([done]) => done),
      asked.map((_, i) => asked.slice(0, i + 1).reduce((sum, part) => sum + part)),
      'progress',
    );
    if (method !== 'embed') assert.deepEqual(answer, fake[`on_${method}`](request), 'answer');
    else assert.equal(answer.length, 600, 'answer');
  });

test('steps in parts are steps', async () => {
  const { answer, asked, fake } = await watched('advance', [1000]);
  assert.equal(fake.step, 1000, 'steps done');
  assert.deepEqual(
    [answer.step, answer.losses.length, answer.active.length, answer.milliseconds],
    [1000, 1000, 1000, asked.length],
    'report',
  );
});

test('parts become as long as the target, and no part takes much longer', async () => {
  for (const cost of [0.01, 1, 7, 400]) {
    const { asked } = await watched('advance', [2000], { cost });
    assert.equal(asked[0], 1, 'first part');
    asked.slice(1).forEach((part, i) => assert.ok(part <= 4 * asked[i], 'at most four times the last'));
    const longest = Math.max(...asked) * cost;
    assert.ok(longest <= Math.max(cost, 50), `${longest} ms with steps of ${cost} ms`);
    if (cost === 1) assert.equal(asked[10], 50, 'steps of 1 ms in parts of 50 ms');
  }
});

test('where every part reads the references, parts are so long that this costs little, and never longer than a second', async () => {
  // A thousand milliseconds of work; the first part has 54 queries.
  for (const [reading, most] of [
    [0, 1.01],
    [1, 1.1],
    [40, 1.5],
    [150, 2],
    [600, 4.5],
    [3000, 20],
  ]) {
    const { asked, time } = await watched('distances', [rows(5000, 400)], { cost: 0.2, reading });
    const longest = Math.max(...asked) * 0.2 + reading;
    const bound = Math.max(70, Math.min(1000, 5 * reading), 2 * reading) + 1;
    assert.ok(longest <= bound, `${longest} ms, with ${reading} ms for reading: ${asked.join(' ')}`);
    assert.ok(time < 1000 * most, `${time} ms with ${reading} ms for reading, in ${asked.length} parts`);
  }
});

test('a stop ends steps after the part that runs, with a report of what is done', async () => {
  const { answer, fake } = await watched('advance', [1000], { stopAfter: 3 });
  assert.equal(answer.step, fake.step, 'the step that the engine is at');
  assert.equal(answer.losses.length, answer.step, 'a loss each');
  assert.ok(answer.step < 100, `${answer.step} steps`);
});

test('a refusal names the row that the caller knows', async () => {
  const request = rows(3_000, 40);
  request.queries[3 * 222] = NaN;
  await assert.rejects(watched('distances', [request]), { code: 'data.not_finite', message: /Row 222 / });
});

test('a failed step, a fault and a trap are not asked for twice', async () => {
  for (const [method, args, thrown] of [
    ['advance', [1000], coded('data.not_finite')],
    ['distances', [rows(3_000, 40)], coded('device.lost')],
    ['distances', [rows(3_000, 40)], trap()],
  ]) {
    let calls = 0;
    const fail = () => {
      calls += 1;
      if (calls === 3) throw thrown;
    };
    await assert.rejects(watched(method, args, { fail }), (error) => error === thrown);
    assert.equal(calls, 3, 'calls');
  }
});

test('an answer of many bytes is fetched in parts, also where nobody watches', async () => {
  const asked = [];
  const engine = {
    distances: ({ queries, references }) => {
      asked.push(queries.length);
      return new Float32Array(queries.length * references.length).fill(queries[0]);
    },
  };
  const queries = Float32Array.from({ length: 3000 }, (_, i) => i);
  const request = { queries, references: new Float32Array(4096), dim: 1, metric: 'manhattan' };
  const answer = await run(
    engine,
    { id: 1, method: 'distances', args: [request], watched: false },
    { now: () => 0 },
  );
  assert.deepEqual(asked, [1024, 1024, 952], 'rows of 16 KiB in parts of 16 MiB');
  assert.deepEqual([answer.length, answer[0], answer.at(-1)], [3000 * 4096, 0, 2048], 'the answer');
});

test('what no part can do is asked for as it is', async () => {
  for (const [method, args] of [
    ['distances', [{ queries: new Float32Array(7), references: new Float32Array(8), dim: 2 }]],
    ['distances', [{ queries: new Float32Array(8), references: new Float32Array(8), dim: '2' }]],
    ['nearest', [{ queries: new Float32Array(8), references: new Float32Array(8), dim: 2, k: 5 }]],
    [
      'nearest',
      [{ queries: new Float32Array(50_000), references: new Float32Array(50_000), dim: 1, k: 50_000 }],
    ],
    ['embed', [{ pixels: new Uint8Array(7), count: 2 }]],
    ['embed', [{ pixels: new Uint8Array(8), count: 0 }]],
    ['options', []],
  ]) {
    const seen = [];
    const engine = { [method]: (...given) => seen.push(given) };
    const progress = [];
    await run(engine, { id: 1, method, args, watched: true }, { progress: (...told) => progress.push(told) });
    assert.deepEqual(seen, [args], method);
    assert.deepEqual(progress, [[1, 1]], 'its end is told');
  }
});

const slow = (lab) => ({
  advance: (call) => lab.advance(10_000, call),
  distances: (call) => lab.distances(rows(2_000, 200), call),
  measures: (call) => lab.measures({ space: 'embedding' }, call),
});
const lag = (method) => (name) =>
  name === method ? new Promise((resolve) => setTimeout(resolve, 60)) : undefined;

for (const method of ['advance', 'distances', 'measures'])
  test(`${method} is aborted at once, and the line goes on`, async () => {
    const { lab, faults } = await fakeLab({ create: () => new FakeEngine({ behaviour: lag(method) }) });
    const controller = new AbortController();
    const call = slow(lab)[method]({ signal: controller.signal });
    const next = lab.options();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const reason = new Error('enough');
    const began = performance.now();
    controller.abort(reason);
    await assert.rejects(call, { name: 'MetricLabError', code: 'call.aborted', cause: reason });
    assert.ok(performance.now() - began < 20, 'at once');
    await next;
    assert.ok(performance.now() - began < 1_000, 'the engine left the rest');
    assert.deepEqual(faults, [], 'no fault');
  });

test('an aborted call keeps the steps that are done', async () => {
  const { lab, newest } = await fakeLab({ create: () => new FakeEngine({ behaviour: lag('advance') }) });
  const controller = new AbortController();
  const call = lab.advance(10_000, {
    signal: controller.signal,
    onProgress: ({ done }) => done > 1 && controller.abort(),
  });
  await assert.rejects(call, { code: 'call.aborted' });
  const { step } = await lab.advance(0);
  assert.equal(step, newest().engine.step, 'the step that is told');
  assert.ok(step > 1 && step < 100, `${step} steps`);
});

test('a call that waits, or whose signal has fired before, never reaches the engine', async () => {
  const { lab, newest } = await fakeLab();
  const controller = new AbortController();
  const first = lab.options();
  const waiting = lab.defaults({ signal: controller.signal });
  controller.abort();
  await assert.rejects(waiting, { code: 'call.aborted' });
  await assert.rejects(lab.batch({ signal: AbortSignal.abort() }), { code: 'call.aborted' });
  await first;
  await lab.memory();
  assert.deepEqual(newest().engine.calls, ['options', 'memory'], 'calls that reached the engine');
});

test('an answered call leaves no listener at its signal', async () => {
  const { lab } = await fakeLab();
  const { signal } = new AbortController();
  let listening = 0;
  for (const [name, by] of [
    ['addEventListener', 1],
    ['removeEventListener', -1],
  ]) {
    const own = signal[name].bind(signal);
    signal[name] = (...given) => ((listening += by), own(...given));
  }
  await lab.options({ signal });
  await assert.rejects(
    lab.configure(() => 1, { signal }),
    { code: 'config.invalid' },
  );
  assert.equal(listening, 0, 'listeners');
});

test('an exception of onProgress comes back as itself', async () => {
  const { lab, faults } = await fakeLab();
  const mistake = new TypeError('bar is undefined');
  const onProgress = () => {
    throw mistake;
  };
  for (const call of [lab.advance(1000, { onProgress }), lab.options({ onProgress })])
    await assert.rejects(call, (error) => error === mistake);
  assert.ok((await lab.advance(0)).step < 1000, 'the engine left the rest');
  assert.deepEqual(faults, [], 'no fault');
});

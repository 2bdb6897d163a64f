// Large searches are shared among engines; what the caller sees is the answer of one.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'node:test';
import { createLab } from '../dist/node.js';
import { FakeEngine, coded, fakeLab } from './fake-engine.mjs';

const DIM = 2;
const numbers = (count) => Float32Array.from({ length: count * DIM }, (_, i) => (i * 37) % 101);
const ROWS = { queries: numbers(23), references: numbers(9), dim: DIM, metric: 'manhattan' };
const CREW = { most: 3, worthwhile: 1 };

/** A lab whose large calls three engines share, and one that works alone. */
const both = async (create) => [await fakeLab({ create, crew: CREW }), await fakeLab({ create })];

test('three engines give the answer of one, each with a part', async () => {
  const [shared, alone] = await both();
  for (const method of ['distances', 'nearest']) {
    const asked = { ...ROWS, k: 4 };
    assert.deepEqual(await shared.lab[method](asked), await alone.lab[method](asked), method);
  }
  assert.equal(shared.workers.length, 3);
  assert.equal(alone.workers.length, 1);
  for (const { engine } of shared.workers)
    assert.ok(engine.calls.includes('nearest'), 'every engine had a part');
});

test('rows that are few, or in a request that is malformed, stay with the one engine', async () => {
  const { lab, workers } = await fakeLab({ crew: { most: 3, worthwhile: 10_000 } });
  await lab.distances(ROWS);
  await assert.rejects(lab.distances({ ...ROWS, dim: 5 }), { code: 'shape.mismatch' });
  assert.equal(workers.length, 1);
});

test('a refusal names the row of the caller', async () => {
  const [shared, alone] = await both();
  const queries = ROWS.queries.slice();
  queries[17 * DIM] = NaN;
  const refusal = async ({ lab }) => lab.distances({ ...ROWS, queries }).then(assert.fail, (error) => error);
  const [said, expected] = [await refusal(shared), await refusal(alone)];
  assert.equal(said.code, 'data.not_finite');
  assert.equal(said.message, expected.message);
  assert.match(said.message, /Row 17/);
  // The engines are there for the next call.
  assert.deepEqual(await shared.lab.distances(ROWS), await alone.lab.distances(ROWS));
  assert.equal(shared.workers.length, 3);
});

test('a helper that dies costs time, and no answer', async () => {
  let dead = false;
  const { lab, workers, faults } = await fakeLab({
    crew: CREW,
    create: (_, nth) =>
      new FakeEngine({
        behaviour: (method) => {
          if (nth === 2 && method === 'distances' && !dead) {
            dead = true;
            throw new WebAssembly.RuntimeError('unreachable');
          }
        },
      }),
  });
  const { lab: alone } = await fakeLab();
  assert.deepEqual(await lab.distances(ROWS), await alone.distances(ROWS));
  assert.ok(dead);
  assert.deepEqual(faults, [], 'the lab itself had no fault');
  assert.deepEqual(await lab.distances(ROWS), await alone.distances(ROWS));
  assert.equal(workers.length, 4, 'another helper took its place');
});

for (const there of [1, 2])
  test(`of three engines ${there} can be opened: they do it, and the others are not tried again`, async () => {
    let tried = 0;
    const { lab, workers } = await fakeLab({
      crew: CREW,
      create: (_, nth) => {
        tried++;
        if (nth < there) return new FakeEngine();
        throw coded('wasm.unavailable', 'no memory');
      },
    });
    const { lab: alone } = await fakeLab();
    for (let call = 0; call < 2; call++)
      assert.deepEqual(await lab.distances(ROWS), await alone.distances(ROWS));
    assert.equal(tried, 3);
    const ended = workers.map(({ terminated }) => terminated);
    assert.deepEqual(
      ended,
      [0, 1, 2].map((nth) => nth >= there),
      'no Worker is left behind',
    );
  });

test('progress rises to the end, and a signal stops all engines', async () => {
  const asked = { ...ROWS, queries: numbers(400) };
  const [{ lab, workers }] = await both();
  const seen = [];
  await lab.distances(asked, { onProgress: ({ done, total }) => seen.push([done, total]) });
  assert.ok(seen.length > 3);
  assert.deepEqual(seen.at(-1), [400, 400]);
  assert.ok(
    seen.every(([done, total], i) => total === 400 && done > (seen[i - 1]?.[0] ?? 0)),
    String(seen),
  );
  const stop = new AbortController();
  const calls = () => workers.reduce((sum, { engine }) => sum + engine.calls.length, 0);
  const before = calls();
  const call = lab.distances(asked, { signal: stop.signal, onProgress: () => stop.abort() });
  await assert.rejects(call, { code: 'call.aborted' });
  await lab.defaults();
  assert.ok(calls() - before < 12, `${calls() - before} parts after the signal`);
});

test('the helpers end with the lab', async () => {
  const { lab, workers } = await fakeLab({ crew: CREW });
  await lab.distances(ROWS);
  lab.dispose();
  await sleep(1);
  assert.ok(workers.every(({ terminated }) => terminated));
});

test('threads of Node: the same neighbours from two cores as from one', { timeout: 120_000 }, async () => {
  // Just as many as are shared.
  const [n, dim] = [8192, 64];
  let state = 1;
  const queries = Float32Array.from({ length: n * dim }, () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  });
  const asked = { queries, references: queries, dim, k: 10, metric: 'euclidean' };
  const found = [];
  for (const cores of [1, 2]) {
    const lab = await createLab({ cores });
    found.push(await lab.nearest(asked));
    lab.dispose();
  }
  assert.deepEqual(found[1], found[0]);
});

test('cores is checked', async () => {
  for (const cores of [0, 17, 1.5, '2', null])
    await assert.rejects(createLab({ cores }), { code: 'argument.invalid' }, String(cores));
});

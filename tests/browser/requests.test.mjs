// The axioms of distances in the page, requests that do not fit, and trials of questions that broke other tools. report.test.mjs
// compares both modules with the reference values.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { begin, openPackageSite, visitPackage } from './package-page.mjs';
import { launch, leave, started } from './visit.mjs';

const read = (path) => readFile(new URL(path, import.meta.url), 'utf8');

const scripts = {
  'packed.js': await read('../../pkg/tests/packed.mjs'),
  'case-trials.js': await read('case-trials.mjs'),
};
const [browser, site] = await started(launch('software'), openPackageSite(scripts));

/** The work on one device, in a fresh page, without a fault. */
async function on(device, work, argument) {
  const page = await visitPackage(browser, site);
  await page.evaluate(begin, { device });
  const result = await page.evaluate(work, argument);
  assert.deepEqual(await page.evaluate(() => globalThis.faults), [], `faults on the ${device}`);
  await leave(page);
  return result;
}

test('the axioms, and what cannot be asked', { timeout: 120_000 }, async () => {
  const found = await on('cpu', async () => {
    const { lab } = globalThis;
    const points = new Float32Array([0, 0, 1, 0, 3, 0, 1, 2]);
    const verdict = async (distance) => {
      const { identity, symmetry, triangle } = await lab.axioms({ points, dim: 2, distance });
      return [identity.holds, symmetry.holds, triangle.holds, triangle.worst?.rows.length ?? 0];
    };
    const code = (promise) =>
      promise.then(
        () => 'no error',
        ({ code }) => code,
      );
    const rows = {
      embeddings: new Float32Array(8),
      dim: 2,
      labels: new Uint16Array(4),
      loss: { kind: 'fastAp' },
      distance: 'squaredEuclidean',
      normalize: true,
      learned: new Float32Array(),
    };
    return {
      euclidean: await verdict('euclidean'),
      squared: await verdict('squaredEuclidean'),
      codes: [
        await code(lab.axioms({ points: new Float32Array(4), dim: 2, distance: 'euclidean' })),
        await code(lab.axioms({ points, dim: 2, distance: 'wasserstein' })),
        await code(lab.axioms({ points, dim: 2, distance: { minkowski: { p: 0.5 } } })),
        await code(lab.axioms({ points, dim: 2, distance: 'nonsense' })),
        await code(lab.lossOf({ ...rows, distance: 'cosine' })),
        await code(lab.lossOf({ ...rows, labels: new Uint16Array(3) })),
        await code(lab.lossOf({ ...rows, labels: new Uint16Array([0, 1, 2, 3]) })),
        await code(lab.lossOf({ ...rows, loss: { kind: 'cosface', margin: 0.35, scale: 64 } })),
        await code(lab.lossOf({ ...rows, embeddings: new Float32Array([1, NaN, 0, 0, 0, 0, 0, 0]) })),
        await code(lab.lossOf(rows)),
      ],
    };
  });
  assert.deepEqual(found.euclidean, [true, true, true, 0], 'the Euclidean distance is a metric');
  assert.deepEqual(
    found.squared,
    [true, true, false, 3],
    'its square takes no straight way, and three points show it',
  );
  assert.deepEqual(found.codes, [
    'config.invalid',
    'rows.not_histogram',
    'config.invalid',
    'config.invalid',
    'config.invalid',
    'shape.mismatch',
    'batch.no_positive',
    'shape.mismatch',
    'data.not_finite',
    'no error',
  ]);
});

test('a request that does not fit is told by the field', { timeout: 120_000 }, async () => {
  const told = await on('cpu', async () => {
    const { lab } = globalThis;
    const told = (promise) =>
      promise.then(
        () => 'no error',
        ({ code, message }) => `${code} ${message}`,
      );
    const rows = {
      queries: new Float32Array(4),
      references: new Float32Array(4),
      dim: 2,
      k: 1,
      metric: 'euclidean',
    };
    const triplet = { kind: 'triplet', margin: 0.2, swap: false, smooth: false };
    const loss = {
      embeddings: new Float32Array([0, 0, 1, 0, 3, 0, 1, 2]),
      dim: 2,
      labels: new Uint16Array([0, 0, 1, 1]),
      loss: triplet,
      distance: 'euclidean',
      normalize: false,
      learned: new Float32Array(),
    };
    const circular = { kind: 'triplet' };
    circular.margin = circular;
    return {
      number: await told(lab.lossOf({ ...loss, loss: { ...triplet, margin: NaN } })),
      infinite: await told(lab.lossOf({ ...loss, miner: { kind: 'all', margin: Infinity } })),
      text: await told(lab.lossOf({ ...loss, miner: { kind: 'all', margin: 'wide' } })),
      array: await told(lab.nearest({ ...rows, queries: [0, 0, 1, 1] })),
      missing: await told(lab.nearest({ ...rows, references: undefined })),
      surplus: await told(lab.nearest({ ...rows, sorted: true })),
      place: await told(lab.nearest({ ...rows, on: 'moon' })),
      part: await told(lab.nearest({ ...rows, k: 1.5 })),
      circular: await told(lab.lossOf({ ...loss, loss: circular })),
      absent: await told(lab.lossOf({ ...loss, miner: undefined, seed: undefined })),
    };
  });
  const expected = {
    number: /^config\.invalid .*loss\.margin.*NaN/,
    infinite: /^config\.invalid .*miner\.margin.*finite/,
    text: /^config\.invalid .*miner\.margin.*wide/,
    array: /^config\.invalid .*queries.*Float32Array/,
    missing: /^config\.invalid .*references.*Float32Array/,
    surplus: /^config\.invalid .*sorted/,
    place: /^config\.invalid .*\bon\b.*moon/,
    part: /^config\.invalid .*\bk\b.*1\.5/,
    circular: /^config\.invalid .*loss\.margin/,
    absent: /^no error$/,
  };
  for (const [what, pattern] of Object.entries(expected)) assert.match(told[what], pattern, what);
});

function near(found, wanted, what) {
  assert.equal(found.length, wanted.length, what);
  for (const [at, number] of found.entries())
    assert.ok(
      Math.abs(number - wanted[at]) <= 1e-5 * Math.abs(wanted[at]),
      `${what}: ${found}, not ${wanted}`,
    );
}

for (const device of ['cpu', 'gpu'])
  test(`the trials of cases on the ${device}`, { timeout: 120_000 }, async () => {
    const found = await on(device, async () => {
      const found = {};
      for (const [name, trial] of Object.entries(await import('./case-trials.js')))
        found[name] = await trial();
      return found;
    });
    const { highPower, smallPower, sentinel, farApart, tiny } = found.rows;
    near(highPower, [1, 10 * 2 ** (1 / 64)], 'Minkowski, p = 64');
    near(smallPower, [0.1 * 2 ** (1 / 46)], 'Minkowski, p = 46');
    near(sentinel, [1, 0.5], 'one number without data');
    near(farApart, [0.003, 1e20], 'numbers far apart');
    near(tiny, [2e-25, 1], 'tiny numbers');
    for (const scores of found.ties) near(scores, [6, 6, 0.4], 'empty pictures: queries, ties, Recall@1');
    // The CPU's are the same bit by bit.
    const tolerance = device === 'cpu' ? 0 : 1e-4;
    const same = (losses, wanted, what) => {
      const differ = wanted.map((loss, at) => Math.abs(loss - losses[at]));
      assert.ok(Math.max(...differ) <= tolerance, `${what}: ${losses}, not ${wanted}`);
    };
    const { losses, double, bare, padded, sorted, reversed } = found.rewritten;
    assert.match(double, /^session\.state_invalid .*F64/);
    assert.match(bare, /^session\.state_invalid /);
    assert.match(padded, /^session\.state_invalid .*NUL/);
    same(sorted, losses, 'sorted by name');
    same(reversed, losses, 'in reverse order');
    assert.match(found.otherData.refused, /^session\.state_invalid /);
    assert.equal(found.otherData.own, 5, 'the data that it was saved on');
    assert.equal(found.largeBatch.verdict, 'data.too_large');
    same(found.largeBatch.losses, found.largeBatch.wanted, 'the session is as it was');
  });

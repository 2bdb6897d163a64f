// The axioms of distances in the page, and requests that do not fit. report.test.mjs compares both modules with the reference values.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { begin, openPackageSite, visitPackage } from './package-page.mjs';
import { launch, leave } from './visit.mjs';

let browser, site;
before(async () => {
  [browser, site] = await Promise.all([launch('none'), openPackageSite()]);
});
after(async () => {
  await browser?.close();
  await site?.close();
});

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

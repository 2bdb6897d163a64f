// Compares both modules with the reference values of tests/golden/losses.json, and checks the axioms. report.test.mjs compares WebGPU
// with the CPU for every loss, miner and distance.
// Without a WebGPU adapter these tests fail; they do not skip.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { begin, openPackageSite, visitPackage } from './package-page.mjs';
import { launch, leave } from './visit.mjs';

/** Relative error allowed of a value, and of a gradient relative to its largest component. */
const VALUE_TOLERANCE = 1e-5;
const GRADIENT_TOLERANCE = 1e-4;
const unmined = { kind: 'none' };
const mined = (kind) => ({ kind, margin: 0.2 });
const triplet = (margin, swap = false, smooth = false) => ({ kind: 'triplet', margin, swap, smooth });
const RAD = Math.PI / 180;
/** Entry: distance, loss, miner. */
const ENTRIES = {
  contrastive: ['euclidean', { kind: 'contrastive', posMargin: 0, negMargin: 1 }],
  snr_contrastive: ['snr', { kind: 'contrastive', posMargin: 0, negMargin: 1 }],
  triplet: ['euclidean', triplet(0.05)],
  triplet_soft: ['euclidean', triplet(0.05, false, true)],
  triplet_swap: ['euclidean', triplet(0.05, true)],
  triplet_hard_mined: ['euclidean', triplet(0.2), mined('hard')],
  triplet_semihard_mined: ['euclidean', triplet(0.2), mined('semihard')],
  triplet_batch_hard: ['euclidean', triplet(0.2), mined('batchHard')],
  margin: ['euclidean', { kind: 'margin', alpha: 0.2, beta: 1.2 }],
  ntxent: ['cosine', { kind: 'ntxent', temperature: 0.07 }],
  supcon: ['cosine', { kind: 'supcon', temperature: 0.1 }],
  nca: ['squaredEuclidean', { kind: 'nca', scale: 1 }],
  lifted: ['euclidean', { kind: 'lifted', posMargin: 0, negMargin: 1 }],
  generalized_lifted: ['euclidean', { kind: 'generalizedLifted', posMargin: 0, negMargin: 1 }],
  multi_similarity: ['cosine', { kind: 'multiSimilarity', posScale: 2, negScale: 50, base: 0.5 }],
  circle: ['cosine', { kind: 'circle', margin: 0.4, scale: 80 }],
  tuplet_margin: ['cosine', { kind: 'tupletMargin', margin: 5.73 * RAD, scale: 64 }],
  angular: ['cosine', { kind: 'angular', angle: 40 }],
  n_pairs: ['cosine', { kind: 'nPairs' }],
  fastap: ['squaredEuclidean', { kind: 'fastAp' }],
  histogram: ['cosine', { kind: 'histogram' }],
  normalized_softmax: ['cosine', { kind: 'normalizedSoftmax', temperature: 0.05 }],
  cosface: ['cosine', { kind: 'cosface', margin: 0.35, scale: 64 }],
  arcface: ['cosine', { kind: 'arcface', margin: 28.6 * RAD, scale: 64 }],
  proxy_nca: ['cosine', { kind: 'proxyNca', scale: 1 }],
  proxy_anchor: ['cosine', { kind: 'proxyAnchor', margin: 0.1, scale: 32 }],
  soft_triple: ['cosine', { kind: 'softTriple', margin: 0.01, scale: 20, gamma: 0.1, centers: 10 }],
  vicreg: ['euclidean', { kind: 'vicreg', invariance: 25, variance: 25, covariance: 1 }],
};
const WEIGHTED = ['normalized_softmax', 'cosface', 'arcface', 'proxy_nca', 'proxy_anchor'];

let browser, site, golden;
before(async () => {
  [browser, site] = await Promise.all([launch('software'), openPackageSite()]);
  golden = JSON.parse(await readFile(new URL('../golden/losses.json', import.meta.url), 'utf8'));
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

/** Runs in the page: the answer of `lossOf` to each request. */
async function losses(requests) {
  const answers = [];
  for (const { embeddings, labels, learned, ...more } of requests) {
    const request = {
      ...more,
      embeddings: new Float32Array(embeddings),
      labels: new Uint16Array(labels),
      learned: new Float32Array(learned),
    };
    const { value, gradient, learnedGradient } = await globalThis.lab.lossOf(request);
    answers.push({ value, gradient: [...gradient], learnedGradient: [...learnedGradient] });
  }
  return answers;
}

const relative = (got, want) => Math.abs(got - want) / Math.max(Math.abs(want), 1e-12);
/** Largest difference, relative to the largest expected number. */
function apart(got, want) {
  assert.equal(got.length, want.length, 'as many numbers');
  const largest = want.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-12);
  return got.reduce((most, x, i) => {
    assert.ok(Number.isFinite(x), `number ${i} is ${x}`);
    return Math.max(most, Math.abs(x - want[i]) / largest);
  }, 0);
}

function requestOf(entry) {
  const [distance, loss, miner = unmined] = ENTRIES[entry];
  const raw = entry === 'angular' || entry === 'vicreg';
  const views = entry === 'vicreg';
  const rows = golden.embeddings.map((_, i) => i);
  return {
    embeddings: (views ? [golden.embeddings, golden.ref_view] : [golden.embeddings]).flat(2),
    dim: golden.D,
    labels: views ? [...rows, ...rows] : golden.labels,
    loss,
    distance,
    miner,
    normalize: !raw,
    learned: (entry === 'soft_triple'
      ? golden['fc_Dx(C*K)']
      : WEIGHTED.includes(entry)
        ? golden.W_DxC
        : []
    ).flat(),
  };
}

test('every reference loss, on WebGPU and on the CPU', { timeout: 600_000 }, async (t) => {
  const names = Object.keys(golden.losses);
  assert.deepEqual(
    [...names].sort(),
    Object.keys(ENTRIES).sort(),
    'every entry of the file is known, and no other',
  );
  const requests = names.map(requestOf);
  const [cpu, gpu] = [await on('cpu', losses, requests), await on('gpu', losses, requests)];
  const table = names.map((name, i) => {
    const want = golden.losses[name];
    const rows = want.grad_embeddings.flat();
    // A second view has a gradient of its own, which the file does not hold.
    const of = ({ gradient }) => gradient.slice(0, rows.length);
    const weights =
      want.grad_weight &&
      (name.startsWith('proxy')
        ? want.grad_weight[0].map((_, k) => want.grad_weight.map((row) => row[k]))
        : want.grad_weight
      ).flat();
    const errors = [cpu[i], gpu[i]].map((answer) => ({
      value: relative(answer.value, want.value),
      gradient: Math.max(apart(of(answer), rows), weights ? apart(answer.learnedGradient, weights) : 0),
    }));
    t.diagnostic(
      `${name.padEnd(22)} ${want.value.toFixed(6).padStart(12)} cpu ${errors[0].value.toExponential(1)} ${errors[0].gradient.toExponential(1)} gpu ${errors[1].value.toExponential(1)} ${errors[1].gradient.toExponential(1)}`,
    );
    return { name, errors };
  });
  for (const { name, errors } of table) {
    errors.forEach(({ value, gradient }, device) => {
      const where = `${name} on the ${device === 0 ? 'cpu' : 'gpu'}`;
      assert.ok(value <= VALUE_TOLERANCE, `${where}: value off by ${value}`);
      assert.ok(gradient <= GRADIENT_TOLERANCE, `${where}: gradient off by ${gradient}`);
    });
  }
});

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

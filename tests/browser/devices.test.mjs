// One code path on two devices: what the GPU module computes, the CPU module and a plain loop compute too.
// Without a WebGPU adapter these tests fail; they do not skip.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { samples } from '../../pkg/dist/data/index.js';
import { pack } from '../../pkg/tests/packed.mjs';
import { begin, openPackageSite, visitPackage } from './package-page.mjs';
import { launch, leave, started } from './visit.mjs';

const STEPS = 3;
// f32 sums in another order differ by about 1e-6. Adam divides each gradient by its own size, so in a
// parameter whose gradient is all but zero that difference can become a whole step of the learning rate (1e-3).
const LOSS_TOLERANCE = 2e-3;
const EMBEDDING_TOLERANCE = 5e-3;
const DISTANCE_TOLERANCE = 2e-4;
const GRADIENT_TOLERANCE = 1e-5;

const synthetic = gzipSync(Buffer.from(pack({ count: 80 })));
const sequences = gzipSync(Buffer.from(await sequencesOfAnyLength().toBlob().arrayBuffer()));
const [browser, site] = await started(
  launch('software'),
  openPackageSite({ 'synthetic.mlds.gz': synthetic, 'sequences.mlds.gz': sequences }),
);

/** 80 sequences of 2 to 12 frames, of 4 classes: each a direction in which the frames swing. */
function sequencesOfAnyLength() {
  const frame = (at, t) => [0, 1, 2].map((i) => Math.sin(at + t) * Math.cos(2 * i + (at % 4)) + 0.1 * i);
  const all = Array.from({ length: 80 }, (_, at) =>
    Array.from({ length: 2 + ((7 * at) % 11) }, (_, t) => frame(at, t)),
  );
  return samples.fromSequences(
    all,
    all.map((_, at) => `c${at % 4}`),
  );
}

async function withLab(device, setup, work) {
  const page = await visitPackage(browser, site);
  await page.evaluate(begin, { device, ...setup });
  const result = await work(page);
  assert.deepEqual(await page.evaluate(() => globalThis.faults), [], `faults on the ${device}`);
  await leave(page);
  return result;
}

/** The work on the CPU, then on the GPU. */
async function onBoth(setup, work) {
  const cpu = await withLab('cpu', setup, work);
  return { cpu, gpu: await withLab('gpu', setup, work) };
}

const worst = (a, b) => {
  assert.equal(a.length, b.length, 'as many numbers');
  return a.reduce((most, value, i) => {
    assert.ok(Number.isFinite(value) && Number.isFinite(b[i]), `number ${i}: ${value} and ${b[i]}`);
    return Math.max(most, Math.abs(value - b[i]));
  }, 0);
};

const NETWORKS = {
  mlp: { kind: 'mlp', hidden: [16] },
  conv: { kind: 'conv', channels: [4, 8] },
  residual: { kind: 'residual', channels: [4] },
  conv1d: { kind: 'conv1d', channels: [6] },
  bag: { kind: 'bag', width: 6 },
  'conv1d on sequences of any length': { kind: 'conv1d', channels: [6, 5] },
};
const OPTIMIZERS = {
  conv: { kind: 'adam', learningRate: 1e-3, weightDecay: 0, clip: 0.5, warmup: 2 },
  residual: {
    kind: 'sgd',
    learningRate: 0.05,
    weightDecay: 0.001,
    schedule: { kind: 'cosine', steps: 10, floor: 0.1 },
  },
  conv1d: { kind: 'adamw', learningRate: 1e-3, weightDecay: 0.01 },
};
const LOSSES = {
  'triplet, semi-hard': {
    loss: { kind: 'triplet', margin: 0.2, swap: false, smooth: false },
    miner: { kind: 'semihard', margin: 0.2 },
  },
  contrastive: {
    loss: { kind: 'contrastive', posMargin: 0, negMargin: 1 },
    miner: { kind: 'none', margin: 0.2 },
  },
};

for (const [networkName, network] of Object.entries(NETWORKS)) {
  const sequences = networkName.includes('sequences');
  for (const [lossName, choice] of Object.entries(LOSSES)) {
    test(`${networkName}, ${lossName}: the same steps on both devices`, { timeout: 240_000 }, async (t) => {
      const changes = {
        ...choice,
        network,
        ...(OPTIMIZERS[networkName] && { optimizer: OPTIMIZERS[networkName] }),
        seed: 5,
        distance: 'euclidean',
        unseenClasses: 0,
        embedding: { dim: 6, normalize: true },
        batch: { classes: 4, perClass: 4 },
        augment: { shift: sequences ? 0 : 1 },
      };
      const data = `${sequences ? 'sequences' : 'synthetic'}.mlds.gz`;
      const { cpu, gpu } = await onBoth({ data, changes }, (page) =>
        page.evaluate(async (steps) => {
          const { lab } = globalThis;
          const start = [...(await lab.embeddings())];
          const { losses } = await lab.advance(steps);
          return { start, losses: [...losses], end: [...(await lab.embeddings())] };
        }, STEPS),
      );
      const [start, loss, end] = [
        worst(cpu.start, gpu.start),
        worst(cpu.losses, gpu.losses),
        worst(cpu.end, gpu.end),
      ];
      t.diagnostic(
        `worst differences: fresh embeddings ${start.toExponential(1)}, losses ${loss.toExponential(1)}, trained embeddings ${end.toExponential(1)}`,
      );
      assert.ok(start < 1e-5, `fresh embeddings differ by ${start}`);
      assert.ok(loss < LOSS_TOLERANCE, `losses differ by ${loss}: ${cpu.losses} and ${gpu.losses}`);
      assert.ok(end < EMBEDDING_TOLERANCE, `embeddings differ by ${end}`);
      assert.ok(
        worst(cpu.start, cpu.end) > EMBEDDING_TOLERANCE,
        'the steps moved the embeddings by more than the tolerance',
      );
      assert.ok(
        cpu.losses.every((value) => value > 0),
        `there was something to learn: ${cpu.losses}`,
      );
    });
  }
}

const [N, M, D, K] = [137, 261, 33, 11];

/** Rows of whole numbers from -2 to 2: squared distances are exact in f32, and many are equal. */
function rows(count, seed) {
  let state = seed;
  return Array.from({ length: count * D }, () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return ((state >> 12) % 5) - 2;
  });
}

const FORMULAS = {
  squaredEuclidean: (x, y) => x.reduce((sum, value, i) => sum + (value - y[i]) ** 2, 0),
  euclidean: (x, y) => Math.sqrt(FORMULAS.squaredEuclidean(x, y)),
  cosine: (x, y) => 1 - dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y)),
};
const dot = (x, y) => x.reduce((sum, value, i) => sum + value * y[i], 0);
const cut = (values) => Array.from({ length: values.length / D }, (_, i) => values.slice(i * D, (i + 1) * D));

const ask = ([method, request]) =>
  globalThis.lab[method]({
    ...request,
    queries: new Float32Array(request.queries),
    references: new Float32Array(request.references),
  }).then((answer) =>
    method === 'distances'
      ? [...answer]
      : { indices: [...answer.indices], distances: [...answer.distances], k: answer.k },
  );

for (const device of ['cpu', 'gpu']) {
  for (const metric of Object.keys(FORMULAS)) {
    test(
      `${metric} on the ${device}: distances and nearest are those of a plain loop`,
      { timeout: 120_000 },
      async (t) => {
        const [queries, references] = [rows(N, 7), rows(M, 8)];
        // The last three rows repeat the first three: ties that only the index decides.
        references.splice((M - 3) * D, 3 * D, ...references.slice(0, 3 * D));
        const expected = cut(queries).map((x) => cut(references).map((y) => FORMULAS[metric](x, y)));
        const request = { queries, references, dim: D, metric };
        const { all, nearest } = await withLab(device, {}, async (page) => ({
          all: await page.evaluate(ask, ['distances', request]),
          nearest: await page.evaluate(ask, ['nearest', { ...request, k: K }]),
        }));
        const flat = expected.flat();
        const difference = worst(all, flat);
        t.diagnostic(`worst difference ${difference.toExponential(1)}`);
        assert.ok(difference < DISTANCE_TOLERANCE, `distances differ by ${difference}`);
        assert.deepEqual([nearest.k, nearest.indices.length], [K, N * K], 'k for each query');
        expected.forEach((row, q) => {
          const order = row.map((_, i) => i).sort((a, b) => row[a] - row[b] || a - b);
          const [indices, distances] = [nearest.indices, nearest.distances].map((values) =>
            values.slice(q * K, (q + 1) * K),
          );
          const exact = order.slice(0, K);
          assert.equal(new Set(indices).size, K, `query ${q}: no reference twice`);
          assert.ok(
            worst(
              distances,
              exact.map((i) => row[i]),
            ) < DISTANCE_TOLERANCE,
            `query ${q}: distances ${distances}`,
          );
          assert.ok(
            indices.every((i, place) => Math.abs(row[i] - distances[place]) < DISTANCE_TOLERANCE),
            `query ${q}: each index has its distance`,
          );
          // Exact in f32, so that equal distances are equal there too.
          if (metric === 'squaredEuclidean')
            assert.deepEqual(indices, exact, `query ${q}: nearest first, ties by index`);
        });
      },
    );
  }
}

test('the gradient of three points is the same on both devices', { timeout: 180_000 }, async (t) => {
  const requests = [
    {
      loss: { kind: 'triplet', margin: 0.5, swap: false, smooth: false },
      distance: 'euclidean',
      normalize: false,
    },
    {
      loss: { kind: 'triplet', margin: 0.5, swap: true, smooth: true },
      distance: 'squaredEuclidean',
      normalize: true,
    },
    {
      loss: { kind: 'contrastive', posMargin: 0.1, negMargin: 1.5 },
      distance: 'euclidean',
      normalize: false,
    },
    { loss: { kind: 'margin', alpha: 0.3, beta: 0.6 }, distance: 'euclidean', normalize: false },
  ].map((request) => ({ ...request, points: [0.1, 0.2, 0.7, -0.4, 0.5, 0.3], minerMargin: 0.2 }));
  const { cpu, gpu } = await onBoth({}, (page) =>
    page.evaluate(async (list) => {
      const answers = [];
      for (const request of list) {
        const { gradient, loss, ap, an, zone } = await globalThis.lab.geometry(request);
        answers.push({ zone, numbers: [loss, ap, an, ...gradient], size: Math.hypot(...gradient) });
      }
      return answers;
    }, requests),
  );
  cpu.forEach((answer, i) => {
    const name = `${requests[i].loss.kind}, ${requests[i].distance}`;
    const difference = worst(answer.numbers, gpu[i].numbers);
    t.diagnostic(`${name}: worst difference ${difference.toExponential(1)}`);
    assert.ok(difference < GRADIENT_TOLERANCE, `${name}: ${answer.numbers} and ${gpu[i].numbers}`);
    assert.equal(answer.zone, gpu[i].zone, `${name}: zone`);
    assert.ok(answer.size > 0.1, `${name}: there is a gradient`);
  });
});

test('a browser without an adapter fails these tests', { timeout: 60_000 }, async () => {
  const without = await launch('none');
  try {
    const page = await visitPackage(without, site);
    await assert.rejects(
      page.evaluate(begin, { device: 'gpu' }),
      /WebGPU|adapter/i,
      'no lab on another device in its place',
    );
    await page.context().close();
  } finally {
    await without.close();
  }
});

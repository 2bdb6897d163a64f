// docs/weights.py gives the embeddings of the engine from an exported file, with numpy alone. METRICLAB_PYTHON names a
// Python that has numpy; without it a virtual environment is made below target/, and numpy comes from PyPI.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { promisify } from 'node:util';
import { pythonWith } from '../../data/python.mjs';
import { pack } from '../../pkg/tests/packed.mjs';
import { samples, toNpy, weightsOf } from '../../pkg/dist/data/index.js';
import { createLab } from '../../pkg/dist/node.js';
import { ROOT } from './read.mjs';

const run = promisify(execFile);
const SCRIPT = join(ROOT, 'docs/weights.py');
const STEPS = 12;
const CLOSE = 1e-5;

let python, folder;
before(async () => {
  python = await pythonWith('numpy');
  folder = await mkdtemp(join(tmpdir(), 'metriclab-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** A session after a few steps: its weights as a file, and its embeddings. */
async function trained(bytes, changes) {
  const lab = await createLab();
  try {
    await lab.loadDataset(bytes);
    const batch = { classes: 4, perClass: 4 };
    await lab.configure({ ...(await lab.defaults()), unseenClasses: 0, batch, ...changes });
    await lab.advance(STEPS);
    return { file: await weightsOf(await lab.save()), rows: await lab.embeddings() };
  } finally {
    lab.dispose();
  }
}

const save = async (name, blob) => writeFile(join(folder, name), Buffer.from(await blob.arrayBuffer()));

/** What the script writes: 32-bit floats after the header of an .npy. */
async function embeddedBy(file, name) {
  await save('weights.safetensors', file);
  await run(python, [SCRIPT, 'weights.safetensors', name, 'rows.npy'], { cwd: folder });
  const npy = await readFile(join(folder, 'rows.npy'));
  const from = 10 + npy.readUInt16LE(8);
  return new Float32Array(npy.buffer.slice(npy.byteOffset + from, npy.byteOffset + npy.length));
}

function same(found, rows) {
  assert.equal(found.length, rows.length, 'numbers');
  const worst = rows.reduce((most, x, at) => Math.max(most, Math.abs(x - found[at])), 0);
  // A NaN is no number below it.
  assert.ok(worst <= CLOSE, `the largest difference is ${worst}`);
  const [least, most] = [Math.min(...rows.slice(0, 999)), Math.max(...rows.slice(0, 999))];
  assert.ok(most - least > 1e-3, `the embeddings differ from each other: ${least} to ${most}`);
  return worst;
}

const vectors = () => {
  const rows = Array.from({ length: 60 }, (_, at) =>
    Array.from({ length: 5 }, (_, place) => Math.sin(7 * at + place) * 10 ** place + (at % 4)),
  );
  return samples.fromVectors(
    rows,
    rows.map((_, at) => `c${at % 4}`),
  );
};

/** 1 to 9 frames of 3 features. */
const sequences = () => {
  const frames = (at) =>
    Array.from({ length: 1 + (at % 9) }, (_, t) => [at % 4, Math.sin(at + t), t * (at % 3)]);
  const all = Array.from({ length: 60 }, (_, at) => frames(at));
  return samples.fromSequences(
    all,
    all.map((_, at) => `c${at % 4}`),
  );
};

/** 9 × 9 pixels: each convolution rounds the halves of an odd side up. */
const odd = () => new Blob([pack({ side: 9, channels: 3 })]);
const plain = { dim: 8, normalize: false };
const CASES = {
  'an MLP on pictures': [odd, { network: { kind: 'mlp', hidden: [24, 16] } }],
  'an MLP on vectors, without length 1': [
    () => vectors().toBlob(),
    { network: { kind: 'mlp', hidden: [16] }, embedding: plain, distance: 'euclidean' },
  ],
  'a linear network with a learned Mahalanobis distance': [
    odd,
    { network: { kind: 'mlp', hidden: [] }, embedding: plain, distance: 'mahalanobis' },
  ],
  'a CNN on pictures': [odd, { network: { kind: 'conv', channels: [6, 8, 10] } }],
  'a CNN on pictures without a background': [
    () => new Blob([pack({ header: { background: null } })]),
    { network: { kind: 'conv', channels: [6] } },
  ],
  'a CNN with histograms': [
    odd,
    { network: { kind: 'conv', channels: [6] }, embedding: plain, distance: 'jensenShannon' },
  ],
  'a residual network': [odd, { network: { kind: 'residual', channels: [4, 6] } }],
  'convolutions over time': [odd, { network: { kind: 'conv1d', channels: [8, 8] } }],
  'sequences of any length': [() => sequences().toBlob(), { network: { kind: 'conv1d', channels: [8, 8] } }],
  'sequences by an MLP': [() => sequences().toBlob(), { network: { kind: 'mlp', hidden: [16] } }],
  'an embedding bag': [odd, { network: { kind: 'bag', width: 12 } }],
};

for (const [name, [make, changes]] of Object.entries(CASES))
  test(`numpy embeds as the engine does: ${name}`, { timeout: 120_000 }, async (t) => {
    const blob = await make();
    const { file, rows } = await trained(blob, changes);
    await save('samples.mlds', blob);
    t.diagnostic(`largest difference ${same(await embeddedBy(file, 'samples.mlds'), rows)}`);
  });

test('numpy embeds MNIST as the engine does', { timeout: 300_000 }, async (t) => {
  const mnist = await readFile(join(ROOT, 'data/packed/mnist.mlds.gz'));
  const { file, rows } = await trained(mnist, { network: { kind: 'conv', channels: [8, 16] } });
  await writeFile(join(folder, 'mnist.mlds.gz'), mnist);
  t.diagnostic(`largest difference ${same(await embeddedBy(file, 'mnist.mlds.gz'), rows)}`);
});

test('an .npy of rows will do for an MLP', { timeout: 120_000 }, async () => {
  const set = vectors();
  const { file, rows } = await trained(set.toBlob(), { network: { kind: 'mlp', hidden: [16] } });
  await save('samples.npy', toNpy({ vectors: set.numbers, dim: 5 }));
  same(await embeddedBy(file, 'samples.npy'), rows);
});

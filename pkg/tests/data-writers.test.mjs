// Files that are written are read again, by our readers and, where Python has them, by numpy, pandas and pyarrow.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  exportScript,
  inspect,
  toCsv,
  toJsonl,
  toNpy,
  toNpz,
  toParquet,
  toProjector,
} from '../dist/data/index.js';

const vectors = Float32Array.of(0.1, -2, 3e-8, 1e20, 5, -0.3333333);
const embeddings = { vectors, dim: 2, labels: ['=1+1', '고양이, "x"', '=1+1'], ids: ['a\nb', '-7', '<b>'] };
const hex = async (blob) => Buffer.from(await blob.arrayBuffer()).toString('latin1');

for (const [name, write] of Object.entries({ 'x.npz': toNpz, 'x.parquet': toParquet, 'x.jsonl': toJsonl }))
  test(`${name} comes back as it was`, async () => {
    const set = await (await inspect({ path: name, data: await write(embeddings) })).load();
    assert.deepEqual([...set.numbers], [...vectors]);
    assert.deepEqual(
      [set.classes, [...set.labels], set.ids],
      [['=1+1', '고양이, "x"'], [0, 1, 0], embeddings.ids],
    );
  });

test('CSV comes back, with formulas neutralised and numbers as they were', async () => {
  const csv = toCsv(embeddings);
  const content = await csv.text();
  assert.equal(content.split('\r\n')[0], 'id,label,0,1');
  assert.ok(content.includes('"a\nb",\'=1+1,0.1,-2\r\n\'-7,'), content);
  const set = await (await inspect({ path: 'x.csv', data: csv })).load();
  assert.deepEqual([...set.numbers], [...vectors]);
  assert.deepEqual(
    [set.classes, set.ids],
    [
      ["'=1+1", '고양이, "x"'],
      ['a\nb', "'-7", '<b>'],
    ],
  );
});

test('npy has the bytes that numpy writes', async () => {
  const bytes = await hex(toNpy({ vectors: Float32Array.of(1, 2), dim: 2 }));
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }";
  assert.equal(bytes, `\x93NUMPY\x01\x00v\x00${header.padEnd(117)}\n\x00\x00\x80?\x00\x00\x00@`);
});

test('the pair for the Embedding Projector has one line a row in both', async () => {
  const { vectors: rows, metadata } = toProjector(embeddings);
  assert.equal(await rows.text(), '0.1\t-2\n3e-8\t100000000000000000000\n5\t-0.3333333\n');
  assert.equal(await metadata.text(), 'id\tlabel\na b\t=1+1\n-7\t고양이, "x"\n<b>\t=1+1\n');
});

test('every 32-bit float survives CSV', async () => {
  const bits = Uint32Array.from({ length: 400 }, (_, at) => Math.imul(at + 1, 2654435761));
  const floats = new Float32Array(bits.buffer).filter(Number.isFinite);
  const all = floats.subarray(0, floats.length - (floats.length % 2));
  const ids = Array.from({ length: all.length / 2 }, (_, at) => `r${at}`);
  const set = await (
    await inspect({
      path: 'x.csv',
      data: toCsv({ vectors: all, dim: 2, ids, labels: ids.map((_, at) => `c${at % 3}`) }),
    })
  ).load();
  assert.deepEqual([...set.numbers], [...all]);
});

test('wrong arguments are refused', async () => {
  const wrong = [
    null,
    {},
    { vectors: [1], dim: 1 },
    { vectors, dim: 4 },
    { vectors, dim: 2, labels: ['a'] },
    { vectors, dim: 0 },
  ];
  for (const given of wrong) {
    for (const write of [toNpy, toNpz, toCsv, toJsonl, toProjector])
      assert.throws(() => write(given), { code: 'argument.invalid' });
    await assert.rejects(toParquet(given), { code: 'argument.invalid' });
  }
  for (const [target, options] of [
    ['faiss', { dim: 2, file: '"; import os' }],
    ['pgvector', { dim: 2, table: 'x; drop table y' }],
    ['pgvector', { dim: 2, file: "x' program 'rm" }],
    ['faiss', { dim: 2, metric: 'toString' }],
    ['pgvector', { dim: 4000 }],
    ['milvus', { dim: 2 }],
  ])
    assert.throws(() => exportScript(target, options), { code: 'argument.invalid' }, JSON.stringify(options));
});

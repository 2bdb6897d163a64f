// Files that are written are read again, by our readers. Other programs read some of them in tests/packaging and tests/documents.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  embeddingsOf,
  exportScript,
  inspect,
  reportCsv,
  reportJson,
  toCsv,
  toJsonl,
  toNpy,
  toNpz,
  toParquet,
  toProjector,
  weightsOf,
} from '../dist/data/index.js';
import { createLab } from '../dist/node.js';
import { pack } from './packed.mjs';
import { sealed, unsealed } from './sealed.mjs';

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

test('an apostrophe before a formula can be told from one of the text', async () => {
  const ids = ['=a', "'=a", "''-b", "'a", 'a'];
  const csv = await toCsv({ vectors: new Float32Array(5), dim: 1, ids }).text();
  const written = csv.trim().split('\r\n').slice(1);
  assert.deepEqual(
    written.map((line) => line.split(',')[0]),
    ["'=a", "''=a", "'''-b", "'a", 'a'],
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
  assert.equal(await metadata.text(), "id\tlabel\na b\t'=1+1\n'-7\t고양이, \"x\"\n<b>\t'=1+1\n");
});

test('the entries of a gallery go into every file', async (t) => {
  const lab = await createLab({ worker: false });
  t.after(() => lab.dispose());
  const gallery = await lab.gallery({ dim: 2, distance: 'cosine' });
  await gallery.add([
    { name: 'ann', vector: [1, 0], attributes: { camera: 'door' } },
    { name: '고양이', vector: [0.5, -2], id: 'x-1' },
    { name: 'ann', vector: [0.9, 0.1] },
  ]);
  await gallery.remove('1');
  await gallery.add({ name: 'ann', vector: [3, 4] });
  const entries = await gallery.entries();
  const index = embeddingsOf(entries);
  assert.deepEqual(
    [index.dim, index.labels, index.ids],
    [2, ['고양이', 'ann', 'ann'], entries.map(({ id }) => id)],
  );
  for (const [path, write] of Object.entries({ 'x.npz': toNpz, 'x.csv': toCsv, 'x.parquet': toParquet })) {
    const set = await (await inspect({ path, data: await write(index) })).load();
    const names = [...set.labels].map((label) => set.classes[label]);
    assert.deepEqual(
      [names, set.ids, [...set.numbers]],
      [index.labels, index.ids, entries.flatMap(({ vector }) => [...vector])],
      path,
    );
  }
  // The metric of a script is the distance of the gallery.
  assert.match(exportScript('pgvector', { dim: index.dim, metric: gallery.distance }), /embedding <=> query/);
  assert.throws(() => embeddingsOf([]), { code: 'data.insufficient' });
  assert.throws(() => embeddingsOf([entries[0], { ...entries[1], vector: new Float32Array(3) }]), {
    code: 'shape.mismatch',
  });
});

test('a threshold report comes back from JSON, and its curve from CSV, with the point that accepts none', async (t) => {
  const lab = await createLab({ worker: false });
  t.after(() => lab.dispose());
  const gallery = await lab.gallery({ dim: 1 });
  for (const [k, name] of ['ann', 'ben', 'cem', 'dee'].entries())
    await gallery.add([0, 0.3, 1.1].map((off) => ({ name, vector: [k + off] })));
  const report = await gallery.thresholdReport({ draws: 50 });
  assert.ok(report.intervals, 'intervals are in it');
  const back = JSON.parse(await reportJson(report).text(), (_, value) =>
    typeof value === 'string' ? Number(value) : value,
  );
  assert.deepEqual(back, report);
  assert.equal(back.curve[0].threshold, -Infinity);
  const [header, ...lines] = (await reportCsv(report).text()).trimEnd().split('\r\n');
  assert.equal(header, 'threshold,fmr,fnmr');
  assert.equal(lines[0], ',0,1');
  const curve = lines.map((line) => {
    const [threshold, fmr, fnmr] = line.split(',');
    return {
      threshold: threshold === '' ? -Infinity : Number(threshold),
      fmr: Number(fmr),
      fnmr: Number(fnmr),
    };
  });
  assert.deepEqual(curve, report.curve);
  // A text in place of a number is refused: a spreadsheet would run it as a formula.
  const forged = { ...report, curve: [{ threshold: '=1+1', fmr: 0, fnmr: 1 }] };
  assert.throws(() => reportCsv(forged), { code: 'argument.invalid' });
  for (const wrong of [null, undefined, 7, {}, []])
    for (const write of [reportCsv, reportJson])
      assert.throws(() => write(wrong), { code: 'argument.invalid' });
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
  // By the name that a gallery gives its distance.
  assert.match(exportScript('pgvector', { dim: 2, metric: 'dot' }), /embedding <#> query/);
});

test('the weights of a session are its tensors without those of its training', async (t) => {
  const lab = await createLab({ worker: false });
  t.after(() => lab.dispose());
  await lab.loadDataset(pack());
  const network = { kind: 'mlp', hidden: [5] };
  const batch = { classes: 2, perClass: 2 };
  const loss = { kind: 'softmax' };
  const fits = await lab.defaultsFor(loss);
  await lab.configure({ ...fits, unseenClasses: 0, network, batch });
  await lab.advance(3);
  const saved = await lab.save();
  const state = unsealed(saved);
  const names = state.tensors.map(({ name }) => name);
  assert.ok(names.includes('network.0.weight.moment_1'), names.join());
  assert.ok(
    names.some((name) => name.startsWith('classifier')),
    names.join(),
  );

  const file = await weightsOf(new Blob([saved]));
  const bytes = Buffer.from(await file.arrayBuffer());
  const length = Number(bytes.readBigUInt64LE());
  const { __metadata__: metadata, ...tensors } = JSON.parse(bytes.toString('utf8', 8, 8 + length));
  assert.deepEqual(Object.keys(tensors).sort(), [
    ...['network.0.bias', 'network.0.weight', 'network.head.bias', 'network.head.weight'],
    ...['preparation.centre', 'preparation.scale'],
  ]);
  assert.equal(length % 8, 0, 'numbers begin at a multiple of eight');
  for (const [name, { dtype, shape, data_offsets: at }] of Object.entries(tensors)) {
    const wanted = state.tensors.find((tensor) => tensor.name === name);
    assert.deepEqual([dtype, shape], ['F32', wanted.shape], name);
    assert.deepEqual(bytes.subarray(8 + length + at[0], 8 + length + at[1]), wanted.data, name);
  }
  const { dim, ending, ...model } = JSON.parse(metadata.model);
  assert.deepEqual(model, { network, ink: true, presence: false, distance: fits.distance, step: 3 });
  assert.deepEqual([dim, ending], [32, fits.embedding.normalize ? 'unit' : 'plain']);
});

test('what is no saved session has no weights', async (t) => {
  const lab = await createLab({ worker: false });
  t.after(() => lab.dispose());
  const gallery = await lab.gallery({ dim: 2, distance: 'euclidean' });
  await gallery.add([{ name: 'ann', vector: [1, 0] }]);
  const forged = (text) => sealed({ format: 'metriclab-session-2', entry: 'progress', text, tensors: [] });
  const config = { network: {}, embedding: { dim: 2, normalize: true }, distance: 'toString' };
  for (const bytes of [
    new Uint8Array(3),
    new TextEncoder().encode('not a file of tensors'),
    await gallery.save(),
    forged(''),
    forged('{}'),
    forged('{"ink":true,"step":1,"config":null}'),
    forged(JSON.stringify({ ink: true, step: 1, config })),
  ])
    await assert.rejects(weightsOf(bytes), { code: 'data.invalid' });
  for (const wrong of [undefined, 'file', 7, {}, [1]])
    await assert.rejects(weightsOf(wrong), { code: 'argument.invalid' });
});

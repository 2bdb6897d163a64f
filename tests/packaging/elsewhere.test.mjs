// An index that was exported from a gallery answers in FAISS and in PostgreSQL with pgvector as an exact search does here. PGlite is
// PostgreSQL as WebAssembly; FAISS is installed for the Python of data/python.mjs.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { promisify } from 'node:util';
import { embeddingsOf, exportScript, toCsv, toNpy, toNpz } from '../../pkg/dist/data/index.js';
import { createLab } from '../../pkg/dist/node.js';
import { pythonWith } from '../../data/python.mjs';
import { tool } from './install.mjs';

const run = promisify(execFile);

const [COUNT, DIM, K, QUERIES] = [500, 12, 7, 20];
let state = 5;
const noise = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.fround(state / 2 ** 31 - 1);
};
const random = (rows) => Float32Array.from({ length: rows * DIM }, noise);
const stored = random(COUNT);
const queries = random(QUERIES);
const row = (vectors, at) => vectors.subarray(at * DIM, (at + 1) * DIM);
const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);

/** Some begin as a formula does, which a CSV for spreadsheets must not. */
const idOf = (at) => (at % 50 === 7 ? `-n${at}` : at % 50 === 8 ? `'=n${at}` : `n${at}`);

/** The index of a gallery in which things came and went. */
let index;
before(async () => {
  const lab = await createLab();
  const gallery = await lab.gallery({ dim: DIM });
  const entry = (at) => ({ name: `class ${at % 9}, "고양이"`, vector: row(stored, at) });
  await gallery.add(Array.from({ length: COUNT }, (_, at) => ({ ...entry(at), id: idOf(at) })));
  await gallery.remove([idOf(3), idOf(COUNT - 1)]);
  await gallery.add([entry(3), entry(7)]);
  await gallery.remove(idOf(7));
  index = embeddingsOf(await gallery.entries());
  lab.dispose();
  assert.deepEqual([index.ids.length, index.dim], [COUNT - 1, DIM]);
});

/** By definition, in double precision. */
const DISTANCES = {
  euclidean: (a, b) => Math.hypot(...a.map((x, i) => x - b[i])),
  cosine: (a, b) => 1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)),
  dot: (a, b) => -dot(a, b),
  manhattan: (a, b) => a.reduce((sum, x, i) => sum + Math.abs(x - b[i]), 0),
};

function nearest(metric, at) {
  const query = Array.from(row(queries, at));
  return index.ids
    .map((id, i) => ({ id, distance: DISTANCES[metric](query, Array.from(row(index.vectors, i))) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, K);
}

function same(found, metric, at) {
  const expected = nearest(metric, at);
  assert.deepEqual(
    found.map(({ id }) => id),
    expected.map(({ id }) => id),
    `${metric}, query ${at}`,
  );
  found.forEach(({ distance }, i) =>
    assert.ok(
      Math.abs(distance - expected[i].distance) < 1e-5,
      `${metric}: ${distance}, ${expected[i].distance}`,
    ),
  );
}

for (const metric of Object.keys(DISTANCES))
  test(`FAISS, ${metric}`, { timeout: 240_000 }, async (t) => {
    const python = await pythonWith('numpy', 'faiss');
    const folder = await mkdtemp(join(tmpdir(), 'metriclab-'));
    t.after(() => rm(folder, { recursive: true }));
    const save = async (name, blob) => writeFile(join(folder, name), Buffer.from(await blob.arrayBuffer()));
    await save('index.npz', toNpz(index));
    await save('queries.npy', toNpy({ vectors: queries, dim: DIM }));
    await writeFile(join(folder, 'search.py'), exportScript('faiss', { dim: DIM, metric, k: K }));
    const { stdout } = await run(python, ['search.py', 'queries.npy'], { cwd: folder });
    const lines = stdout.trim().split('\n');
    assert.equal(lines.length, QUERIES);
    lines.forEach((line, at) => {
      const found = line.split('\t').map((pair) => pair.split(' '));
      same(
        found.map(([id, distance]) => ({ id, distance: Number(distance) })),
        metric,
        at,
      );
    });
  });

for (const metric of Object.keys(DISTANCES))
  test(`PostgreSQL with pgvector, ${metric}`, { timeout: 120_000 }, async (t) => {
    const { PGlite } = await tool('@electric-sql/pglite');
    const { vector } = await tool('@electric-sql/pglite-pgvector');
    const database = await PGlite.create({ extensions: { vector } });
    t.after(() => database.close());
    const script = exportScript('pgvector', { dim: DIM, metric, k: K });
    // PGlite is PostgreSQL without psql, whose \copy reads the file for it.
    const copy = /^\\copy (.*) from '.*' with (.*)$/m;
    assert.match(script, copy);
    const [before, after] = script.split(/^\\copy .*$/m);
    await database.exec(before);
    const [, table, format] = script.match(copy);
    await database.query(`copy ${table} from '/dev/blob' with ${format}`, [], { blob: toCsv(index) });
    await database.exec(after);
    for (let at = 0; at < QUERIES; at++) {
      const text = `[${Array.from(row(queries, at)).join(',')}]`;
      const { rows } = await database.query('select * from metriclab_nearest($1::vector)', [text]);
      same(rows, metric, at);
      assert.equal(rows[0].label, index.labels[index.ids.indexOf(rows[0].id)]);
    }
  });

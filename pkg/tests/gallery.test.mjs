import assert from 'node:assert/strict';
import test from 'node:test';
import { LabGallery, rowsOf } from '../dist/gallery.js';
import { GalleryRecords } from '../dist/gallery-records.js';

const CONFIG = { dim: 2, distance: 'euclidean', threshold: null };
const STATE = {
  count: 0,
  classes: {},
  config: CONFIG,
  nextKey: 0,
  undo: 0,
  redo: 0,
  cohort: 0,
  bytes: 0,
  difference: null,
};

/** A gallery whose engine answers with `answer(method, request)`, and what it was asked. */
function gallery(answer = () => STATE, store = null) {
  const asked = [];
  const ask = async (method, request) => {
    asked.push([method, request]);
    return answer(method, request) ?? STATE;
  };
  return { asked, gallery: new LabGallery(7, STATE, ask, store) };
}

test('rows of any form become one array', () => {
  assert.deepEqual([...rowsOf([[1, 2], Float32Array.of(3, 4)], 2)], [1, 2, 3, 4]);
  const own = Float32Array.of(1, 2);
  assert.equal(rowsOf(own, 2), own);
  assert.throws(() => rowsOf([[1, 2], [3]], 2), {
    code: 'shape.mismatch',
    message: /Row 1 of vectors must have 2 numbers, has 1/,
  });
  assert.throws(() => rowsOf([1, 2], 2), { message: 'Row 0 of vectors must have 2 numbers, is 1.' });
  assert.throws(() => rowsOf([null], 2), { code: 'shape.mismatch' });
  assert.throws(() => rowsOf('rows', 2), { code: 'argument.invalid' });
});

test('changes travel without their vectors, which travel together', async () => {
  const world = gallery((method) =>
    method === 'galleryApply' ? { ...STATE, difference: { added: ['1'], put: [0], removed: [] } } : STATE,
  );
  const ids = await world.gallery.apply([
    { kind: 'add', name: 'ann', vector: [1, 2] },
    { kind: 'remove', id: 'x' },
    { kind: 'replace', id: 'y', vector: [3, 4] },
  ]);
  assert.deepEqual(ids, ['1']);
  assert.deepEqual(world.asked, [
    [
      'galleryApply',
      {
        gallery: 7,
        changes: [
          { kind: 'add', name: 'ann' },
          { kind: 'remove', id: 'x' },
          { kind: 'replace', id: 'y' },
        ],
        vectors: Float32Array.of(1, 2, 3, 4),
      },
    ],
  ]);
  for (const bad of [undefined, 'x', [null]])
    await assert.rejects(world.gallery.apply(bad), { code: 'argument.invalid' });
  await assert.rejects(world.gallery.add(null), { code: 'argument.invalid' });
});

test('a change that cannot be stored is taken back', async () => {
  const full = Object.assign(new Error('no room'), { code: 'storage.full' });
  const store = {
    name: 'faces',
    write: () => Promise.reject(full),
    writeCohort: (cohort) => (cohort === null ? Promise.resolve() : Promise.reject(full)),
    close() {},
  };
  const world = gallery((method) => {
    if (method === 'galleryEntries')
      return {
        keys: [0],
        entries: [{ id: '1', name: 'ann', attributes: {} }],
        vectors: Float32Array.of(1, 2),
      };
    return { ...STATE, count: 1, difference: { added: ['1'], put: [0], removed: [] } };
  }, store);
  const told = [];
  world.gallery.onChange((state) => told.push(state));
  await assert.rejects(world.gallery.add({ name: 'ann', vector: [1, 2] }), { code: 'storage.full' });
  assert.deepEqual(
    world.asked.map(([method]) => method),
    ['galleryApply', 'galleryEntries', 'galleryUndo'],
  );
  assert.deepEqual([told, world.gallery.state.count], [[], 0], 'nobody was told of it');
  world.asked.length = 0;
  await assert.rejects(world.gallery.setThreshold(1), { code: 'storage.full' });
  const [first, last] = [world.asked[0], world.asked.at(-1)];
  assert.deepEqual(first, ['galleryDecide', { gallery: 7, threshold: 1 }]);
  assert.deepEqual(last, ['galleryDecide', { gallery: 7, threshold: null }], 'the one before');
  world.asked.length = 0;
  await assert.rejects(world.gallery.setCohort([[1, 2]], { top: 1 }), { code: 'storage.full' });
  assert.deepEqual(world.asked, [
    ['galleryCohort', { gallery: 7, vectors: Float32Array.of(1, 2), top: 1 }],
    ['galleryCohort', { gallery: 7, vectors: new Float32Array(0) }],
  ]);
  // A full disk stops nothing that it does not hold.
  await world.gallery.setCohort(null);
  await world.gallery.compact();
});

test('many rows with many hits are answered in parts, with no change between', async () => {
  const many = { ...STATE, count: 60_000 };
  const asked = [];
  const bad = Object.assign(new Error('row 0'), { code: 'data.not_finite' });
  const ask = async (method, { queries }, call) => {
    asked.push(queries ? [...queries] : method);
    if (queries?.[0] === 9 && queries.length === 2) throw bad;
    call?.onProgress?.({ done: 1, total: 1 });
    return queries ? Array.from({ length: queries.length / 2 }, (_, at) => queries[2 * at]) : many;
  };
  const world = new LabGallery(7, many, ask, null);
  const told = [];
  const rows = Float32Array.of(1, 2, 3, 4, 5, 6);
  const onProgress = ({ done, total }) => told.push([done, total]);
  const answers = world.query(rows, { k: 70_000, onProgress });
  const changed = world.setThreshold(1);
  rows.fill(0);
  assert.deepEqual(await answers, [1, 3, 5]);
  await changed;
  assert.deepEqual(asked.splice(0), [[1, 2], [3, 4], [5, 6], 'galleryDecide']);
  assert.deepEqual(told, [
    [1, 3],
    [2, 3],
    [3, 3],
  ]);
  await world.query(Float32Array.of(1, 2, 9, 4), { k: 60_000 });
  assert.deepEqual(
    asked.splice(0),
    [
      [1, 2],
      [9, 4],
      [1, 2, 9, 4],
    ],
    'a bad row is named by its place among all',
  );
  await world.query(Float32Array.of(1, 2, 3, 4), { k: 5 });
  assert.deepEqual(asked, [[1, 2, 3, 4]], 'few hits are answered at once');
});

test("a listener's mistake is reported, and the change and the other listeners go on", async (t) => {
  const world = gallery(() => ({ ...STATE, count: 1 }));
  const told = [];
  t.after(() => delete globalThis.reportError);
  globalThis.reportError = ({ message }) => told.push(message);
  world.gallery.onChange(() => {
    throw new Error('mine');
  });
  world.gallery.onChange(({ count }) => told.push(count));
  await world.gallery.undo();
  assert.deepEqual([told, world.gallery.state.count], [['mine', 1], 1]);
});

test('an aborted change is not begun, and a closed gallery says so', async () => {
  const world = gallery();
  await assert.rejects(world.gallery.undo({ signal: AbortSignal.abort() }), { code: 'call.aborted' });
  assert.deepEqual(world.asked, []);
  await world.gallery.close();
  await world.gallery.close();
  await assert.rejects(async () => world.gallery.undo(), { code: 'gallery.closed' });
  await assert.rejects(world.gallery.query([[1, 2]]), { code: 'gallery.closed' });
  assert.deepEqual(world.asked, [['galleryClose', { gallery: 7 }]]);
});

test('what is missing ends no threshold and no cohort', async () => {
  const world = gallery();
  const report = { chosen: { threshold: 1 } };
  await assert.rejects(world.gallery.setThreshold(report.threshold), { code: 'argument.invalid' });
  await assert.rejects(world.gallery.setCohort(undefined), { code: 'argument.invalid' });
  for (const none of [[], new Float32Array(0)])
    await assert.rejects(world.gallery.setCohort(none), { code: 'data.insufficient' });
  assert.deepEqual(world.asked, []);
  await world.gallery.setThreshold(null);
  await world.gallery.setCohort(null);
  assert.deepEqual(
    world.asked.map(([method]) => method),
    ['galleryDecide', 'galleryCohort'],
  );
});

test('calls that are not awaited are answered in order, each with the numbers that it was given', async () => {
  const free = [];
  const cohorts = [];
  const store = {
    name: 'faces',
    write: () => new Promise((resolve) => free.push(resolve)),
    writeCohort: async (cohort) => void cohorts.push(cohort),
    close() {},
  };
  const world = gallery(() => ({ ...STATE, difference: null }), store);
  const row = Float32Array.of(1, 2);
  const stop = new AbortController();
  const calls = [
    world.gallery.setThreshold(1),
    world.gallery.query(row),
    world.gallery.setCohort(row),
    world.gallery.query(row),
  ];
  const left = world.gallery.save({ signal: stop.signal });
  assert.deepEqual(world.asked, [['galleryDecide', { threshold: 1, gallery: 7 }]], 'asked at once');
  row.fill(9);
  stop.abort();
  await assert.rejects(left, { code: 'call.aborted' }, 'though the disk has not answered');
  while (free.length === 0) await Promise.resolve();
  assert.equal(world.asked.length, 1, 'the disk comes first');
  free.pop()();
  calls.push(world.gallery.entries().catch(() => undefined));
  await Promise.all(calls);
  assert.equal(free.length, 0, 'a cohort is written without the entries');
  assert.deepEqual(cohorts, [{ vectors: Float32Array.of(1, 2) }], 'as it was when the call was made');
  assert.deepEqual(
    world.asked.map(([method]) => method),
    ['galleryDecide', 'galleryQuery', 'galleryCohort', 'galleryQuery', 'galleryEntries'],
  );
  for (const [, { queries, vectors }] of world.asked.slice(1, 4))
    assert.deepEqual([...(queries ?? vectors)], [1, 2], 'as they were when the call was made');
});

test('another engine gets the same galleries by the same steps', async () => {
  const records = new GalleryRecords();
  const vectors = Float32Array.of(1, 2);
  const note = (method, request, answer = STATE) => {
    const [kept] = records.keep(method, [request]);
    records.note(method, kept, answer);
  };
  const refilled = async () => {
    const calls = [];
    await records.refill({ call: async (method, [request]) => calls.push([method, request]) });
    return calls;
  };
  note('galleryOpen', { gallery: 1, config: CONFIG });
  note('galleryOpen', { gallery: 2, config: CONFIG });
  note('galleryApply', { gallery: 1, changes: [], vectors });
  vectors.fill(9);
  note('galleryQuery', { gallery: 1 });
  note('galleryCohort', { gallery: 1, vectors: Float32Array.of(5, 5) });
  note('galleryClose', { gallery: 2 });
  const calls = await refilled();
  assert.deepEqual(
    calls.map(([method]) => method),
    ['galleryOpen', 'galleryApply', 'galleryCohort'],
  );
  assert.deepEqual([...calls[1][1].vectors], [1, 2], 'as they were when the call was made');
  assert.deepEqual(records.due(), []);
  for (let i = 0; i < 2_000; i++) note('galleryUndo', { gallery: 1 });
  assert.deepEqual([records.due(), records.due()], [[1], []], 'told once');
  note('gallerySave', { gallery: 1 }, Uint8Array.of(1));
  assert.deepEqual(
    (await refilled()).map(([method]) => method),
    ['galleryLoad'],
  );
});

// `metriclab` in Node, by its name: the CPU module in a thread, or in this one.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createLab } from 'metriclab';
import * as inline from 'metriclab/inline';
import * as slim from 'metriclab/slim';
import { pack } from './packed.mjs';

async function trained(lab) {
  await lab.loadDataset(pack({ count: 240 }));
  await lab.configure({
    ...(await lab.defaults()),
    seed: 3,
    unseenClasses: 0,
    network: { kind: 'mlp', hidden: [16] },
    batch: { classes: 4, perClass: 4 },
  });
  const { losses } = await lab.advance(30);
  return [...losses];
}

test('a lab in Node trains, embeds, and finds in a gallery', async (t) => {
  const lab = await createLab();
  t.after(() => lab.dispose());
  assert.deepEqual([lab.device.kind, lab.device.reason], ['cpu', 'no_webgpu'], 'the device');
  const losses = await trained(lab);
  assert.ok(losses.length === 30 && losses.every(Number.isFinite), 'losses');
  const rows = await lab.embeddings();
  const dim = rows.length / 240;
  assert.ok(Number.isInteger(dim) && rows.every(Number.isFinite), 'embeddings');
  const gallery = await lab.gallery({ dim, distance: 'euclidean', threshold: 1e-3 });
  const row = (at) => [...rows.subarray(at * dim, (at + 1) * dim)];
  await gallery.add([{ name: 'first', vector: row(0) }]);
  const [found, stranger] = await gallery.query([row(0), row(0).map((x) => x + 1)], { k: 1 });
  assert.deepEqual([found.decision.name, stranger.decision.kind], ['first', 'unknown'], 'the gallery');
  await assert.rejects(lab.gallery({ dim: 2, distance: 'euclidean', store: 'x' }), {
    code: 'storage.unavailable',
  });
});

test('a thread and this thread give the same losses, bit for bit', async (t) => {
  const [apart, here] = await Promise.all([createLab(), createLab({ worker: false })]);
  t.after(() => (apart.dispose(), here.dispose()));
  assert.deepEqual(await trained(apart), await trained(here));
});

test('two labs in this thread do not meet, and one survives the other', async () => {
  const [first, second] = [await createLab({ worker: false }), await createLab({ worker: false })];
  await trained(first);
  await assert.rejects(second.advance(1), { code: 'session.none' });
  first.dispose();
  assert.equal((await trained(second)).length, 30);
  second.dispose();
});

test('what Node does not have is refused with its code', async () => {
  await assert.rejects(createLab({ device: 'gpu' }), { code: 'device.no_webgpu' });
  const lab = await createLab();
  await assert.rejects(lab.switchDevice('gpu'), { code: 'device.no_webgpu' });
  assert.equal((await lab.switchDevice('auto')).kind, 'cpu', 'it works as before');
  lab.dispose();
  await assert.rejects(createLab({ worker: 'http://localhost/' }), {
    code: 'argument.invalid',
    message: /Node/,
  });
  await assert.rejects(createLab({ wasm: new Uint8Array(4) }), { code: 'wasm.unavailable' });
});

test('a gallery is loaded with options that are checked', async (t) => {
  const lab = await createLab();
  t.after(() => lab.dispose());
  const file = await (await lab.gallery({ dim: 2 })).save();
  assert.equal((await lab.loadGallery(file, undefined)).dim, 2);
  await assert.rejects(lab.loadGallery(file, null), { code: 'argument.invalid', message: /not null/ });
  await assert.rejects(lab.loadGallery(file, { stor: 'faces' }), {
    code: 'argument.invalid',
    message: /there is store, signal, onProgress/,
  });
});

test('what a lab had open may be closed while it ends, and after that', async () => {
  const lab = await createLab();
  const towers = () =>
    lab.towers({
      left: rows,
      right: rows,
      pairs: [
        [0, 0],
        [1, 1],
      ],
    });
  const rows = {
    rows: [
      [1, 0],
      [0, 1],
    ],
    shape: 2,
  };
  const all = [await lab.gallery({ dim: 2 }), await lab.gallery({ dim: 2 }), await towers(), await towers()];
  const running = all[0].setThreshold(1);
  const early = [all[0].close(), all[2].close()];
  lab.dispose();
  await assert.rejects(running, { code: 'lab.disposed' });
  await Promise.all([...early, all[1].close(), all[3].close()]);
});

test('inline and slim are the same in Node, so that a server may import what its pages do', () => {
  assert.equal(inline.createLab, createLab);
  assert.equal(slim.createLab, createLab);
});

test('a process ends when its lab is idle, and not before a call is answered', async () => {
  const script = `
    import { createLab } from 'metriclab';
    const lab = await createLab();
    lab.options().then((all) => console.log(all.losses.length > 0));`;
  const { stdout } = await promisify(execFile)('node', ['--input-type=module', '--eval', script], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    timeout: 60_000,
  });
  assert.equal(stdout, 'true\n');
});

test('`using` ends a lab, a gallery and towers: their symbols do what dispose and close do', async () => {
  const lab = await createLab();
  const gallery = await lab.gallery({ dim: 2 });
  const sides = { left: { rows: [[1], [2]], shape: 1 }, right: { rows: [[1], [2]], shape: 1 } };
  const towers = await lab.towers({
    ...sides,
    pairs: [
      [0, 0],
      [1, 1],
    ],
    config: { dim: 2, batch: 2 },
  });
  await gallery[Symbol.asyncDispose]();
  await assert.rejects(gallery.entries(), { code: 'gallery.closed' });
  await towers[Symbol.asyncDispose]();
  await assert.rejects(towers.save(), { code: 'towers.closed' });
  assert.equal(lab[Symbol.dispose](), undefined);
  await assert.rejects(lab.defaults(), { code: 'lab.disposed' });
  // Once more, as at the end of a block that has disposed already.
  await gallery[Symbol.asyncDispose]();
  lab[Symbol.dispose]();
});

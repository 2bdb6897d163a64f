// Long use: training, galleries and labs that come and go. Memory stays flat, and every number is finite.
// METRICLAB_SOAK=20 does twenty times as much.
import assert from 'node:assert/strict';
import test from 'node:test';
import { createLab } from '../dist/node.js';
import { pack } from './packed.mjs';

const TIMES = Number(process.env.METRICLAB_SOAK ?? 1);
const LIMIT = 60_000 + 60_000 * TIMES;
const MB = 1024 * 1024;

async function opened(options) {
  const lab = await createLab(options);
  await lab.loadDataset(pack());
  await lab.configure({
    ...(await lab.defaults()),
    unseenClasses: 0,
    network: { kind: 'mlp', hidden: [8] },
    embedding: { dim: 4, normalize: true },
    batch: { classes: 2, perClass: 2 },
  });
  return lab;
}

test('10,000 steps with measures between: finite, and memory is flat', { timeout: LIMIT }, async (t) => {
  const lab = await opened();
  t.after(() => lab.dispose());
  const faults = [];
  lab.on('fault', (fault) => faults.push(fault));
  const used = [];
  let wrong = 0;
  const rounds = 20 * TIMES;
  for (let round = 0; round < rounds; round += 1) {
    const { losses } = await lab.advance(500);
    const rows = await lab.embeddings();
    const { seen } = await lab.evaluate({ space: 'embedding', k: 5 });
    for (const value of [...losses, ...rows, seen.recallAt1, seen.mapAtR])
      if (!Number.isFinite(value)) wrong += 1;
    used.push((await lab.memory()).inUse);
  }
  assert.deepEqual([wrong, faults], [0, []], 'numbers that are not finite, and faults');
  // After two rounds everything has been allocated once.
  const [settled, end] = [used[1], used.at(-1)];
  t.diagnostic(`${rounds * 500} steps, ${settled} bytes in use, then ${end}`);
  assert.ok(end - settled < 0.25 * MB, `memory grew from ${settled} to ${end}: ${used}`);
});

test('labs that come and go leave nothing behind', { timeout: LIMIT }, async (t) => {
  const rounds = 50 * TIMES;
  const rss = [];
  for (let round = 0; round < rounds; round += 1) {
    const lab = await opened();
    const { losses } = await lab.advance(2);
    assert.ok(losses.every(Number.isFinite));
    lab.dispose();
    if (round % 10 === 9) {
      globalThis.gc?.();
      rss.push(Math.round(process.memoryUsage().rss / MB));
    }
  }
  t.diagnostic(`MB of the process after each ten labs: ${rss}`);
  assert.ok(rss.at(-1) - rss[1] < 150, `the process grew: ${rss} MB`);
});

test('1,000 edits of a gallery: its contents are those of a plain list', { timeout: LIMIT }, async (t) => {
  const lab = await createLab();
  t.after(() => lab.dispose());
  const gallery = await lab.gallery({ dim: 2 });
  const plain = new Map();
  const used = [];
  const edits = 1_000 * TIMES;
  let state = 7;
  const below = (count) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % count;
  };
  for (let edit = 0; edit < edits; edit += 1) {
    const ids = [...plain.keys()];
    if (ids.length > 40 || (ids.length > 0 && below(3) === 0)) {
      const id = ids[below(ids.length)];
      await gallery.remove(id);
      plain.delete(id);
    } else {
      const entry = { id: `e${edit}`, name: `n${below(5)}`, vector: [edit, below(1000)] };
      await gallery.add(entry);
      plain.set(entry.id, entry);
    }
    if (below(10) === 0 && (await gallery.undo())) await gallery.redo();
    if (edit % 100 === 99) used.push((await lab.memory()).inUse);
  }
  const found = await gallery.entries();
  const content = (list) => list.map(({ id, name, vector }) => [id, name, ...vector]).sort();
  assert.deepEqual(content(found), content([...plain.values()]));
  const [one] = plain.values();
  const [{ hits }] = await gallery.query([one.vector], { k: 1 });
  assert.deepEqual([hits[0].id, hits[0].distance], [one.id, 0], 'the nearest of an entry is itself');
  t.diagnostic(`bytes in use after each hundred edits: ${used}`);
  assert.ok(used.at(-1) - used[1] < 2 * MB, `memory grew: ${used}`);
});

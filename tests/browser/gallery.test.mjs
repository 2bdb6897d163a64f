// The package's gallery on the real engine: against a naive one, on disk, through kills, and how long it takes.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { chromium } from 'playwright-core';
import { openPackageSite, visitPackage } from './package-page.mjs';
import { QUIET, launch, leave, started } from './visit.mjs';

const lives = await readFile(new URL('gallery-lives.mjs', import.meta.url), 'utf8');
const [browser, site] = await started(launch('software'), openPackageSite({ 'gallery-lives.js': lives }));

/** Runs `work` in a page with a lab on the CPU as `globalThis.lab`. */
async function onLab(work, argument) {
  const page = await visitPackage(browser, site);
  await page.evaluate(async () => {
    globalThis.lab = await globalThis.metriclab.createLab({ device: 'cpu' });
  });
  try {
    return await page.evaluate(work, argument);
  } finally {
    await leave(page);
  }
}

test('random lives agree with a naive gallery', { timeout: 180_000 }, async (t) => {
  const found = await onLab(async () => {
    const { live } = await import('./gallery-lives.js');
    const done = {};
    for (let seed = 0; seed < 16; seed++) {
      const store = seed % 2 ? `life ${seed}` : undefined;
      const turns = await live(globalThis.lab, { seed, store, turns: 60 });
      for (const [name, count] of Object.entries(turns)) done[name] = (done[name] ?? 0) + count;
    }
    return { done, stored: await globalThis.metriclab.storedGalleries() };
  });
  t.diagnostic(JSON.stringify(found.done));
  const fewest = Math.min(...Object.values(found.done));
  assert.deepEqual([Object.keys(found.done).length, fewest >= 10], [11, true], 'everything was done');
  assert.deepEqual(found.stored, [], 'erased galleries leave nothing');
});

test('a gallery moves with the lab to another device', { timeout: 60_000 }, async () => {
  const found = await onLab(async () => {
    const { lab } = globalThis;
    const gallery = await lab.gallery({ dim: 2, distance: 'cosine' });
    await gallery.add([
      { name: 'right', vector: [1, 0] },
      { name: 'up', vector: [0, 1] },
    ]);
    await gallery.remove('1');
    await gallery.setThreshold(0.1);
    const ask = async () => (await gallery.query([[1, 0.1]]))[0].decision;
    const before = await ask();
    await lab.switchDevice('gpu');
    const there = await ask();
    const undone = await gallery.undo();
    return { before, there, undone, after: await ask(), kind: lab.device.kind };
  });
  assert.deepEqual(found, {
    before: { kind: 'unknown', nearest: 'up' },
    there: { kind: 'unknown', nearest: 'up' },
    undone: true,
    after: { kind: 'known', name: 'right' },
    kind: 'gpu',
  });
});

test(
  'a stored gallery and a file of it come back with the cohort that the threshold belongs to',
  { timeout: 60_000 },
  async () => {
    const found = await onLab(async () => {
      const { lab } = globalThis;
      const options = { dim: 1, store: 'cohort' };
      const gallery = await lab.gallery(options);
      await gallery.add([
        { name: 'ann', vector: [0] },
        { name: 'ben', vector: [4] },
      ]);
      await gallery.setCohort([[8], [12], [100]], { top: 2 });
      await gallery.setThreshold(-4);
      const ask = async (gallery) => {
        const [{ hits, decision }] = await gallery.query([[1]], { k: 2 });
        return { scores: hits.map(({ name, score }) => [name, score]), kind: decision.kind };
      };
      const before = await ask(gallery);
      const file = await gallery.save();
      const kept = gallery.state.threshold;
      await gallery.close();
      const again = await lab.gallery(options);
      const after = await ask(again);
      const copied = [];
      for (const open of [
        () => lab.loadGallery(file, { store: 'copy' }),
        () => lab.gallery({ dim: 1, store: 'copy' }),
      ]) {
        const copy = await open();
        copied.push({ ...(await ask(copy)), threshold: copy.state.threshold, rows: copy.state.cohort });
        await copy.close();
      }
      await again.setCohort(null);
      await again.setThreshold(null);
      await again.close();
      const third = await lab.gallery(options);
      const without = await ask(third);
      await third.erase();
      return { before, kept, after, copied, without };
    });
    const { before, kept, after, copied, without } = found;
    assert.deepEqual(before.kind, 'known');
    assert.ok(before.scores[0][1] < -4, `${before.scores}`);
    assert.equal(kept, -4, 'saving changes nothing');
    assert.deepEqual(after, before);
    const raw = [
      ['ann', null],
      ['ben', null],
    ];
    const whole = { ...before, threshold: -4, rows: 3 };
    assert.deepEqual(copied, [whole, whole], 'a file holds both, and its copy in a store, too');
    assert.deepEqual(without, { scores: raw, kind: 'known' });
  },
);

test('what a threshold report holds', { timeout: 60_000 }, async () => {
  const report = await onLab(async () => {
    const gallery = await globalThis.lab.gallery({ dim: 1 });
    await gallery.add([0, 1, 9, 12].map((place, at) => ({ name: at < 2 ? 'ann' : 'ben', vector: [place] })));
    return gallery.thresholdReport({ bins: 4 });
  });
  assert.deepEqual(report.chosen, { threshold: 3, fmr: 0, fnmr: 0 });
  assert.deepEqual([report.pairs, report.identities, report.auc], [[2, 4], [2, 2], 1]);
  assert.deepEqual(report.curve[0], { threshold: -Infinity, fmr: 0, fnmr: 1 });
  assert.deepEqual(report.bins, { from: 1, to: 12, same: [2, 0, 0, 0], different: [0, 0, 2, 2] });
  assert.equal(report.intervals, null, 'half of the draws of two identities have no different pair');
});

test('one page at a time, and a plain word where nothing can be stored', { timeout: 60_000 }, async () => {
  const page = await visitPackage(browser, site);
  const codes = await page.evaluate(async () => {
    const lab = await globalThis.metriclab.createLab({ device: 'cpu' });
    const code = (promise) =>
      promise.then(
        () => 'fine',
        (error) => error.code,
      );
    const found = [
      await code(lab.gallery({ dim: 2, store: 'one' })),
      await code(lab.gallery({ dim: 2, store: 'one' })),
    ];
    const { open } = IDBFactory.prototype;
    IDBFactory.prototype.open = () => {
      throw new DOMException('denied', 'SecurityError');
    };
    found.push(await code(lab.gallery({ dim: 2, store: 'two' })));
    IDBFactory.prototype.open = open;
    found.push(await code(lab.gallery({ dim: 2, store: 'two' })));
    // Some browsers throw at the name alone.
    const held = Object.getOwnPropertyDescriptor(globalThis, 'indexedDB');
    const get = () => {
      throw new DOMException('denied', 'SecurityError');
    };
    Object.defineProperty(globalThis, 'indexedDB', { ...held, get });
    found.push(await code(lab.gallery({ dim: 2, store: 'none' })));
    found.push(String((await globalThis.metriclab.storedGalleries()).includes('none')));
    Object.defineProperty(globalThis, 'indexedDB', held);
    const { put } = IDBObjectStore.prototype;
    const gallery = await lab.gallery({ dim: 1, store: 'three' });
    await gallery.add({ name: 'ann', vector: [0] });
    IDBObjectStore.prototype.put = function (...args) {
      this.transaction.abort();
      return put.apply(this, args);
    };
    found.push(
      await code(gallery.add({ name: 'ben', vector: [1] }).catch(() => Promise.reject({ code: 'refused' }))),
    );
    IDBObjectStore.prototype.put = put;
    found.push((await gallery.entries()).map(({ name }) => name).join());
    found.push(await code(gallery.add({ name: 'carl', vector: [2] })));
    const interrupted = code(gallery.add({ name: 'dora', vector: [3] }));
    lab.dispose();
    const next = await globalThis.metriclab.createLab({ device: 'cpu' });
    const again = await next.gallery({ dim: 1, store: 'three' });
    found.push(await interrupted, Object.keys(again.state.classes).join(' '));
    return found;
  });
  await leave(page);
  const [disposed, kept] = ['lab.disposed', 'ann carl'];
  assert.deepEqual(codes, [
    ...['fine', 'storage.busy', 'storage.unavailable', 'fine', 'storage.unavailable', 'false'],
    ...['refused', 'ann', 'fine'],
    ...[disposed, kept],
  ]);
});

/** Ends the browser that keeps its files in a folder, and with it the processes that it has started. */
async function kill(folder) {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const id of ids) {
    const words = (await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')).split('\0');
    if (!words.includes(`--user-data-dir=${folder}`)) continue;
    if (!words.some((word) => word.startsWith('--type='))) process.kill(Number(id), 'SIGKILL');
  }
}

/** A folder for the files of a browser, which ends with the test. */
async function ownFolder(t) {
  const folder = await mkdtemp(join(tmpdir(), 'metriclab-gallery-'));
  t.after(async () => {
    await kill(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return folder;
}

/** A page of a browser that keeps its files in a folder. */
async function enter(folder) {
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [...QUIET, '--js-flags=--expose-gc'],
  });
  const page = await context.newPage();
  await page.goto(site.address);
  await page.waitForFunction(() => globalThis.metriclab);
  return { context, page };
}

/** The logs of a browser's databases: the page's usual ones, and those of its bucket. */
async function logs(folder) {
  const files = await readdir(join(folder, 'Default'), { recursive: true });
  const found = files.filter((name) => name.endsWith('.log') && name.includes('indexeddb.leveldb'));
  const of = (start) =>
    found.filter((name) => name.startsWith(start)).map((name) => join(folder, 'Default', name));
  return { usual: of('IndexedDB'), bucket: of('WebStorage') };
}

// Chromium, killed in the middle of a write, leaves half a record at the end of a log. It writes on behind it in its next life,
// and throws all databases of that log away in the life after.
test(
  'half a record at the end of a log loses nothing that was confirmed',
  { timeout: 120_000 },
  async (t) => {
    const folder = await ownFolder(t);
    const found = [];
    const cut = { 0: 'usual', 2: 'bucket' };
    for (let life = 0; life < 6; life++) {
      const { context, page } = await enter(folder);
      const now = await page.evaluate(async (life) => {
        const lab = await globalThis.metriclab.createLab({ device: 'cpu' });
        const usual = await indexedDB.databases().then(
          ({ length }) => length,
          () => 'damaged',
        );
        const stored = (await globalThis.metriclab.storedGalleries()).join();
        const gallery = await lab.gallery({ dim: 2, store: 'kept' });
        const ids = (await gallery.entries()).map(({ id }) => id);
        // A bucket that nobody held any more would never say that a write is done.
        for (let turn = 0; turn < 4; turn++) {
          globalThis.gc();
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        await gallery.add({ id: `life ${life}`, name: 'someone', vector: [life, 1] });
        if (life === 3)
          await gallery.setCohort([
            [1, 2],
            [2, 1],
            [5, 1],
          ]);
        return { usual, stored, ids, cohort: gallery.state.cohort };
      }, life);
      found.push(now);
      await kill(folder);
      await context.close().catch(() => undefined);
      const which = cut[life];
      if (!which) continue;
      const [log, ...others] = (await logs(folder))[which];
      assert.deepEqual(others, [], `one log of ${which}`);
      const { size } = await stat(log);
      await truncate(log, size - 3);
    }
    const lives = (count) => Array.from({ length: count }, (_, life) => `life ${life}`);
    assert.deepEqual(
      found.map(({ ids }) => ids),
      found.map((_, life) => lives(life)),
    );
    assert.deepEqual(
      found.map(({ stored }) => stored),
      found.map((_, life) => (life ? 'kept' : '')),
    );
    assert.deepEqual(
      found.map(({ cohort }) => cohort),
      found.map((_, life) => (life < 3 ? 0 : 3)),
    );
    // If the browser reads on one day, the copy is no longer needed.
    assert.deepEqual(
      found.flatMap(({ usual }, life) => (usual === 'damaged' ? [life] : [])),
      [2],
    );
    // Erased is erased in both places.
    const { context, page } = await enter(folder);
    const left = await page.evaluate(async () => {
      const lab = await globalThis.metriclab.createLab({ device: 'cpu' });
      await (await lab.gallery({ dim: 2, store: 'kept' })).erase();
      const bucket = await navigator.storageBuckets.open('metriclab-galleries');
      return [await indexedDB.databases(), await bucket.indexedDB.databases()];
    });
    assert.deepEqual(left, [[], []]);
    await context.close();
  },
);

test('a kill between writes loses nothing that was confirmed', { timeout: 240_000 }, async (t) => {
  const folder = await ownFolder(t);
  const confirmed = [];
  const removed = new Set();
  /** Those whose deletion was asked for: a kill may come when it is written, and not confirmed. */
  const leaving = new Set();
  const moved = new Set();
  let lost = 0;
  for (let round = 0; round < 4; round++) {
    const { context, page } = await enter(folder);
    const { entries, ghosts, named } = await page.evaluate(async () => {
      const lab = await globalThis.metriclab.createLab({ device: 'cpu' });
      globalThis.gallery = await lab.gallery({ dim: 2, store: 'kept' });
      const all = await globalThis.gallery.entries();
      return {
        entries: all.map(({ id }) => id),
        ghosts: all.filter(({ id, vector }) => vector[0] !== Number(id.split(' ')[1])).length,
        named: all.filter(({ name }) => name === 'known').map(({ id }) => id),
      };
    });
    const there = new Set(entries);
    const kept = confirmed.filter((id) => !leaving.has(id));
    lost += kept.filter((id) => !there.has(id)).length;
    assert.equal(ghosts, 0, 'entries have the vectors they were added with');
    assert.deepEqual(
      [...removed].filter((id) => there.has(id)),
      [],
      `round ${round}: deleted ones stay deleted`,
    );
    assert.deepEqual(
      [...moved].filter((id) => there.has(id) && !named.includes(id)),
      [],
      `round ${round}: moved ones stay moved`,
    );
    // Told one by one, so that the kill comes between two.
    await page.exposeFunction('confirm', (id) => void confirmed.push(id));
    await page.exposeFunction('leaves', (id) => void leaving.add(id));
    await page.exposeFunction('gone', (id) => void removed.add(id));
    await page.exposeFunction('named', (id) => void moved.add(id));
    void page
      .evaluate(async (round) => {
        for (let i = 0; ; i++) {
          const id = `r${round} ${i}`;
          await globalThis.gallery.add({ id, name: 'someone', vector: [i, round] });
          await globalThis.confirm(id);
          if (i % 3 === 1) {
            await globalThis.gallery.apply([{ kind: 'move', id, name: 'known' }]);
            await globalThis.named(id);
          }
          if (i % 3 === 2) {
            const old = `r${round} ${i - 2}`;
            await globalThis.leaves(old);
            await globalThis.gallery.remove(old);
            await globalThis.gone(old);
          }
        }
      }, round)
      .catch(() => undefined);
    const before = confirmed.length;
    while (confirmed.length < before + 25 + 7 * round) await new Promise((resolve) => setTimeout(resolve, 5));
    await kill(folder);
    await context.close().catch(() => undefined);
  }
  t.diagnostic(
    `${confirmed.length} additions, ${moved.size} moves and ${removed.size} deletions confirmed in 4 lives`,
  );
  assert.equal(lost, 0, 'every confirmed addition is there');
});

test('20,000 entries answer within 20 ms, 100,000 work', { timeout: 240_000 }, async (t) => {
  const found = await onLab(async () => {
    const { lab } = globalThis;
    const [DIM, TIMES] = [64, 41];
    const rows = (count, seed) => {
      let state = seed;
      return Float32Array.from({ length: count * DIM }, () => {
        state = (Math.imul(state, 1103515245) + 12345) >>> 0;
        return state / 2 ** 32;
      });
    };
    const fill = async (count) => {
      const gallery = await lab.gallery({ dim: DIM });
      const all = rows(count, 7);
      for (let from = 0; from < count; from += 10_000) {
        const part = Math.min(10_000, count - from);
        await gallery.add(
          Array.from({ length: part }, (_, i) => ({
            name: `class ${(from + i) % 500}`,
            vector: all.subarray((from + i) * DIM, (from + i + 1) * DIM),
          })),
        );
      }
      return { gallery, all };
    };
    /** The median of 41 times, in ms. */
    const median = async (work) => {
      const times = [];
      for (let i = 0; i < TIMES; i++) {
        const began = performance.now();
        await work(i);
        times.push(performance.now() - began);
      }
      return times.sort((a, b) => a - b)[TIMES >> 1];
    };
    const result = {};
    for (const count of [20_000, 100_000]) {
      const { gallery, all } = await fill(count);
      const query = all.slice(5 * DIM, 6 * DIM);
      const [{ hits }] = await gallery.query(query, { k: 1 });
      if (hits[0].id !== '6' || hits[0].distance !== 0) throw new Error(JSON.stringify(hits));
      const extra = rows(TIMES, 99);
      result[count] = {
        query: await median(() => gallery.query(query, { k: 5 })),
        add: await median((i) =>
          gallery.add({ id: `new ${i}`, name: 'new', vector: extra.subarray(i * DIM, (i + 1) * DIM) }),
        ),
        remove: await median((i) => gallery.remove(`new ${i}`)),
      };
      await gallery.close();
    }
    return result;
  });
  const show = ({ query, add, remove }) =>
    `query ${query.toFixed(1)} ms, add ${add.toFixed(2)} ms, delete ${remove.toFixed(2)} ms`;
  for (const [count, times] of Object.entries(found)) t.diagnostic(`${count} entries of 64: ${show(times)}`);
  const { query, add, remove } = found[20_000];
  assert.ok(query < 20, `query ${query} ms`);
  assert.ok(add < 2, `add ${add} ms`);
  assert.ok(remove < 2, `delete ${remove} ms`);
});

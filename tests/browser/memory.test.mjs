// Memory of both devices stays flat: over thousands of steps, over 50 sessions one after the other, and over labs that come
// and go.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { begin, openPackageSite, visitPackage } from './package-page.mjs';
import { launch, leave, started } from './visit.mjs';

const MEBI = 1 << 20;
/** A small network, so that 10,000 steps take seconds on the CPU. A leak is one buffer a step, whatever the network's size. */
const SMALL = {
  network: { kind: 'mlp', hidden: [8] },
  embedding: { dim: 4, normalize: true },
};
const BATCH = { classes: 4, perClass: 2 };

const [browser, site] = await started(launch('software'), openPackageSite());

async function on(device, work, argument) {
  const page = await visitPackage(browser, site);
  await page.evaluate(begin, { device, data: '/data/mnist.mlds.gz', changes: {} });
  const result = await page.evaluate(work, argument);
  assert.deepEqual(await page.evaluate(() => globalThis.faults), [], `faults on the ${device}`);
  await leave(page);
  return result;
}

/** Runs in the page: memory after each part of the steps. A call holds the losses of its steps until it reads them, so all parts have one length. */
async function train({ small, batch, steps, parts }) {
  const { lab } = globalThis;
  const defaults = await lab.defaults();
  await lab.configure({ ...defaults, ...small, batch: { ...defaults.batch, ...batch } });
  const memory = [];
  for (let part = 0; part < parts; part += 1) {
    const { losses } = await lab.advance(steps / parts);
    if (!losses.every(Number.isFinite)) throw new Error('a loss is no number');
    memory.push(await lab.memory());
  }
  return memory;
}

const PARTS = 5;
/** The software adapter takes 10 ms a step. Fewer steps with a smaller bound see the same leak: 175 bytes a step. */
const LONG_RUN = {
  cpu: { steps: 10_000, growth: MEBI, reserve: 2 * MEBI },
  // The pool's reserve moves by half a MiB without a leak.
  gpu: { steps: 2_500, growth: MEBI / 4, reserve: MEBI },
};

for (const [device, { steps, growth, reserve }] of Object.entries(LONG_RUN)) {
  const early = (2 * steps) / PARTS;
  test(
    `${steps} steps on the ${device} take no more memory than ${early}`,
    { timeout: 600_000 },
    async () => {
      const memory = await on(device, train, { small: SMALL, batch: BATCH, steps, parts: PARTS });
      // The pool has found its size after two parts.
      const [, settled] = memory;
      console.log(
        `# ${device}: ${memory.map(({ inUse, reserved }) => `${(inUse / MEBI).toFixed(2)}/${(reserved / MEBI).toFixed(2)}`).join(', ')} MiB in use/reserved`,
      );
      for (const { inUse, reserved } of memory.slice(2)) {
        assert.ok(
          inUse <= settled.inUse + growth,
          `in use: ${inUse} bytes, ${settled.inUse} after ${early} steps`,
        );
        assert.ok(
          reserved <= settled.reserved + reserve,
          `reserved: ${reserved} bytes, ${settled.reserved} after ${early} steps`,
        );
      }
    },
  );

  test(
    `50 sessions one after the other on the ${device} take no more memory than a few`,
    { timeout: 600_000 },
    async () => {
      const memory = await on(
        device,
        async ({ rounds, small, batch }) => {
          const { lab } = globalThis;
          const defaults = await lab.defaults();
          const found = [];
          for (let round = 0; round < rounds; round += 1) {
            await lab.configure({
              ...defaults,
              ...small,
              batch: { ...defaults.batch, ...batch },
              seed: round,
            });
            await lab.advance(5);
            found.push(await lab.memory());
          }
          return found;
        },
        { rounds: 50, small: SMALL, batch: BATCH },
      );
      const [early, last] = [memory[4], memory.at(-1)];
      console.log(
        `# ${device}: ${(early.reserved / MEBI).toFixed(2)} MiB reserved after 5 sessions, ${(last.reserved / MEBI).toFixed(2)} after ${memory.length}`,
      );
      assert.ok(
        last.inUse <= early.inUse + MEBI,
        `in use: ${last.inUse} bytes after ${memory.length} sessions, ${early.inUse} after 5`,
      );
      assert.ok(
        last.reserved <= early.reserved + 2 * MEBI,
        `reserved: ${last.reserved} bytes, ${early.reserved} after 5`,
      );
    },
  );
}

test('labs that come and go leave no live device behind', { timeout: 600_000 }, async () => {
  const page = await visitPackage(browser, site);
  const alive = await page.evaluate(async () => {
    const { createLab } = globalThis.metriclab;
    for (let round = 0; round < 50; round += 1) {
      // A lab with a device of its own now and then: each takes a second on a software adapter.
      const lab = await createLab({ device: round % 10 === 9 ? 'gpu' : 'cpu' });
      const rows = new Float32Array(64).map((_, at) => Math.sin(at));
      const { indices } = await lab.nearest({
        queries: rows,
        references: rows,
        dim: 4,
        k: 3,
        metric: 'euclidean',
        on: 'device',
      });
      if (indices[0] !== 0) throw new Error('a row is its own nearest');
      lab.dispose();
    }
    const lab = await createLab({ device: 'gpu' });
    const { reserved } = await lab.memory();
    lab.dispose();
    return reserved;
  });
  console.log(`# ${(alive / MEBI).toFixed(2)} MiB reserved by the last of 51 labs`);
  assert.ok(alive < 8 * MEBI, `${alive} bytes reserved by a lab that has done nothing`);
  await leave(page);
});

/** Resident bytes of the largest renderer of a browser. */
async function residentOf(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const renderers = processInfo.filter(({ type }) => type === 'renderer');
  const statuses = await Promise.all(renderers.map(({ id }) => readFile(`/proc/${id}/status`, 'utf8')));
  return Math.max(...statuses.map((status) => 1024 * Number(status.match(/VmRSS:\s+(\d+)/)[1])));
}

/** Runs in the page: loads 200,000 pictures of 32 x 32 into a fresh lab. */
async function loadLarge({ count, side }) {
  const header = {
    name: 'large',
    count,
    channels: 1,
    height: side,
    width: side,
    classes: Array.from({ length: 10 }, (_, i) => `${i}`),
    title: { ko: '큰', en: 'large' },
    domains: [],
    licence: '',
    source: '',
    notice: '',
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const pixelsAt = 12 + 4 * Math.ceil(json.length / 4);
  const labelsAt = pixelsAt + count * side * side;
  const file = new Uint8Array(labelsAt + 2 * count).fill(0x20, 0, pixelsAt);
  file.set([0x4d, 0x4c, 0x44, 0x53]);
  file.set(json, 12);
  const view = new DataView(file.buffer);
  view.setUint32(4, 1, true);
  view.setUint32(8, pixelsAt - 12, true);
  for (let i = 0; i < count * side * side; i += 1) file[pixelsAt + i] = i % 251;
  for (let i = 0; i < count; i += 1) view.setUint16(labelsAt + 2 * i, i % 10, true);
  globalThis.file = file;
  globalThis.lab = await globalThis.metriclab.createLab({ device: 'cpu' });
  const { inUse } = await globalThis.lab.memory();
  await globalThis.lab.loadDataset(file);
  return { bytes: file.length, engine: (await globalThis.lab.memory()).inUse - inUse };
}

test('a data set is in memory twice: for the caller and for the engine', { timeout: 180_000 }, async () => {
  // A browser of its own, because other tabs would count.
  const own = await launch('none');
  try {
    const page = await visitPackage(own, site);
    const before = await residentOf(own);
    const { bytes, engine } = await page.evaluate(loadLarge, { count: 200_000, side: 32 });
    let growth = Infinity;
    // The browser moves the file that recovery keeps out of the page, a little later.
    for (let tries = 0; tries < 40 && growth > 2.5 * bytes; tries += 1) {
      growth = (await residentOf(own)) - before;
      await sleep(250);
    }
    console.log(`# ${bytes / MEBI} MiB of data: engine ${engine / MEBI}, renderer ${growth / MEBI} MiB more`);
    assert.ok(engine <= 1.2 * bytes, `the engine took ${engine / bytes} times the file`);
    assert.ok(growth <= 2.5 * bytes, `the renderer grew by ${growth / bytes} times the file`);
    await leave(page);
  } finally {
    await own.close();
  }
});

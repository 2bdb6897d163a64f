// fast-check puts anything in the place of any argument, or of anything inside one, of any function of the package.
// METRICLAB_FUZZ_CASES=100000 tries more; a failure names its seed and path, which METRICLAB_FUZZ_SEED and …_PATH repeat.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { ERROR_CODES, MetricLabError } from '../../pkg/dist/node.js';
import { KINDS, openWorld, places, put, refresh, rows } from '../../pkg/tests/every-call.mjs';
import { tool } from './install.mjs';

const CASES = Number(process.env.METRICLAB_FUZZ_CASES ?? 3_000);
const SEED = Number(process.env.METRICLAB_FUZZ_SEED ?? 20_261_126);
const ENDING = /\.(dispose|close|erase)$/;
const VAGUE = ['engine.unexpected', 'worker.crashed'];

let world;
const faults = [];
before(async () => {
  world = await openWorld();
  world.lab.on('fault', (fault) => faults.push(fault));
});
after(() => world.lab.dispose());

async function complaint(work) {
  try {
    await Promise.all(work());
    return null;
  } catch (thrown) {
    if (!(thrown instanceof MetricLabError)) return String(thrown?.stack ?? thrown);
    return ERROR_CODES.includes(thrown.code) && !VAGUE.includes(thrown.code) ? null : thrown.message;
  }
}

test('anything in the place of anything', { timeout: 300_000 }, async () => {
  const { default: fc } = await tool('fast-check');
  const table = rows(world, KINDS).filter(({ name }) => !ENDING.test(name));
  const value = fc.oneof(
    fc.anything({
      maxDepth: 3,
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withNullPrototype: true,
      withObjectString: true,
      withSparseArray: true,
    }),
    fc.double(),
    fc.constantFrom('name', 'ann', 'cosine', 'triplet', '__proto__', 'then'),
    fc.array(fc.double(), { maxLength: 8 }).map((all) => Float32Array.from(all)),
  );
  const cases = fc.tuple(fc.nat(1e6), fc.array(fc.tuple(fc.nat(1e6), value), { minLength: 1, maxLength: 3 }));
  let made = 0;
  const property = fc.asyncProperty(cases, async ([at, changes]) => {
    const { name, make, call } = table[at % table.length];
    const given = make();
    for (const [where, what] of changes) {
      const paths = [...places(given)].filter((path) => path.length > 0);
      if (paths.length > 0) put(given, paths[where % paths.length], what);
    }
    made += 1;
    const told = await complaint(() => call(given));
    assert.deepEqual([told, faults.splice(0)], [null, []], name);
    if (made % 200 === 0) await refresh(world);
  });
  await fc.assert(property, { numRuns: CASES, seed: SEED, path: process.env.METRICLAB_FUZZ_PATH ?? '' });
  assert.equal(made >= CASES, true, 'all were tried');
  await world.lab.loadDataset(world.bytes());
  await world.lab.configure(world.config);
  assert.equal((await world.lab.advance(3)).losses.length, 3, 'the lab works afterwards');
});

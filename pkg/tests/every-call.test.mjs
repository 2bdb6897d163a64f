// Every function of the package, on the real engine: whatever is put in the place of an argument or of anything inside
// it, the call answers or says what is wrong, soon, and the next call works.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test, { after, before } from 'node:test';
import { ERROR_CODES, MetricLabError } from '../dist/node.js';
import { exportedClasses, exportedObjects } from './declared.mjs';
import { KINDS, missing, openWorld, places, put, refresh, rows } from './every-call.mjs';
import { hostileValues } from './hostile.mjs';

/** Node decodes no pictures and no sounds. */
const NO_DECODER = 'browser.required';
const VAGUE = ['engine.unexpected', 'worker.crashed'];
const WASM = new URL('../wasm/metriclab_cpu_bg.wasm', import.meta.url);
const LONGEST_MS = 20_000;

let world;
before(async () => (world = await openWorld()));
after(() => world.lab.dispose());

async function complaint(work) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(`no answer after ${LONGEST_MS} ms`), LONGEST_MS);
  });
  try {
    return await Promise.race([late, settled(work)]);
  } finally {
    clearTimeout(timer);
  }
}

async function settled(work) {
  try {
    for (const answer of await Promise.all(work())) await answer?.dispose?.();
    return null;
  } catch (thrown) {
    if (!(thrown instanceof MetricLabError)) return `${thrown?.stack ?? String(thrown)}`;
    if (!ERROR_CODES.includes(thrown.code) || VAGUE.includes(thrown.code))
      return `${thrown.code} ${thrown.message}`;
    return thrown.message.length > 701 ? `a message of ${thrown.message.length} characters` : null;
  }
}

/** Calls that end what they belong to. */
const ENDING = /\.(dispose|close|erase)$/;
/** An address would be asked for, and a path read. */
const asksElsewhere = (name, path, value) =>
  typeof value === 'string' &&
  (name === 'metriclab.fetchPacked' ? path[0] === '0' && path.length === 1 : name === 'metriclab.createLab');

async function judge({ name, make, call }) {
  const bad = [];
  let made = 0;
  const paths = [...places(make())].filter((path) => path.length > 0);
  for (const path of paths)
    for (const [what, value] of hostileValues()) {
      if (asksElsewhere(name, path, value)) continue;
      const given = make();
      put(given, path, value);
      made += 1;
      const told = await complaint(() => call(given));
      if (told !== null) bad.push(`${name} ${path.join('.')} = ${what}: ${told}`);
    }
  return { made, bad };
}

test('every function and method has a row, of every class that is exported', () => {
  const modules = ['metriclab', 'data'];
  assert.deepEqual([...exportedClasses(), ...exportedObjects(), ...modules].sort(), KINDS.toSorted());
  assert.deepEqual(missing(world), []);
});

for (const kind of KINDS)
  test(`${kind}: whatever is in the place of an argument`, { timeout: 240_000 }, async (t) => {
    let made = 0;
    const bad = [];
    for (const row of rows(world, [kind]).filter(({ name }) => !ENDING.test(name))) {
      const found = await judge(row);
      made += found.made;
      bad.push(...found.bad);
      if (kind === 'Gallery') await refresh(world);
      // A good call afterwards works.
      await world.lab.configure(world.config);
      const told = (await Promise.all(codes(() => row.call(row.make())))).filter((code) => code !== null);
      if (told.some((code) => code !== NO_DECODER)) bad.push(`${row.name}, the right call: ${told}`);
    }
    t.diagnostic(`${made} calls`);
    assert.deepEqual(bad.slice(0, 40), [], `${bad.length} of ${made} calls`);
    assert.ok(made > 0, 'calls were made');
  });

const called = (work) => {
  try {
    return work();
  } catch (thrown) {
    return [Promise.reject(thrown)];
  }
};
const engineRows = () => rows(world, ['Lab', 'Gallery', 'Towers']).filter(({ name }) => !ENDING.test(name));
const codes = (work) =>
  called(work).map((answer) =>
    Promise.resolve(answer).then(
      (value) => value?.dispose?.() ?? null,
      (thrown) => thrown?.code ?? String(thrown),
    ),
  );

test('all calls at once, twice: each is answered as alone', { timeout: 60_000 }, async () => {
  const all = [...engineRows(), ...engineRows()].filter(
    ({ name }) => !/undo|redo|apply|remove|add/.test(name),
  );
  const alone = [];
  for (const { call, make } of all) alone.push(...(await Promise.all(codes(() => call(make())))));
  const together = await Promise.all(all.flatMap(({ call, make }) => codes(() => call(make()))));
  assert.deepEqual(together, alone);
});

test('a lab that ends in the middle of a call, of any call', { timeout: 120_000 }, async () => {
  const names = engineRows().map(({ name }) => name);
  const kept = world;
  const module = await WebAssembly.compile(await readFile(WASM));
  const bad = [];
  for (const name of names) {
    world = await openWorld({ wasm: module });
    const row = engineRows().find((candidate) => candidate.name === name);
    const wait = name.length % 3;
    const running = Promise.all(codes(() => row.call(row.make())));
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait - 1));
    world.lab.dispose();
    const [code] = await Promise.race([running, after20s()]);
    const later = await Promise.all(codes(() => row.call(row.make())));
    if (![null, 'lab.disposed', 'call.aborted'].includes(code)) bad.push(`${name}: ${code}`);
    if (!/\.on(Change)?$/.test(name) && later[0] !== 'lab.disposed') bad.push(`${name}, later: ${later[0]}`);
  }
  world = kept;
  assert.deepEqual(bad, []);
});

const after20s = () =>
  new Promise((resolve) => {
    setTimeout(() => resolve(['no answer']), LONGEST_MS).unref();
  });

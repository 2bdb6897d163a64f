import assert from 'node:assert/strict';
import test, { afterEach, mock } from 'node:test';
import { policyAdvice } from '../dist/errors.js';
import { compiled } from '../dist/module.js';
import { FakeEngine, fakeLab, trap } from './fake-engine.mjs';

const EMPTY = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
const answer = (body, { type = 'application/wasm', status = 200 } = {}) =>
  new Response(body, { status, headers: { 'content-type': type } });
const served = (make) => mock.method(globalThis, 'fetch', async () => make());

afterEach(() => mock.restoreAll());

test('a module is fetched and compiled once, whoever asks again', async () => {
  const { mock: asked } = served(() => answer(EMPTY));
  const module = await compiled('http://here/once.wasm');
  assert.ok(module instanceof WebAssembly.Module, 'a module');
  assert.equal(await compiled('http://here/once.wasm'), module, 'the same one');
  assert.equal(asked.callCount(), 1, 'downloads');
});

test('who asks while it is on its way waits for the same', async () => {
  const { mock: asked } = served(() => answer(EMPTY));
  const [first, second] = await Promise.all([
    compiled('http://here/meanwhile.wasm'),
    compiled('http://here/meanwhile.wasm'),
  ]);
  assert.equal(first, second, 'one module');
  assert.equal(asked.callCount(), 1, 'downloads');
});

test('a server that does not know what wasm is serves as well', async () => {
  served(() => answer(EMPTY, { type: 'application/octet-stream' }));
  assert.ok((await compiled('http://here/untyped.wasm')) instanceof WebAssembly.Module, 'a module');
});

for (const [name, make, sentence] of [
  ['a module that is not there', () => answer('', { status: 404 }), /gone\.wasm.*404/],
  ['a server that is not there', () => Promise.reject(new TypeError('failed')), /connect-src/],
  ['bytes that are no wasm', () => answer('<html>', { type: 'text/html' }), /magic word.*the package's own/],
  ['an empty file', () => answer(''), /compiled.*the package's own/],
]) {
  test(`${name}: wasm.unavailable, and the next call tries again`, async () => {
    served(make);
    await assert.rejects(compiled('http://here/gone.wasm'), { code: 'wasm.unavailable', message: sentence });
    mock.restoreAll();
    served(() => answer(EMPTY));
    assert.ok((await compiled(`http://here/gone.wasm?${name}`)) instanceof WebAssembly.Module, 'a module');
  });
}

test('a policy is named where the browser names it, and only there', () => {
  for (const reason of [
    "Compiling or instantiating WebAssembly module violates the following Content Security policy directive because 'wasm-unsafe-eval' is not allowed",
    'call to WebAssembly.compile() blocked by CSP',
  ])
    assert.match(policyAdvice(reason), /wasm-unsafe-eval/, reason);
  for (const reason of ['expected magic word 00 61 73 6d', 'BufferSource argument is empty', 'Out of memory'])
    assert.doesNotMatch(policyAdvice(reason), /policy|eval/, reason);
});

test('an engine that takes the place of another loads nothing', async () => {
  const world = await fakeLab({
    create: () =>
      new FakeEngine({ behaviour: (method) => (method === 'batch' ? Promise.reject(trap()) : undefined) }),
  });
  await assert.rejects(world.lab.batch(), { code: 'worker.crashed' });
  await world.lab.options();
  assert.deepEqual(world.kinds, ['cpu', 'cpu'], 'Workers that were started');
  assert.deepEqual(world.loaded, ['cpu'], 'modules that were loaded');
});

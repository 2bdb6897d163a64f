import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { ERROR_CODES, MetricLabError } from '../dist/index.js';
import { toMetricLabError } from '../dist/errors.js';

test('every code of the core is a code of the package', async () => {
  const core = await readFile(new URL('../../src/error.rs', import.meta.url), 'utf8');
  const codes = [...core.matchAll(/=> "([a-z]+\.[a-z_0-9]+)"/g)].map(([, code]) => code);
  assert.ok(codes.length > 15, `${codes.length} codes were found in src/error.rs`);
  assert.deepEqual(
    codes.filter((code) => !ERROR_CODES.includes(code)),
    [],
    'codes that pkg/src/errors.ts lacks',
  );
});

test('anything that is thrown becomes an error with a known code', () => {
  const own = new MetricLabError('lab.disposed', 'x');
  assert.equal(toMetricLabError(own), own, 'one of ours stays itself');
  const engine = Object.assign(new Error('k'), { code: 'k.out_of_range' });
  assert.equal(toMetricLabError(engine).code, 'k.out_of_range', 'one of the engine keeps its code');
  const system = Object.assign(new Error('no'), { code: 'fs.missing' });
  assert.equal(toMetricLabError(system).code, 'engine.unexpected', 'a code of somebody else');
  for (const thrown of [undefined, null, 'text', Symbol('s'), 5n, Object.create(null)])
    assert.equal(toMetricLabError(thrown, 'data.invalid').code, 'data.invalid', typeof thrown);
});

// The verdicts on tests/fixtures/headers.json: the engine's reader gives the same (tests/core/headers.rs).
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { readPacked } from '../dist/index.js';

const cases = JSON.parse(
  await readFile(new URL('../../tests/fixtures/headers.json', import.meta.url), 'utf8'),
);

for (const { name, verdict, code, says, file } of cases)
  test(`${name}: ${verdict}`, () => {
    const read = () => readPacked(Buffer.from(file, 'hex'));
    if (verdict === 'accepted') assert.ok(read().count > 0, 'it is read');
    else
      assert.throws(read, (error) => {
        assert.equal(error.code, code, 'code');
        assert.ok(error.message.includes(says), `"${error.message}" names "${says}"`);
        return true;
      });
  });

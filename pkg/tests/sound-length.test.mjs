// The length of a sound is read without decoding it, from forged files that hold little and promise hours.
import assert from 'node:assert/strict';
import test from 'node:test';
import { soundSeconds } from '../dist/data/index.js';
import * as sounds from './sounds.mjs';

const about = (found, wanted, what) =>
  assert.ok(Math.abs(found - wanted) <= 0.03 * wanted, `${what}: ${found} s, not ${wanted}`);

for (const [name, make] of Object.entries(sounds))
  test(`${name}: seconds and hours`, () => {
    for (const seconds of [2, 3 * 3600]) {
      const file = make(seconds);
      about(soundSeconds(file), seconds, name);
      // Anywhere in a buffer.
      const within = new Uint8Array(file.length + 7);
      within.set(file, 7);
      about(soundSeconds(within.subarray(7)), seconds, name);
    }
  });

test('what is cut, damaged or of another kind has a length or none, and nothing is thrown', () => {
  for (const make of Object.values(sounds)) {
    const file = make(2);
    for (let length = 0; length < Math.min(file.length, 400); length++) {
      const found = soundSeconds(file.subarray(0, length));
      assert.ok(found === null || (found > 0 && found < 3), `${length} bytes: ${found}`);
    }
    for (let at = 0; at < Math.min(file.length, 300); at++) {
      const damaged = file.slice();
      damaged[at] ^= 255;
      const found = soundSeconds(damaged);
      assert.ok(found === null || (found > 0 && Number.isFinite(found)));
    }
  }
  for (const other of ['', 'no sound at all, and long enough for a header', '\xff'.repeat(99), '\x89PNG'])
    assert.equal(soundSeconds(Buffer.from(other, 'latin1')), null);
  for (const wrong of [null, undefined, 7, 'x', {}])
    assert.throws(() => soundSeconds(wrong), { code: 'argument.invalid' });
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { constants, crc32, gunzipSync, gzipSync } from 'node:zlib';
import { unpackedByHand } from '../dist/gzip.js';
import { inflate, isGzip } from '../dist/inflate.js';
import { pack } from './packed.mjs';

const tooLarge = () => new RangeError('too large');

function unpack(bytes, limit = 1e8) {
  const work = inflate(bytes, limit, tooLarge);
  for (;;) {
    const { done, value } = work.next();
    if (done) return Buffer.from(value);
  }
}

/** Numbers that are the same in each run. */
function random(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const next = random(1);
const CONTENTS = {
  nothing: Buffer.alloc(0),
  'one byte': Buffer.from('x'),
  text: Buffer.from('a rose is a rose is a rose. '.repeat(4000)),
  noise: Buffer.from(Array.from({ length: 150_000 }, () => next(256))),
  'noise of few letters': Buffer.from(Array.from({ length: 100_000 }, () => next(3))),
  zeros: Buffer.alloc(1_000_000),
  'a data set': Buffer.from(pack({ count: 2000 })),
};

for (const [name, content] of Object.entries(CONTENTS))
  test(`${name}, however packed, is unpacked`, () => {
    for (const level of [0, 1, 6, 9])
      for (const strategy of ['DEFAULT_STRATEGY', 'FILTERED', 'HUFFMAN_ONLY', 'RLE', 'FIXED']) {
        const packed = gzipSync(content, { level, strategy: constants[`Z_${strategy}`] });
        assert.ok(unpack(packed).equals(content), `level ${level}, ${strategy}`);
      }
  });

test('members are read one after the other, and zeros after the last are padding', () => {
  const parts = Object.values(CONTENTS);
  const whole = Buffer.concat(parts);
  const packed = Buffer.concat(parts.map((part) => gzipSync(part)));
  assert.ok(unpack(packed).equals(whole), 'members');
  assert.ok(unpack(Buffer.concat([packed, Buffer.alloc(512)])).equals(whole), 'a tape');
  const blocks = Array.from({ length: 500 }, (_, i) => gzipSync(whole.subarray(1000 * i, 1000 * (i + 1))));
  assert.ok(unpack(Buffer.concat(blocks)).equals(whole.subarray(0, 500_000)), 'many, as bgzip writes');
});

test('a member repeats nothing of the member before it', () => {
  const first = gzipSync(Buffer.from('abc'));
  // A block of one repetition: length 3, distance 3, by the fixed code.
  const repetition = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x03, 0x22, 0, 0, 0, 0, 0, 3, 0, 0, 0]);
  assert.throws(() => unpack(Buffer.concat([first, repetition])), /before the beginning/);
});

test('every field of a header is passed over', () => {
  const content = Buffer.from('content');
  const deflated = gzipSync(content).subarray(10);
  for (let flags = 0; flags < 32; flags++) {
    const parts = [Buffer.from([0x1f, 0x8b, 8, flags, 1, 2, 3, 4, 0, 255])];
    if (flags & 4) parts.push(Buffer.from([5, 0, 1, 2, 3, 4, 5]));
    if (flags & 8) parts.push(Buffer.from('name\0'));
    if (flags & 16) parts.push(Buffer.from('comment\0'));
    const header = Buffer.concat(parts);
    const check = Buffer.alloc(2);
    check.writeUInt16LE(crc(header) & 0xffff);
    const whole = (checked) => Buffer.concat([header, ...(flags & 2 ? [checked] : []), deflated]);
    assert.ok(unpack(whole(check)).equals(content), `flags ${flags}`);
    if (flags & 2)
      assert.throws(() => unpack(whole(Buffer.from([check[0] ^ 1, check[1]]))), /checksum of its header/);
  }
});

function crc(bytes) {
  if (crc32) return crc32(bytes);
  return gzipSync(bytes).readUInt32LE(gzipSync(bytes).length - 8);
}

test('damage is named', () => {
  const packed = gzipSync(CONTENTS.text);
  const changed = (at, by) => {
    const bytes = Buffer.from(packed);
    bytes[at < 0 ? bytes.length + at : at] ^= by;
    return bytes;
  };
  for (const [name, bytes, reason] of [
    ['cut short', packed.subarray(0, -9), /cut short/],
    ['without its end', packed.subarray(0, -1), /cut short/],
    ['of a header alone', packed.subarray(0, 10), /cut short/],
    ['another checksum', changed(-8, 1), /checksum/],
    ['another length', changed(-4, 1), /length does not match/],
    ['another method', changed(2, 1), /unknown kind/],
    ['an unknown flag', changed(3, 128), /unknown kind/],
    ['bytes after it', Buffer.concat([packed, Buffer.from('junk')]), /4 bytes that are not gzip/],
    ['zeros and then bytes', Buffer.concat([packed, Buffer.from([0, 0, 1])]), /3 bytes/],
    ['a second member cut short', Buffer.concat([packed, packed.subarray(0, 50)]), /cut short/],
  ])
    assert.throws(() => unpack(bytes), { message: reason }, name);
});

test('a limit holds before memory is taken', () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  assert.equal(unpack(bomb, 50_000_000).length, 50_000_000, 'at the limit');
  assert.throws(() => unpack(bomb, 49_999_999), RangeError);
  const many = Buffer.concat(Array.from({ length: 100 }, () => gzipSync(Buffer.alloc(1000))));
  assert.throws(() => unpack(many, 99_999), RangeError);
});

test('verdicts on 4,000 broken files are those of zlib', () => {
  const below = random(7);
  const sources = ['text', 'noise of few letters', 'one byte', 'a data set'].map((name) =>
    CONTENTS[name].subarray(0, 700),
  );
  let accepted = 0;
  for (let round = 0; round < 4_000; round++) {
    const source = sources[round % sources.length];
    const bytes = gzipSync(source, { level: [1, 9][below(2)], strategy: below(5) });
    for (let flips = below(3) + 1; flips > 0; flips--) bytes[4 + below(bytes.length - 4)] ^= 1 << below(8);
    if (below(4) === 0) bytes.fill(0, bytes.length - below(9));
    const verdict = (work) => {
      try {
        return work().toString('latin1');
      } catch {
        return null;
      }
    };
    const [ours, theirs] = [verdict(() => unpack(bytes)), verdict(() => gunzipSync(bytes))];
    assert.equal(ours, theirs, bytes.toString('hex'));
    if (ours !== null) accepted += 1;
  }
  assert.ok(accepted > 100 && accepted < 3_900, `${accepted} accepted`);
});

test('errors have codes, and what is gzip is known by its beginning', async () => {
  const packed = gzipSync(CONTENTS.text);
  await assert.rejects(unpackedByHand(packed.subarray(0, 99), 1e9), {
    code: 'data.invalid',
    message: /its gzip is damaged \(it is cut short\)/,
  });
  await assert.rejects(unpackedByHand(packed, 1000), { code: 'data.too_large' });
  assert.deepEqual([isGzip(packed), isGzip(CONTENTS.text), isGzip(new Uint8Array())], [true, false, false]);
});

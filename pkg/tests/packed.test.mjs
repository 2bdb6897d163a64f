import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { decompress, fetchPacked, readPacked, sampleRgba } from '../dist/index.js';
import { pack } from './packed.mjs';

test('a packed set is read, also where its labels begin at an odd address', () => {
  const data = readPacked(pack({ count: 5, classes: 2, side: 3, domains: ['x', 'y'] }));
  assert.deepEqual(
    [data.name, data.title.ko, data.count, data.height],
    ['synthetic', '합성', 5, 3],
    'header',
  );
  assert.deepEqual([...data.labels], [0, 1, 0, 1, 0], 'labels');
  assert.deepEqual([...data.domainOf], [0, 1, 0, 1, 0], 'domains');
  assert.equal(data.pixels.length, 45, 'pixels');
  assert.equal(readPacked(pack()).domainOf.length, 0, 'domains of a set with one');
});

const damaged = (change) => {
  const bytes = new Uint8Array(pack());
  change(bytes, new DataView(bytes.buffer));
  return bytes.buffer;
};
for (const [name, bytes] of [
  ['nothing', new ArrayBuffer(0)],
  ['a web page', new TextEncoder().encode('<!doctype html><title>404</title>').buffer],
  ['another version', damaged((_, view) => view.setUint32(4, 2, true))],
  ['a header beyond the end', damaged((_, view) => view.setUint32(8, 1e6, true))],
  ['a header that is not JSON', damaged((bytes) => (bytes[12] = 0))],
  ['a missing byte', pack().slice(0, -1)],
  ['a byte too many', new Uint8Array([...new Uint8Array(pack()), 0]).buffer],
  ['a label beyond the classes', damaged((bytes) => (bytes[bytes.length - 1] = 255))],
  ['a count that is no number', pack({ header: { count: '80' } })],
  ['a count with a fraction', pack({ header: { count: 80.5 } })],
  ['no classes', pack({ header: { classes: undefined } })],
  ['a class that is no text', pack({ header: { classes: ['a', 'b', 'c', 4] } })],
  ['a title that is no object', pack({ header: { title: 'Set' } })],
  ['a licence that is no text', pack({ header: { licence: null } })],
  ['an unknown kind', pack({ header: { kind: 'song' } })],
  ['vectors of several rows', pack({ header: { kind: 'vectors' } })],
  ['a background beyond a byte', pack({ header: { background: 256 } })],
  ['half of a character', pack({ header: { name: '\ud800' } })],
  ['more classes than a label can name', pack({ header: { classes: new Array(65_537).fill('c') } })],
  ['a count below one', pack({ header: { count: -1 } })],
  ['classes that are no list', pack({ header: { classes: 'abc' } })],
]) {
  test(`${name} is data.invalid`, () => {
    assert.throws(() => readPacked(bytes), { name: 'MetricLabError', code: 'data.invalid' });
  });
}

/** A packed set whose header is what is given, byte by byte. */
function headed(header) {
  const own = Buffer.from(pack({ count: 4, classes: 2, side: 2 }));
  const body = own.subarray(12 + own.readUInt32LE(8));
  const front = Buffer.alloc(12);
  front.write('MLDS');
  front.writeUInt32LE(1, 4);
  front.writeUInt32LE(header.length, 8);
  return buffer(Buffer.concat([front, header, body]));
}
const SHORT = '{"name":"t","count":4,"channels":1,"height":2,"width":2,"classes":["\uac00","b"]}';

test('a header may have a byte order mark, whole numbers with a fraction, and fields left out', () => {
  const { title, licence, domains, kind, type, background } = readPacked(headed(Buffer.from(SHORT)));
  assert.deepEqual(
    { title, licence, domains, kind, type, background },
    {
      title: { ko: 't', en: 't' },
      licence: '',
      domains: [],
      kind: 'picture',
      type: 'u8',
      background: undefined,
    },
    'defaults',
  );
  assert.deepEqual(readPacked(headed(Buffer.from(`\ufeff${SHORT}`))).classes, ['가', 'b'], 'a mark');
  assert.equal(readPacked(headed(Buffer.from(SHORT.replace('4', '4.0')))).count, 4, '4.0');
});

test('a header in another encoding is refused by its name', () => {
  const cp949 = Buffer.from(SHORT.replace('가', '??'));
  cp949.set([0xb0, 0xa1], cp949.indexOf('??'));
  assert.throws(() => readPacked(headed(cp949)), { code: 'data.invalid', message: /not UTF-8/ });
});

test('a set of one class has a code of its own', () => {
  assert.throws(() => readPacked(pack({ classes: 1 })), { code: 'data.one_class' });
});

test('floats are read, and those that are none refused', () => {
  const bytes = new Uint8Array(
    pack({ count: 4, classes: 2, side: 2, header: { type: 'f32', width: 1, height: 1 } }),
  );
  const at = bytes.length - 8 - 16;
  new Float32Array(bytes.buffer, at, 4).set([0.5, -1, 2, 0]);
  const set = readPacked(bytes);
  assert.deepEqual([set.kind, set.type, set.pixels.length], ['vectors', 'f32', 16], 'header');
  assert.deepEqual([...sampleRgba(set, 0)], [128, 128, 128, 255], 'half a grey');
  new Float32Array(bytes.buffer, at, 4)[2] = NaN;
  assert.throws(() => readPacked(bytes), { code: 'data.not_finite', message: /Sample 2/ });
});

test('bytes may be a view', () => {
  const bytes = new Uint8Array([0, ...new Uint8Array(pack())]);
  assert.equal(readPacked(bytes.subarray(1)).count, 80, 'at an odd address');
});

test('a sample as RGBA', () => {
  const grey = readPacked(pack());
  const picture = sampleRgba(grey, 3);
  assert.deepEqual(
    [...picture.subarray(0, 4)],
    [grey.pixels[192], grey.pixels[192], grey.pixels[192], 255],
    'grey, opaque',
  );
  const colour = readPacked(pack({ channels: 3 }));
  assert.deepEqual(
    [...sampleRgba(colour, 1).subarray(4, 8)],
    [colour.pixels[193], colour.pixels[257], colour.pixels[321], 255],
    'channels lie one after the other',
  );
  assert.throws(() => sampleRgba(grey, 80), { code: 'index.out_of_range' });
  assert.throws(() => sampleRgba(grey, 0.5), { code: 'index.out_of_range' });
});

const buffer = (node) => node.buffer.slice(node.byteOffset, node.byteOffset + node.byteLength);

test('gzip is unpacked, what is none stays as it is', async () => {
  const bytes = pack();
  const packed = buffer(gzipSync(Buffer.from(bytes)));
  assert.deepEqual(await decompress(packed), bytes, 'unpacked');
  assert.equal(await decompress(bytes), bytes, 'never packed');
});

test('gzip of several members, or with padding, is unpacked', async () => {
  const bytes = Buffer.from(pack());
  const members = Buffer.concat([gzipSync(bytes.subarray(0, 40)), gzipSync(bytes.subarray(40))]);
  assert.deepEqual(await decompress(buffer(members)), pack(), 'two members');
  const tape = Buffer.concat([gzipSync(bytes), Buffer.alloc(512)]);
  assert.deepEqual(await decompress(buffer(tape)), pack(), 'zeros after the end');
});

test('bytes to unpack may be a view or a Blob, and are read as they were at the call', async () => {
  const packed = gzipSync(Buffer.from(pack()));
  assert.deepEqual(await decompress(new Blob([packed])), pack(), 'a Blob');
  const own = new Uint8Array([0, ...packed, 0]);
  const unpacked = decompress(own.subarray(1, -1));
  own.fill(7);
  assert.deepEqual(await unpacked, pack(), 'a part of a buffer, changed after the call');
});

test('damaged and overlong gzip is refused', async () => {
  const packed = buffer(gzipSync(Buffer.alloc(100_000)));
  await assert.rejects(decompress(packed.slice(0, -10)), { code: 'data.invalid' });
  await assert.rejects(decompress(packed, 99_999), { code: 'data.too_large' });
  await assert.rejects(decompress(new ArrayBuffer(10), 9), { code: 'data.too_large' });
  assert.equal((await decompress(packed, 100_000)).byteLength, 100_000, 'at the limit');
});

test('fetching tells its progress and its faults', async (t) => {
  const packed = gzipSync(Buffer.from(pack()));
  const server = createServer((request, response) => {
    if (request.url === '/missing') response.writeHead(404).end();
    else if (request.url === '/cut')
      response
        .writeHead(200, { 'content-length': packed.length })
        .write(packed.subarray(0, 9), () => response.destroy());
    else if (request.url === '/page')
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>App</title>');
    else if (request.url === '/encoded') response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed);
    else if (request.url !== '/never')
      response.writeHead(200, { 'content-length': packed.length }).end(packed);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => (server.closeAllConnections(), server.close()));
  const at = (path) => `http://127.0.0.1:${server.address().port}${path}`;

  const progress = [];
  assert.deepEqual(
    await fetchPacked(at('/'), { onProgress: (step) => progress.push(step) }),
    pack(),
    'what was fetched',
  );
  assert.deepEqual(progress.at(-1), { loaded: packed.length, total: packed.length }, 'last progress');
  assert.deepEqual(
    await fetchPacked(at('/encoded'), {
      onProgress: ({ total }) => assert.equal(total, null, 'an unknown total'),
    }),
    pack(),
    'unpacked on the way',
  );
  await assert.rejects(fetchPacked(at('/missing')), { code: 'data.unreachable', message: /missing.*404/ });
  await assert.rejects(fetchPacked(at('/cut')), { code: 'data.unreachable' });
  await assert.rejects(fetchPacked(at('/page')), { code: 'data.unreachable', message: /with a web page/ });
  await assert.rejects(fetchPacked('/data/mnist.mlds.gz'), {
    code: 'argument.invalid',
    message: /no address; without a page it must be whole/,
  });
  await assert.rejects(fetchPacked('http://127.0.0.1:1/'), { code: 'data.unreachable' });
  await assert.rejects(fetchPacked(at('/'), { limit: 100 }), { code: 'data.too_large' });
  await assert.rejects(fetchPacked(at('/never'), { signal: AbortSignal.timeout(20) }), (error) => {
    assert.deepEqual([error.code, error.cause.name], ['call.aborted', 'TimeoutError'], 'an aborted download');
    return true;
  });
  await assert.rejects(fetchPacked(at('/'), { signal: AbortSignal.abort() }), { code: 'call.aborted' });
  const mistake = new TypeError('bar is undefined');
  const onProgress = () => {
    throw mistake;
  };
  await assert.rejects(fetchPacked(at('/'), { onProgress }), (error) => error === mistake);
});

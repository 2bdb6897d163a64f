// Every example of the package's documentation runs as it stands there, in Node, on the real engine. Where a line logs something and
// says so in a comment, that is compared. tests/documents/scripts.test.mjs runs in a browser what Node cannot.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import test, { after, before } from 'node:test';
import { gzipSync } from 'node:zlib';
import * as data from '../dist/data/index.js';
import * as metriclab from '../dist/node.js';
import { documented } from './documented.mjs';
import { IN_BROWSER, logged, scriptOf } from './example-script.mjs';
import { pack } from './packed.mjs';
import { wav } from './sounds.mjs';

const BYTES = pack({ count: 120, classes: 6, side: 28 });
const PETS = 'id,x,y,species\na,0,1,cat\nb,5,6,dog\nc,0,2,cat\nd,6,6,dog\n';
const TABLE = { path: 'pets.csv', data: new TextEncoder().encode(PETS) };
const FILES = {
  '/data/mnist.mlds.gz': ['application/gzip', gzipSync(Buffer.from(BYTES))],
  '/static/metriclab_cpu_bg.wasm': [
    'application/wasm',
    await readFile(new URL('../wasm/metriclab_cpu_bg.wasm', import.meta.url)),
  ],
};
const TOWERS = {
  left: { bags: [[0, 2], [1]], ids: 3 },
  pairs: [
    [0, 0],
    [0, 2],
    [1, 1],
  ],
};
const ROW = [1, 0, 0.5];
/** What the examples of the gallery speak of. */
const ENTRIES = [
  { id: '1', name: 'unknown 1', vector: [0, 1, 0] },
  { id: '2', name: 'unknown 1', vector: [0, 0.9, 0.1] },
  { id: '3', name: 'ann', vector: [1, 0, 0.6] },
  { id: '7', name: 'ben', vector: [1, 0, 0.4] },
  { id: '8', name: 'ben', vector: [1, 0.1, 0.5] },
];

let server, lab, config;
before(async () => {
  server = createServer(({ url }, response) => {
    const [type, body] = FILES[url] ?? [];
    response.writeHead(body ? 200 : 404, { 'Content-Type': type ?? 'text/plain' }).end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  lab = await metriclab.createLab();
});
after(() => {
  lab.dispose();
  server.close();
});

/** A session that trains fast; each example finds it as the last one found it. */
async function begin() {
  await lab.loadDataset(BYTES);
  const network = { kind: 'mlp', hidden: [4] };
  ({ config } = await lab.configure({
    ...(await lab.defaults()),
    network,
    batch: { classes: 3, perClass: 2 },
  }));
  await lab.advance(1);
}

async function fileFor(name, { gallery, towers }) {
  if (name === 'Lab.loadGallery') return gallery.save();
  if (name === 'Lab.loadTowers') return towers.save();
  if (name.endsWith('soundSeconds')) return new File([wav(700)], 'sound.wav');
  return new File([FILES['/data/mnist.mlds.gz'][1]], 'more.mlds.gz');
}

/** What the examples take for granted. `name` is of the example. */
async function given(name) {
  const gallery = await lab.gallery({ dim: ROW.length, threshold: 0.3 });
  // Nobody has the name that a rename gives.
  await gallery.add(ENTRIES.filter((one) => name !== 'Gallery.apply' || one.name !== 'ann'));
  // The towers of an example that opens saved ones have the three items that it names.
  const rows = [
    [1, 0],
    [0, 1],
    [1, 1],
    [0, 2],
  ].slice(0, name === 'Lab.loadTowers' ? 3 : 4);
  const towers = await lab.towers({ ...TOWERS, right: { rows, shape: 2 } });
  const vectors = Float32Array.from({ length: 8 }, (_, k) => k);
  return {
    ...{
      lab,
      config,
      gallery,
      towers,
      state: await lab.save(),
      file: await fileFor(name, { gallery, towers }),
    },
    preview: await data.inspect(TABLE),
    set: name.startsWith('Samples.')
      ? data.samples.fromVectors(
          [
            [1, 2],
            [3, 4],
          ],
          ['a', 'b'],
        )
      : metriclab.readPacked(BYTES),
    ...{ row: ROW, vectors, dim: 2, labels: ['a', 'b', 'a', 'b'], ids: ['1', '2', '3', '4'] },
    ...{
      queries: new Float32Array(128).fill(1),
      references: Float32Array.from({ length: 1280 }, (_, k) => Math.sin(k)),
    },
    ...{
      bytes: new Uint8Array(BYTES.slice(-1568 - 240, -240)),
      digits: ['3', '8'],
      signal: new AbortController().signal,
    },
    ...{ bar: {}, input: { files: [TABLE] }, context: { putImageData: () => undefined } },
    audioBuffer: { getChannelData: () => new Float32Array(16_000) },
    ImageData: class {
      constructor(pixels, width, height) {
        assert.equal(pixels.length, 4 * width * height);
      }
    },
    // A busy machine takes longer than an example allows.
    AbortSignal: { timeout: () => new AbortController().signal },
    save: (content, file) => assert.ok(content && file),
  };
}

for (const [name, codes] of documented())
  for (const [at, code] of codes.entries())
    test(
      `the example ${at + 1} of ${name}`,
      { skip: IN_BROWSER[name] ?? false, timeout: 60_000 },
      async () => {
        await begin();
        const address = `http://127.0.0.1:${server.address().port}`;
        const world = { ...metriclab, ...data, ...(await given(name)) };
        const said = [];
        const console = { log: (...values) => said.push(logged(values)), warn: () => undefined };
        await scriptOf(code.replaceAll(/'\/(?=data\/|static\/)/g, `'${address}/`))({ ...world, console });
        await world.gallery.close().catch(() => undefined);
        await world.towers.close().catch(() => undefined);
        const told = Array.from(code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm), ([, text]) => text);
        if (told.length > 0) assert.deepEqual(said, told);
      },
    );

test('an example that fails is told, and one that says what is not logged', async () => {
  await assert.rejects(scriptOf('const lab = 1;\nawait lab.advance(1);')({}), /advance is not a function/);
  assert.equal(logged([false, Float64Array.of(4, 1, 1)]), 'false [4, 1, 1]');
});

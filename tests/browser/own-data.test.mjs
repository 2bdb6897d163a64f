// Own data in the page: made from arrays or read from files, loaded by the engine, trained on, and written again.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { inspect } from '../../pkg/dist/data/index.js';
import * as sounds from '../../pkg/tests/sounds.mjs';
import { openPackageSite, visitPackage } from './package-page.mjs';
import { launch, leave, started } from './visit.mjs';

const MAIN =
  "import * as metriclab from './metriclab/dist/index.js';\nimport * as data from './metriclab/dist/data/index.js';\nObject.assign(globalThis, { metriclab, data });\n";
const FIXTURES = [
  'packed.npz',
  'pictures.npz',
  'zstd.parquet',
  'lz4.arrow',
  'rows.safetensors',
  'pandas.csv',
];

async function siteWithFixtures() {
  const read = (name) => readFile(new URL(`../fixtures/files/${name}`, import.meta.url));
  const files = Object.fromEntries(await Promise.all(FIXTURES.map(async (name) => [name, await read(name)])));
  return openPackageSite({ 'main.js': MAIN, ...files });
}
const [browser, site] = await started(launch('none'), siteWithFixtures());

/** A second of a tone, as WAV of one channel and 16 bits. */
function tone(rate) {
  const file = Buffer.alloc(44 + 2 * rate);
  file.write('RIFF', 0);
  file.writeUInt32LE(36 + 2 * rate, 4);
  file.write('WAVEfmt ', 8);
  file.set([16, 0, 0, 0, 1, 0, 1, 0], 16);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(2 * rate, 28);
  file.set([2, 0, 16, 0], 32);
  file.write('data', 36);
  file.writeUInt32LE(2 * rate, 40);
  for (let at = 0; at < rate; at++) file.writeInt16LE(Math.round(20_000 * Math.sin(at / 3)), 44 + 2 * at);
  return file;
}

async function inPage(work, argument) {
  const page = await visitPackage(browser, site);
  const result = await page.evaluate(work, argument);
  await leave(page);
  return result;
}

/** In the page: `globalThis.trains`, which trains on samples and asks for the neighbours of the first. */
async function defineTraining() {
  globalThis.trains = async (set, network) => {
    const lab = await globalThis.metriclab.createLab({ device: 'cpu' });
    await lab.loadDataset(set.toBlob());
    await lab.configure({
      ...(await lab.defaults()),
      unseenClasses: 0,
      network,
      embedding: { dim: 4, normalize: true },
      batch: { classes: 2, perClass: 4 },
      augment: { shift: 0 },
    });
    const { losses } = await lab.advance(20);
    const { indices } = await lab.neighbours({ index: 0, k: 3, space: 'embedding' });
    const { seen } = await lab.evaluate({ space: 'embedding', k: 1 });
    lab.dispose();
    return {
      steps: losses.length,
      finite: losses.every(Number.isFinite),
      near: indices.length,
      recall: seen.recallAt1,
    };
  };
}

test('samples from plain arrays train in the engine', { timeout: 240_000 }, async () => {
  const page = await visitPackage(browser, site);
  await page.evaluate(defineTraining);
  const found = await page.evaluate(async () => {
    const { samples } = globalThis.data;
    let state = 7;
    const noise = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const labels = Array.from({ length: 60 }, (_, at) => ['cat', 'dog', '새'][at % 3]);
    const row = (at, dim) => Array.from({ length: dim }, (_, i) => (i % 3 === at % 3 ? 2 : 0) + noise());
    const of = (make) => labels.map((_, at) => make(at));
    return {
      vectors: await globalThis.trains(
        samples.fromVectors(
          of((at) => row(at, 6)),
          labels,
        ),
        { kind: 'mlp', hidden: [8] },
      ),
      images: await globalThis.trains(
        samples.fromImages(
          {
            pixels: Uint8Array.from(of((at) => row(at, 48)).flat(), (x) => 80 * x),
            width: 4,
            height: 4,
            channels: 3,
          },
          labels,
        ),
        { kind: 'mlp', hidden: [8] },
      ),
      bags: await globalThis.trains(
        samples.fromBags(
          of((at) => [`a${at % 3}`, `b${at % 3}`, `c${Math.floor(9 * noise())}`]),
          labels,
        ).set,
        { kind: 'bag', width: 8 },
      ),
      sequences: await globalThis.trains(
        samples.fromSequences(
          of((at) => Array.from({ length: 8 + (at % 5) }, () => row(at, 6))),
          labels,
          { length: 16 },
        ),
        { kind: 'conv1d', channels: [8] },
      ),
    };
  });
  await leave(page);
  for (const [name, { steps, finite, near, recall }] of Object.entries(found)) {
    assert.deepEqual([steps, finite, near], [20, true, 3], name);
    assert.ok(recall > 0.6, `${name}: R@1 ${recall}`);
  }
});

test('files of other programs are read in the page, under its policy', { timeout: 120_000 }, async () => {
  const found = await inPage(async (names) => {
    const found = {};
    for (const name of names) {
      const bytes = await fetch(`./${name}`).then((answer) => answer.blob());
      const preview = await globalThis.data.inspect(new File([bytes], name));
      const set = await preview.load();
      found[name] = [preview.kind, set.count, set.classes.length];
    }
    return found;
  }, FIXTURES);
  const table = ['vectors', 4, 3];
  assert.deepEqual(found, {
    ...Object.fromEntries(FIXTURES.map((name) => [name, table])),
    'pictures.npz': ['picture', 4, 2],
  });
});

test('a folder of pictures: decoded, fitted, told where they cannot be', { timeout: 120_000 }, async () => {
  const found = await inPage(async () => {
    const picture = async (colour, [width, height], type) => {
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext('2d');
      context.fillStyle = colour;
      context.fillRect(0, 0, width, height);
      return canvas.convertToBlob({ type });
    };
    const files = [
      { path: 'set/red/1.png', data: await picture('#f00', [40, 20], 'image/png') },
      { path: 'set/red/2.webp', data: await picture('#f00', [20, 20], 'image/webp') },
      { path: 'set/blue/1.jpg', data: await picture('#00f', [20, 40], 'image/jpeg') },
      { path: 'set/blue/broken.png', data: new Blob(['no picture']) },
    ];
    // A PNG that promises 60,000 x 60,000 pixels.
    const bomb = new Uint8Array(await files[0].data.arrayBuffer());
    new DataView(bomb.buffer).setUint32(16, 60_000);
    new DataView(bomb.buffer).setUint32(20, 60_000);
    files.push({ path: 'set/blue/bomb.png', data: bomb });
    const seen = [];
    const set = await globalThis.data.samples.fromImageFiles(files, {
      size: 8,
      onProgress: ({ done, total }) => seen.push(`${done}/${total}`),
    });
    const stopped = await globalThis.data.samples
      .fromImageFiles(files, { signal: AbortSignal.abort() })
      .catch((error) => error.code);
    const middle = (at) => [0, 1, 2].map((c) => set.row(at)[64 * c + 36]);
    return {
      ids: set.ids,
      classes: set.classes,
      left: set.leftOut.map(({ reason, examples }) => [reason, ...examples]),
      colours: [middle(0), middle(1)],
      corner: set.row(0)[0],
      seen: seen.length,
      stopped,
    };
  });
  assert.deepEqual(found.ids, ['set/red/1.png', 'set/red/2.webp', 'set/blue/1.jpg']);
  assert.deepEqual(found.classes, ['red', 'blue']);
  assert.deepEqual(found.left.flat().sort(), [
    'set/blue/bomb.png',
    'set/blue/broken.png',
    'too_large',
    'unreadable',
  ]);
  assert.deepEqual(found.colours[0], [255, 0, 0]);
  assert.deepEqual(
    [found.corner, found.seen, found.stopped],
    [255, 5, 'call.aborted'],
    'white beside a wide picture',
  );
});

/** 0.4 s of a tone at 16 kHz, as LAME and oggenc wrote it. */
const encoded = (name) =>
  readFile(new URL(`../fixtures/sounds/${name}`, import.meta.url)).then((file) => file.toString('base64'));

test('sounds are decoded, resampled and become frames', { timeout: 120_000 }, async () => {
  const given = [await encoded('500-hertz.ogg'), await encoded('3000-hertz.mp3')];
  const found = await inPage(async ([ogg, mp3]) => {
    const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const wav = (hertz, rate, seconds, channels = 2) => {
      const count = rate * seconds;
      const bytes = new DataView(new ArrayBuffer(44 + 2 * channels * count));
      const ascii = (at, text) => [...text].forEach((c, i) => bytes.setUint8(at + i, c.charCodeAt(0)));
      ascii(0, 'RIFF');
      bytes.setUint32(4, 36 + 2 * channels * count, true);
      ascii(8, 'WAVEfmt ');
      bytes.setUint32(16, 16, true);
      bytes.setUint16(20, 1, true);
      bytes.setUint16(22, channels, true);
      bytes.setUint32(24, rate, true);
      bytes.setUint32(28, 2 * channels * rate, true);
      bytes.setUint16(32, 2 * channels, true);
      bytes.setUint16(34, 16, true);
      ascii(36, 'data');
      bytes.setUint32(40, 2 * channels * count, true);
      for (let i = 0; i < count; i++)
        for (let c = 0; c < channels; c++)
          bytes.setInt16(
            44 + 2 * (channels * i + c),
            20_000 * Math.sin((2 * Math.PI * hertz * i) / rate),
            true,
          );
      return new Blob([bytes]);
    };
    const files = [
      { path: 'low/a.wav', data: wav(500, 44_100, 1) },
      { path: 'low/b.wav', data: wav(500, 8_000, 0.5, 1) },
      { path: 'high/a.wav', data: wav(3_000, 22_050, 1) },
      { path: 'high/b.wav', data: new Blob(['no sound']) },
      { path: 'low/c.ogg', data: bytes(ogg) },
      { path: 'high/c.mp3', data: bytes(mp3) },
    ];
    const set = await globalThis.data.samples.fromSoundFiles(files, { length: 40 });
    const loudest = (at) => {
      const row = set.row(at);
      const means = Array.from({ length: 40 }, (_, mel) =>
        row.slice(40 * mel, 40 * mel + 40).reduce((sum, x) => sum + x),
      );
      return means.indexOf(Math.max(...means));
    };
    return {
      shape: [set.count, set.channels, set.height, set.width],
      frames: [0, 1, 2].map((at) =>
        set
          .row(at)
          .slice(40 * 40)
          .reduce((sum, there) => sum + there),
      ),
      loudest: [0, 1, 2, 3, 4].map(loudest),
      left: set.leftOut.map(({ reason, examples }) => [reason, ...examples]),
    };
  }, given);
  assert.deepEqual(found.shape, [5, 41, 1, 40], '40 bands and the presence');
  assert.deepEqual(found.frames, [40, 40, 40], 'frames that are there');
  // 500 Hz is 607 mel and 3,000 Hz is 1,876 mel, of 2,840 in 41 steps.
  for (const [at, band] of [7.8, 7.8, 26.1, 7.8, 26.1].entries())
    assert.ok(Math.abs(found.loudest[at] - band) <= 1, String(found.loudest));
  const [damaged, cut] = found.left;
  assert.deepEqual(damaged, ['unreadable', 'high/b.wav']);
  assert.deepEqual(cut.slice(0, 4), ['cut', 'low/a.wav', 'low/b.wav', 'high/a.wav']);
});

test('a sound of hours is refused before it is decoded', { timeout: 120_000 }, async () => {
  const found = await inPage(
    async (files) => {
      const decoded = [];
      const { decodeAudioData } = BaseAudioContext.prototype;
      BaseAudioContext.prototype.decodeAudioData = function (bytes) {
        decoded.push(bytes.byteLength);
        return decodeAudioData.call(this, bytes);
      };
      const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      const named = files.map(([path, text]) => ({ path, data: bytes(text) }));
      const { leftOut, ids } = await globalThis.data.samples.fromSoundFiles(named, { length: 40 });
      return { decoded, ids, left: leftOut.map(({ message, examples }) => `${message} ${examples}`).sort() };
    },
    [
      ...['opus', 'vorbis', 'mp3', 'flac', 'mp4', 'webm', 'wav'].map((name, at) => [
        `${at % 2 ? 'a' : 'b'}/${name}.${{ opus: 'ogg', vorbis: 'ogg', mp4: 'm4a' }[name] ?? name}`,
        Buffer.from(sounds[name](601)).toString('base64'),
      ]),
      ...['a', 'b'].map((name) => [`${name}/short.wav`, Buffer.from(tone(8000)).toString('base64')]),
    ],
  );
  assert.deepEqual(found.ids, ['a/short.wav', 'b/short.wav']);
  assert.equal(found.decoded.length, 2, 'only the short ones were decoded');
  assert.match(found.left.join(), /The sound lasts 601 s and at most 600 s are read/);
});

test('what is written for other programs is downloaded as it was written', { timeout: 120_000 }, async () => {
  const page = await visitPackage(browser, site);
  const download = async (name) => {
    const waiting = page.waitForEvent('download');
    await page.evaluate(async (wanted) => {
      const { toNpz, toParquet, toProjector } = globalThis.data;
      const vectors = Float32Array.of(0.1, -2, 3e-8, 1e20, 5, -0.3333333);
      const given = { vectors, dim: 2, labels: ['=1+1', '고양이', '=1+1'], ids: ['a', '-7', 'c'] };
      const { vectors: rows, metadata } = toProjector(given);
      const files = {
        'x.npz': toNpz(given),
        'x.parquet': await toParquet(given),
        'x.tsv': rows,
        'meta.tsv': metadata,
      };
      const link = document.createElement('a');
      link.href = URL.createObjectURL(files[wanted]);
      link.download = wanted;
      link.click();
    }, name);
    const file = await waiting;
    assert.equal(file.suggestedFilename(), name);
    return readFile(await file.path());
  };
  for (const name of ['x.npz', 'x.parquet']) {
    const set = await (await inspect({ path: name, data: await download(name) })).load();
    assert.deepEqual([...set.numbers], [...Float32Array.of(0.1, -2, 3e-8, 1e20, 5, -0.3333333)], name);
    assert.deepEqual(
      [set.classes, set.ids],
      [
        ['=1+1', '고양이'],
        ['a', '-7', 'c'],
      ],
      name,
    );
  }
  assert.equal(String(await download('x.tsv')), '0.1\t-2\n3e-8\t100000000000000000000\n5\t-0.3333333\n');
  assert.equal(String(await download('meta.tsv')), "id\tlabel\na\t'=1+1\n'-7\t고양이\nc\t'=1+1\n");
  await leave(page);
});

test('a page that does not use a format does not fetch its parser', { timeout: 60_000 }, async () => {
  const fetched = await inPage(async () => {
    const names = () =>
      performance
        .getEntriesByType('resource')
        .map(({ name }) => name.match(/vendor\/([\w-]+)/)?.[1])
        .filter(Boolean);
    const { inspect, toNpy } = globalThis.data;
    await inspect(new File([toNpy({ vectors: Float32Array.of(1, 2), dim: 1 })], 'x.npy'));
    const before = names();
    await inspect(new File(['a,label\n1,x\n2,y\n'], 'x.csv'));
    return [before, names()];
  });
  assert.deepEqual(fetched, [[], ['papaparse']]);
});

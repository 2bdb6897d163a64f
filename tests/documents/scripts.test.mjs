// Runs the JavaScript of the README files in a browser, on the package as it was built.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { openPackageSite } from '../browser/package-page.mjs';
import { launch, visit } from '../browser/visit.mjs';
import { documented } from '../../pkg/tests/documented.mjs';
import { bodyOf, IN_BROWSER } from '../../pkg/tests/example-script.mjs';
import { blocks, read } from './read.mjs';

let browser;
before(async () => {
  browser = await launch('none');
});
after(() => browser.close());

/** The lines that the script logs. */
async function output(script) {
  const log = 'const console = { log: (...values) => globalThis.said.push(values.map(String).join(" ")) };';
  const main = `globalThis.said = [];\n${log}\n${script}\nglobalThis.done = true;\n`;
  const site = await openPackageSite({
    'main.js': main
      .replaceAll("from 'metriclab'", "from './metriclab/dist/index.js'")
      .replaceAll("from 'metriclab/data'", "from './metriclab/dist/data/index.js'")
      .replaceAll("from 'metriclab/pictures'", "from './metriclab/dist/pictures.js'"),
  });
  try {
    const page = await visit(browser, site.address);
    const ended = page.waitForFunction(() => globalThis.done, null, { timeout: 240_000 });
    await ended.catch((error) => {
      throw new Error(`the script did not end: ${page.complaints.join('\n')}`, { cause: error });
    });
    assert.deepEqual(page.complaints, []);
    return await page.evaluate(() => globalThis.said);
  } finally {
    await site.close();
  }
}

test('the script of README.md trains on MNIST', { timeout: 300_000 }, async () => {
  const scripts = blocks(await read('README.md'), 'js');
  assert.equal(scripts.length, 1, 'scripts in README.md');
  const said = await output(scripts[0]);
  const losses = said.slice(0, 20).map((line) => line.split(',').map(Number));
  assert.ok(
    losses.every((ten) => ten.length === 10 && ten.every(Number.isFinite)),
    said.join('\n'),
  );
  const recall = Number(said[20].match(/Recall@1 ([\d.]+)/)[1]);
  assert.ok(recall > 0.94 && recall <= 1, `Recall@1 is ${recall}`);
  assert.equal(said[21].split(' ')[0].split(',').length, 8, 'eight neighbours');
});

test("the scripts of the package's README run one after the other", { timeout: 300_000 }, async () => {
  const scripts = blocks(await read('pkg/README.md'), 'js');
  assert.equal(scripts.length, 6, 'scripts in pkg/README.md');
  const said = await output(scripts.join('\n'));
  const losses = said.slice(0, 20).map((line) => line.split(',').map(Number));
  assert.ok(
    losses.every((ten) => ten.length === 10 && ten.every(Number.isFinite)),
    said.join('\n'),
  );
  const [, trained, raw] = said[20].match(/^Recall@1 ([\d.]+), of the rows themselves ([\d.]+)$/).map(Number);
  assert.ok(trained > 0.9 && raw < 0.5, `Recall@1 is ${trained}, and ${raw} of the rows themselves`);
  assert.equal(said[21], '4,1,1', 'the triangle that squared distances break');
  assert.match(said.at(-4), /^200 of 200 steps$/);
  assert.equal(said.at(-3), 'ann unknown', 'the gallery');
  assert.equal(said.at(-2), "4 cat 2,dog 2 a number is missing in the column 'x'", 'the preview');
  assert.equal(said.at(-1), 'a,cat,0.1,0.2', 'the CSV');
});

/** In the page: pictures and sounds as files of two classes, and what else the examples take for granted. */
async function given({ metriclab, samples }) {
  const canvas = new OffscreenCanvas(16, 16);
  canvas.getContext('2d').fillRect(4, 4, 8, 8);
  const picture = await canvas.convertToBlob();
  const tone = new Int16Array(16_000).map((_, at) => 9000 * Math.sin(at / 4));
  const head = new DataView(new ArrayBuffer(44));
  for (const [at, text] of Object.entries({ 0: 'RIFF', 8: 'WAVEfmt ', 36: 'data' }))
    [...text].forEach((letter, k) => head.setUint8(Number(at) + k, letter.charCodeAt(0)));
  for (const [at, value] of Object.entries({ 4: 32_036, 16: 16, 24: 16_000, 28: 32_000, 40: 32_000 }))
    head.setUint32(Number(at), value, true);
  for (const [at, value] of Object.entries({ 20: 1, 22: 1, 32: 2, 34: 16 }))
    head.setUint16(Number(at), value, true);
  const sound = new Blob([head, tone]);
  const files = (content, ending) =>
    ['a', 'b'].map((name) => ({ path: `${name}/1.${ending}`, data: content }));
  return {
    lab: await metriclab.createLab({ device: 'cpu' }),
    ...{
      samples,
      storedGalleries: metriclab.storedGalleries,
      bar: {},
      row: Array.from({ length: 64 }, (_, k) => k),
    },
    inputs: { fromImageFiles: files(picture, 'png'), fromSoundFiles: files(sound, 'wav') },
  };
}

test('the examples of the reference that Node cannot run', { timeout: 120_000 }, async () => {
  const found = documented();
  // tests/browser/devices.test.mjs moves labs to the GPU.
  const wanted = Object.keys(IN_BROWSER).filter((name) => IN_BROWSER[name] !== 'WebGPU');
  const parts = wanted.flatMap((name) =>
    found.get(name).map((code) => {
      const last = name.split(/[. ]/).at(-1);
      return `{ const input = { files: world.inputs.${last} }; await (async () => ${bodyOf(code)})(); console.log('${name}'); }\n`;
    }),
  );
  const said = await output(`import * as metriclab from 'metriclab';
    import { samples } from 'metriclab/data';
    const world = await (${given})({ metriclab, samples });
    const { lab, row, bar, storedGalleries } = world;
    ${parts.join('')}`);
  const stored = said.filter((line) => line === 'faces');
  assert.equal(stored.length, 3, 'the gallery that one example has stored, where others list those that are');
  assert.deepEqual(
    said.filter((line) => line !== 'faces'),
    wanted,
  );
});

// The map's points are drawn in a Worker where the browser can, in the page otherwise; by WebGL2 on a graphics card, by stamps
// without one. Each draws them, both draw the same, and what cannot be used gives way without a word.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { id, openPrepared, ready } from './lab-page.mjs';
import { openSite, ROOT } from './site.mjs';
import { launch, leave, started, visit } from './visit.mjs';

const [browser, site] = await started(launch('none'), openSite());

/** A picture of an empty map packs to a few kilobytes; thousands of coloured marks do not. */
const FULL_BYTES = 100_000;

const withoutTransfer = () => delete HTMLCanvasElement.prototype.transferControlToOffscreen;
const withoutWebgl = () => {
  for (const { prototype } of [HTMLCanvasElement, OffscreenCanvas]) {
    const get = prototype.getContext;
    prototype.getContext = function (kind, ...rest) {
      return kind === 'webgl2' ? null : get.call(this, kind, ...rest);
    };
  }
};
/** The software adapter says that it is a graphics card. */
const withCard = () => {
  for (const type of ['HTMLCanvasElement', 'OffscreenCanvas']) {
    const { prototype } = globalThis[type] ?? { prototype: {} };
    const get = prototype.getContext;
    prototype.getContext = function (kind, options) {
      const more =
        kind === 'webgl2' ? { failIfMajorPerformanceCaveat: false, preserveDrawingBuffer: true } : {};
      return get.call(this, kind, { ...options, ...more });
    };
  }
  const { prototype } = WebGL2RenderingContext;
  const get = prototype.getParameter;
  const UNMASKED_RENDERER = 0x9246;
  prototype.getParameter = function (name) {
    return name === UNMASKED_RENDERER ? 'Some Card' : get.call(this, name);
  };
};
const both =
  (...scripts) =>
  async (page) => {
    for (const script of scripts) await page.addInitScript(script);
  };

for (const [name, renderer, prepare, expected] of [
  ['as the browser comes', 'worker', () => undefined, []],
  ['a browser that gives no canvas away', 'stamps', both(withoutTransfer), []],
  ['a browser that gives no canvas away, with a card', 'webgl2', both(withoutTransfer, withCard), []],
  ['a browser without WebGL2', 'stamps', both(withoutTransfer, withoutWebgl), []],
  [
    'a Worker script that does not come',
    'stamps',
    (page) => page.route('**/point-worker*', (route) => route.abort()),
    [/request failed.*point-worker/, /ERR_FAILED/],
  ],
]) {
  test(`${name}: the points are drawn, and move with the view`, { timeout: 120_000 }, async (t) => {
    const page = await openPrepared(browser, site, prepare, '?all=1');
    await ready(page);
    await page.waitForSelector(`${id('map')}[data-renderer="${renderer}"]`, { timeout: 20_000 });
    const map = page.locator(id('map'));
    // A screenshot, because a canvas that a Worker owns cannot be read.
    const seen = [];
    for (const key of ['0', '+', '+']) {
      await map.press(key);
      await page.waitForTimeout(1500);
      seen.push(await map.screenshot());
    }
    t.diagnostic(`${renderer}: ${seen.map(({ length }) => length).join(', ')} bytes`);
    for (const picture of seen)
      assert.ok(picture.length > FULL_BYTES, `a picture of ${picture.length} bytes`);
    assert.ok(!seen[0].equals(seen[1]) && !seen[1].equals(seen[2]), 'zooming changes what is seen');
    assert.equal(await map.locator('canvas.points').count(), 1, 'one map is there');
    await leave(page, { expected });
  });
}

/** In the Worker of the points: tells what its canvas shows on a ground. */
const watchCanvas = () => {
  let canvas;
  addEventListener('message', ({ data }) => {
    if (data.type === 'canvas') canvas = data.canvas;
    if (data.type !== 'read') return;
    // After the drawing that was asked for before.
    requestAnimationFrame(() => {
      const { width, height } = canvas;
      const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
      context.fillStyle = `rgb(${data.ground.join(' ')})`;
      context.fillRect(0, 0, width, height);
      context.drawImage(canvas, 0, 0);
      const byGl = canvas.getContext('webgl2') !== null;
      postMessage({ byGl, pixels: context.getImageData(0, 0, width, height).data });
    });
  });
};

/** In the page: how two drawings of the same scene differ. `scene` names one of those here. */
const compare = async ({ address, scene, ratio, ground }) => {
  const size = { width: 320, height: 240 };
  const view = { scale: 40, offsetX: size.width / 2, offsetY: size.height / 2 };
  const request = { view, size, ratio, t: 0.37, dot: 5, picture: 0, ground };
  let state = 1;
  const random = () => (state = (Math.imul(state, 48271) >>> 0) % 0x7fffffff) / 0x7fffffff;
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const fill = (count, value) => Float32Array.from({ length: 2 * count }, value);
  /** Places in the plane that lie at the middles of a pixel's steps, where a stamp is exact. */
  const grid = (count, columns, gap) =>
    fill(count, (_, k) => {
      const [i, odd] = [k >> 1, k % 2 === 1];
      const place =
        Math.round(gap * ((odd ? Math.floor(i / columns) : i % columns) + 0.6)) + ((i % 4) + 0.5) / 4;
      const at = place / ratio - (odd ? view.offsetY : view.offsetX);
      return ((odd ? -1 : 1) * at) / view.scale;
    });
  const marks = (count, nearness = () => 255) =>
    Uint8Array.from({ length: 4 * count }, (_, k) => {
      const i = k >> 2;
      return [i % 10, Math.floor(i / 3) % 5, nearness(i), i % 7 === 0 ? 1 : 0][k % 4];
    });
  const LEVELS = [255, 140, 66, 8];
  const still = (places) => ({ from: places, to: places });
  const scenes = {
    apart: () => ({ ...still(grid(1200, 40, 8 * ratio)), marks: marks(1200, (i) => LEVELS[i % 4]) }),
    large: () => ({ ...still(grid(300, 20, 16 * ratio)), marks: marks(300), dot: 14 }),
    crowd: () => ({ from: fill(20_000, normal), to: fill(20_000, normal), marks: marks(20_000) }),
    deep: () => {
      const [from, to] = [fill(4000, normal), fill(4000, normal)];
      return { from, to, marks: marks(4000, (i) => (i * 37) % 256) };
    },
    lost: () => {
      const from = grid(1200, 40, 8 * ratio).map((value, k) =>
        k % 10 === 3 ? NaN : k % 14 === 5 ? 1e9 : value,
      );
      return { ...still(from), marks: marks(1200, (i) => (i % 5 === 0 ? 0 : 255)) };
    },
    ink: () => ({ ...still(grid(140, 14, 22 * ratio)), marks: marks(140), picture: 20, channels: 1 }),
    paper: () => ({ ...still(grid(140, 14, 22 * ratio)), marks: marks(140), picture: 20, channels: 3 }),
  };
  const { from, to, marks: bytes, channels, ...rest } = scenes[scene]();
  const side = 14;
  const pictures = channels && {
    count: bytes.length / 4,
    channels,
    width: side,
    height: side,
    // Soft, and even at its borders, where the pages of the card mix neighbours.
    pixels: Uint8Array.from({ length: (bytes.length / 4) * channels * side * side }, (_, k) => {
      const [x, y] = [k % side, Math.floor(k / side) % side];
      const inner = Math.sin((Math.PI * x) / (side - 1)) * Math.sin((Math.PI * y) / (side - 1));
      return 200 * inner * (0.6 + 0.4 * Math.sin(k / (side * side)));
    }),
  };
  const draw = (kind) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(`${address}?${kind}`, { type: 'module' });
      worker.onerror = ({ message }) => reject(new Error(message || 'the Worker does not start'));
      worker.onmessage = ({ data }) => {
        worker.terminate();
        if (data === 'cannot draw') reject(new Error(data));
        else resolve(data);
      };
      const element = document.createElement('canvas');
      document.body.replaceChildren(element);
      const canvas = element.transferControlToOffscreen();
      worker.postMessage({ type: 'canvas', canvas }, [canvas]);
      worker.postMessage({ type: 'positions', from, to });
      worker.postMessage({ type: 'marks', marks: bytes });
      if (pictures) worker.postMessage({ type: 'pictures', pictures });
      worker.postMessage({ type: 'draw', request: { ...request, ...rest } });
      // A card gets its pictures a page at a time.
      setTimeout(() => worker.postMessage({ type: 'read', ground }), pictures ? 500 : 0);
    });
  const [gl, stamps] = [await draw('card'), await draw('none')];
  let [sum, largest, off, seen] = [0, 0, 0, 0];
  for (let at = 0; at < gl.pixels.length; at += 4) {
    let [most, ink] = [0, 0];
    for (let k = at; k < at + 3; k++) {
      most = Math.max(most, Math.abs(gl.pixels[k] - stamps.pixels[k]));
      ink = Math.max(ink, Math.abs(gl.pixels[k] - ground[k - at]));
    }
    sum += most;
    largest = Math.max(largest, most);
    if (most > 40) off += 1;
    if (ink > 8) seen += 1;
  }
  const count = gl.pixels.length / 4;
  return {
    by: [gl.byGl, stamps.byGl],
    pixels: [gl.pixels.length, stamps.pixels.length],
    mean: sum / count,
    largest,
    off: off / count,
    seen: seen / count,
  };
};

/**
 * Opens a page that draws both ways, and compares scenes: their names, the mean difference allowed, of 255, and the share of pixels
 * that may differ by more than 40. A stamp knows sixteen places within a pixel, so that the edge of a mark may differ.
 */
async function draws(t, scenes) {
  const names = await readdir(join(ROOT, 'www/dist/assets'));
  const name = names.find((one) => /^point-worker.*\.js$/.test(one));
  const page = await visit(browser, site.address, { path: 'about:blank' });
  await page.route('**/bare', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }),
  );
  await page.route(`**/${name}?*`, async (route) => {
    const reply = await route.fetch();
    const scripts = [watchCanvas, ...(route.request().url().endsWith('?card') ? [withCard] : [])];
    const text = scripts.map((script) => `(${script})();\n`).join('');
    await route.fulfill({ response: reply, body: text + (await reply.text()) });
  });
  await page.goto(`${site.address}bare`);
  for (const ratio of [1, 2])
    for (const ground of [
      [255, 255, 255],
      [20, 22, 26],
    ])
      for (const [scene, mean, off] of scenes) {
        const address = `${site.address}assets/${name}`;
        const found = await page.evaluate(compare, { address, scene, ratio, ground });
        const told = `${scene} at ${ratio} on ${ground.join()}: ${JSON.stringify(found)}`;
        t.diagnostic(told);
        assert.deepEqual(found.by, [true, false], told);
        assert.deepEqual(found.pixels, Array(2).fill(4 * 320 * 240 * ratio * ratio), told);
        assert.ok(found.seen > 0.1 && found.mean <= mean && found.off <= off, told);
      }
  await leave(page);
}

test('a card and stamps draw the same marks', { timeout: 180_000 }, async (t) => {
  await draws(t, [
    ['apart', 0.6, 0.0005],
    ['large', 0.6, 0],
    ['crowd', 4, 0.002],
    ['deep', 4, 0.002],
    ['lost', 0.6, 0],
  ]);
});

test('a card and stamps draw the same pictures', { timeout: 180_000 }, async (t) => {
  await draws(t, [
    ['ink', 1, 0],
    ['paper', 1, 0],
  ]);
});

// Zoom, and a window that is moved to another screen, change the pixels that a CSS pixel has: what is drawn is drawn anew.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { FIRST_PICTURE, id } from './lab-page.mjs';
import { openPackageSite } from './package-page.mjs';
import { openRaw } from './raw-browser.mjs';
import { openSite } from './site.mjs';

const PATIENCE = 180_000;
/** How long a page may take to draw anew. */
const SOON_MS = 10_000;
const ELEMENT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>element</title><link rel="icon" href="data:,">
<script type="module" src="./metriclab/dist/element/element.js"></script>
<metric-lab view="matrix" site="./" steps="20"></metric-lab>`;

let raw, site, elements;
before(async () => {
  [raw, site, elements] = await Promise.all([
    openRaw(),
    openSite(),
    openPackageSite({ 'index.html': ELEMENT }),
  ]);
});
after(async () => {
  await Promise.allSettled([raw?.close(), site?.close(), elements?.close()]);
});

/** Bytes of a picture of the page where the canvas lies. */
async function pictureBytes(tab, canvas) {
  const clip = await tab.ask(
    `(({ x, y, width, height }) => ({ x: x + scrollX, y: y + scrollY, width, height, scale: 1 }))(${canvas}.getBoundingClientRect())`,
  );
  const { data } = await tab.send('Page.captureScreenshot', { clip });
  return data.length;
}

for (const [name, path, canvas, rests] of [
  [
    "the laboratory's map",
    () => `${site.address}lab/?lang=en&net=mlp&layers=16&dim=4`,
    `document.querySelector('${id('map')} canvas.points')`,
    `performance.getEntriesByName('${FIRST_PICTURE}').length > 0`,
  ],
  [
    "a plane of the lesson's columns",
    () => `${site.address}learn/?lang=en#choices.losses`,
    `document.querySelector('${id('column-0')} canvas')`,
    `document.querySelector('${id('compare-train')}:not([disabled])') !== null`,
  ],
  [
    'the matrix of a <metric-lab>',
    () => elements.address,
    `document.querySelector('metric-lab').shadowRoot.querySelector('${id('heat')}')`,
    `document.querySelector('metric-lab').shadowRoot.querySelector('${id('matrix')}[data-step="20"]') !== null`,
  ],
])
  test(`${name} is as sharp as the screen`, { timeout: PATIENCE }, async (t) => {
    const tab = await raw.tab(path());
    const show = async (ratio) => {
      const screen = { width: 1280, height: 800, deviceScaleFactor: ratio, mobile: false };
      await tab.send('Emulation.setDeviceMetricsOverride', screen);
      await tab.until(`devicePixelRatio === ${ratio}`);
    };
    await show(1);
    await tab.until(`${canvas}.clientWidth > 0 && ${rests}`);
    for (const ratio of [2, 1.5, 1]) {
      await show(ratio);
      const sizes = `(({ width, height, clientWidth, clientHeight }) =>
        [[width, height], [clientWidth, clientHeight].map((side) => Math.round(side * ${ratio}))])(${canvas})`;
      let [found, wanted] = [[], []];
      for (const end = Date.now() + SOON_MS; Date.now() < end; await sleep(100)) {
        // A window that is moved is painted; one that is only emulated waits for somebody who looks.
        await pictureBytes(tab, canvas);
        [found, wanted] = await tab.ask(sizes);
        if (String(found) === String(wanted)) break;
      }
      assert.deepEqual(found, wanted, `pixels at ${ratio} for each CSS pixel`);
      const shown = await pictureBytes(tab, canvas);
      await tab.ask(`${canvas}.style.visibility = 'hidden'`);
      const without = await pictureBytes(tab, canvas);
      await tab.ask(`${canvas}.style.visibility = ''`);
      t.diagnostic(`at ${ratio}: ${found.join(' × ')} pixels, ${shown} bytes, ${without} without it`);
      assert.ok(shown > 2 * without, 'its picture is not blank');
    }
    await tab.send('Page.close');
  });

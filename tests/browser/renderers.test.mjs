// The map's points are drawn in a Worker where the browser can, by WebGL2 in the page where Workers have none, and on a plain
// canvas where there is none at all. Each draws them, and what cannot be used gives way without a word.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { id, openPrepared, ready } from './lab-page.mjs';
import { openSite } from './site.mjs';
import { launch, leave, started } from './visit.mjs';

const [browser, site] = await started(launch('none'), openSite());

/** A picture of an empty map packs to a few kilobytes; thousands of coloured marks do not. */
const FULL_BYTES = 100_000;

const withoutTransfer = () => delete HTMLCanvasElement.prototype.transferControlToOffscreen;
const withoutWebgl = () => {
  delete HTMLCanvasElement.prototype.transferControlToOffscreen;
  const get = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    return kind === 'webgl2' ? null : get.call(this, kind, ...rest);
  };
};

for (const [name, renderer, prepare, expected] of [
  ['as the browser comes', 'worker', () => undefined, []],
  ['a browser that gives no canvas away', 'webgl2', (page) => page.addInitScript(withoutTransfer), []],
  ['a browser without WebGL2', 'canvas2d', (page) => page.addInitScript(withoutWebgl), []],
  [
    'a Worker script that does not come',
    'webgl2',
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

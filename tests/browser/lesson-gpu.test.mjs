// The lesson in a browser with WebGPU, on the software adapter. Its own figures train on the CPU module, so that a link and a
// recording show the same everywhere. The way from a chapter to the laboratory leads to the GPU module.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { id, reached, ready } from './lab-page.mjs';
import { openSite } from './site.mjs';
import { launch, leave, started, visit } from './visit.mjs';

const PATIENCE = 400_000;
const secondsSince = (begun) => Math.round((Date.now() - begun) / 1000);
/** The software adapter has no time for a larger network, and the page embeds every sample before its first picture. */
const SMALL = { device: 'gpu', net: 'mlp', layers: '8', dim: '4', classes: '4', per: '4' };
/** What the figures that train by themselves must have done. */
const TRAINED = { 'choices.losses': `${id('compare')}[data-step$="0"]:not([data-step="0"])` };

const [browser, site] = await started(launch('software'), openSite());

/** Opens a page that notes which modules it fetches. */
async function open(path) {
  const page = await visit(browser, site.address, { path: 'about:blank', reducedMotion: 'reduce' });
  const modules = new Set();
  page.context().on('request', (request) => {
    const module = /metriclab_(cpu|gpu)_bg/.exec(request.url())?.[1];
    if (module) modules.add(module);
  });
  await page.goto(site.address + path);
  assert.ok(await page.evaluate(async () => (await navigator.gpu.requestAdapter()) !== null), 'an adapter');
  return { page, modules };
}

/** Goes to a step and waits for its figure; the selector of its stage. */
async function goTo(page, step) {
  await page.evaluate((name) => document.getElementById(name).scrollIntoView(), step);
  const stage = `.pinned ${id('stage')}[data-scene="${step}"]`;
  await page.waitForSelector(`${stage}:not(:has(.waiting)) ${TRAINED[step] ?? ''}`, { timeout: PATIENCE });
  return stage;
}

test(
  'every step in a browser with WebGPU: the networks train on the CPU module',
  { timeout: PATIENCE },
  async (t) => {
    const begun = Date.now();
    const { page, modules } = await open('learn/?lang=en');
    const steps = await page
      .locator('.step[data-step]')
      .evaluateAll((all) => all.map(({ id: name }) => name));
    for (const step of steps) {
      const stage = await goTo(page, step);
      await page.evaluate((run) => document.querySelector(run)?.click(), `${stage} [data-act="run"]:enabled`);
    }
    t.diagnostic(`${steps.length} steps after ${secondsSince(begun)} s`);
    assert.deepEqual([...modules], ['cpu'], 'the module that trained');
    await leave(page);
  },
);

test('the laboratory of every chapter trains on the GPU module', { timeout: PATIENCE }, async (t) => {
  const { page: lesson } = await open('learn/?lang=en#axioms.similar');
  // A phone shows one below each chapter.
  const offered = await lesson
    .locator(`.narrow ${id('open-lab')}`)
    .evaluateAll((links) => links.map(({ href }) => href));
  assert.equal(offered.length, 8);
  await leave(lesson);
  for (const href of offered) {
    const address = new URL(href);
    const step = address.searchParams.get('from');
    for (const [name, value] of Object.entries(SMALL)) address.searchParams.set(name, value);
    const begun = Date.now();
    const { page, modules } = await open(address.href.slice(site.address.length));
    await ready(page, PATIENCE);
    assert.match(await page.locator(id('device-kind')).innerText(), /GPU/, `${step}: the device`);
    await page.click(id('step-once'));
    await reached(page, 1);
    assert.ok(modules.has('gpu'), `${step}: the module that trained`);
    t.diagnostic(`${step}: ${secondsSince(begun)} s`);
    await leave(page);
  }
});

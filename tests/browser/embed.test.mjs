// A figure in a frame of another page: settings, messages, and the engine let go while nobody sees it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { id } from './lab-page.mjs';
import { openSite, ROOT } from './site.mjs';
import { launch, leave, visit } from './visit.mjs';

let browser, site, deck;
/** The body of the page `/copied`. */
let copied = '';
/** The example of a page of another origin with one figure in a frame; it tells what it hears, and says what it is told to. */
const page = async (address) =>
  `${(await readFile(join(ROOT, 'docs/examples/frame.html'), 'utf8'))
    .replace('https://metriclab.example/', address)
    .replace('lang=en"', 'lang=ko"')}
<script>
  globalThis.told = [];
  addEventListener('message', ({ data, origin }) => told.push({ ...data, origin }));
  globalThis.say = (data) => document.querySelector('iframe').contentWindow.postMessage(data, '*');
</script>`;

before(async () => {
  [browser, site] = await Promise.all([launch('none'), openSite()]);
  const html = await page(site.address);
  deck = createServer(({ url }, response) => {
    const blog = `<!doctype html><html lang="en"><title>blog</title><h1>A blog</h1>${copied}`;
    response
      .writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' })
      .end(url === '/copied' ? blog : html);
  });
  await new Promise((resolve) => deck.listen(0, '127.0.0.1', resolve));
});
after(async () => {
  deck?.closeAllConnections();
  deck?.close();
  await browser?.close();
  await site?.close();
});

/** Opens the deck; requests to the site's host are its frame's. */
async function openDeck() {
  const tab = await visit(browser, site.address, { path: `http://127.0.0.1:${deck.address().port}/` });
  const frame = tab.frameLocator('iframe');
  await frame.locator(`${id('triplet-verdict')}[data-zone]`).waitFor();
  return { tab, frame };
}
const OWN = [/leaves the machine: http:\/\/127\.0\.0\.1/, /favicon/];
const workers = (tab) => tab.workers().length;

test('a frame of another origin: settings, commands, keys', { timeout: 120_000 }, async () => {
  const { tab, frame } = await openDeck();
  assert.match(
    await frame.locator(id('triplet-numbers')).innerText(),
    /m\s+0\.30/,
    'the setting of the link',
  );
  assert.match(
    await frame.locator('main').innerText(),
    /p는 같은 클래스의 positive/,
    'what its letters mean',
  );
  assert.equal(await frame.locator('html').getAttribute('lang'), 'ko');
  assert.deepEqual(await tab.evaluate(() => globalThis.told[0].event), 'ready');
  assert.equal(await tab.evaluate(() => `${globalThis.told[0].origin}/`), site.address);

  const numbers = () => frame.locator(id('triplet-numbers')).innerText();
  const before_ = await numbers();
  await tab.evaluate(() => globalThis.say({ type: 'other', key: 'run' }));
  await tab.evaluate(() => globalThis.say({ type: 'metriclab', key: 'run', extra: 1 }));
  await tab.evaluate(() => globalThis.say('run'));
  assert.equal(await numbers(), before_, 'other messages do nothing');
  await tab.evaluate(() => globalThis.say({ type: 'metriclab', key: 'run' }));
  await frame.locator(`${id('triplet-verdict')}[data-zone="easy"]`).waitFor();
  await tab.evaluate(() => globalThis.say({ type: 'metriclab', key: 'reset' }));
  await frame.locator(`${id('triplet-verdict')}[data-zone="hard"]`).waitFor();

  // The figure keeps the arrows that move its points, and passes on those that move slides.
  await frame.locator(id('point-negative')).focus();
  await tab.keyboard.press('ArrowRight');
  await frame.locator('[data-testid="collapse"]').focus();
  await tab.keyboard.press('PageDown');
  await tab.waitForFunction(() => globalThis.told.some(({ event }) => event === 'key'));
  const keys = await tab.evaluate(() => globalThis.told.filter(({ event }) => event === 'key'));
  assert.deepEqual(
    keys.map(({ key }) => key),
    ['PageDown'],
  );
  // The example's own script.
  const said = tab.getByRole('status');
  await said.filter({ hasText: 'The frame passes on PageDown.' }).waitFor();
  await tab.getByRole('button', { name: 'Next kind' }).click();
  await frame.locator(`${id('triplet-verdict')}[data-zone="easy"]`).waitFor();
  await tab.getByRole('button', { name: 'Start' }).click();
  await frame.locator(`${id('triplet-verdict')}[data-zone="hard"]`).waitFor();
  await leave(tab, { expected: OWN });
});

test('a frame that is left lets go of its engine, and comes back', { timeout: 120_000 }, async () => {
  const { tab, frame } = await openDeck();
  assert.equal(workers(tab), 1);
  await tab.evaluate(() => globalThis.say({ type: 'metriclab', key: 'release' }));
  await frame.locator(`${id('embed')}[data-awake="false"]`).waitFor();
  await waitUntil(() => workers(tab) === 0, 'the Worker is gone');
  await tab.evaluate(() => globalThis.say({ type: 'metriclab', key: 'wake' }));
  await frame.locator(`${id('triplet-verdict')}[data-zone]`).waitFor();
  // A slide that is left is out of view.
  await tab.evaluate(() => (document.querySelector('iframe').style.marginTop = '5000px'));
  await waitUntil(() => workers(tab) === 0, 'the Worker of a frame out of view is gone');
  await tab.evaluate(() => (document.querySelector('iframe').style.marginTop = '0'));
  await frame.locator(`${id('triplet-verdict')}[data-zone]`).waitFor();
  await leave(tab, { expected: OWN });
});

test(
  'the markup that the lesson copies shows the same triplet in another page',
  { timeout: 120_000 },
  async () => {
    const lesson = await visit(browser, site.address, {
      path: 'learn/?lang=en#deep.triplet',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await lesson.locator(`${id('triplet-verdict')}[data-zone]`).waitFor();
    const numbers = (where) => where.locator(id('triplet-numbers')).innerText();
    const before = await numbers(lesson);
    await lesson.locator(id('point-negative')).press('ArrowRight');
    await lesson.waitForFunction(
      ([place, text]) => document.querySelector(place).innerText !== text,
      [id('triplet-numbers'), before],
    );
    const tools = lesson.locator(`.pinned > ${id('stage-tools')}`);
    await tools.locator(id('copy-embed')).click();
    await tools.getByText('copied', { exact: false }).waitFor();
    copied = await lesson.evaluate(() => navigator.clipboard.readText());
    const wanted = await numbers(lesson);
    await leave(lesson);
    const tab = await visit(browser, site.address, {
      path: `http://127.0.0.1:${deck.address().port}/copied`,
    });
    const frame = tab.frameLocator('iframe');
    await frame.locator(`${id('triplet-verdict')}[data-zone]`).waitFor();
    assert.equal(await numbers(frame), wanted);
    await leave(tab, { expected: OWN });
  },
);

test('a link to no figure says which there are', { timeout: 60_000 }, async () => {
  const tab = await visit(browser, site.address, { path: 'embed/?figure=constructor&lang=en' });
  assert.match(await tab.locator('[role="alert"]').innerText(), /triplet/);
  assert.equal(workers(tab), 0, 'nothing is started');
  await leave(tab);
});

async function waitUntil(holds, what) {
  for (let turn = 0; turn < 300; turn++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(what);
}

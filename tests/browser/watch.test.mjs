// The watch itself: what it must catch, it catches. Without this, a green run would prove nothing.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { after, before, test } from 'node:test';
import { openSite } from './site.mjs';
import { launch, leave, visit } from './visit.mjs';

const BAD_SHADER = `
  const adapter = await navigator.gpu.requestAdapter();
  const device = await adapter.requestDevice();
  device.createShaderModule({ code: '@compute fn broken( {' });
  await device.queue.onSubmittedWorkDone();
`;
const FILES = {
  'index.html':
    '<!doctype html><title>watch</title><link rel="icon" href="data:,"><script type="module" src="page.js"></script>',
  'page.js': `
    const ask = new URLSearchParams(location.search).get('do');
    if (ask === 'shader') { ${BAD_SHADER} }
    if (ask === 'worker') new Worker('bad-worker.js', { type: 'module' });
    if (ask === 'warning') console.warn('a warning');
    if (ask === 'throw') throw new Error('a mistake');
    if (ask === 'missing') await fetch('nowhere.json');
    if (ask === 'abroad') await fetch('http://example.invalid/').catch(() => undefined);
    document.title = 'done';
  `,
  'bad-worker.js': `${BAD_SHADER}`,
};

let folder, site, browser;
before(async () => {
  folder = (await mkdtemp(join(tmpdir(), 'metriclab-watch-'))) + sep;
  await Promise.all(Object.entries(FILES).map(([name, text]) => writeFile(join(folder, name), text)));
  site = await openSite(folder);
  browser = await launch('software');
});
after(async () => {
  await browser?.close();
  await site?.close();
  if (folder) await rm(folder, { recursive: true });
});

async function complaintsOf(ask) {
  const page = await visit(browser, site.address, { path: `?do=${ask}` });
  const deadline = Date.now() + 20_000;
  while (page.complaints.length === 0 && ask !== 'nothing' && Date.now() < deadline)
    await page.waitForTimeout(50);
  if (ask === 'nothing') await page.waitForFunction(() => document.title === 'done');
  const complaints = [...page.complaints];
  await page.context().close();
  return complaints.join('\n');
}

test('a quiet page has no complaints', async () => {
  assert.equal(await complaintsOf('nothing'), '');
});

for (const [ask, pattern] of Object.entries({
  shader: /uncaptured WebGPU error/,
  worker: /uncaptured WebGPU error/,
  warning: /console warning: a warning/,
  throw: /uncaught: Error: a mistake/,
  missing: /HTTP 404/,
  abroad: /leaves the machine|Content Security Policy/,
})) {
  test(`caught: ${ask}`, async () => {
    assert.match(await complaintsOf(ask), pattern);
  });
}

test('leaving a page that complained fails', async () => {
  const page = await visit(browser, site.address, { path: '?do=warning' });
  await page.waitForFunction(() => document.title === 'done');
  await assert.rejects(leave(page), /the page complained/);
});

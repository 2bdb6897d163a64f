// The site in one file, opened from a disk: it teaches and trains, and asks nobody for anything.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { codes, id, reached, ready } from './lab-page.mjs';
import { ROOT } from './site.mjs';
import { launch, leave, visit } from './visit.mjs';

const PATIENCE = 240_000;

let browser, folder, address;
before(async () => {
  await promisify(execFile)('npm', ['run', '--silent', 'build:file', '--workspace=www'], { cwd: ROOT });
  // A name with a space and other letters, away from everything that was built.
  folder = await mkdtemp(join(tmpdir(), 'metriclab '));
  const file = join(folder, '거리 학습.html');
  await copyFile(join(ROOT, 'target/one-file/metriclab.html'), file);
  address = pathToFileURL(file).href;
  browser = await launch('none');
});
after(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A page of the file. Whatever it asks for, but the file itself and what it made, is a complaint. */
async function open(query) {
  const page = await visit(browser, address, { path: query });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (
      !['data:', 'blob:'].includes(url.protocol) &&
      decodeURI(url.pathname) !== decodeURI(new URL(address).pathname)
    )
      page.complaints.push(`asks for ${request.url()}`);
  });
  return page;
}

const settled = { timeout: PATIENCE };

test(
  'the first screen trains, and its links lead to the other pages of the file',
  { timeout: 2 * PATIENCE },
  async () => {
    const page = await open('?lang=en');
    await page.waitForSelector('.map canvas', settled);
    await page.waitForSelector(`${id('newcomer')}[data-phase="arrived"]`, settled);
    assert.match(await page.innerText(id('sentence')), /9,000/);
    assert.equal(
      await page.evaluate(() => document.fonts.check('16px "Pretendard cut"')),
      true,
      'the typeface',
    );
    await page.click('nav a[href*="page=learn"]');
    await page.waitForSelector(`${id('stage')}[data-scene]`, settled);
    assert.equal(new URL(page.url()).searchParams.get('page'), 'learn');
    await page.click('a.name');
    await page.waitForSelector(id('newcomer'), settled);
    assert.equal(new URL(page.url()).searchParams.get('page'), null);
    await page.click('nav a[href*="page=use"]');
    await page.waitForSelector(id('gallery'), settled);
    await leave(page);
  },
);

test(
  'a step of the lesson answers, in Korean, and a reload shows it again',
  { timeout: 2 * PATIENCE },
  async () => {
    const page = await open('?page=learn&lang=ko#deep.zones');
    await page.waitForSelector(`${id('stage')}[data-scene="deep.zones"]`, settled);
    await page.waitForSelector('[data-zone]', settled);
    const { searchParams } = new URL(page.url());
    assert.deepEqual([searchParams.get('page'), searchParams.get('lang')], ['learn', 'ko']);
    await page.reload();
    await page.waitForSelector(`${id('stage')}[data-scene="deep.zones"]`, settled);
    await page.click(id('open-lab'));
    await ready(page, PATIENCE);
    assert.equal(new URL(page.url()).searchParams.get('page'), 'lab');
    assert.deepEqual(await codes(page), []);
    await leave(page);
  },
);

test('the laboratory trains on each data set that the file holds', { timeout: 2 * PATIENCE }, async () => {
  const page = await open('?page=lab&lang=en&net=mlp&layers=32&dim=8&classes=6&per=4');
  await ready(page, PATIENCE);
  await page.click(id('train'));
  await reached(page, 20);
  await page.click(id('train'));
  assert.deepEqual(await codes(page), [], 'no notice');
  await page.waitForFunction(() => /[?&]page=lab(&|$)/.test(window.location.search));
  const held = await page.evaluate(() =>
    Array.from(document.querySelectorAll('script[id^="data-"]'), (block) => block.id.slice(5)),
  );
  assert.deepEqual(held.sort(), ['emoji', 'emoji-words', 'faces', 'fashion', 'hangul', 'mnist', 'packages']);
  await leave(page);
});

test('recommendation finds its data in the file', { timeout: PATIENCE }, async () => {
  const page = await open('?page=use&lang=ko#recommend');
  await page.waitForSelector(`${id('recommend')}[data-opened="true"]`, settled);
  assert.equal(await page.locator(`${id('list-counting')} li`).count(), 6);
  await leave(page);
});

test('pictures by words find their data in the file', { timeout: PATIENCE }, async () => {
  const page = await open('?page=use&lang=ko#describe');
  await page.waitForSelector(`${id('describe')}[data-opened="true"]`, settled);
  assert.equal(await page.locator(`${id('described-looks')} li`).count(), 8);
  await leave(page);
});

test('the licences are in the file', { timeout: PATIENCE }, async () => {
  const page = await open('?page=licences');
  const text = await page.innerText('pre');
  for (const licence of [/SIL Open Font License/, /Svelte, MIT/, /Unicode License/])
    assert.match(text, licence);
  await leave(page);
});

// The page where things come and go: drawing, naming, undoing, and a visitor's own data, as built, on the CPU module.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { violations } from './axe.mjs';
import { id } from './lab-page.mjs';
import { openSite } from './site.mjs';
import { launch, leave, visit } from './visit.mjs';

const PATIENCE = 240_000;

let browser, site;
before(async () => {
  const camera = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
  [browser, site] = await Promise.all([launch('none', camera), openSite()]);
});
after(async () => {
  await browser?.close();
  await site?.close();
});

const open = (path, options) => visit(browser, site.address, { path, ...options });
const phase = (page, wanted) =>
  page.waitForSelector(`${id('gallery')}[data-phase="${wanted}"]`, { timeout: PATIENCE });
/** Waits for a decision that differs from the last one in kind or words. */
const decided = (page, kind, words = /./) =>
  page.waitForFunction(
    ([of, source]) => {
      const shown = document.querySelector('[data-testid="decision"]');
      return shown?.dataset.kind === of && new RegExp(source).test(shown.textContent);
    },
    [kind, words.source],
    { timeout: 30_000 },
  );
const count = (page) => page.locator(id('count')).innerText();

/** Draws a square in the pad, its corners `off` pixels away from the regular ones. */
async function draw(page, off) {
  const { x, y } = await page.locator(id('pad')).boundingBox();
  await page.mouse.move(x + 60, y + 60);
  await page.mouse.down();
  for (const [dx, dy] of [
    [160 + off, 60],
    [160, 160],
    [60, 160 - off],
    [60, 60],
  ])
    await page.mouse.move(x + dx, y + dy, { steps: 6 });
  await page.mouse.up();
}

/** Trains for a moment only: what the network knows is the business of other tests. */
async function trainABit(page) {
  await phase(page, 'training');
  await page.waitForFunction(() => (document.querySelector('progress')?.value ?? 0) >= 10, undefined, {
    timeout: PATIENCE,
  });
  // A small set may be learned before the click.
  const enough = page.getByRole('button', { name: /use it now|사용하기/ }).click({ timeout: 0 });
  await Promise.race([enough.catch(() => undefined), phase(page, 'ready')]);
  await phase(page, 'ready');
}

test(
  'a sign is drawn, named, known, undone, and there at the next visit',
  { timeout: 2 * PATIENCE },
  async () => {
    const page = await open('use/?lang=en');
    await trainABit(page);
    assert.match(await count(page), /^16 pictures of 8 classes$/);
    await draw(page, 0);
    await page.fill(id('name'), '<b>box</b>');
    await page.click(id('add'));
    // The same drawing is at distance 0.
    await decided(page, 'known', /<b>box<\/b>/);
    assert.match(await count(page), /^17 pictures of 9 classes$/);
    assert.equal(await page.locator(`${id('classes')} b`).count(), 0, 'a name is text');

    await page.click(id('undo'));
    await page.waitForFunction(
      () => !document.querySelector('[data-testid="decision"]').textContent.includes('box'),
    );
    assert.match(await count(page), /^16 pictures of 8 classes$/);
    await page.click(id('redo'));
    await decided(page, 'known', /box/);

    const limit = page.locator('input[type="range"]');
    await limit.evaluate((slider) => {
      slider.value = '0';
      slider.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await page.getByRole('button', { name: 'Clear' }).click();
    await draw(page, 30);
    await decided(page, 'unknown', /beyond the limit/);

    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await violations(page), [], `axe-core, ${colorScheme}`);
    }
    await page.reload();
    await phase(page, 'ready');
    assert.match(await count(page), /^17 pictures of 9 classes$/, 'the gallery was kept, and the network');
    await page.click('button[lang="ko"]');
    assert.match(await count(page), /클래스 9개, 이미지 17장/);
    await page.setViewportSize({ width: 390, height: 844 });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390, 'fits a phone');
    await page.locator(id('offer')).nth(2).click();
    const { y, height } = await page.locator(id('decision')).boundingBox();
    assert.ok(y > 0 && y + height < 844, 'the answer is in view beside what was asked');
    await page.getByRole('button', { name: '모두 지우고 처음부터' }).click();
    await page.waitForFunction(() =>
      document.querySelector('[data-testid="count"]').textContent.includes('16장'),
    );
    await leave(page);
  },
);

test('a table of one’s own is understood, learned and asked', { timeout: 2 * PATIENCE }, async () => {
  const page = await open('use/?lang=ko');
  await page.click(id('source-own'));
  assert.match(page.url(), /#own$/, 'the address names the gallery');
  const rows = Array.from({ length: 60 }, (_, at) => {
    const near = [1, -1, 0][at % 3];
    return [
      near + (at % 7) / 20,
      -near + (at % 5) / 20,
      near * 2 + (at % 4) / 20,
      ['고양이', '개', '새'][at % 3],
    ];
  });
  const table = [['a', 'b', 'c', 'kind'], ...rows, ['1', 'x', '2', '개']]
    .map((row) => row.join(','))
    .join('\n');
  await page.setInputFiles(id('files'), {
    name: 'mine.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(table),
  });
  await page.waitForSelector(id('preview'));
  const preview = await page.locator(id('preview')).innerText();
  assert.match(preview, /클래스 3개, 샘플 60개 \(csv\)/);
  assert.match(preview, /제외 1개/, 'the row with a text among its numbers');
  await page.click(id('take'));
  await trainABit(page);
  await page.locator(id('offer')).first().click();
  await decided(page, 'known');
  assert.deepEqual(await violations(page), [], 'axe-core');
  await leave(page);
});

test('files that hold no samples are refused, and nothing is lost', { timeout: PATIENCE }, async () => {
  const page = await open('use/?lang=en#own');
  const file = (name, text) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
  await page.setInputFiles(id('files'), file('broken.npy', 'no array'));
  await page.waitForSelector(id('trouble'));
  assert.match(await page.locator(id('trouble')).innerText(), /did not work/);
  await page.setInputFiles(id('files'), file('fine.csv', 'a,b,kind\n1,2,x\n2,1,y\n1,1,x\n2,2,y\n'));
  await page.waitForSelector(id('preview'));
  assert.equal(await page.locator(id('trouble')).count(), 0, 'the next file clears it');
  await page.setInputFiles(id('files'), file('broken.npy', 'no array'));
  await page.waitForSelector(id('trouble'));
  assert.equal(await page.locator(id('take')).count(), 0, 'nothing of the file before is offered');

  const noise = Array.from({ length: 4000 }, (_, at) => `${at % 83},${at % 89},${at % 97},c${at % 40}`);
  await page.setInputFiles(id('files'), file('long.csv', ['a,b,c,kind', ...noise].join('\n')));
  await page.click(id('take'));
  await page.click(id('cancel'));
  await page.click(id('other-data'));
  await page.waitForSelector(id('files'), { state: 'attached' });
  await leave(page);
});

test(
  'a picture that cannot be read is told before the others are learned from',
  { timeout: PATIENCE },
  async (t) => {
    const page = await open('use/?lang=en#own');
    const folder = await mkdtemp(join(tmpdir(), 'pictures-'));
    t.after(() => rm(folder, { recursive: true }));
    // Parts of the page serve as pictures.
    for (const [at, name] of ['left', 'right'].entries()) {
      await mkdir(join(folder, name));
      for (let k = 0; k < 6; k++)
        await page.screenshot({
          path: join(folder, name, `${k}.png`),
          clip: { x: 40 + 300 * at, y: 10 + 6 * k, width: 32, height: 32 },
        });
    }
    await writeFile(join(folder, 'right/broken.png'), 'no picture');
    await page.locator('input[webkitdirectory]').setInputFiles(folder);
    await page.click(id('take'));
    await page.waitForSelector(id('lost'));
    assert.match(await page.locator(id('lost')).innerText(), /^1 left out:.*broken\.png/s);
    assert.equal(await page.locator(id('take')).count(), 0, 'the plan with the broken one is gone');
    assert.equal(await page.locator(id('take-rest')).innerText(), 'Learn from the other 12');
    await page.click(id('take-rest'));
    await phase(page, 'training');
    await leave(page);
  },
);

test('pictures of a camera become a gallery', { timeout: 2 * PATIENCE }, async () => {
  const page = await open('use/?lang=en');
  await page.click(id('source-own'));
  assert.deepEqual(await violations(page), [], 'axe-core');
  await page.locator('.album').locator(id('camera')).click();
  await page.waitForFunction(() => document.querySelector('video')?.videoWidth > 0, undefined, {
    timeout: 30_000,
  });
  for (const name of ['one', 'two']) {
    await page.fill(id('series-name'), name);
    await page.click(id('series'));
    await page.waitForFunction(
      (of) =>
        [...document.querySelectorAll('.album li')].some((li) => li.textContent.includes(of)) &&
        !document.querySelector('[data-testid="series"]').disabled,
      name,
      { timeout: 30_000 },
    );
  }
  await page.click(id('use-album'));
  await trainABit(page);
  await page.locator(id('camera')).click();
  await page.waitForSelector(id('look'));
  await page.waitForFunction(() => document.querySelector('video')?.videoWidth > 0);
  const picture = () => document.querySelector('.verdict canvas')?.toDataURL();
  const before = await page.evaluate(picture);
  await page.click(id('look'));
  // Both series show the same test pattern, so whether it is known, tied or unknown is open; it is compared with both.
  await page.waitForFunction(
    (old) =>
      document.querySelector('.verdict canvas')?.toDataURL() !== old &&
      /one|two/.test(document.querySelector('[data-testid="decision"]')?.textContent ?? ''),
    before,
    { timeout: 30_000 },
  );
  assert.match(await page.locator('.answer ol').innerText(), /(one|two)[^]*\d\.\d{3}/);
  await leave(page);
});

test('who chooses another use by the keyboard goes on from there', { timeout: PATIENCE }, async () => {
  const page = await open('use/?lang=en#own');
  for (const name of ['voices', 'describe', 'own']) {
    await page.focus(id(`source-${name}`));
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${id(`source-${name}`)}[aria-current="page"]`);
    await page.waitForFunction(
      (wanted) => document.activeElement?.dataset.testid === wanted,
      `source-${name}`,
      { timeout: 10_000 },
    );
  }
  await leave(page);
});

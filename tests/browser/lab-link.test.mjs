// Links that are made in the laboratory after training. As built, on the CPU module.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alike, unchanging } from './alike.mjs';
import { id, open as openIn, reached, step } from './lab-page.mjs';
import { openSite } from './site.mjs';
import { launch, leave, started, visit } from './visit.mjs';

const PATIENCE = 120_000;
const SMALL = 'net=mlp&layers=32&dim=8&classes=6&per=4';

const [browser, site] = await started(launch('none'), openSite());

const open = (path) => openIn(browser, site, path, { reducedMotion: 'reduce' });
/** The page before its first picture. */
const visitLink = (path) => visit(browser, site.address, { path: `lab/${path}`, reducedMotion: 'reduce' });
const query = (page, name) => new URL(page.url()).searchParams.get(name);

/** The map once it no longer changes. */
const map = (page) => unchanging(page, id('map'), id('replay'), PATIENCE);

/** Where the names of the classes are on the map. */
const names = (page) =>
  page.locator('.class-names span').evaluateAll((all) =>
    all.map((one) => {
      const { x, y } = one.getBoundingClientRect();
      return [x, y];
    }),
  );

/** The triplet in the plane: its samples with their captions, and the pixels of their thumbnails. */
const triplet = (page) =>
  page
    .locator(`${id('taken')} figure`)
    .evaluateAll((all) =>
      all.map((one) => [one.dataset.sample, one.innerText, one.querySelector('canvas').toDataURL()]),
    );

/** The samples of the triplet that is shown. */
const samples = (page) =>
  page.locator(`${id('taken')} figure`).evaluateAll((all) => all.map((one) => one.dataset.sample).join());

/** Takes another triplet by chance. The address may tell of it before the engine has answered; by chance it is hardly ever the same. */
async function takeTriplet(page) {
  const [before, shown] = [query(page, 'tk'), await samples(page)];
  await page.click(id('take-triplet'));
  await page.waitForFunction((old) => new URLSearchParams(location.search).get('tk') !== old, before, {
    timeout: PATIENCE,
  });
  for (let round = 0; round < 100 && (await samples(page)) === shown; round += 1)
    await page.waitForTimeout(50);
  return triplet(page);
}

/** Waits until the address tells the step at rest, and gives its query. */
async function linkAt(page) {
  await map(page);
  await page.waitForFunction(
    () =>
      new URLSearchParams(location.search).get('step') ===
      document.querySelector('[data-testid="step"]').textContent.replaceAll(',', ''),
    null,
    { timeout: PATIENCE },
  );
  // The address is written at most every 400 ms.
  await page.waitForTimeout(1_000);
  return new URL(page.url()).search;
}

test('a link that is made after training shows the same elsewhere', { timeout: 400_000 }, async (t) => {
  const page = await open(`?${SMALL}`);
  await page.click(id('train'));
  await reached(page, 60);
  await page.click(id('train'));
  await page.click(id('step-once'));
  await page.click(id('zoom-in'));
  const box = await page.locator(id('map')).boundingBox();
  await page.mouse.move(box.x + 200, box.y + 200);
  await page.mouse.down();
  await page.mouse.move(box.x + 170, box.y + 230, { steps: 4 });
  await page.mouse.up();
  await page.click(id('surprise'));
  await page.click(id('view-triplet'));
  // The picked sample becomes the anchor first: laid later, it would pass for the triplet that is taken.
  await page.waitForSelector(`${id('taken')} figure`, { timeout: PATIENCE });
  await takeTriplet(page);
  const taken = await takeTriplet(page);
  assert.equal(taken.length, 3, 'three thumbnails');
  const link = await linkAt(page);
  const loss = await page.innerText(id('loss'));
  t.diagnostic(link);

  const other = await visitLink(link);
  await other.waitForSelector(id('replay'), { timeout: PATIENCE });
  assert.match(await other.innerText(id('replay')), /step \d+ of \d+/);
  assert.equal(query(other, 'step'), query(page, 'step'), 'the link stays while the run is repeated');
  // On a busy machine the page may expect a long run, and ask.
  const asked = other.click(id('replay-on'), { timeout: 0 }).catch(() => undefined);
  await Promise.race([asked, reached(other, await step(page))]);
  await reached(other, await step(page));
  await alike(page, other, map, { name: 'lab-link', link });
  assert.equal(await step(other), await step(page));
  assert.equal(await other.innerText(id('loss')), loss);
  assert.equal(
    await other.getAttribute(id('map'), 'data-places'),
    await page.getAttribute(id('map'), 'data-places'),
    'bit for bit',
  );
  assert.deepEqual(await triplet(other), taken);
  // Whatever device the visitor would have: a run is the same on every CPU.
  const again = new URLSearchParams(await linkAt(other));
  assert.equal(again.get('device'), 'cpu');
  again.delete('device');
  assert.equal(`?${again}`, link, 'the link stays');
  assert.deepEqual(await takeTriplet(other), await takeTriplet(page), 'the next triplet by chance');
  await leave(page);
  await leave(other);
});

test('a link that is made at an earlier step opens at that step', { timeout: 400_000 }, async () => {
  const page = await open(`?${SMALL}`);
  await page.click(id('train'));
  await page.waitForSelector(`${id('scrub')}[max="4"]`, { timeout: PATIENCE });
  await page.click(id('train'));
  await linkAt(page);
  await page.click(id('back'));
  await page.click(id('back'));
  const past = await page.getAttribute(id('scrubber'), 'data-step');
  assert.ok(Number(past) < (await step(page)));
  await page.waitForFunction((at) => new URLSearchParams(location.search).get('step') === at, past, {
    timeout: PATIENCE,
  });
  const other = await visitLink(new URL(page.url()).search);
  await map(other);
  assert.equal(await other.getAttribute(id('map-notes'), 'data-step'), past);
  assert.equal(await step(other), Number(past));
  const [wanted, found] = [await names(page), await names(other)];
  const farthest = Math.max(...found.flat().map((value, at) => Math.abs(value - wanted.flat()[at])));
  // Axes of all samples, where the kept map had those of the drawn ones.
  assert.ok(farthest < 70, `the map lies nearly as it did, up to ${farthest} pixels`);
  // Forwards again: the link of the present step.
  while (await page.locator(id('forward')).isEnabled()) await page.click(id('forward'));
  await linkAt(page);
  await leave(page);
  await leave(other);
});

test('a long repetition asks first, and one can stay or go on', { timeout: 400_000 }, async () => {
  const page = await visitLink(`?${SMALL}&step=900000`);
  await page.waitForSelector(id('replay-on'), { timeout: PATIENCE });
  assert.match(await page.innerText(id('replay')), /900,000.* about [\d,]+ min /);
  const at = await step(page);
  assert.ok(at > 0 && at < 900_000);
  await page.click(id('replay-on'));
  await reached(page, at + 50);
  await page.click(id('replay-skip'));
  await page.waitForSelector(id('replay'), { state: 'detached' });
  await linkAt(page);
  await page.click(id('reset'));
  await page.waitForFunction(() => !location.search.includes('step='), null, { timeout: PATIENCE });
  await leave(page);
});

// The gate of the lesson's last chapter, alone: faces that nobody trained on, compared by pixels and by an embedding that is
// trained in the page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { id } from './lab-page.mjs';
import { openSite } from './site.mjs';
import { launch, leave, requestsOf, started, visit } from './visit.mjs';

const PATIENCE = 180_000;

const [browser, site] = await started(launch('none'), openSite());

const text = (page, name) => page.locator(id(name)).innerText();
const trained = (page) =>
  page.waitForSelector(`${id('gate')}[data-step="60"] ${id('train-gate')}`, { timeout: PATIENCE });
/** The equal error rates that are told, each with its interval, in percent. */
const equals = async (page) =>
  Array.from(
    (await text(page, 'gate-errors')).matchAll(/(\d+\.\d)% \((\d+\.\d)% to (\d+\.\d)%\)/g),
    (found) => found.slice(1).map(Number),
  );

test('a gate learns to compare people whom it never saw', { timeout: PATIENCE }, async () => {
  const page = await visit(browser, site.address, { path: 'embed/?figure=gate&lang=en' });
  await page.waitForSelector(id('gate-sentence'), { timeout: PATIENCE });
  assert.match(await text(page, 'gate-errors'), /waits for its training/);
  const [[pixels]] = await equals(page);
  assert.ok(pixels > 25 && pixels < 40, `pixels: ${pixels}`);
  const requests = requestsOf(page);

  await page.click(id('train-gate'));
  await trained(page);
  await page.waitForFunction(
    (name) => document.querySelector(name).innerText.includes('after 60 steps'),
    id('gate-errors'),
    { timeout: PATIENCE },
  );
  const [embedding, bare] = await equals(page);
  assert.equal(bare[0], pixels, 'raw pixels learn nothing');
  assert.ok(
    embedding[2] < bare[1],
    `${embedding} by the embedding, ${bare} by pixels: the intervals are apart`,
  );
  for (const [rate, low, high] of [embedding, bare])
    assert.ok(low < rate + 1 && rate < high + 1 && high - low < 15, `${rate} and ${low} to ${high}`);
  const [turned, passed] = (await text(page, 'gate-sentence')).match(/\d+\.\d(?=%)/g).map(Number);
  assert.ok(Math.abs(turned - passed) < 1, `at the limit of equal errors: ${turned}, ${passed}`);

  // The gate opens where the distance is below the limit.
  const limit = Number(await page.locator(id('limit')).inputValue());
  const outcomes = new Set();
  for (let k = 0; k < 12; k++) {
    const said = await text(page, 'gate-verdict');
    const apart = Number(said.match(/^\d\.\d\d/)[0]);
    if (Math.abs(apart - limit) > 0.02)
      assert.equal(/the gate opens/.test(said), apart < limit, `${said} with a limit of ${limit}`);
    outcomes.add(/same person|right person/.test(said));
    await page.click(id('next-visitor'));
  }
  assert.equal(outcomes.size, 2, 'some visitors are registered, others are not');

  // A limit of 0 lets nobody in, the largest everybody.
  await page.locator(id('limit')).fill('0');
  assert.match(await text(page, 'gate-sentence'), /turns away 100\.0% .* lets in 0\.0%/);
  await page.locator(id('limit')).fill('2');
  assert.match(await text(page, 'gate-sentence'), /turns away 0\.0%/);
  assert.deepEqual(requests, [], 'no request after load');
  await leave(page);
});

test('a link of the trained gate shows the same numbers', { timeout: PATIENCE }, async () => {
  const read = async () => {
    const page = await visit(browser, site.address, {
      path: 'embed/?figure=gate&lang=ko&steps=60&visitor=3&limit=0.3',
    });
    await trained(page);
    await page.waitForSelector(id('gate-verdict'));
    await page.waitForFunction(
      (name) => document.querySelector(name).innerText.includes('60 step'),
      id('gate-errors'),
    );
    const said = [
      await text(page, 'gate-verdict'),
      await text(page, 'gate-sentence'),
      await text(page, 'gate-errors'),
    ];
    await leave(page);
    return said;
  };
  const first = await read();
  assert.match(first[0], /\d\.\d\d/);
  assert.deepEqual(await read(), first);
});

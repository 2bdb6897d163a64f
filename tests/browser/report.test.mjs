// The page that tries metriclab on a visitor's card: every loss, miner and distance on WebGPU as on the CPU, and the reference values
// of tests/golden/losses.json on both.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { flawless, openDetails } from './axe.mjs';
import { openSite } from './site.mjs';
import { launch, leave, started, visit } from './visit.mjs';

const [software, none, site] = await started(launch('software'), launch('none'), openSite());

test('every loss, miner and distance on WebGPU gives what the CPU gives', { timeout: 300_000 }, async (t) => {
  const page = await visit(software, site.address, { path: 'report/?lang=en' });
  await page.click('[data-act=run]');
  const seen = page.locator('textarea');
  await seen.waitFor({ timeout: 240_000 });
  const { state, compared, differ, worst, speed, message } = JSON.parse(await seen.inputValue());
  assert.equal(state, 'done', message);
  for (const { kind, name, apart } of worst) t.diagnostic(`${kind} ${name}: ${apart.toExponential(1)} apart`);
  assert.deepEqual(differ, []);
  assert.equal(await page.getAttribute('[data-verdict]', 'data-verdict'), '0');
  const golden = JSON.parse(await readFile(new URL('../golden/losses.json', import.meta.url), 'utf8'));
  const referred = Object.keys(golden.losses).flatMap((name) => [`${name}, CPU`, `${name}, GPU`]);
  assert.ok(compared >= referred.length + 43 + 15 + 21, `${compared} comparisons`);
  const rows = await page.locator('details tbody th').allTextContents();
  const listed = rows
    .filter((row) => row.startsWith('reference '))
    .map((row) => row.slice('reference '.length));
  assert.deepEqual(listed.sort(), referred.sort(), 'every entry of the file on both devices, and no other');
  assert.deepEqual(
    speed.map(({ task }) => task),
    ['search', 'distances', 'mlp', 'conv'],
  );
  for (const { task, cpu, gpu } of speed) {
    t.diagnostic(`${task}: CPU ${cpu.toFixed(1)} ms, software adapter ${gpu.toFixed(1)} ms`);
    assert.ok(cpu > 0 && gpu > 0);
  }
  await openDetails(page);
  await flawless(page, 'report with all comparisons');
  await leave(page);
});

test('it stops when asked, and says so where there is no card', { timeout: 120_000 }, async () => {
  const page = await visit(software, site.address, { path: 'report/?lang=ko' });
  await page.click('[data-act=run]');
  await page.waitForFunction(() => document.querySelector('progress')?.value > 1);
  await page.click('[data-act=stop]');
  await page.waitForSelector('[data-act=run]');
  const { state, compared } = JSON.parse(await page.inputValue('textarea'));
  assert.equal(state, 'stopped');
  assert.ok(compared > 0 && compared < 130, `${compared} comparisons`);
  await leave(page);
  const without = await visit(none, site.address, { path: 'report/?lang=en' });
  await without.click('[data-act=run]');
  await without.waitForSelector('textarea');
  assert.match(await without.textContent('[role=status]'), /no graphics card/);
  await flawless(without, 'report without a card');
  await leave(without);
});

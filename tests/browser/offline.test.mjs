// The site without a network: after the first visit it opens, trains and asks; a newer build replaces the kept one.
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeOffline } from '../../www/offline/write.mjs';
import { serve as start } from '../../xtask/serve.mjs';
import { ROOT } from './site.mjs';
import { launch, leave, visit } from './visit.mjs';

const PATIENCE = 120_000;
const allowed = { serviceWorkers: 'allow' };

let browser, folder, built;
/** All servers: one that a failed test left open would keep this file from ending. */
const servers = [];
async function serve(options) {
  const server = await start(options);
  servers.push(server);
  return server;
}
before(async () => {
  browser = await launch('none');
  folder = await mkdtemp(join(tmpdir(), 'metriclab-site-'));
  await cp(join(ROOT, 'www/dist'), folder, { recursive: true });
  built = await writeOffline(folder);
});
after(async () => {
  await browser?.close();
  await Promise.allSettled(servers.map((server) => server.close()));
  await rm(folder, { recursive: true, force: true });
});

/** The kept builds, and how many files of each are kept. */
const kept = (page) =>
  page.evaluate(async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith('metriclab-site'));
    const count = async (name) => [name.split(' ').at(-1), (await (await caches.open(name)).keys()).length];
    return Promise.all(names.map(count));
  });
/** `waitForFunction` takes the promise of an asynchronous question for a yes; this asks until the answer is one. */
async function until(page, question, argument) {
  const end = Date.now() + PATIENCE;
  while (!(await page.evaluate(question, argument))) {
    assert.ok(Date.now() < end, `still not: ${question}`);
    await sleep(300);
  }
}

const keeps = (page, least) =>
  until(
    page,
    async (count) => {
      const names = (await caches.keys()).filter((name) => name.startsWith('metriclab-site'));
      if (names.length !== 1) return false;
      const { active } = (await navigator.serviceWorker.getRegistration()) ?? {};
      return active?.state === 'activated' && (await (await caches.open(names[0])).keys()).length >= count;
    },
    least,
  );
/** Whether a newer worker waits until the pages of the older one are left. */
const waits = () => navigator.serviceWorker.getRegistration().then((found) => Boolean(found?.waiting));
const learns = (page) =>
  page.waitForFunction(
    () => {
      const progress = document.querySelector('[data-phase="training"] progress');
      return progress !== null && progress.value > 0;
    },
    null,
    { timeout: PATIENCE },
  );

test('after the first visit the site works without a server', { timeout: 4 * PATIENCE }, async () => {
  const first = await serve({ folder });
  const page = await visit(browser, first.address, { path: 'use/?lang=en', ...allowed });
  await learns(page);
  await keeps(page, built.first.length);
  await first.close();

  await page.goto(`${first.address}use/?lang=ko`);
  await learns(page);
  await page.goto(`${first.address}?lang=en`);
  await page.waitForSelector('h1');
  await page.goto(`${first.address}learn/?lang=en`);
  await page.waitForSelector('h1');
  const policy = await page.evaluate(() =>
    fetch('./').then(({ headers }) => headers.get('Content-Security-Policy')),
  );
  assert.match(policy, /default-src 'none'/, 'a kept page keeps its policy');
  const missing = await page.evaluate(() =>
    fetch('../data/fashion.mlds.gz').then(
      () => true,
      () => false,
    ),
  );
  assert.equal(missing, false, 'what was never used is not there');
  await leave(page, { expected: [/fashion/, /ERR_(CONNECTION_REFUSED|FAILED|ABORTED)/] });
});

test('a newer build replaces the kept one', { timeout: 4 * PATIENCE }, async () => {
  const first = await serve({ folder });
  const port = Number(new URL(first.address).port);
  const page = await visit(browser, first.address, { path: 'embed/?view=axioms&lang=en', ...allowed });
  await page.goto(`${first.address}?lang=en`);
  await keeps(page, built.first.length);
  await first.close();

  await writeFile(join(folder, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  const second = await serve({ folder, port });
  const newer = await writeOffline(folder);
  assert.notEqual(newer.version, built.version);
  const icon = () => page.evaluate(() => fetch('./icon.svg').then((answer) => answer.text()));
  assert.match(await icon(), /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"\/>$/, 'the network goes first');
  // A visit looks for a newer worker.
  await page.goto(`${second.address}?lang=en`);
  await until(page, waits);
  // The page of the old build is left, and the new one takes over: at once, or at a later visit if one comes before it has.
  const end = Date.now() + PATIENCE;
  do {
    assert.ok(Date.now() < end, 'the new build does not take over');
    await page.goto('about:blank');
    await sleep(500);
    await page.goto(`${second.address}?lang=en`);
  } while (await page.evaluate(waits));
  await keeps(page, newer.first.length);
  assert.deepEqual(
    (await kept(page)).map(([version]) => version),
    [newer.version],
  );
  await second.close();
  assert.match(await icon(), /^<svg xmlns/, 'and the newer file is kept');
  await leave(page, { expected: [/ERR_(CONNECTION_REFUSED|FAILED|ABORTED)/, /icon\.svg/] });
});

test(
  'a file that is not of the build is not kept, and the page works',
  { timeout: 2 * PATIENCE },
  async () => {
    await writeFile(join(folder, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>');
    const site = await serve({ folder });
    const page = await visit(browser, site.address, { path: '?lang=en', ...allowed });
    const end = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const look = async () => {
            const registration = await navigator.serviceWorker.getRegistration();
            const installing = registration?.installing;
            if (!installing) return setTimeout(look, 20);
            installing.onstatechange = () =>
              ['redundant', 'activated'].includes(installing.state) && resolve(installing.state);
          };
          void look();
        }),
    );
    assert.equal(end, 'redundant');
    await page.waitForSelector('h1');
    await site.close();
    await leave(page, { expected: [/ERR_/] });
  },
);

test('a browser that stores nothing shows the page all the same', { timeout: 4 * PATIENCE }, async () => {
  const site = await serve({ folder });
  const page = await visit(browser, site.address, { path: 'embed/?view=axioms', ...allowed });
  await page.addInitScript(() => {
    const forbid = (holder, name) =>
      Object.defineProperty(holder, name, {
        get: () => {
          throw new DOMException('forbidden by the test', 'SecurityError');
        },
      });
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches']) forbid(globalThis, name);
    ServiceWorkerContainer.prototype.register = () => Promise.reject(new DOMException('no', 'SecurityError'));
  });
  await page.goto(`${site.address}use/?lang=en`);
  await learns(page);
  await page.getByRole('button', { name: 'use it now' }).click();
  await page.waitForSelector('[data-phase="ready"]', { timeout: PATIENCE });
  await page.locator('[data-testid="offer"]').first().click();
  await page.waitForSelector('[data-testid="decision"]');
  await page.goto(`${site.address}?lang=ko`);
  await page.waitForSelector('h1');
  await page.goto(`${site.address}lab/?lang=en`);
  await page.waitForSelector('canvas', { timeout: PATIENCE });
  await site.close();
  // The icon of a page that is left.
  await leave(page, { expected: [/ERR_ABORTED/] });
});

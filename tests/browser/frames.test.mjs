// The page stays smooth while its engine trains on MNIST with all 10,000 points drawn: no task of its own thread is long.
//
// How the page is told from the machine. A task's time *on the processor* is the page's own doing, and may never pass 50 ms. Its
// time *by the clock* holds what the page waits for as well (the graphics process, say), but also whatever else runs: two
// cores are shared with the engine, the software renderer and the compiler of wasm. So a gauge runs beside the browser, a
// thread that has 10 ms of work now and then: what makes that long is the machine. A task that is long by the clock counts
// against the page where it is longer than the gauge's worst. One is let pass: a second after a page was entered Chromium takes
// down the compositor of the page before and waits for it (LayerTreeHost::~LayerTreeHost, 0 ms on the processor). What the page
// itself waits for it waits for every time: of the times by the clock the best of five rounds is judged.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { id, open, openPrepared, ready } from './lab-page.mjs';
import { show, tasksDuring, gaugeMachine } from './main-thread.mjs';
import { openSite } from './site.mjs';
import { launch, leave, visit } from './visit.mjs';

const LIMIT_MS = 50;
/** A task with less time on the processor than this did nothing but wait for another process: the graphics process, or its turn. */
const WAITS_MS = 5;
const ROUNDS = 5;

let browser, site;
before(async () => {
  [browser, site] = await Promise.all([launch('none'), openSite()]);
});
after(async () => {
  await browser?.close();
  await site?.close();
});

/** Judges `work(page)` on a page that `enter` opens; `t` is told what was found. */
async function smooth(t, enter, work) {
  for (let round = 1; ; round++) {
    const page = await enter();
    const gauge = gaugeMachine();
    const tasks = await tasksDuring(browser, page, () => work(page));
    const machine = await gauge();
    await leave(page);
    const heavy = tasks.filter(({ cpu }) => cpu > LIMIT_MS);
    const long = tasks
      .filter(({ cpu, wall }) => cpu > WAITS_MS && wall > Math.max(LIMIT_MS, machine))
      .sort((a, b) => b.wall - a.wall);
    const most = (key) => Math.round(Math.max(...tasks.map((task) => task[key])));
    t.diagnostic(
      `longest task: ${most('cpu')} ms on the processor, ${most('wall')} ms by the clock; 10 ms of work took the gauge ${Math.round(machine)} ms at worst`,
    );
    assert.equal(heavy.length, 0, `tasks of more than ${LIMIT_MS} ms on the processor:\n  ${show(heavy)}`);
    if (long.length <= 1) return;
    const found = `tasks of more than ${LIMIT_MS} ms, not by the machine's doing:\n  ${show(long)}`;
    assert.ok(round < ROUNDS, found);
    t.diagnostic(`round ${round} is repeated: ${found}`);
  }
}

test('opening: the first picture comes without a long task', { timeout: 180_000 }, async (t) => {
  const enter = () => visit(browser, site.address, { path: 'about:blank' });
  await smooth(t, enter, async (page) => {
    await page.goto(site.address);
    await ready(page);
    await page.waitForTimeout(1500);
  });
});

/** Every point has been embedded and drawn, and the scores are there. */
const complete = (page) =>
  page.waitForFunction(
    () => /\d/.test(document.querySelector('[data-testid="seen-recallAt1"]')?.textContent ?? ''),
    null,
    { timeout: 60_000 },
  );

test('training and hovering: 10,000 points move without a long task', { timeout: 300_000 }, async (t) => {
  const enter = async () => {
    const page = await open(browser, site);
    await complete(page);
    await page.click(id('train'));
    return page;
  };
  await smooth(t, enter, async (page) => {
    await page.evaluate(() => {
      globalThis.gaps = [];
      let last = performance.now();
      const frame = (now) => {
        globalThis.gaps.push(now - last);
        last = now;
        requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    });
    const { x, y, width, height } = await page.locator(id('map')).boundingBox();
    const until = Date.now() + 6000;
    for (let i = 0; Date.now() < until; i++)
      await page.mouse.move(
        x + (width * (1 + Math.sin(i / 9))) / 2,
        y + (height * (1 + Math.cos(i / 7))) / 2,
      );
    const gaps = (await page.evaluate(() => globalThis.gaps)).sort((a, b) => a - b);
    const at = (share) => Math.round(gaps[Math.floor(share * (gaps.length - 1))]);
    const step = await page.locator(id('step')).innerText();
    t.diagnostic(
      `${gaps.length} frames in 6 s, gaps of ${at(0.5)} ms in the middle and ${at(0.95)} ms at 95 %; ${step} steps`,
    );
    assert.notEqual(step, '0', 'it trains meanwhile');
  });
});

test('pausing shows in the next frame, and no step is asked for after it', { timeout: 120_000 }, async () => {
  const page = await openPrepared(browser, site, (prepared) =>
    prepared.addInitScript(() => {
      globalThis.asked = [];
      const post = Worker.prototype.postMessage;
      Worker.prototype.postMessage = function (message, ...rest) {
        if (message?.method === 'advance') globalThis.asked.push(performance.now());
        return post.call(this, message, ...rest);
      };
    }),
  );
  await ready(page);
  for (let round = 0; round < 5; round++) {
    await page.click(id('train'));
    await page.waitForFunction(
      (before) => globalThis.asked.length > before + 2,
      await page.evaluate(() => globalThis.asked.length),
    );
    // Pressed at another moment of the loop each time.
    await page.waitForTimeout(37 * round);
    const { word, steps, shown, late } = await page.evaluate(async () => {
      const button = document.querySelector('[data-testid="train"]');
      const word = button.textContent;
      button.click();
      const steps = globalThis.asked.length;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const shown = button.textContent;
      await new Promise((resolve) => setTimeout(resolve, 700));
      return { word, steps, shown, late: globalThis.asked.length - steps };
    });
    assert.ok(steps > 0, 'steps had been asked for');
    assert.deepEqual(
      [word, shown],
      ['Pause', 'Train'],
      `round ${round}: the button before and one frame after`,
    );
    assert.equal(late, 0, `round ${round}: steps asked for after the pause`);
  }
  await leave(page);
});

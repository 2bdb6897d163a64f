// What the page's own thread did, from Chromium's trace: each task with its time by the clock and its time on the processor.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const CATEGORIES = [
  'disabled-by-default-devtools.timeline',
  'devtools.timeline',
  'blink.user_timing',
  '__metadata',
];
const MARK = 'main-thread:here';

/** Runs `work` and returns the tasks of the page's own thread meanwhile, in ms: `{ at, wall, cpu, what }`. */
export async function tasksDuring(browser, page, work) {
  await browser.startTracing(page, { categories: CATEGORIES });
  await work();
  // The trace has a thread of that name for each process; the mark tells which is the page's.
  await page.evaluate((mark) => performance.mark(mark), MARK);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const home = traceEvents.find(({ name }) => name === MARK);
  assert.ok(home, 'the mark is in the trace');
  const thread = traceEvents.find(
    (event) => event.name === 'thread_name' && event.args.name === 'CrRendererMain' && event.pid === home.pid,
  );
  const own = traceEvents.filter(({ ph, pid, tid }) => ph === 'X' && pid === home.pid && tid === thread.tid);
  const first = Math.min(...own.map(({ ts }) => ts));
  const tasks = own.filter(({ name }) => name === 'RunTask');
  assert.ok(tasks.length > 10, `${tasks.length} tasks were traced`);
  return tasks.map((task) => ({
    at: Math.round((task.ts - first) / 1000),
    wall: task.dur / 1000,
    cpu: (task.tdur ?? 0) / 1000,
    what: own
      .filter(
        (part) =>
          part !== task && part.dur > 5000 && part.ts >= task.ts && part.ts + part.dur <= task.ts + task.dur,
      )
      .map(({ name, dur, tdur = 0 }) => `${name} ${Math.round(dur / 1000)}/${Math.round(tdur / 1000)}`),
  }));
}

export const show = (tasks) =>
  tasks
    .map(
      ({ at, wall, cpu, what }) =>
        `${Math.round(wall)} ms (${Math.round(cpu)} on the processor) at ${at}: ${what.slice(0, 6).join(', ')}`,
    )
    .join('\n  ');

// A thread that works for 10 ms ten times a second, as a busy page would, and waits in between: how long that takes by the
// clock, and how late it comes, is what the machine does to a task of this size.
const GAUGE = `
  const { parentPort } = require('node:worker_threads');
  const work = (rounds) => { let x = 1; for (let i = 0; i < rounds; i++) x = (x * 1103515245 + 12345) | 0; return x; };
  const time = (rounds) => { const begun = performance.now(); work(rounds); return performance.now() - begun; };
  time(1e6);
  const rounds = 1e7 / Math.min(...Array.from({ length: 9 }, () => time(1e6)));
  let worst = 0, due = performance.now() + 100;
  const next = () => {
    const late = performance.now() - due;
    worst = Math.max(worst, late + time(rounds));
    due = performance.now() + 100;
    setTimeout(next, 100);
  };
  setTimeout(next, 100);
  parentPort.on('message', () => parentPort.postMessage(worst));`;

/** Starts the gauge. What comes back ends it and tells how long a task of 10 ms took at worst, in ms. */
export function gaugeMachine() {
  const thread = new Worker(GAUGE, { eval: true });
  return async () => {
    thread.postMessage(null);
    const [worst] = await once(thread, 'message');
    await thread.terminate();
    return worst;
  };
}

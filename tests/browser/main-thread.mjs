// Tasks of the page's main thread, from Chromium's trace: each with its time by the clock and its time on the processor.
import assert from 'node:assert/strict';

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

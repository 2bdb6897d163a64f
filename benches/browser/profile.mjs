// node benches/browser/profile.mjs JOB CONTENDER [ROUNDS]: where the Workers of a contender spend their time, by functions.
// Modules built with METRICLAB_KEEP_NAMES=1 have names. "(idle)" waits for the device or for the page.
import { join } from 'node:path';
import { BUILT, ROOT } from './build.mjs';
import { launch } from './browser.mjs';
import { serve } from './server.mjs';

const [job, contender, rounds = '7'] = process.argv.slice(2);
const MOST_LINES = 24;

/** Speaks with the Workers of a page, which Playwright has no sessions for. */
async function workersOf(page) {
  const session = await page.context().newCDPSession(page);
  const [targets, waiting] = [new Map(), new Map()];
  let last = 0;
  session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => targets.set(sessionId, targetInfo));
  session.on('Target.detachedFromTarget', ({ sessionId }) => targets.delete(sessionId));
  session.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result, error } = JSON.parse(message);
    waiting.get(id)?.(error ?? result);
  });
  await session.send('Target.setAutoAttach', {
    autoAttach: true,
    waitForDebuggerOnStart: false,
    flatten: false,
  });
  const ask = (sessionId, method, params = {}) =>
    new Promise((resolve) => {
      const id = (last += 1);
      waiting.set(id, resolve);
      void session.send('Target.sendMessageToTarget', {
        sessionId,
        message: JSON.stringify({ id, method, params }),
      });
    });
  return { targets, ask };
}

/** Milliseconds of each function itself, largest first. */
function selfTimes({ nodes, samples, timeDeltas }) {
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const times = new Map();
  samples.forEach((id, at) => {
    const { functionName, url } = byId.get(id);
    const name = functionName || `(of ${url.split('/').at(-1)})`;
    times.set(name, (times.get(name) ?? 0) + timeDeltas[at] / 1000);
  });
  return [...times].sort((a, b) => b[1] - a[1]);
}

const site = await serve({ folder: BUILT, data: join(ROOT, 'data/packed') });
const browser = await launch();
const page = await browser.newPage();
page.setDefaultTimeout(0);
const { targets, ask } = await workersOf(page);
await page.goto(site.address);
await page.waitForFunction(() => globalThis.bench);
const run = (count) =>
  page.evaluate((request) => globalThis.bench.run(request), {
    name: job,
    plan: { rounds: count, budget: 60, limit: 60, contenders: contender },
    past: [],
  });
await run(1);
const profiled = [...targets.keys()];
for (const id of profiled) {
  await ask(id, 'Profiler.enable');
  await ask(id, 'Profiler.setSamplingInterval', { interval: 200 });
  await ask(id, 'Profiler.start');
}
const { rows } = await run(Number(rounds));
for (const { contender: name, samples, error } of rows)
  console.log(`${name}: ${error ?? samples.map((ms) => ms.toFixed(1)).join(' ')} ms`);
for (const id of profiled) {
  const { profile } = await ask(id, 'Profiler.stop');
  const times = selfTimes(profile);
  if (times.every(([name]) => name.startsWith('('))) continue;
  console.log(`${targets.get(id)?.url.split('/').at(-1)}: ms in ${Number(rounds) + 1} calls`);
  for (const [name, ms] of times.slice(0, MOST_LINES))
    console.log(`${ms.toFixed(1).padStart(9)}  ${name.slice(0, 110)}`);
}
await browser.close();
await site.close();

// Chromium as a person has it. Playwright keeps every page visible and turns the back-forward cache off; this speaks to the
// browser itself, by its own protocol through a pipe.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { QUIET } from './visit.mjs';

const FLAGS = ['--headless', '--remote-debugging-pipe', '--use-angle=swiftshader', '--lang=en-GB'];

/** Sends commands to a browser and hands out its answers. */
function connect(child) {
  const [, , , input, output] = child.stdio;
  const waiting = new Map();
  let [last, rest] = [0, ''];
  output.setEncoding('utf8');
  output.on('data', (text) => {
    const parts = (rest + text).split('\0');
    rest = parts.pop();
    for (const { id, result, error } of parts.map((part) => JSON.parse(part))) {
      const { resolve, reject, method } = waiting.get(id) ?? {};
      if (error) reject?.(new Error(`${method}: ${error.message}`));
      else resolve?.(result);
      waiting.delete(id);
    }
  });
  return (method, params = {}, sessionId = undefined) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject, method });
      input.write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
    });
}

export async function openRaw() {
  const profile = await mkdtemp(join(tmpdir(), 'metriclab-profile-'));
  const child = spawn(
    process.env.CHROMIUM ?? '/usr/bin/chromium',
    [...QUIET, ...FLAGS, `--user-data-dir=${profile}`],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const send = connect(child);
  return {
    /** A new tab, in front of the others. */
    async tab(url) {
      const { targetId } = await send('Target.createTarget', { url });
      const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
      const ask = async (expression) => {
        const asked = { expression, returnByValue: true, awaitPromise: true, userGesture: true };
        const { result, exceptionDetails } = await send('Runtime.evaluate', asked, sessionId);
        if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.exception?.description}`);
        return result.value;
      };
      return {
        ask,
        front: () => send('Target.activateTarget', { targetId }),
        send: (method, params) => send(method, params, sessionId),
        /** Asks until the answer is a yes. A page that is left in the middle of a question is asked again. */
        async until(expression) {
          for (;;) {
            const answer = await ask(expression).catch(() => null);
            if (answer) return answer;
            await sleep(150);
          }
        },
      };
    },
    async close() {
      await send('Browser.close').catch(() => undefined);
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

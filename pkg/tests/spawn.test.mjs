import assert from 'node:assert/strict';
import test from 'node:test';
import { started } from '../dist/spawn.js';
import { VERSION } from '../dist/version.js';

const fakeWorker = () => ({
  terminated: false,
  terminate() {
    this.terminated = true;
  },
  onmessage: null,
  onerror: null,
});

test('a Worker has started with its first word', async () => {
  const worker = fakeWorker();
  const start = started(worker, 1000);
  worker.onmessage({ data: { type: 'ready', version: VERSION } });
  await start;
  assert.ok(!worker.terminated, 'it goes on');
});

test('a blocked script, a fault at once and silence are failures', async () => {
  for (const [what, act, expected] of [
    [
      'a blocked script',
      (worker) => worker.onerror({ message: '', preventDefault() {} }),
      /blocked or not found/,
    ],
    [
      'a fault',
      (worker) =>
        worker.onmessage({ data: { type: 'fault', error: { code: 'worker.crashed', message: 'boom' } } }),
      /boom/,
    ],
    [
      'a script of another version',
      (worker) => worker.onmessage({ data: { type: 'ready', version: '0.0.1' } }),
      /version 0\.0\.1/,
    ],
    ['silence', () => undefined, /in time/],
  ]) {
    const worker = fakeWorker();
    const start = started(worker, 20);
    act(worker);
    await assert.rejects(start, expected, what);
    assert.ok(worker.terminated, `${what}: it was ended`);
  }
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Run } from '../src/figures/run/run.svelte';

/** A tab that is hidden and shown by hand, and counts who listens. */
class Tab extends EventTarget {
  hidden = false;
  listeners = 0;

  show(seen: boolean): void {
    this.hidden = !seen;
    this.dispatchEvent(new Event('visibilitychange'));
  }

  override addEventListener(...given: Parameters<EventTarget['addEventListener']>): void {
    this.listeners += 1;
    super.addEventListener(...given);
  }

  override removeEventListener(...given: Parameters<EventTarget['removeEventListener']>): void {
    this.listeners -= 1;
    super.removeEventListener(...given);
  }
}

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** Writes down its chunks; each lasts until the next task. */
class Counting extends Run {
  readonly chunks: number[] = [];
  atOnce = 0;
  most = 0;

  start(work: (round: AbortSignal) => Promise<void> = () => Promise.resolve()): Promise<void> {
    return this.renew(work);
  }

  train(steps: number, chunk = 10): Promise<void> {
    return this.makeSteps(steps, chunk, async (count) => {
      this.atOnce += 1;
      this.most = Math.max(this.most, this.atOnce);
      await tick();
      this.chunks.push(count);
      this.atOnce -= 1;
    });
  }
}

let tab: Tab;
beforeEach(() => {
  tab = new Tab();
  vi.stubGlobal('document', tab);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

test('a run makes exactly its steps, in chunks', async () => {
  const run = new Counting();
  const trained = run.train(25);
  expect(run.running).toBe(true);
  await trained;
  expect(run.chunks).toEqual([10, 10, 5]);
  expect(run.running).toBe(false);
});

test('training that was paused and starts again waits for the chunk that is still running', async () => {
  const run = new Counting();
  const first = run.train(1000);
  await tick();
  run.pause();
  expect(run.running).toBe(false);
  const second = run.train(20);
  await Promise.all([first, second]);
  expect(run.most).toBe(1);
  expect(run.chunks.length).toBeLessThan(6);
  expect(run.chunks.length).toBeGreaterThan(2);
});

test('a round that is replaced trains no more, and its fault is not heard', async () => {
  const run = new Counting();
  const trained = run.train(1000);
  let fail: (error: Error) => void = () => undefined;
  const old = run.start(() => new Promise((_, reject) => (fail = reject)));
  await trained;
  expect(run.chunks.length).toBeLessThan(2);
  await run.start();
  fail(new Error('of the old round'));
  await old;
  expect(run.failure).toBe(null);
});

test('a fault of the present round ends the training, and the next round forgets it', async () => {
  const run = new Counting();
  const fault = new Error('a fault');
  void run.train(1000);
  await run.start(() => Promise.reject(fault));
  expect([run.failure, run.running]).toEqual([fault, false]);
  await run.start();
  expect(run.failure).toBe(null);
});

test('no chunk begins in a hidden tab, and all go on when it is seen', async () => {
  const run = new Counting();
  tab.show(false);
  const trained = run.train(20);
  await tick();
  expect([run.chunks, run.running]).toEqual([[], true]);
  tab.show(true);
  await trained;
  expect(run.chunks).toEqual([10, 10]);
  expect(tab.listeners).toBe(0);
});

test.each(['pause', 'close', 'start'] as const)('%s ends the wait of a hidden tab', async (end) => {
  const run = new Counting();
  tab.show(false);
  const trained = run.train(20);
  await tick();
  expect(tab.listeners).toBe(1);
  void run[end]();
  await trained;
  expect([run.chunks, run.running, tab.listeners]).toEqual([[], false, 0]);
});

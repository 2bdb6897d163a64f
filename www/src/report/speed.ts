// The rows of docs/benchmarks.md that a visitor's machine can run in seconds.
import { fetchPacked, type Bytes, type Lab, type SessionConfig } from 'metriclab';
import { numbers } from './trials';

export const TASKS = ['search', 'distances', 'mlp', 'conv'] as const;
export type Task = (typeof TASKS)[number];

export interface Speed {
  readonly task: Task;
  /** Milliseconds: the median of several. */
  readonly cpu: number;
  readonly gpu: number;
}

const REPEATS = 3;
const STEPS = 10;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

async function timed(work: () => Promise<unknown>, signal: AbortSignal): Promise<number> {
  const took: number[] = [];
  // The first call compiles kernels.
  for (let at = 0; at <= REPEATS; at += 1) {
    signal.throwIfAborted();
    const began = performance.now();
    await work();
    if (at > 0) took.push(performance.now() - began);
  }
  return median(took);
}

const search = (lab: Lab): (() => Promise<unknown>) => {
  const rows = numbers(4096 * 128, 3);
  return () =>
    lab.nearest({ queries: rows, references: rows, dim: 128, metric: 'euclidean', k: 10, on: 'device' });
};

const matrix = (lab: Lab): (() => Promise<unknown>) => {
  const rows = numbers(1024 * 128, 4);
  return () =>
    lab.distances({ queries: rows, references: rows, dim: 128, metric: 'euclidean', on: 'device' });
};

async function training(lab: Lab, data: Bytes, network: SessionConfig['network']) {
  await lab.loadDataset(data);
  const defaults = await lab.defaults();
  await lab.configure({ ...defaults, network, embedding: { ...defaults.embedding, dim: 32 } });
  return () => lab.advance(STEPS);
}

/** Runs every task on both labs. */
export async function measure(
  labs: readonly [Lab, Lab],
  address: string,
  onSpeed: (speed: Speed) => void,
  signal: AbortSignal,
): Promise<void> {
  const data = await fetchPacked(address, { signal });
  const work: Readonly<Record<Task, (lab: Lab) => Promise<readonly [() => Promise<unknown>, number]>>> = {
    search: (lab) => Promise.resolve([search(lab), 1]),
    distances: (lab) => Promise.resolve([matrix(lab), 1]),
    mlp: async (lab) => [await training(lab, data, { kind: 'mlp', hidden: [128] }), STEPS],
    conv: async (lab) => [await training(lab, data, { kind: 'conv', channels: [16, 32] }), STEPS],
  };
  for (const task of TASKS) {
    const took: number[] = [];
    for (const lab of labs) {
      const [call, parts] = await work[task](lab);
      took.push((await timed(call, signal)) / parts);
    }
    const [cpu = NaN, gpu = NaN] = took;
    onSpeed({ task, cpu, gpu });
  }
}

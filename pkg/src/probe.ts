import { type Shelf, recall, remember } from './probe-cache.js';
import { measureCpu } from './probe-cpu.js';
import { type AdapterLike, type GpuSpeed, measureGpu } from './probe-gpu.js';
import type { AdapterDescription, DeviceProbe } from './types.js';

/** The training step that is estimated: an MLP of 784-128-32 on a batch of 128. */
const [BATCH, INPUTS, HIDDEN, OUTPUTS] = [128, 784, 128, 32] as const;
const WEIGHTS = INPUTS * HIDDEN + HIDDEN * OUTPUTS;
/** Forward, gradient of the weights, and gradient of what goes in, which the first layer does not need. */
const STEP_FLOP = 2 * BATCH * (2 * WEIGHTS + HIDDEN * OUTPUTS);
/** Kernels that the GPU module launches in such a step, counted with batch-hard triplets and Adam. */
const STEP_LAUNCHES = 82;
/** Share of the speed of `measureCpu` that the CPU module reaches in a whole step: 3 ms at 35 GFLOP/s. */
const CPU_SHARE = 0.5;

/** Time limit of the whole probe, device start-up included. A slower GPU loses to the CPU. */
export const LIMIT_MS = 300;

/** The parts of the browser that a probe uses. */
export interface Instruments {
  readonly gpu: (adapter: AdapterLike, signal: AbortSignal) => Promise<GpuSpeed>;
  readonly cpu: () => Promise<number>;
  readonly shelf: Shelf;
  readonly limit: number;
  readonly now: () => number;
}

const ofBrowser = (): Instruments => ({
  gpu: measureGpu,
  cpu: measureCpu,
  shelf: {
    // A Worker has none.
    storage: () => (globalThis as { readonly localStorage?: Storage }).localStorage,
    date: () => Date.now(),
    browser: navigator.userAgent,
  },
  limit: LIMIT_MS,
  now: () => performance.now(),
});

/**
 * Estimates a training step on an adapter and on the CPU module, by a measurement of a few milliseconds or from the
 * cache. Rejects where the adapter gives no working device.
 */
export async function probe(
  adapter: AdapterLike,
  description: AdapterDescription,
  instruments: Instruments = ofBrowser(),
): Promise<DeviceProbe> {
  const { shelf, limit, now } = instruments;
  const known = recall(shelf, description);
  if (known) return { ...known, cached: true };
  const begun = now();
  const cpuMs = STEP_FLOP / (CPU_SHARE * (await instruments.cpu()));
  const speed = await within(limit - (now() - begun), (signal) => instruments.gpu(adapter, signal));
  // Not cached: the driver was cold, and the next probe may be in time.
  if (!speed) return { gpuMs: null, cpuMs, cached: false };
  const gpuMs = STEP_FLOP / speed.flopPerMs + STEP_LAUNCHES * speed.launchMs;
  remember(shelf, description, { gpuMs, cpuMs });
  return { gpuMs, cpuMs, cached: false };
}

/** Null if the work is not done in time; its signal then fires, and its result is ignored. */
async function within<T>(limit: number, work: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, limit, null);
  });
  try {
    return await Promise.race([work(controller.signal), late]);
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}

import { type Shelf, recall, remember } from './probe-cache.js';
import { measureCpu } from './probe-cpu.js';
import { type AdapterLike, type GpuSpeed, measureGpu } from './probe-gpu.js';
import type { AdapterDescription, DeviceProbe } from './types.js';

/** The training step that is reckoned: an MLP of 784-128-32 on a batch of 128. */
const [BATCH, INPUTS, HIDDEN, OUTPUTS] = [128, 784, 128, 32] as const;
const WEIGHTS = INPUTS * HIDDEN + HIDDEN * OUTPUTS;
/** Forward, gradient of the weights, and gradient of what goes in, which the first layer does not need. */
const STEP_FLOP = 2 * BATCH * (2 * WEIGHTS + HIDDEN * OUTPUTS);
/** Kernels that the GPU module launches in such a step: counted, with batch-hard triplets and Adam. */
const STEP_LAUNCHES = 82;
/** What the CPU module reaches in such a step, all of it counted, of what `measureCpu` finds: 3 ms where that says 35 GFLOP/s. */
const CPU_SHARE = 0.5;

/** Of all of it. A GPU that has not answered by then, its start included, is not what one wants to wait for. */
export const LIMIT_MS = 300;

/** What a comparison needs of the browser. */
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
 * What a training step takes on an adapter and on the CPU module: measured in a few milliseconds, or remembered from
 * another time. Rejects where the adapter gives no device that works.
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
  // Not remembered: a driver that was cold now has its kernels compiled the next time.
  if (!speed) return { gpuMs: null, cpuMs, cached: false };
  const gpuMs = STEP_FLOP / speed.flopPerMs + STEP_LAUNCHES * speed.launchMs;
  remember(shelf, description, { gpuMs, cpuMs });
  return { gpuMs, cpuMs, cached: false };
}

/** Null where the work is not done in time; it is then told to stop, and what becomes of it is no longer of interest. */
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

/**
 * metriclab: a deep-metric-learning laboratory in a browser tab. An engine (Rust, wasm) in a Worker, on WebGPU or the CPU.
 *
 * @packageDocumentation
 */
import { openLab } from './lab.js';
import { compiled } from './module.js';
import { probe } from './probe.js';
import { spawn, wasmUrl } from './spawn.js';
import type { Lab, LabOptions } from './types.js';

export { ERROR_CODES, MetricLabError, type ErrorCode } from './errors.js';
export { DEFAULT_LIMIT, decompress, fetchPacked, type LoadOptions, type LoadProgress } from './load.js';
export { readPacked, sampleRgba, type PackedDataset } from './packed.js';
export { OFFERED } from './offered.js';
export * from './types.js';

/**
 * Opens a laboratory: starts a Worker and loads the one wasm module that the device asks for.
 *
 * `auto` (the default) takes the faster of WebGPU and the CPU, by a probe of a few milliseconds; `Lab.device` says
 * which and why.
 *
 * @throws MetricLabError `worker.blocked`, `wasm.unavailable`; with `device: 'gpu'` also `device.no_webgpu`,
 * `device.no_adapter`, `device.refused`.
 */
export function createLab(options: LabOptions = {}): Promise<Lab> {
  const { device = 'auto', wasmBase } = options;
  return openLab(device, {
    spawn,
    load: (kind) => compiled(wasmUrl(kind, wasmBase)),
    gpu: () => ('gpu' in navigator ? navigator.gpu : undefined),
    probe,
    now: () => performance.now(),
  });
}

/**
 * metriclab: a deep-metric-learning laboratory in a browser tab. An engine (Rust, wasm) in a Worker, on WebGPU or the CPU.
 *
 * @packageDocumentation
 */
import { deviceOf, optionsOf, reading } from './arguments.js';
import { MetricLabError } from './errors.js';
import { openLab } from './lab.js';
import { compiled } from './module.js';
import { probe } from './probe.js';
import { baseOf, spawn, wasmUrl } from './spawn.js';
import type { Lab, LabOptions } from './types.js';

export { ERROR_CODES, MetricLabError, type ErrorCode } from './errors.js';
export type { PackedHeader } from './header.js';
export { DEFAULT_LIMIT, decompress, fetchPacked, type LoadOptions, type LoadProgress } from './load.js';
export { readPacked, sampleRgba, type PackedDataset } from './packed.js';
export { storedGalleries } from './gallery-store.js';
export type * from './gallery-types.js';
export { CATALOGUE, GROUPS } from './generated/catalogue.js';
export * from './types.js';

/**
 * Opens a laboratory: starts a Worker and loads the one wasm module that the device asks for.
 *
 * `auto` (the default) takes the faster of WebGPU and the CPU, by a probe of a few milliseconds; `Lab.device` says
 * which and why.
 *
 * @throws MetricLabError `argument.invalid` for an unknown device or option, `browser.required` where there is no
 * `Worker` (Node, a SharedWorker), `worker.blocked`, `wasm.unavailable`; with `device: 'gpu'` also `device.no_webgpu`,
 * `device.no_adapter`, `device.refused`.
 *
 * @example
 * ```ts
 * const lab = await createLab({ device: 'cpu' });
 * console.log(lab.device.kind, lab.device.reason); // cpu requested
 * ```
 */
export async function createLab(options?: LabOptions): Promise<Lab> {
  const { device, base } = reading(() => {
    const { device = 'auto', wasmBase } = optionsOf(options, ['device', 'wasmBase'], "{ device: 'cpu' }");
    return { device: deviceOf(device), base: baseOf(wasmBase) };
  });
  if (typeof Worker === 'undefined')
    throw new MetricLabError(
      'browser.required',
      'createLab needs a browser: it starts a Worker, and there is none here. readPacked, sampleRgba and decompress work without.',
    );
  return openLab(device, {
    spawn,
    load: (kind) => compiled(wasmUrl(kind, base)),
    gpu: () => (globalThis as { readonly navigator?: { readonly gpu?: GPU } }).navigator?.gpu,
    probe,
    now: () => performance.now(),
  });
}

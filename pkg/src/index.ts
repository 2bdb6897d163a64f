/**
 * metriclab: a deep-metric-learning laboratory in a browser tab. An engine (Rust, wasm) in a Worker, on WebGPU or the CPU.
 *
 * @packageDocumentation
 */
import { MetricLabError } from './errors.js';
import { open } from './open.js';
import { RECIPES, ownModule, ownScript } from './own-files.js';
import { spawn } from './spawn.js';
import type { Lab, LabOptions } from './types.js';

export * from './exports.js';

/**
 * Opens a laboratory: starts a Worker and loads the one wasm module that the device asks for.
 *
 * `auto` (the default) takes the faster of WebGPU and the CPU, by a probe of a few milliseconds; `Lab.device` says
 * which and why. In Node and where there is no `Worker`, the CPU module runs.
 *
 * @throws MetricLabError `argument.invalid` for an unknown device or option, `worker.blocked`, `wasm.unavailable`; with
 * `device: 'gpu'` also `device.no_webgpu`, `device.no_adapter`, `device.refused`.
 *
 * @example
 * ```ts
 * const lab = await createLab({ device: 'cpu' });
 * console.log(lab.device.kind, lab.device.reason); // cpu requested
 * ```
 */
export async function createLab(options?: LabOptions): Promise<Lab> {
  return open(options, {
    spawn: async (kind) => spawn(ownScript(kind), kind, RECIPES),
    wasm: (kind) => ownModule(kind),
    local: async () => {
      if (isNode())
        throw new MetricLabError(
          'browser.required',
          "This file of metriclab is for browsers. Node takes another one where 'metriclab' is imported by its name.",
        );
      return (await import('./engine/local-engine.js')).localEngine();
    },
  });
}

function isNode(): boolean {
  const { process } = globalThis as { readonly process?: { readonly versions?: { readonly node?: string } } };
  return process?.versions?.node !== undefined;
}

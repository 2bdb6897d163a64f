/**
 * metriclab in one file: the Worker and the CPU module are text inside it, and nothing else is fetched. It works from
 * `file://`, in a notebook, and in a bundle of any kind.
 *
 * @packageDocumentation
 */
import { unpackedModule } from './base64.js';
import { CPU_MODULE, WORKER_TEXT } from './embedded.js';
import { localEngine } from './engine/local-engine.js';
import { open } from './open.js';
import { spawn } from './spawn.js';
import type { Lab, LabOptions } from './types.js';

export * from './exports.js';

const ADVICE = 'createLab({ worker: false }) needs no Worker, and keeps this thread busy while it computes.';

/**
 * Opens a laboratory from this file alone. The GPU module is not in it: `auto` takes the CPU module, and
 * `createLab({ wasm: { gpu } })` with `gpu` of `metriclab/inline/gpu` adds the other.
 *
 * @throws MetricLabError `argument.invalid`, `worker.blocked`, `wasm.unavailable`, `device.*`.
 *
 * @example
 * ```ts
 * import { createLab } from 'metriclab/inline';
 * const lab = await createLab();
 * console.log(lab.device.kind); // cpu
 * ```
 */
export async function createLab(options?: LabOptions): Promise<Lab> {
  return open(options, {
    spawn: (kind) => spawn({ text: WORKER_TEXT, options: { name: `metriclab-${kind}` } }, kind, ADVICE),
    wasm: (kind) => (kind === 'cpu' ? () => unpackedModule(CPU_MODULE) : null),
    local: () => Promise.resolve(localEngine()),
  });
}

/**
 * metriclab without its modules: bring your own wasm, as an address, bytes, a `WebAssembly.Module` or a `Response`. The
 * Worker is text inside this file.
 *
 * @packageDocumentation
 */
import { WORKER_TEXT } from './embedded.js';
import { localEngine } from './engine/local-engine.js';
import { open } from './open.js';
import { spawn } from './spawn.js';
import type { Lab, LabOptions } from './types.js';

export * from './exports.js';

const ADVICE = 'createLab({ worker }) takes an address or a Worker of yours.';

/**
 * Opens a laboratory with modules of yours.
 *
 * @throws MetricLabError `argument.invalid`, `worker.blocked`, `wasm.unavailable`, `device.*`.
 *
 * @example
 * ```ts
 * import { createLab } from 'metriclab/slim';
 * const lab = await createLab({ wasm: { cpu: fetch('/static/metriclab_cpu_bg.wasm') } });
 * ```
 */
export async function createLab(options: LabOptions): Promise<Lab> {
  return open(options, {
    spawn: (kind) => spawn({ text: WORKER_TEXT, options: { name: `metriclab-${kind}` } }, kind, ADVICE),
    wasm: () => null,
    local: () => Promise.resolve(localEngine()),
  });
}

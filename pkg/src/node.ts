/**
 * metriclab in Node: the CPU module in a thread. The calls are those of the browser.
 *
 * @packageDocumentation
 */
import { availableParallelism } from 'node:os';
import { fetchPackedBy, type LoadOptions } from './load.js';
import { open } from './open.js';
import { openThread } from './node-thread.js';
import type { Lab, LabOptions } from './types.js';

export * from './exports.js';

/**
 * Opens a laboratory on the CPU module, in a thread of its own. An idle lab does not keep the process alive.
 *
 * @throws MetricLabError `argument.invalid`, `worker.blocked`, `wasm.unavailable`; `device.no_webgpu` for
 * `device: 'gpu'`, which Node does not have.
 *
 * @example
 * ```ts
 * const lab = await createLab();
 * console.log(lab.device.kind, lab.device.reason); // cpu no_webgpu
 * ```
 */
export async function createLab(options?: LabOptions): Promise<Lab> {
  return open(options, {
    wasm: () => readModule,
    local: async () => (await import('./engine/local-engine.js')).localEngine(),
    spawn: openThread,
    node: true,
    cores: availableParallelism,
  });
}

/** As in the browser, and reads files, too: the addresses of `metriclab/pictures` begin with `file:` here. */
export async function fetchPacked(url: string | URL, options?: LoadOptions): Promise<ArrayBuffer> {
  return fetchPackedBy(
    async (address, signal) => {
      if (!address.startsWith('file:')) return fetch(address, { signal });
      const { readFile } = await import('node:fs/promises');
      return new Response(await readFile(new URL(address)));
    },
    url,
    options,
  );
}

async function readModule(): Promise<Uint8Array> {
  const { readFile } = await import('node:fs/promises');
  return readFile(new URL('../wasm/metriclab_cpu_bg.wasm', import.meta.url));
}

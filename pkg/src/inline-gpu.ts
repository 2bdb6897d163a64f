/**
 * The GPU module as text, for `metriclab/inline`.
 *
 * @packageDocumentation
 */
import { unpackedModule } from './base64.js';
import { GPU_MODULE } from './embedded.js';

/**
 * The bytes of the GPU module.
 *
 * @example
 * ```ts
 * import { createLab } from 'metriclab/inline';
 * import { gpu } from 'metriclab/inline/gpu';
 * const lab = await createLab({ wasm: { gpu } });
 * ```
 */
export const gpu = (): Promise<ArrayBuffer> => unpackedModule(GPU_MODULE);

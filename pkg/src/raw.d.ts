// `metriclab/wasm/metriclab_cpu.js` and `…_gpu.js`: the generated modules, for programs that bring their own threads.
import type { EngineCalls } from './generated/calls.js';

/** The calls of a lab, without their last argument: nobody may stop them or hear of their progress. */
export type RawEngine = {
  readonly [M in keyof EngineCalls]: (
    ...given: Parameters<EngineCalls[M]>
  ) => ReturnType<EngineCalls[M]> | Awaited<ReturnType<EngineCalls[M]>>;
} & { free(): void };

/** Starts the one instance of this script. */
export default function init(source: {
  readonly module_or_path: WebAssembly.Module | BufferSource | string | URL | Response | Promise<Response>;
}): Promise<unknown>;

export const Engine: { create(): Promise<RawEngine> };

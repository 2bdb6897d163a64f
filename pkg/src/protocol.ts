import type { ErrorMessage } from './errors.js';
import type { AdapterDescription, Lab } from './types.js';

/** The calls that the engine answers; everything else of a `Lab` is done in the page. */
export const ENGINE_METHODS = [
  'loadDataset',
  'options',
  'defaults',
  'configure',
  'advance',
  'picture',
  'evaluate',
  'measures',
  'neighbours',
  'batch',
  'geometry',
  'zones',
  'embed',
  'embeddings',
  'distances',
  'nearest',
  'lossOf',
  'axioms',
  'memory',
  'save',
  'restore',
] as const satisfies readonly (keyof Lab)[];

export type EngineMethod = (typeof ENGINE_METHODS)[number];

/** A call's arguments as they cross into the Worker. */
export type Arguments<M extends EngineMethod> = M extends 'loadDataset' ? [Uint8Array] : Parameters<Lab[M]>;
export type Answer<M extends EngineMethod> = Awaited<ReturnType<Lab[M]>>;

export type Request =
  | { readonly id: number; readonly method: 'boot'; readonly wasm: WebAssembly.Module }
  | { readonly id: number; readonly method: EngineMethod; readonly args: readonly unknown[] };

export type Reply =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly error: ErrorMessage }
  /** The engine is gone; this Worker answers nothing more. */
  | { readonly type: 'fault'; readonly error: ErrorMessage };

/** What a generated module offers. */
export interface EngineModule {
  readonly init: (source: { module_or_path: WebAssembly.Module }) => Promise<unknown>;
  readonly Engine: { create(): Promise<object> };
}

export interface EngineAdapter {
  adapter(): AdapterDescription | null | undefined;
}

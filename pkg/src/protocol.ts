import type { ErrorMessage } from './errors.js';
import { ENGINE_CALLS, INTERNAL_CALLS } from './generated/calls.js';
import type { AdapterDescription, DatasetInfo, DeviceKind, Lab } from './types.js';

type LabCall = keyof typeof ENGINE_CALLS;
type InternalCall = keyof typeof INTERNAL_CALLS;
/** Further methods of the engine: the calls that galleries and towers make. */
export type GalleryMethod = Extract<InternalCall, `gallery${string}`>;
export type TowersMethod = Extract<InternalCall, `towers${string}`>;
export type EngineMethod = LabCall | InternalCall;

/** The calls of a lab that the engine answers; everything else of a `Lab` is done in the page. */
export const ENGINE_METHODS = Object.keys(ENGINE_CALLS) as readonly LabCall[];
export const INTERNAL_METHODS = Object.keys(INTERNAL_CALLS) as readonly InternalCall[];

export function isEngineMethod(name: unknown): name is EngineMethod {
  return [...ENGINE_METHODS, ...INTERNAL_METHODS].some((known) => known === name);
}

export function isGalleryMethod(name: EngineMethod): name is GalleryMethod {
  return name.startsWith('gallery');
}

export function isTowersMethod(name: EngineMethod): name is TowersMethod {
  return name.startsWith('towers');
}

/** A call's arguments as they cross into the Worker: copies that belong to the call. */
export type Arguments<M extends EngineMethod> = M extends 'loadDataset' | 'restore'
  ? readonly [Blob | Uint8Array]
  : M extends 'advance'
    ? readonly [number]
    : readonly unknown[];
export type Answer<M extends EngineMethod> = M extends 'loadDataset'
  ? Loaded
  : M extends keyof Lab
    ? Awaited<ReturnType<Lab[M]>>
    : unknown;

/** A data set that was read, and its file for another engine: the browser may keep a Blob outside the page's memory. */
export interface Loaded {
  readonly info: DatasetInfo;
  readonly file: Blob;
}

export interface EngineRequest {
  readonly id: number;
  readonly method: EngineMethod;
  readonly args: readonly unknown[];
  /** Whether somebody may stop it or wants to know how far it is. */
  readonly watched: boolean;
}

export interface BootRequest {
  readonly id: number;
  readonly method: 'boot';
  readonly kind: DeviceKind;
  readonly wasm: WebAssembly.Module;
}

export type Request =
  | BootRequest
  | EngineRequest
  /** Nobody waits for the rest of request `id`: it may be left undone, and is answered all the same. */
  | { readonly id: number; readonly method: 'stop' };

export type Reply =
  /** The script runs; it is of this version of the package. */
  | { readonly type: 'ready'; readonly version: string }
  /** The lock that this Worker holds until it ends. */
  | { readonly type: 'alive'; readonly lock: string }
  | { readonly type: 'progress'; readonly id: number; readonly done: number; readonly total: number }
  | { readonly type: 'done'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly error: ErrorMessage }
  /** The engine is gone; this Worker answers nothing more. */
  | { readonly type: 'fault'; readonly error: ErrorMessage };

/** The exports of a generated module. */
export interface EngineModule {
  readonly init: (source: { module_or_path: WebAssembly.Module }) => Promise<unknown>;
  readonly Engine: { create(): Promise<object> };
}

export interface EngineAdapter {
  adapter(): AdapterDescription | null | undefined;
}

/** The buffers of a message, to be moved rather than copied. */
export function transferables(value: unknown): Transferable[] {
  const parts =
    typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)
      ? Object.values(value)
      : [value];
  const buffers = new Set<ArrayBuffer>();
  for (const part of parts) {
    // A view on a part of a buffer (the engine's memory, say) is copied.
    if (
      ArrayBuffer.isView(part) &&
      part.buffer instanceof ArrayBuffer &&
      part.byteLength === part.buffer.byteLength
    )
      buffers.add(part.buffer);
  }
  return [...buffers];
}

import { bytesOf, deviceOf, optionsOf } from './arguments.js';
import { badArgument } from './errors.js';
import { show } from './show.js';
import type { DeviceKind, DeviceRequest, WasmSource, WorkerSource } from './types.js';

/** The options of `createLab`, checked and copied. Addresses are absolute. */
export interface Wanted {
  readonly device: DeviceRequest;
  readonly assets: URL | undefined;
  readonly worker: WorkerSource | undefined;
  readonly wasm: Partial<Record<DeviceKind, WasmSource>>;
  readonly cores: number | undefined;
}

const NAMES = ['device', 'assets', 'worker', 'wasm', 'cores'] as const;
/** More engines than this do not pay: each has rows of its own, and memory is as fast as it is. */
export const MOST_CORES = 16;
const KINDS: readonly DeviceKind[] = ['cpu', 'gpu'];

export function wantedOf(options: unknown): Wanted {
  const given = optionsOf(options, NAMES, "{ device: 'cpu' }");
  const device = given.device === undefined ? 'auto' : deviceOf(given.device);
  return {
    device,
    assets: folderOf(given.assets),
    worker: workerOf(given.worker),
    wasm: wasmOf(given.wasm, device),
    cores: coresOf(given.cores),
  };
}

function coresOf(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MOST_CORES) return value;
  throw badArgument(`cores must be a whole number from 1 to ${MOST_CORES}, is ${show(value)}.`);
}

/** The address that relative ones belong to: the page's, or the Worker's that asks. */
function pageAddress(): string | undefined {
  const { document, location } = globalThis as { document?: Document; location?: Location };
  return document?.baseURI ?? location?.href;
}

function addressOf(value: unknown, name: string): URL {
  try {
    if (typeof value === 'string' || value instanceof URL) return new URL(value, pageAddress());
  } catch (cause) {
    throw badArgument(`${name} is no address here: ${show(String(value))}.`, cause);
  }
  throw badArgument(`${name} must be an address, as text or URL, is ${show(value)}.`);
}

function folderOf(value: unknown): URL | undefined {
  if (value === undefined) return undefined;
  const folder = addressOf(value, 'assets');
  // A folder has a path: `data:` and `blob:` have none.
  if (!/^(?:https?|file):$/.test(folder.protocol))
    throw badArgument(`assets must be the address of a folder, is ${show(folder.href)}.`);
  if (!folder.pathname.endsWith('/')) folder.pathname += '/';
  return folder;
}

function workerOf(value: unknown): WorkerSource | undefined {
  if (value === undefined || value === false || typeof value === 'function')
    return value as WorkerSource | undefined;
  if (typeof value === 'string' || value instanceof URL) return addressOf(value, 'worker');
  throw badArgument(
    `worker must be an address, a function that opens a Worker, or false, is ${show(value)}.`,
  );
}

function wasmOf(value: unknown, device: DeviceRequest): Wanted['wasm'] {
  if (value === undefined) return {};
  const plain = Object.prototype.toString.call(value) === '[object Object]';
  if (!plain) return { [device === 'gpu' ? 'gpu' : 'cpu']: sourceOf(value, 'wasm') };
  const given = optionsOf(value, KINDS, '{ cpu, gpu }');
  return Object.fromEntries(
    KINDS.filter((kind) => given[kind] !== undefined).map((kind) => [
      kind,
      sourceOf(given[kind], `wasm.${kind}`),
    ]),
  );
}

const SOURCES = ['WebAssembly.Module', 'Response', 'Promise'];

function sourceOf(value: unknown, name: string): WasmSource {
  if (typeof value === 'function') return value;
  if (typeof value === 'string' || value instanceof URL) return addressOf(value, name);
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  if (SOURCES.includes(tag)) return value as WasmSource;
  // Copied: the caller may change its own as soon as the call returns.
  if (ArrayBuffer.isView(value) || tag === 'ArrayBuffer') return bytesOf(value).slice();
  throw badArgument(
    `${name} must be an address, bytes, a WebAssembly.Module, a Response, or a promise or function of one, is ${show(value)}.`,
  );
}

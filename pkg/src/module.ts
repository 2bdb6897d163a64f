import { bytesOf } from './arguments.js';
import { MetricLabError, badArgument, policyAdvice } from './errors.js';
import { reasonOf, show } from './show.js';
import type { WasmSource } from './types.js';

/** Compiled modules by address, while a lab holds them. */
const known = new Map<string, WeakRef<WebAssembly.Module>>();
/** Modules that are being loaded: further callers wait for the same promise. */
const underway = new Map<string, Promise<WebAssembly.Module>>();

/**
 * Fetches and compiles a module in the page, while its Worker starts. All labs on one device, and every Worker that
 * replaces another, share the result.
 *
 * @throws MetricLabError `wasm.unavailable`.
 */
export function compiled(url: string): Promise<WebAssembly.Module> {
  const before = known.get(url)?.deref();
  if (before) return Promise.resolve(before);
  const loading = underway.get(url) ?? load(url);
  underway.set(url, loading);
  return loading;
}

/** A module from what a page has of it. An address must be absolute. */
export async function compiledFrom(source: WasmSource): Promise<WebAssembly.Module> {
  let given: unknown;
  try {
    given = await (typeof source === 'function' ? source() : source);
  } catch (cause) {
    throw new MetricLabError('wasm.unavailable', `The module cannot be had: ${reasonOf(cause)}`, { cause });
  }
  if (typeof given === 'string' || given instanceof URL) return compiled(String(given));
  // By its tag: a module of another frame is of another class.
  const tag = Object.prototype.toString.call(given);
  if (tag === '[object WebAssembly.Module]') return given as WebAssembly.Module;
  if (tag === '[object Response]') {
    const answer = given as Response;
    return compile(answer.url || 'The Response', answered(answer.url || 'The Response', answer));
  }
  if (ArrayBuffer.isView(given) || tag === '[object ArrayBuffer]')
    return compile('The module', bytesOf(given));
  throw badArgument(
    `wasm must be an address, bytes, a WebAssembly.Module, a Response, or a promise or function of one, is ${show(given)}.`,
  );
}

async function load(url: string): Promise<WebAssembly.Module> {
  try {
    const answer = await response(url);
    const module = await compile(url, answer);
    known.set(url, new WeakRef(module));
    return module;
  } finally {
    underway.delete(url);
  }
}

function unavailable(url: string, why: string, cause?: unknown): MetricLabError {
  return new MetricLabError('wasm.unavailable', `${url} cannot be ${why}`, { cause });
}

async function response(url: string): Promise<Response> {
  try {
    return answered(url, await fetch(url));
  } catch (cause) {
    if (cause instanceof MetricLabError) throw cause;
    throw unavailable(url, 'fetched: is it served, and does connect-src allow it?', cause);
  }
}

function answered(url: string, answer: Response): Response {
  if (!answer.ok) throw unavailable(url, `fetched: HTTP ${answer.status}.`);
  return answer;
}

async function compile(url: string, source: Response | Uint8Array): Promise<WebAssembly.Module> {
  try {
    if (source instanceof Uint8Array) return await WebAssembly.compile(source as Uint8Array<ArrayBuffer>);
    // Compiled while it arrives, if the server sends the right type.
    const streams = source.headers.get('content-type')?.startsWith('application/wasm') ?? false;
    return await (streams
      ? WebAssembly.compileStreaming(source)
      : WebAssembly.compile(await source.arrayBuffer()));
  } catch (cause) {
    const reason = reasonOf(cause);
    throw unavailable(url, `compiled: ${reason}. ${policyAdvice(reason)}`, cause);
  }
}

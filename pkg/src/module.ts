import { MetricLabError, policyAdvice } from './errors.js';
import { reasonOf } from './show.js';

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

async function load(url: string): Promise<WebAssembly.Module> {
  try {
    const module = await compile(url, await response(url));
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
  let answer: Response;
  try {
    answer = await fetch(url);
  } catch (cause) {
    throw unavailable(url, 'fetched: is it served, and does connect-src allow it?', cause);
  }
  if (!answer.ok) throw unavailable(url, `fetched: HTTP ${answer.status}.`);
  return answer;
}

async function compile(url: string, answer: Response): Promise<WebAssembly.Module> {
  try {
    // Compiled while it arrives, if the server sends the right type.
    const streams = answer.headers.get('content-type')?.startsWith('application/wasm') ?? false;
    return await (streams
      ? WebAssembly.compileStreaming(answer)
      : WebAssembly.compile(await answer.arrayBuffer()));
  } catch (cause) {
    const reason = reasonOf(cause);
    throw unavailable(url, `compiled: ${reason}. ${policyAdvice(reason)}`, cause);
  }
}

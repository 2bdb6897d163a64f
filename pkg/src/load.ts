import { bytesOf, functionOf, optionsOf, reading } from './arguments.js';
import { aborted, signalOf } from './call.js';
import { MetricLabError, badArgument } from './errors.js';
import { collect, contentOfBlob, unpacked } from './gzip.js';
import { isGzip } from './inflate.js';
import { show } from './show.js';
import type { Bytes } from './types.js';

/** The largest data set that is unpacked unless a page says otherwise, in bytes. */
export const DEFAULT_LIMIT = 256 * 1024 * 1024;

/** HTML begins with it. */
const LESS_THAN = 0x3c;

export interface LoadProgress {
  /** Bytes that have arrived. */
  readonly loaded: number;
  /** Bytes to come in all, or null where the server does not say. */
  readonly total: number | null;
}

export interface LoadOptions {
  /** Most bytes after unpacking; {@link DEFAULT_LIMIT} unless given. */
  readonly limit?: number | undefined;
  /** Called as bytes arrive. An exception of yours stops the download, and the call rejects with it. */
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Stops the download; the call then rejects with `call.aborted`, whose `cause` is the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

function limitOf(value: unknown): number {
  if (value === undefined) return DEFAULT_LIMIT;
  if (typeof value === 'number' && value >= 0) return value;
  throw badArgument(`limit must be a number of bytes, 0 or more, is ${show(value)}.`);
}

/**
 * Unpacks gzip of any number of members. Bytes that are not gzip come back as they are: some servers unpack on the way.
 *
 * @param bytes - An `ArrayBuffer`, a view of one or a `Blob`.
 * @param limit - Most bytes after unpacking.
 * @throws MetricLabError `data.invalid` for damaged gzip, `data.too_large` beyond `limit` bytes, `argument.invalid`.
 *
 * @example
 * ```ts
 * const set = readPacked(await decompress(file)); // a File of an <input>
 * ```
 */
export async function decompress(bytes: Bytes, limit: number = DEFAULT_LIMIT): Promise<ArrayBuffer> {
  const most = limitOf(limit);
  const blob = reading(() => (bytes instanceof Blob ? bytes : null));
  if (blob) return unpacked(await contentOfBlob(blob), most);
  const view = bytesOf(bytes);
  const { buffer } = view;
  // Gzip is copied: the caller may change its bytes meanwhile.
  const whole = buffer instanceof ArrayBuffer && view.byteLength === buffer.byteLength && !isGzip(view);
  return unpacked(whole ? buffer : view.slice().buffer, most);
}

/**
 * Fetches a packed data set and unpacks it: the result suits `Lab.loadDataset` and `readPacked`.
 *
 * @param url - Where it is, relative to the page.
 * @throws MetricLabError `data.unreachable` (no answer, HTTP 400 and above, or a web page), `data.too_large`,
 * `data.invalid`, `call.aborted`, `argument.invalid` (also for a relative address where there is no page).
 *
 * @example
 * ```ts
 * const bytes = await fetchPacked('/data/mnist.mlds.gz', {
 *   onProgress: ({ loaded, total }) => (bar.value = total ? loaded / total : 0),
 *   signal: AbortSignal.timeout(60_000),
 * });
 * await lab.loadDataset(bytes);
 * ```
 */
export async function fetchPacked(url: string | URL, options?: LoadOptions): Promise<ArrayBuffer> {
  return fetchPackedBy((address, signal) => fetch(address, { signal }), url, options);
}

/** {@link fetchPacked} by another way to the bytes at an address. */
export async function fetchPackedBy(
  get: (address: string, signal: AbortSignal | null) => Promise<Response>,
  url: string | URL,
  options?: LoadOptions,
): Promise<ArrayBuffer> {
  const { address, limit, onProgress, signal } = reading(() => downloadOf(url, options));
  const listener = { running: false };
  try {
    if (signal?.aborted) throw aborted(signal);
    const response = await get(address, signal ?? null);
    if (!response.ok || !response.body) throw unreachable(address, `HTTP ${response.status}`);
    // With a content encoding, the length is that of the encoded body.
    const length = response.headers.has('content-encoding') ? null : response.headers.get('content-length');
    const total = length === null ? null : Number(length);
    const bytes = await collect(response.body, limit, total ?? 0, (loaded) => {
      listener.running = true;
      onProgress?.({ loaded, total });
      listener.running = false;
    });
    // Servers of single-page applications answer so where there is no file.
    if (new Uint8Array(bytes)[0] === LESS_THAN)
      throw unreachable(address, 'the server answered with a web page');
    return await unpacked(bytes, limit);
  } catch (thrown) {
    // An exception of the caller's listener.
    if (listener.running) throw thrown;
    if (signal?.aborted) throw aborted(signal);
    if (thrown instanceof MetricLabError) throw thrown;
    throw unreachable(address, 'the server gave no answer', thrown);
  }
}

interface Download extends LoadOptions {
  readonly address: string;
  readonly limit: number;
}

function downloadOf(url: unknown, options: unknown): Download {
  const given = optionsOf(options, ['limit', 'onProgress', 'signal'], '{ limit, onProgress, signal }');
  return {
    address: addressOf(url),
    limit: limitOf(given.limit),
    signal: signalOf(given.signal),
    onProgress: functionOf(given.onProgress, 'onProgress') as LoadOptions['onProgress'],
  };
}

function addressOf(url: unknown): string {
  if (url instanceof URL) return url.href;
  if (typeof url !== 'string') throw badArgument(`The address must be a string or a URL, is ${show(url)}.`);
  try {
    return new Request(url).url;
  } catch (cause) {
    throw badArgument(`${show(url)} is no address; without a page it must be whole: https://…`, cause);
  }
}

function unreachable(url: string, why: string, cause?: unknown): MetricLabError {
  return new MetricLabError('data.unreachable', `The data set ${url} cannot be fetched: ${why}.`, { cause });
}

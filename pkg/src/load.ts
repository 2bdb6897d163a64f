import { MetricLabError } from './errors.js';

/** The largest data set that is unpacked unless a page says otherwise. */
export const DEFAULT_LIMIT = 256 * 1024 * 1024;

export interface LoadProgress {
  /** Bytes that have arrived. */
  readonly loaded: number;
  /** Bytes to come in all, or null where the server does not say. */
  readonly total: number | null;
}

export interface LoadOptions {
  /** Most bytes after unpacking; {@link DEFAULT_LIMIT} unless given. */
  readonly limit?: number | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Stops the download; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

function tooLarge(limit: number): MetricLabError {
  return new MetricLabError(
    'data.too_large',
    `The data set has more than the ${limit} bytes that are accepted.`,
  );
}

async function collect(
  stream: ReadableStream<Uint8Array>,
  limit: number,
  onBytes?: (total: number) => void,
): Promise<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for (const reader = stream.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    if (length > limit) {
      void reader.cancel().catch(() => undefined);
      throw tooLarge(limit);
    }
    parts.push(value);
    onBytes?.(length);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole.buffer;
}

/**
 * Unpacks gzip. Bytes that are not gzip come back as they are: some servers unpack on the way.
 *
 * @throws MetricLabError `data.invalid` for damaged gzip, `data.too_large` beyond `limit` bytes.
 */
export async function decompress(bytes: ArrayBuffer, limit: number = DEFAULT_LIMIT): Promise<ArrayBuffer> {
  const [first, second] = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength));
  if (first !== 0x1f || second !== 0x8b) {
    if (bytes.byteLength > limit) throw tooLarge(limit);
    return bytes;
  }
  try {
    return await collect(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')), limit);
  } catch (thrown) {
    if (thrown instanceof MetricLabError) throw thrown;
    throw new MetricLabError(
      'data.invalid',
      'The data set cannot be read: its gzip is damaged or cut short.',
      { cause: thrown },
    );
  }
}

/**
 * Fetches a packed data set and unpacks it: what `Lab.loadDataset` and `readPacked` take.
 *
 * @throws MetricLabError `data.unreachable` (no answer, or not a good one), `data.too_large`, `data.invalid`.
 */
export async function fetchPacked(url: string | URL, options: LoadOptions = {}): Promise<ArrayBuffer> {
  const { limit = DEFAULT_LIMIT, onProgress, signal } = options;
  const unreachable = (why: string, cause?: unknown) =>
    new MetricLabError('data.unreachable', `The data set ${String(url)} cannot be fetched: ${why}.`, {
      cause,
    });
  let bytes: ArrayBuffer;
  try {
    const response = await fetch(url, { signal: signal ?? null });
    if (!response.ok || !response.body) throw unreachable(`HTTP ${response.status}`);
    // The length of a body that was packed for the way says nothing about what arrives here.
    const length = response.headers.has('content-encoding') ? null : response.headers.get('content-length');
    const total = length === null ? null : Number(length);
    bytes = await collect(response.body, limit, (loaded) => onProgress?.({ loaded, total }));
  } catch (thrown) {
    signal?.throwIfAborted();
    if (thrown instanceof MetricLabError) throw thrown;
    throw unreachable('the server gave no answer', thrown);
  }
  return decompress(bytes, limit);
}

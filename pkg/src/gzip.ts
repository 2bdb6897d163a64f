import { MetricLabError } from './errors.js';
import { Damage, expectedSize, inflate, isGzip } from './inflate.js';
import { reasonOf } from './show.js';

/** Longest stretch of work between two pauses. */
const STRETCH_MS = 20;
/** Packed bytes that the browser inflates in one task: more would block the page for too long. */
const PIECE = 1 << 16;

export function tooLarge(limit: number): MetricLabError {
  return new MetricLabError(
    'data.too_large',
    `The data set has more than the ${limit} bytes that are accepted.`,
  );
}

/** Reads a stream to its end into one buffer. `expected` bytes are set aside for it at once. */
export async function collect(
  stream: ReadableStream<Uint8Array>,
  limit: number,
  expected: number,
  onBytes?: (total: number) => void,
): Promise<ArrayBuffer> {
  let whole = new Uint8Array(Math.min(expected, limit));
  let length = 0;
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const needed = length + value.byteLength;
      if (needed > limit) throw tooLarge(limit);
      if (needed > whole.length) {
        const larger = new Uint8Array(Math.min(limit, Math.max(needed, 2 * whole.length)));
        larger.set(whole.subarray(0, length));
        whole = larger;
      }
      whole.set(value, length);
      length = needed;
      onBytes?.(length);
    }
  } catch (thrown) {
    void reader.cancel().catch(() => undefined);
    throw thrown;
  }
  return trimmed(whole, length);
}

function inPieces(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        await nextTask();
        if (at < bytes.length) controller.enqueue(bytes.slice(at, at + PIECE));
        else controller.close();
        at += PIECE;
      },
    },
    { highWaterMark: 0 },
  );
}

/** Resolves in a task of its own. Timers would wait 4 ms each. */
function nextTask(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

function trimmed(bytes: Uint8Array<ArrayBuffer>, length: number): ArrayBuffer {
  const buffer: ArrayBuffer & { readonly transfer?: (length: number) => ArrayBuffer } = bytes.buffer;
  if (length === buffer.byteLength) return buffer;
  return buffer.transfer ? buffer.transfer(length) : buffer.slice(0, length);
}

/**
 * Unpacks gzip of any number of members. Bytes that are not gzip come back as they are.
 *
 * @throws MetricLabError `data.invalid`, `data.too_large`.
 */
export async function unpacked(packed: ArrayBuffer, limit: number): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(packed);
  if (!isGzip(bytes)) {
    if (bytes.length > limit) throw tooLarge(limit);
    return packed;
  }
  try {
    const stream = inPieces(bytes).pipeThrough(new DecompressionStream('gzip'));
    return await collect(stream, limit, expectedSize(bytes));
  } catch (thrown) {
    if (thrown instanceof MetricLabError) throw thrown;
    return unpackedByHand(bytes, limit);
  }
}

/**
 * The content of a Blob.
 *
 * @throws MetricLabError `data.unreachable`.
 */
export async function contentOfBlob(blob: Blob): Promise<ArrayBuffer> {
  try {
    return await blob.arrayBuffer();
  } catch (cause) {
    // A file that was changed or deleted since it was chosen.
    throw new MetricLabError('data.unreachable', `The file cannot be read: ${reasonOf(cause)}`, { cause });
  }
}

/** The same in JavaScript, for several members, and for the reason why a file is refused. */
export async function unpackedByHand(bytes: Uint8Array, limit: number): Promise<ArrayBuffer> {
  try {
    const work = inflate(bytes, limit, () => tooLarge(limit));
    for (let began = performance.now(); ;) {
      const { done, value } = work.next();
      if (done) return trimmed(value, value.length);
      if (performance.now() - began < STRETCH_MS) continue;
      await new Promise((resolve) => setTimeout(resolve));
      began = performance.now();
    }
  } catch (cause) {
    if (!(cause instanceof Damage)) throw cause;
    throw new MetricLabError(
      'data.invalid',
      `The data set cannot be read: its gzip is damaged (${reasonOf(cause)}).`,
      { cause },
    );
  }
}

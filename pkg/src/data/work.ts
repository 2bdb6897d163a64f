import { functionOf, optionsOf } from '../arguments.js';
import { aborted, signalOf } from '../call.js';
import { MetricLabError, badArgument, toMetricLabError } from '../errors.js';
import { show } from '../show.js';

/** Progress of reading, in units of the phase: bytes, rows or files. */
export interface DataProgress {
  readonly phase: 'read' | 'decode';
  readonly done: number;
  readonly total: number;
}

/** Options of every call that reads. */
export interface ReadOptions {
  /** Stops the call, which then rejects with `call.aborted`. */
  readonly signal?: AbortSignal | undefined;
  /** Called as the work proceeds. An exception of yours stops it, and the call rejects with that exception. */
  readonly onProgress?: ((progress: DataProgress) => void) | undefined;
  /** Most bytes that the numbers may take, and that an archive may unpack to; {@link READ_LIMIT} unless given. */
  readonly limit?: number | undefined;
}

/** Most bytes that are read or unpacked unless a page says otherwise: 512 MiB. */
export const READ_LIMIT = 512 * 1024 * 1024;
/** Longest stretch of work between two pauses. */
const STRETCH_MS = 20;

/** The watched run of one call: it pauses, so that the page stays smooth, stops for a signal, and counts bytes. */
export class Work {
  readonly limit: number;
  readonly #signal: AbortSignal | undefined;
  readonly #onProgress: ReadOptions['onProgress'];
  #began = performance.now();
  #used = 0;
  /** Whether the exception in flight is of the caller's listener. */
  listening = false;

  constructor(signal?: AbortSignal, onProgress?: ReadOptions['onProgress'], limit = READ_LIMIT) {
    this.#signal = signal;
    this.#onProgress = onProgress;
    this.limit = limit;
  }

  /** @throws MetricLabError `argument.invalid` */
  static of(
    options: unknown,
    more: readonly string[] = [],
  ): { work: Work; rest: Readonly<Record<string, unknown>> } {
    const names = ['signal', 'onProgress', 'limit', ...more];
    const { signal, onProgress, limit, ...rest } = optionsOf(options, names, '{ signal, onProgress }');
    if (limit !== undefined && !(typeof limit === 'number' && limit >= 0))
      throw badArgument(`limit must be a number of bytes, 0 or more, is ${show(limit)}.`);
    const listener = functionOf(onProgress, 'onProgress') as ReadOptions['onProgress'];
    return { work: new Work(signalOf(signal), listener, limit), rest };
  }

  /** Counts bytes that are about to be set aside. */
  take(bytes: number, what = 'This'): void {
    this.#used += bytes;
    if (this.#used > this.limit)
      throw tooLarge(`${what} needs more than the ${this.limit} bytes that are accepted`);
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }

  check(): void {
    if (this.#signal?.aborted) throw aborted(this.#signal);
  }

  progress(phase: DataProgress['phase'], done: number, total: number): void {
    this.listening = true;
    this.#onProgress?.({ phase, done, total });
    this.listening = false;
  }

  /** To be awaited between pieces of work of a few milliseconds. */
  async pause(phase: DataProgress['phase'], done: number, total: number): Promise<void> {
    this.check();
    if (performance.now() - this.#began < STRETCH_MS) return;
    this.progress(phase, done, total);
    await new Promise((resolve) => setTimeout(resolve));
    this.check();
    this.#began = performance.now();
  }
}

/** Runs a call. Its errors are of our kind, but those of the caller's own listener. */
export async function watched<T>(work: Work, run: () => Promise<T>): Promise<T> {
  try {
    work.check();
    return await run();
  } catch (thrown) {
    if (work.listening || thrown instanceof MetricLabError) throw thrown;
    throw toMetricLabError(thrown, 'data.invalid');
  }
}

export function tooLarge(reason: string): MetricLabError {
  return new MetricLabError('data.too_large', `${reason}: use fewer or smaller samples, or a larger limit.`);
}

export function invalid(reason: string, cause?: unknown): MetricLabError {
  return new MetricLabError('data.invalid', `${reason}.`, { cause });
}

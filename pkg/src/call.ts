import { functionOf, optionsOf } from './arguments.js';
import { MetricLabError, badArgument } from './errors.js';
import { show } from './show.js';
import type { CallOptions } from './types.js';

/** The options of every call. */
export const CALL = ['signal', 'onProgress'] as const;

/** The signal and the listener of a call, checked. */
export function callOptions(value: unknown): CallOptions {
  const { signal, onProgress } = optionsOf(value, CALL, '{ signal, onProgress }');
  return {
    signal: signalOf(signal),
    onProgress: functionOf(onProgress, 'onProgress') as CallOptions['onProgress'],
  };
}

export function signalOf(value: unknown): AbortSignal | undefined {
  if (value === undefined || isSignal(value)) return value;
  throw badArgument(`signal must be an AbortSignal, is ${show(value)}.`);
}

function isSignal(value: unknown): value is AbortSignal {
  // By its parts: a signal of another frame is of another class.
  return (
    typeof value === 'object' &&
    value !== null &&
    'aborted' in value &&
    'addEventListener' in value &&
    typeof value.addEventListener === 'function'
  );
}

export function aborted(signal: AbortSignal): MetricLabError {
  return new MetricLabError('call.aborted', 'The call was aborted by its signal.', { cause: signal.reason });
}

/** One call as its caller sees it. It ends once: with its answer, its signal, or an exception of its listener. */
export class Call<T> {
  readonly answer: Promise<T>;
  readonly #options: CallOptions;
  #resolve!: (value: T) => void;
  #reject!: (reason: unknown) => void;
  #stop: (() => void) | null = null;
  #over = false;

  constructor(options: CallOptions) {
    this.#options = options;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (options.signal?.aborted) this.#onAbort();
    else options.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Whether it has ended for its caller. */
  get over(): boolean {
    return this.#over;
  }

  /** Whether the engine should do it in parts. */
  get watched(): boolean {
    return this.#options.signal !== undefined || this.#options.onProgress !== undefined;
  }

  /** The Worker has received it; `stop` tells the Worker to leave the rest. */
  sent(stop: () => void): void {
    this.#stop = stop;
  }

  progress(done: number, total: number): void {
    if (this.#over) return;
    try {
      this.#options.onProgress?.({ done, total });
    } catch (thrown) {
      this.#giveUp(thrown);
    }
  }

  resolve(value: T): void {
    this.#end();
    this.#resolve(value);
  }

  reject(reason: unknown): void {
    this.#end();
    this.#reject(reason);
  }

  readonly #onAbort = (): void => {
    const { signal } = this.#options;
    if (signal && !this.#over) this.#giveUp(aborted(signal));
  };

  #giveUp(reason: unknown): void {
    this.#stop?.();
    this.reject(reason);
  }

  #end(): void {
    this.#over = true;
    this.#stop = null;
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
  }
}

import { aborted } from './call.js';

/** Work that is done one piece after the other, in the order in which it was asked for. */
export class Line {
  #pieces = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** Whether what is asked for now has to wait. */
  get busy(): boolean {
    return this.#pieces > 0;
  }

  /** Does `work` when all that is in line is over, or now. Until it begins, the signal ends it at once. */
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const before = this.#last;
    const done = this.#piece(this.busy ? before : null, work, signal);
    this.#last = Promise.allSettled([before, done]).then(() => undefined);
    return done;
  }

  /** As `run`, but what comes later waits only until `work` has begun. */
  async after<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (!this.busy) return work();
    const { begun } = await this.run(() => {
      const begun = work();
      begun.catch(() => undefined);
      return Promise.resolve({ begun });
    }, signal);
    return begun;
  }

  async #piece<T>(
    before: Promise<unknown> | null,
    work: () => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    this.#pieces += 1;
    try {
      if (before) await overOr(before, signal);
      return await work();
    } finally {
      this.#pieces -= 1;
    }
  }
}

/** Waits for what is before, which never fails. */
async function overOr(before: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) {
    await before;
    return;
  }
  let stop = (): void => undefined;
  const stopped = new Promise<void>((_, reject) => {
    stop = () => {
      reject(aborted(signal));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    await Promise.race([before, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

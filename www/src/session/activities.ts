type Work = (live: () => boolean) => Promise<void>;

/**
 * One thing at a time: what starts asks the one before it to stop, waits for it, and then runs.
 * Work that must be complete (a new session) ignores `live`; work that can stop (training) asks it often.
 */
export class Activities {
  #current = { stop: false, done: Promise.resolve() };
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  start(work: Work): Promise<void> {
    const previous = this.#current;
    previous.stop = true;
    const next = { stop: false, done: Promise.resolve() };
    this.#current = next;
    next.done = previous.done.then(() => work(() => !next.stop)).catch(this.#onError);
    return next.done;
  }
}

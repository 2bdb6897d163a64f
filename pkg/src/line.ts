import { ownArguments } from './arguments.js';
import { Call } from './call.js';
import type { EngineMethod } from './protocol.js';

const nothing = (): void => undefined;

/** Work that is done one piece after the other, in the order in which it was asked for. */
export class Line {
  #pieces = 0;
  #last = Promise.resolve();

  /** Whether what is asked for now has to wait. */
  get busy(): boolean {
    return this.#pieces > 0;
  }

  /** The request of a call that is asked for now; a copy if the call has to wait, for the caller may change its arrays at once. */
  held(method: EngineMethod, request: object): object {
    return this.busy ? (ownArguments(method, [request])[0] as object) : request;
  }

  /** Does `work` when all that is in line is over, or now. Until it begins, the signal ends it at once. */
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const before = this.#last;
    const done = this.#piece(this.busy ? before : null, work, signal);
    this.#last = before.then(() => done).then(nothing, nothing);
    return done;
  }

  /** As `run`, but what comes later waits only until `work` has begun. */
  async after<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const [begun] = await this.run(() => {
      const begun = work();
      begun.catch(nothing);
      return Promise.resolve([begun] as const);
    }, signal);
    return begun;
  }

  async #piece<T>(
    before: Promise<void> | null,
    work: () => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    this.#pieces += 1;
    try {
      if (before) {
        const turn = new Call<void>({ signal });
        void before.then(turn.resolve.bind(turn));
        await turn.answer;
      }
      return await work();
    } finally {
      this.#pieces -= 1;
    }
  }
}

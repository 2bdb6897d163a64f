import { optionsOf, reading } from './arguments.js';
import { CALL, callOptions } from './call.js';
import { badArgument } from './errors.js';
import { show } from './show.js';
import type { CallOptions, StepReport, TrainOptions, Training } from './types.js';

/** Asks the engine for some steps. */
export type Advance = (steps: number, call: CallOptions) => Promise<StepReport>;

const TRAIN = ['steps', 'every', ...CALL] as const;
/** Steps of a report, unless given. */
const EVERY = 10;

/** Steps that begin when somebody waits for them. */
export class LabTraining implements Training {
  readonly #advance: Advance;
  readonly #plan: () => { readonly steps: number; readonly every: number; readonly call: CallOptions };
  #all: Promise<StepReport> | null = null;

  constructor(advance: Advance, options: TrainOptions) {
    this.#advance = advance;
    try {
      const plan = planOf(options);
      this.#plan = () => plan;
    } catch (thrown) {
      // Told where the training is awaited, as of every call.
      this.#plan = () => {
        throw thrown;
      };
    }
  }

  then<A = StepReport, B = never>(
    fulfilled?: ((report: StepReport) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#all ??= this.#whole();
    return this.#all.then(fulfilled, rejected);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<StepReport, void, undefined> {
    const { steps, every, call } = this.#plan();
    const { signal, onProgress } = call;
    for (let done = 0; done < steps;) {
      const before = done;
      const part = Math.min(every, steps - before);
      done += part;
      const told =
        onProgress &&
        ((now: { readonly done: number }) => {
          onProgress({ done: before + now.done, total: steps });
        });
      yield await this.#advance(part, { signal, onProgress: told });
    }
  }

  async #whole(): Promise<StepReport> {
    const { steps, call } = this.#plan();
    return this.#advance(steps, call);
  }
}

function planOf(options: unknown): {
  readonly steps: number;
  readonly every: number;
  readonly call: CallOptions;
} {
  return reading(() => {
    const { steps, every = EVERY, ...call } = optionsOf(options, TRAIN, '{ steps: 100 }');
    return { steps: countOf(steps, 'steps', 0), every: countOf(every, 'every', 1), call: callOptions(call) };
  });
}

function countOf(value: unknown, name: string, least: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
  throw badArgument(`${name} must be a whole number from ${least}, is ${show(value)}.`);
}

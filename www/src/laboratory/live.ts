import { createSubscriber } from 'svelte/reactivity';
import type { Signal } from '../store/signal';

/** A signal as components read it: what reads `value` is drawn anew when it changes. */
export class Live<T> {
  readonly #signal: Signal<T>;
  readonly #subscribe: () => void;

  constructor(signal: Signal<T>) {
    this.#signal = signal;
    this.#subscribe = createSubscriber((update) => signal.onChange(update));
  }

  get value(): T {
    this.#subscribe();
    return this.#signal.value;
  }
}

export type Unsubscribe = () => void;

/** A value that tells its listeners when it changes. */
export class Signal<T> {
  #value: T;
  readonly #listeners = new Set<(value: T) => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) {
      // A listener set another value, and everyone has heard that one: the older must not come last.
      if (!Object.is(value, this.#value)) return;
      listener(value);
    }
  }

  /** Calls `listener` now and at every change. */
  watch(listener: (value: T) => void): Unsubscribe {
    this.#listeners.add(listener);
    listener(this.#value);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Calls `listener` at every change from now on. */
  onChange(listener: (value: T) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}

/** Gathers what a view must undo when it goes. */
export class Cleanup {
  readonly #tasks: Unsubscribe[] = [];

  add(...tasks: Unsubscribe[]): void {
    this.#tasks.push(...tasks);
  }

  listen<K extends keyof HTMLElementEventMap>(
    target: HTMLElement,
    type: K,
    listener: (event: HTMLElementEventMap[K]) => void,
    options?: AddEventListenerOptions,
  ): void {
    target.addEventListener(type, listener, options);
    this.add(() => {
      target.removeEventListener(type, listener, options);
    });
  }

  run(): void {
    for (const task of this.#tasks.splice(0).reverse()) task();
  }
}

import type { WorkerLike } from './connection.js';
import type { EngineModule } from './protocol.js';
import { serve } from './worker.js';

/**
 * An engine in this thread, in the form of a Worker: for surroundings that have none. All of them share one instance of
 * the module, so that none can be started again after a trap.
 */
export class LocalEngine implements WorkerLike {
  onmessage: WorkerLike['onmessage'] = null;
  onmessageerror: WorkerLike['onmessageerror'] = null;
  onerror: WorkerLike['onerror'] = null;
  #over = false;
  #hear: (event: MessageEvent) => void = () => undefined;
  readonly #failures = new Map<string, (event: Event) => void>();

  constructor(cpu: EngineModule) {
    const scope = {
      postMessage: (message: unknown, transfer: Transferable[]) => {
        const data: unknown = structuredClone(message, { transfer });
        this.#later(() => this.onmessage?.({ data } as MessageEvent));
      },
      addEventListener: (type: string, listener: (event: never) => void) => {
        if (type === 'message') this.#hear = listener as (event: MessageEvent) => void;
        else this.#watch(type, listener as (event: unknown) => void);
      },
    };
    serve(scope, { cpu });
  }

  postMessage(message: unknown, transfer: Transferable[]): void {
    // A compiled module is handed over as it is.
    const data: unknown = isBoot(message) ? message : structuredClone(message, { transfer });
    this.#later(() => {
      this.#hear({ data } as MessageEvent);
    });
  }

  terminate(): void {
    this.#over = true;
    for (const [type, listener] of this.#failures) scope().removeEventListener?.(type, listener);
  }

  #later(work: () => void): void {
    setTimeout(() => {
      if (!this.#over) work();
    });
  }

  /** A trap in an async method reaches nobody but the thread; other exceptions are not the engine's. */
  #watch(type: string, tell: (event: unknown) => void): void {
    const listener = (event: Event) => {
      const { error, reason } = event as Event & { error?: unknown; reason?: unknown };
      if ((error ?? reason) instanceof WebAssembly.RuntimeError) tell(event);
    };
    this.#failures.set(type, listener);
    scope().addEventListener?.(type, listener);
  }
}

function isBoot(message: unknown): boolean {
  return (message as { readonly method?: unknown }).method === 'boot';
}

function scope(): Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>> {
  return globalThis;
}

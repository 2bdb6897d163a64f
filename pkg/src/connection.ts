import type { Call } from './call.js';
import { MetricLabError, toMetricLabError } from './errors.js';
import {
  type Answer,
  type Arguments,
  type EngineMethod,
  type Reply,
  type Request,
  transferables,
} from './protocol.js';
import type { AdapterDescription, DeviceKind } from './types.js';
import { whenReleased } from './vital-sign.js';

/** The part of a `Worker` that is used. */
export interface WorkerLike {
  postMessage(message: unknown, transfer: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent) => void) | null;
  onmessageerror: ((event: MessageEvent) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: MetricLabError) => void;
  readonly progress: (done: number, total: number) => void;
}

type Watched = Pick<Call<unknown>, 'progress' | 'sent' | 'watched'>;

type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never;

/** One Worker and its unanswered calls. Ends with its first fault. */
export class Connection {
  readonly #worker: WorkerLike;
  readonly #onFault: (connection: Connection, fault: MetricLabError) => void;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #end: MetricLabError | null = null;
  readonly #closed = new AbortController();

  constructor(worker: WorkerLike, onFault: (connection: Connection, fault: MetricLabError) => void) {
    this.#worker = worker;
    this.#onFault = onFault;
    worker.onmessage = (event) => {
      this.#receive(event.data as Reply);
    };
    worker.onmessageerror = () => {
      this.#fault(new MetricLabError('worker.crashed', 'The Worker sent something that cannot be read.'));
    };
    worker.onerror = (event) => {
      this.#fault(
        new MetricLabError('worker.crashed', `The Worker failed: ${event.message || 'no reason given'}`),
      );
    };
  }

  /** The reason of its end, or null while it runs. */
  get end(): MetricLabError | null {
    return this.#end;
  }

  boot(kind: DeviceKind, wasm: WebAssembly.Module): Promise<AdapterDescription | null> {
    return this.#send({ method: 'boot', kind, wasm }) as Promise<AdapterDescription | null>;
  }

  /** Calls with arguments that others keep: they are cloned. */
  call<M extends EngineMethod>(method: M, args: Arguments<M>, watched?: Watched): Promise<Answer<M>> {
    const request = { method, args, watched: watched?.watched ?? false };
    return this.#send(request, [], watched) as Promise<Answer<M>>;
  }

  /** Calls for a caller. The arguments are transferred, except a state, which is kept for another engine. */
  answer<M extends EngineMethod>(method: M, args: Arguments<M>, call: Watched): Promise<Answer<M>> {
    const transfer = method === 'restore' ? [] : transferables(args[0]);
    return this.#send({ method, args, watched: call.watched }, transfer, call) as Promise<Answer<M>>;
  }

  close(reason: MetricLabError): void {
    if (this.#end) return;
    this.#end = reason;
    this.#closed.abort();
    this.#worker.onmessage = null;
    this.#worker.onmessageerror = null;
    this.#worker.onerror = null;
    this.#worker.terminate();
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }

  #send(request: Unnumbered<Request>, transfer: Transferable[] = [], call?: Watched): Promise<unknown> {
    if (this.#end) return Promise.reject(this.#end);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const progress = (done: number, total: number) => call?.progress(done, total);
      this.#pending.set(id, { resolve, reject, progress });
      call?.sent(() => {
        if (this.#pending.has(id)) this.#worker.postMessage({ method: 'stop', id }, []);
      });
      try {
        this.#worker.postMessage({ ...request, id }, transfer);
      } catch (thrown) {
        // The arguments were checked before: only memory can be missing.
        this.#pending.delete(id);
        reject(toMetricLabError(thrown));
      }
    });
  }

  #receive(reply: Reply): void {
    if (reply.type === 'fault') {
      this.#fault(new MetricLabError(reply.error.code, reply.error.message));
      return;
    }
    if (reply.type === 'ready') return;
    if (reply.type === 'alive') {
      whenReleased(reply.lock, this.#closed.signal, () => {
        this.#fault(new MetricLabError('worker.crashed', 'The Worker was ended from outside.'));
      });
      return;
    }
    const pending = this.#pending.get(reply.id);
    if (reply.type === 'progress') {
      pending?.progress(reply.done, reply.total);
      return;
    }
    this.#pending.delete(reply.id);
    if (reply.type === 'done') pending?.resolve(reply.value);
    else pending?.reject(new MetricLabError(reply.error.code, reply.error.message));
  }

  #fault(fault: MetricLabError): void {
    if (this.#end) return;
    this.close(fault);
    this.#onFault(this, fault);
  }
}

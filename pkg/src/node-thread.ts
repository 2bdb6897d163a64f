import type { Thread } from 'node:worker_threads';
import type { WorkerLike } from './connection.js';
import type { Reply, Request } from './protocol.js';
import { firstThatStarts } from './spawn.js';

/** A thread of Node in the form of a Worker. It keeps the process alive only while a call is unanswered. */
class ThreadWorker implements WorkerLike {
  onmessage: WorkerLike['onmessage'] = null;
  onmessageerror: WorkerLike['onmessageerror'] = null;
  onerror: WorkerLike['onerror'] = null;
  readonly #thread: Thread;
  #unanswered = 0;

  constructor(thread: Thread) {
    this.#thread = thread;
    thread.on('message', (data) => {
      const { type } = data as Reply;
      if (type === 'done' || type === 'failed') this.#count(-1);
      this.onmessage?.({ data } as MessageEvent);
    });
    thread.on('messageerror', () => this.onmessageerror?.({} as MessageEvent));
    const fail = (message: string) => {
      this.onerror?.({ message, preventDefault: () => undefined } as ErrorEvent);
    };
    thread.on('error', (error) => {
      fail((error as Error).message);
    });
    thread.on('exit', (code) => {
      fail(`the thread ended with ${String(code)}`);
    });
  }

  postMessage(message: unknown, transfer: Transferable[]): void {
    this.#thread.postMessage(message, transfer);
    // A `stop` has no answer of its own.
    if ((message as Request).method !== 'stop') this.#count(1);
  }

  terminate(): void {
    void this.#thread.terminate();
  }

  #count(change: number): void {
    this.#unanswered += change;
    if (this.#unanswered > 0) this.#thread.ref();
    else this.#thread.unref();
  }
}

/** Starts a thread with the CPU module's script. */
export async function openThread(): Promise<WorkerLike> {
  const { Worker } = await import('node:worker_threads');
  const address = new URL('./engine/node-worker.js', import.meta.url);
  // Without the flags of the process: `--input-type`, say, is refused for a thread.
  const open = () => new ThreadWorker(new Worker(address, { name: 'metriclab-cpu', execArgv: [] }));
  return firstThatStarts([open], address.href, "It lies in the package's folder dist.");
}

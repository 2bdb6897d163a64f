import { parentPort } from 'node:worker_threads';
import init, { Engine } from '../../wasm/metriclab_cpu.js';
import { type WorkerScope, serve } from '../worker.js';

/** The part of Node's `process` that is used. */
interface Process {
  on(event: 'uncaughtException' | 'unhandledRejection', listener: (reason: unknown) => void): void;
}

const { process } = globalThis as unknown as { readonly process: Process };

/** The port of a thread of Node in the words of a Worker. */
function scopeOf(port: typeof parentPort): WorkerScope {
  const listen = (type: string, listener: (event: never) => void) => {
    const tell = (fields: object) => {
      listener({ preventDefault: () => undefined, ...fields } as never);
    };
    if (type === 'message')
      port.on('message', (data) => {
        tell({ data });
      });
    else if (type === 'error')
      process.on('uncaughtException', (error) => {
        tell({ error });
      });
    else
      process.on('unhandledRejection', (reason) => {
        tell({ reason });
      });
  };
  return {
    postMessage: (message, transfer) => {
      port.postMessage(message, transfer);
    },
    addEventListener: listen as WorkerScope['addEventListener'],
  };
}

serve(scopeOf(parentPort), { cpu: { init, Engine } });

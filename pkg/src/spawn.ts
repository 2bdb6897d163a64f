import type { WorkerLike } from './connection.js';
import { MetricLabError, badArgument } from './errors.js';
import type { Reply } from './protocol.js';
import { show } from './show.js';
import type { DeviceKind } from './types.js';

/** Time limit for the start of a Worker, whose script has a few kilobytes. */
const START_MS = 60_000;

type Open = (Worker: typeof globalThis.Worker) => Worker;

// Bundlers look for exactly this expression. `open` takes the constructor, so that `scriptOf` can ask for the address.
const OPEN: Record<DeviceKind, Open> = {
  cpu: (Worker) =>
    new Worker(new URL('./cpu-worker.js', import.meta.url), { type: 'module', name: 'metriclab-cpu' }),
  gpu: (Worker) =>
    new Worker(new URL('./gpu-worker.js', import.meta.url), { type: 'module', name: 'metriclab-gpu' }),
};

const MODULE: Record<DeviceKind, () => URL> = {
  cpu: () => new URL('../wasm/metriclab_cpu_bg.wasm', import.meta.url),
  gpu: () => new URL('../wasm/metriclab_gpu_bg.wasm', import.meta.url),
};

/** A folder that a page names, relative to the page, or to the Worker that asks. */
export function baseOf(base: unknown): URL | undefined {
  if (base === undefined) return undefined;
  const { document, location } = globalThis as { document?: Document; location?: Location };
  try {
    if (typeof base !== 'string' && !(base instanceof URL)) throw badArgument('It is neither text nor URL.');
    const folder = new URL(base, document?.baseURI ?? location?.href);
    if (!folder.pathname.endsWith('/')) folder.pathname += '/';
    return folder;
  } catch (cause) {
    throw badArgument(`wasmBase must be the address of a folder, is ${show(base)}.`, cause);
  }
}

/** The address of a wasm module: in `base` where that is given, otherwise next to the package's scripts. */
export function wasmUrl(kind: DeviceKind, base?: URL): string {
  return base ? new URL(`metriclab_${kind}_bg.wasm`, base).href : MODULE[kind]().href;
}

function scriptOf(kind: DeviceKind): string {
  let address = '';
  function Listener(url: string | URL) {
    address = String(url);
  }
  OPEN[kind](Listener as unknown as typeof Worker);
  return address;
}

/** Waits for the first message of a Worker. */
export function started(worker: WorkerLike, patience = START_MS): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      fail('it did not start in time');
    }, patience);
    const fail = (why: string) => {
      clearTimeout(timer);
      worker.terminate();
      reject(new Error(why));
    };
    worker.onmessage = ({ data }) => {
      const reply = data as Reply;
      if (reply.type === 'ready') {
        clearTimeout(timer);
        resolve();
      } else if (reply.type === 'fault') {
        fail(reply.error.message);
      }
    };
    worker.onerror = (event) => {
      event.preventDefault();
      fail(event.message || 'its script was blocked or not found');
    };
  });
}

/** Starts a Worker from the package's own address, or, where the page's origin forbids it, a blob that imports it. */
export async function spawn(kind: DeviceKind): Promise<WorkerLike> {
  const reasons: string[] = [];
  for (const open of [openDirectly, openThroughBlob]) {
    try {
      const worker = open(kind);
      await started(worker);
      return worker;
    } catch (thrown) {
      reasons.push(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }
  throw new MetricLabError(
    'worker.blocked',
    `The browser did not start the Worker ${scriptOf(kind)} (${reasons.join('; ')}). It and the package's wasm folder must be served; ` +
      "a content security policy must allow worker-src 'self'; from another origin or a sandboxed frame it must be served with Access-Control-Allow-Origin, and worker-src must allow blob:.",
  );
}

function openDirectly(kind: DeviceKind): WorkerLike {
  return OPEN[kind](Worker);
}

function openThroughBlob(kind: DeviceKind): WorkerLike {
  // A classic script: Chromium starts no module Worker from the blob of a page without an origin.
  const source = `import(${JSON.stringify(scriptOf(kind))}).catch((error) => setTimeout(() => { throw error; }));`;
  const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(address, { name: `metriclab-${kind}` });
  // By its first message the Worker has read the address.
  worker.addEventListener(
    'message',
    () => {
      URL.revokeObjectURL(address);
    },
    { once: true },
  );
  return worker;
}

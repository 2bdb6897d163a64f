import { reading } from './arguments.js';
import type { WorkerLike } from './connection.js';
import { MetricLabError, badArgument } from './errors.js';
import { openLab } from './lab.js';
import { type Wanted, wantedOf } from './lab-options.js';
import { compiledFrom } from './module.js';
import { probe } from './probe.js';
import { show } from './show.js';
import { firstThatStarts, spawn } from './spawn.js';
import type { DeviceKind, DeviceRequest, Lab, LabOptions, WasmSource } from './types.js';

/** What an entry point brings along. */
export interface Shipped {
  /** Starts its own Worker. */
  readonly spawn: (kind: DeviceKind) => Promise<WorkerLike>;
  /** The module; null where the entry point has none. */
  readonly wasm: (kind: DeviceKind) => WasmSource | null;
  /** The CPU module in this thread. */
  readonly local: () => Promise<WorkerLike>;
  /** Whether it is for Node: the CPU module in a thread. */
  readonly node?: true;
  /** Cores of the machine; the browser says unless given. */
  readonly cores?: () => number;
}

/** `createLab` of an entry point. */
export async function open(options: LabOptions | undefined, shipped: Shipped): Promise<Lab> {
  const wanted = reading(() => wantedOf(options));
  const only = onlyWay(wanted, shipped);
  const possible = (device: DeviceRequest): void => {
    if (only && device === 'gpu')
      throw new MetricLabError(
        'device.no_webgpu',
        'The GPU module needs a browser and a Worker: this lab runs on the CPU module.',
      );
  };
  possible(wanted.device);
  const modules = new Map<DeviceKind, Promise<WebAssembly.Module>>();
  const load = async (kind: DeviceKind): Promise<WebAssembly.Module> => {
    possible(kind);
    const loading = modules.get(kind) ?? moduleOf(kind, wanted, shipped);
    modules.set(kind, loading);
    // The next lab, or the next try, asks again.
    loading.catch(() => modules.delete(kind));
    return loading;
  };
  return openLab(wanted.device, {
    spawn: only ?? ((kind) => workerOf(kind, wanted, shipped)),
    load,
    gpu: () =>
      only ? undefined : (globalThis as { readonly navigator?: { readonly gpu?: GPU } }).navigator?.gpu,
    probe,
    now: () => performance.now(),
    // Engines in this thread would take turns.
    crew: { most: only && !shipped.node ? 1 : (wanted.cores ?? coresOf(shipped)) },
  });
}

/** Cores that a large search uses unless the caller says: all, up to eight. */
function coresOf({ cores }: Shipped): number {
  const { navigator } = globalThis as { readonly navigator?: { readonly hardwareConcurrency?: number } };
  return Math.min(8, cores?.() ?? navigator?.hardwareConcurrency ?? 1);
}

/** The only way to start an engine here, and that is the CPU module; null in a browser. */
function onlyWay({ worker }: Wanted, { local, spawn, node }: Shipped): (() => Promise<WorkerLike>) | null {
  if (worker === false) return local;
  if (node && worker !== undefined)
    throw badArgument('In Node a lab opens a thread of its own: worker is false or left out.');
  if (node) return () => spawn('cpu');
  return typeof Worker === 'undefined' ? local : null;
}

async function moduleOf(
  kind: DeviceKind,
  { assets, wasm }: Wanted,
  shipped: Shipped,
): Promise<WebAssembly.Module> {
  const source = wasm[kind] ?? (assets ? new URL(`metriclab_${kind}_bg.wasm`, assets) : shipped.wasm(kind));
  if (source !== null) return compiledFrom(source);
  throw new MetricLabError(
    'wasm.unavailable',
    `This entry point does not hold the ${kind} module: say createLab({ wasm: { ${kind}: … } }) or createLab({ assets }).`,
  );
}

async function workerOf(kind: DeviceKind, { assets, worker }: Wanted, shipped: Shipped): Promise<WorkerLike> {
  if (typeof worker === 'function')
    return firstThatStarts([() => opened(worker(kind))], 'of your function', '');
  const address =
    worker === undefined || worker === false ? assets && new URL('metriclab-worker.js', assets) : worker;
  if (!address) return shipped.spawn(kind);
  return spawn(
    { address: String(address), options: { type: 'module', name: `metriclab-${kind}` } },
    kind,
    '',
  );
}

function opened(worker: unknown): WorkerLike {
  if (typeof worker === 'object' && worker !== null && 'postMessage' in worker && 'terminate' in worker)
    return worker as WorkerLike;
  throw badArgument(`worker must return a Worker, returned ${show(worker)}.`);
}

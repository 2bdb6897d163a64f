import { type Methods, type Watch, run } from './blocks.js';
import { type ErrorCode, MetricLabError, isDeviceFault, policyAdvice, toMetricLabError } from './errors.js';
import { contentOfBlob, unpacked } from './gzip.js';
import {
  type BootRequest,
  type EngineAdapter,
  type EngineModule,
  type EngineRequest,
  type Loaded,
  type Reply,
  type Request,
  isEngineMethod,
  transferables,
} from './protocol.js';
import { reasonOf } from './show.js';
import type { DatasetInfo, DeviceKind } from './types.js';
import { VERSION } from './version.js';
import { holdLock } from './vital-sign.js';

/** The part of a Worker's global scope that is used. */
export interface WorkerScope {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  addEventListener(type: 'error', listener: (event: ErrorEvent) => void): void;
  addEventListener(type: 'unhandledrejection', listener: (event: PromiseRejectionEvent) => void): void;
}

/** Reports to the page that this engine is at its end. */
export type ReportFault = (code: ErrorCode, message: string) => void;

type Engine = EngineAdapter & Methods;

/** Largest data set that the engine reads. */
const BYTE_LIMIT = 1024 * 1024 * 1024;
/** Size from which a copy that is left behind matters, in bytes. */
const LARGE = 16 * 1024 * 1024;

/** The generated modules that a Worker's script holds. */
export type Modules = Partial<Record<DeviceKind, EngineModule>>;

/** Answers the page's calls in order. Returns a function that reports a fault outside any call. */
export function serve(scope: WorkerScope, modules: Modules): ReportFault {
  let engine: Engine | null = null;
  let over = false;
  const stopped = new Set<number>();
  let last: Promise<void> = Promise.resolve();
  const panic = rememberPanic();
  const post = (reply: Reply, transfer: Transferable[] = []) => {
    if (!over) scope.postMessage(reply, transfer);
  };
  const fault: ReportFault = (code, message) => {
    post({ type: 'fault', error: { code, message } });
    over = true;
  };
  const crash = (thrown: unknown) => {
    // A panic may come shortly before the lost device that caused it is reported: the loss goes first.
    const message = panic() ?? reasonOf(thrown);
    setTimeout(() => {
      fault('worker.crashed', message);
    }, 50);
  };
  /** An engine in the page's own thread ends with the page. */
  const tellAlive = async (): Promise<void> => {
    const lock = (scope as unknown) === globalThis ? await holdLock() : null;
    if (lock !== null) post({ type: 'alive', lock });
  };
  const answer = async (request: Exclude<Request, { method: 'stop' }>): Promise<void> => {
    const { id } = request;
    try {
      if (request.method === 'boot') {
        await tellAlive();
        engine = (await boot(modules, request)) as Engine;
      }
      const progress = (done: number, total: number) => {
        post({ type: 'progress', id, done, total });
      };
      const value =
        request.method === 'boot'
          ? (engine?.adapter() ?? null)
          : await call(engine, request, { now, pause, progress, stopped: () => stopped.has(id) });
      post({ type: 'done', id, value }, transferables(value));
    } catch (thrown) {
      const { code, message } = toMetricLabError(thrown);
      if (isTrap(thrown)) crash(thrown);
      else if (isDeviceFault(code)) fault(code, message);
      else post({ type: 'failed', id, error: { code, message } });
    } finally {
      stopped.delete(id);
    }
  };
  scope.addEventListener('message', ({ data }) => {
    const request = data as Request;
    // Not queued: it is about the running call.
    if (request.method === 'stop') stopped.add(request.id);
    else last = last.then(() => answer(request));
  });
  watchCrashes(scope, crash);
  post({ type: 'ready', version: VERSION });
  return fault;
}

/** A panic in an async method traps in a microtask of its own, and the call never settles. */
function watchCrashes(scope: WorkerScope, crash: (thrown: unknown) => void): void {
  scope.addEventListener('error', (event) => {
    event.preventDefault();
    crash(event.error ?? event.message);
  });
  scope.addEventListener('unhandledrejection', (event) => {
    event.preventDefault();
    crash(event.reason);
  });
}

async function boot(modules: Modules, { kind, wasm }: BootRequest): Promise<object> {
  const module = modules[kind];
  if (!module)
    throw new MetricLabError('wasm.unavailable', `This Worker's script is not for the ${kind} module.`);
  try {
    await module.init({ module_or_path: wasm });
  } catch (cause) {
    const reason = reasonOf(cause);
    throw new MetricLabError(
      'wasm.unavailable',
      `The module cannot be started: ${reason}. ${policyAdvice(reason)}`,
      { cause },
    );
  }
  return module.Engine.create();
}

async function call(engine: Engine | null, request: EngineRequest, watch: Watch): Promise<unknown> {
  const { method, args } = request;
  if (!engine)
    throw new MetricLabError('engine.unexpected', `${method} was called before the engine was there.`);
  if (!isEngineMethod(method) || !engine[method])
    throw new MetricLabError('engine.unexpected', `This engine has no ${method}.`);
  if (method === 'loadDataset') return loadDataset(engine, args[0] as Blob | Uint8Array<ArrayBuffer>);
  if (method !== 'restore') return run(engine, request, watch);
  const state = await contentOf(args[0] as Blob | Uint8Array<ArrayBuffer>);
  return run(engine, { ...request, args: [new Uint8Array(state)] }, watch);
}

async function loadDataset(engine: Engine, source: Blob | Uint8Array<ArrayBuffer>): Promise<Loaded> {
  const bytes = await contentOf(source);
  const unzipped = await unpacked(bytes, BYTE_LIMIT);
  const info = (await engine['loadDataset']?.(new Uint8Array(unzipped))) as DatasetInfo;
  const file = source instanceof Blob ? source : new Blob([bytes]);
  if (bytes.byteLength >= LARGE) setTimeout(urgeCollection, 50);
  return { info, file };
}

/**
 * Makes the garbage collector free the message that brought a file: the engine has its own copy, and a Worker that
 * allocates nothing keeps the message for minutes. Untouched buffers cost no memory, but the collector counts them.
 */
function urgeCollection(): void {
  Array.from({ length: 16 }, () => new ArrayBuffer(LARGE / 2));
}

async function contentOf(source: Blob | Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
  return source instanceof Blob ? contentOfBlob(source) : source.buffer;
}

const now = () => performance.now();

/** Lets queued messages run first. A timer would be throttled. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

function isTrap(thrown: unknown): boolean {
  // A stack overflow in wasm is a RangeError, and breaks the instance as a trap does.
  return (
    thrown instanceof WebAssembly.RuntimeError ||
    (thrown instanceof RangeError && thrown.message.includes('call stack'))
  );
}

/* eslint-disable no-console -- a trap itself says `unreachable`; the sentence of the panic goes to console.error only */
/** What the last panic says, without its place in the source, or null. */
function rememberPanic(): () => string | null {
  let sentence: string | null = null;
  const log = console.error.bind(console);
  console.error = (...values: unknown[]) => {
    if (typeof values[0] === 'string' && values[0].includes('panicked at'))
      sentence = `The engine failed: ${values[0].replace(/^.*panicked at [^\n]*\n/, '').split('\n\nStack')[0] ?? ''}`;
    log(...values);
  };
  return () => sentence;
}
/* eslint-enable no-console */

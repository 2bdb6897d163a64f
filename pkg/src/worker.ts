import { type ErrorCode, MetricLabError, isDeviceFault, toMetricLabError } from './errors.js';
import {
  ENGINE_METHODS,
  type EngineAdapter,
  type EngineModule,
  type Reply,
  type Request,
} from './protocol.js';

/** The part of a Worker's global scope that is used. */
export interface WorkerScope {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  addEventListener(type: 'error', listener: (event: ErrorEvent) => void): void;
  addEventListener(type: 'unhandledrejection', listener: (event: PromiseRejectionEvent) => void): void;
}

/** Tells the page that this engine is finished. */
export type ReportFault = (code: ErrorCode, message: string) => void;

type Engine = EngineAdapter & Record<string, (...args: readonly unknown[]) => unknown>;

/** Answers the page's calls one after the other. Returns how to report a fault that no call shows. */
export function serve(scope: WorkerScope, module: EngineModule): ReportFault {
  let engine: Engine | null = null;
  let over = false;
  let last: Promise<void> = Promise.resolve();
  const panic = rememberPanic();
  const post = (reply: Reply, transfer: Transferable[] = []) => {
    if (!over) scope.postMessage(reply, transfer);
  };
  const fault = (code: string, message: string) => {
    post({ type: 'fault', error: { code, message } });
    over = true;
  };
  const crash = (thrown: unknown) => {
    // A panic on a device that is being lost comes a little before the loss is reported: let the loss speak first.
    const message = panic() ?? describe(thrown);
    setTimeout(() => {
      fault('worker.crashed', message);
    }, 50);
  };
  const answer = async (request: Request): Promise<void> => {
    try {
      if (request.method === 'boot') engine = (await boot(module, request.wasm)) as Engine;
      const value = await run(engine, request);
      post({ type: 'done', id: request.id, value }, transferables(value));
    } catch (thrown) {
      const { code, message } = toMetricLabError(thrown);
      if (isTrap(thrown)) crash(thrown);
      else if (isDeviceFault(code)) fault(code, message);
      else post({ type: 'failed', id: request.id, error: { code, message } });
    }
  };
  scope.addEventListener('message', ({ data }) => {
    last = last.then(() => answer(data as Request));
  });
  // A panic inside an async method traps in a microtask of its own: the call that caused it never settles.
  scope.addEventListener('error', (event) => {
    event.preventDefault();
    crash(event.error ?? event.message);
  });
  scope.addEventListener('unhandledrejection', (event) => {
    event.preventDefault();
    crash(event.reason);
  });
  post({ type: 'ready' });
  return fault;
}

async function boot(module: EngineModule, wasm: WebAssembly.Module): Promise<object> {
  try {
    await module.init({ module_or_path: wasm });
  } catch (cause) {
    throw new MetricLabError(
      'wasm.unavailable',
      `The module cannot be started: ${describe(cause)}. A content security policy needs 'wasm-unsafe-eval'.`,
      { cause },
    );
  }
  return module.Engine.create();
}

function run(engine: Engine | null, request: Request): unknown {
  if (!engine)
    throw new MetricLabError(
      'engine.unexpected',
      `${request.method} was called before the engine was there.`,
    );
  if (request.method === 'boot') return engine.adapter() ?? null;
  const method = ENGINE_METHODS.includes(request.method) ? engine[request.method] : undefined;
  if (!method) throw new MetricLabError('engine.unexpected', `This engine has no ${request.method}.`);
  return method.apply(engine, [...request.args]);
}

function isTrap(thrown: unknown): boolean {
  // A stack overflow inside wasm is a RangeError and leaves the instance as broken as a trap does.
  return (
    thrown instanceof WebAssembly.RuntimeError ||
    (thrown instanceof RangeError && thrown.message.includes('call stack'))
  );
}

function describe(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/* eslint-disable no-console -- a trap itself says `unreachable`; the sentence of the panic goes to console.error only */
/** The sentence of the last panic, or null. */
function rememberPanic(): () => string | null {
  let sentence: string | null = null;
  const log = console.error.bind(console);
  console.error = (...values: unknown[]) => {
    if (typeof values[0] === 'string' && values[0].includes('panicked at'))
      sentence = values[0].split('\n\nStack')[0] ?? null;
    log(...values);
  };
  return () => sentence;
}
/* eslint-enable no-console */

/** The buffers of a reply, to be moved rather than copied. */
export function transferables(value: unknown): Transferable[] {
  const parts =
    typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)
      ? Object.values(value)
      : [value];
  const buffers = new Set<ArrayBuffer>();
  for (const part of parts) {
    // A view on a part of a buffer (the engine's memory, say) is copied.
    if (
      ArrayBuffer.isView(part) &&
      part.buffer instanceof ArrayBuffer &&
      part.byteLength === part.buffer.byteLength
    )
      buffers.add(part.buffer);
  }
  return [...buffers];
}

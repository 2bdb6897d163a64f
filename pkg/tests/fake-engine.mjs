// A Worker that is none: the package's own `serve` with an engine of arithmetic behind it, in this process.
// Messages are cloned and arrive later, as between threads.
import { setTimeout as sleep } from 'node:timers/promises';
import { openLab } from '../dist/lab.js';
import { serve } from '../dist/worker.js';

/** An engine whose whole state is its step. `behaviour(method, args, engine)` may throw, hang or return a value. */
export class FakeEngine {
  constructor({ adapter = null, behaviour = () => undefined } = {}) {
    this.calls = [];
    this.step = 0;
    this.config = null;
    this.dataset = null;
    this.busy = false;
    this.adapter = () => adapter;
    this.behaviour = behaviour;
  }

  async call(method, args) {
    if (this.busy) throw new Error(`${method} overlaps another call`);
    this.busy = true;
    this.calls.push(method);
    try {
      await sleep(1);
      return (await this.behaviour(method, args, this)) ?? this[`on_${method}`]?.(...args) ?? {};
    } finally {
      this.busy = false;
    }
  }

  on_loadDataset(bytes) {
    this.dataset = bytes;
    this.config = null;
    this.step = 0;
    return { count: bytes.length };
  }

  on_configure(config) {
    this.config = config;
    this.step = 0;
    return { config, step: 0 };
  }

  on_advance(steps) {
    this.step += steps;
    return {
      step: this.step,
      losses: new Float32Array(steps),
      active: new Float32Array(steps),
      milliseconds: 1,
    };
  }

  on_save() {
    return new TextEncoder().encode(JSON.stringify({ step: this.step, config: this.config }));
  }

  on_restore(state) {
    Object.assign(this, JSON.parse(new TextDecoder().decode(state)));
    return { config: this.config, step: this.step };
  }
}
for (const method of [
  'loadDataset',
  'options',
  'defaults',
  'configure',
  'advance',
  'picture',
  'evaluate',
  'neighbours',
  'batch',
  'geometry',
  'embed',
  'embeddings',
  'distances',
  'nearest',
  'save',
  'restore',
]) {
  FakeEngine.prototype[method] = function (...args) {
    return this.call(method, args);
  };
}

export class FakeWorker {
  onmessage = null;
  onmessageerror = null;
  onerror = null;
  terminated = false;
  #listeners = { message: [], error: [], unhandledrejection: [] };

  /** `create` makes the engine, or rejects as `Engine.create` would. */
  constructor(create) {
    const scope = {
      postMessage: (reply, transfer) => {
        const data = structuredClone(reply, { transfer });
        setTimeout(() => !this.terminated && this.onmessage?.({ data }));
      },
      addEventListener: (type, listener) => this.#listeners[type].push(listener),
    };
    const Engine = { create: async () => (this.engine = await create()) };
    this.fault = serve(scope, { init: async () => undefined, Engine });
  }

  postMessage(message) {
    const data = structuredClone(message);
    setTimeout(() => this.#dispatch('message', { data }));
  }

  /** What the browser does when an exception inside the Worker is caught by nobody. */
  throwUncaught(error) {
    this.#dispatch('error', { error, message: error.message, preventDefault() {} });
  }

  rejectUnhandled(reason) {
    this.#dispatch('unhandledrejection', { reason, preventDefault() {} });
  }

  terminate() {
    this.terminated = true;
  }

  #dispatch(type, event) {
    if (this.terminated) return;
    for (const listener of this.#listeners[type]) listener(event);
  }
}

export const GPU_WINS = { gpuMs: 1, cpuMs: 10, cached: false };

/** A lab on fake Workers, with a clock that only the test moves. `create(kind, nth)` makes each engine. */
export async function fakeLab({
  device = 'cpu',
  gpu,
  probe = async () => GPU_WINS,
  create = () => new FakeEngine(),
} = {}) {
  const world = { workers: [], kinds: [], loaded: [], time: 0, faults: [], devices: [] };
  world.lab = await openLab(device, {
    spawn: async (kind) => {
      const nth = world.workers.length;
      const worker = new FakeWorker(() => create(kind, nth));
      world.kinds.push(kind);
      world.workers.push(worker);
      return worker;
    },
    load: async (kind) => {
      world.loaded.push(kind);
      return null;
    },
    gpu: () => gpu,
    probe,
    now: () => world.time,
  });
  world.lab.on('fault', (fault) => world.faults.push(fault));
  world.lab.on('device', (info) => world.devices.push(info));
  world.newest = () => world.workers.at(-1);
  return world;
}

export function fakeGpu(info, fields = {}) {
  return { requestAdapter: async () => (info ? { info, ...fields } : null) };
}

export const HARDWARE = fakeGpu({
  vendor: 'acme',
  architecture: 'rocket',
  description: '',
  isFallbackAdapter: false,
});

export const trap = () => new WebAssembly.RuntimeError('unreachable');
export const coded = (code, message = code) =>
  Object.assign(new Error(message), { name: 'MetricLabError', code });
export const never = () => new Promise(() => undefined);

// A Worker that is none: the package's own `serve` with an engine of arithmetic behind it, in this process.
// Messages are cloned and arrive later, as between threads.
import { setTimeout as sleep } from 'node:timers/promises';
import { openLab } from '../dist/lab.js';
import { ENGINE_METHODS, INTERNAL_METHODS } from '../dist/protocol.js';
import { serve } from '../dist/worker.js';

const isCount = (value) => typeof value === 'number' && value > 0;

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

  /** Manhattan distances; rows with a NaN are refused by their place among the queries. */
  on_distances({ queries, references, dim }) {
    if (!isCount(dim) || queries.length % dim > 0) throw coded('shape.mismatch');
    const broken = queries.findIndex(Number.isNaN);
    if (broken >= 0) throw coded('data.not_finite', `Row ${Math.floor(broken / dim)} of queries`);
    const row = (rows, at) => rows.subarray(at * dim, (at + 1) * dim);
    const [n, m] = [queries.length / dim, references.length / dim];
    return Float32Array.from({ length: n * m }, (_, at) => {
      const other = row(references, at % m);
      return row(queries, Math.floor(at / m)).reduce((sum, x, i) => sum + Math.abs(x - other[i]), 0);
    });
  }

  on_nearest({ k, ...rows }) {
    if (!isCount(k)) throw coded('k.out_of_range');
    const all = this.on_distances(rows);
    const m = rows.references.length / rows.dim;
    const found = Array.from({ length: all.length / m }, (_, query) => {
      const own = all.subarray(query * m, (query + 1) * m);
      const order = [...own.keys()].sort((a, b) => own[a] - own[b] || a - b).slice(0, k);
      return order.map((at) => [at, own[at]]);
    }).flat();
    return {
      indices: Uint32Array.from(found, ([at]) => at),
      distances: Float32Array.from(found, ([, distance]) => distance),
      k,
    };
  }

  on_embed({ pixels, count }) {
    if (!isCount(count) || pixels.length % count > 0) throw coded('shape.mismatch');
    return Float32Array.from(
      { length: 2 * count },
      (_, at) => pixels[(at >> 1) * (pixels.length / count)] + at / 8,
    );
  }

  on_adjust(config) {
    if (!this.config) throw coded('session.none');
    this.config = config;
    return { config, step: this.step };
  }

  /** Starts anew; the weights that it was given are the first byte of the state. */
  on_fineTune({ state, config }) {
    [this.config, this.step, this.weights] = [config ?? { seed: 0 }, 0, state[0]];
    return { config: this.config, step: 0 };
  }

  on_save() {
    return new TextEncoder().encode(JSON.stringify({ step: this.step, config: this.config }));
  }

  on_restore(state) {
    try {
      Object.assign(this, JSON.parse(new TextDecoder().decode(state)));
    } catch {
      throw coded('session.state_invalid');
    }
    return { config: this.config, step: this.step };
  }
}
for (const method of [...ENGINE_METHODS, ...INTERNAL_METHODS]) {
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
    const module = { init: async () => undefined, Engine };
    this.fault = serve(scope, { cpu: module, gpu: module });
  }

  postMessage(message, transfer) {
    const data = structuredClone(message, { transfer });
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
  crew,
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
    crew,
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

import { deviceOf, functionOf, ownArguments } from './arguments.js';
import { Call, callOptions } from './call.js';
import { Connection, type WorkerLike } from './connection.js';
import { Crew, type Hands } from './crew.js';
import { type GpuLike, type Probe, chooseDevice, reasonAfter } from './device.js';
import { DISPOSE } from './disposal.js';
import { MetricLabError, badArgument, toMetricLabError } from './errors.js';
import { Galleries, loadGallery, openGallery } from './galleries.js';
import { ENGINE_CALLS, type EngineCalls } from './generated/calls.js';
import { type Arguments, ENGINE_METHODS, type EngineMethod, type Loaded } from './protocol.js';
import { FaultHistory, SaveClock, Snapshot, describeStop } from './recovery.js';
import { show } from './show.js';
import { tell } from './tell.js';
import { type AskTowers, loadTowers, openTowers } from './towers.js';
import { LabTraining } from './training.js';
import type {
  CallOptions,
  DeviceInfo,
  DeviceKind,
  DeviceRequest,
  Lab,
  LabEvents,
  StepReport,
} from './types.js';

/** The parts of the browser that a lab uses. */
export interface Surroundings {
  readonly spawn: (kind: DeviceKind) => Promise<WorkerLike>;
  readonly load: (kind: DeviceKind) => Promise<WebAssembly.Module>;
  readonly gpu: () => GpuLike | undefined;
  readonly probe: Probe;
  readonly now: () => number;
  /** Most engines that may share a call, and from how many numbers on they do; one unless given. */
  readonly crew?: Omit<Hands, 'open'>;
}

const EVENTS: readonly unknown[] = ['fault', 'device'] satisfies (keyof LabEvents)[];

interface Task {
  readonly run: () => Promise<void>;
  readonly reject: (error: MetricLabError) => void;
}

type Listeners = { [E in keyof LabEvents]: Set<(payload: LabEvents[E]) => void> };

export function openLab(requested: DeviceRequest, surroundings: Surroundings): Promise<Lab> {
  return QueuedLab.open(requested, surroundings);
}

/** A function for each call of the engine: its arguments, then the options of a call. */
function engineCalls(
  ask: (method: EngineMethod, given: readonly unknown[], call: CallOptions | undefined) => Promise<unknown>,
): EngineCalls {
  const made = ENGINE_METHODS.map((method): [string, unknown] => {
    const takes = ENGINE_CALLS[method];
    const call = (...given: readonly unknown[]): Promise<unknown> =>
      ask(
        method,
        Array.from({ length: takes }, (_, at) => given[at]),
        given[takes] as CallOptions | undefined,
      );
    return [method, call];
  });
  return Object.fromEntries(made) as unknown as EngineCalls;
}

/** Queues calls in the page and sends one at a time to the Worker; restores the session when the Worker dies. */
class QueuedLab implements Omit<Lab, keyof EngineCalls> {
  #device: DeviceInfo;
  #connection: Connection | null = null;
  /** The Worker that is starting, so that `dispose` reaches it. */
  #starting: Connection | null = null;
  #recovering: Promise<void> | null = null;
  /** Kept so that a new engine need not fetch and compile its module again. */
  #loaded: { readonly kind: DeviceKind; readonly module: WebAssembly.Module } | null = null;
  #lastFault: MetricLabError | null = null;
  #disposed = false;
  #pumping = false;
  readonly #queue: Task[] = [];
  readonly #snapshot = new Snapshot();
  readonly #faults = new FaultHistory();
  readonly #saves = new SaveClock();
  readonly #towerSaves = new SaveClock();
  readonly #listeners: Listeners = { fault: new Set(), device: new Set() };
  readonly #surroundings: Surroundings;
  readonly #galleries = new Galleries((method, request, call) => this.#call(method, [request], call));

  readonly #crew: Crew;

  constructor(requested: DeviceRequest, surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#crew = new Crew({ most: 1, ...surroundings.crew, open: () => this.#helper() });
    this.#device = { kind: 'cpu', requested, reason: 'requested', adapter: null, probe: null };
  }

  static async open(requested: DeviceRequest, surroundings: Surroundings): Promise<Lab> {
    const lab = new QueuedLab(requested, surroundings);
    await lab.start(requested);
    const calls = engineCalls((method, given, call) => lab.#ask(method, given, call));
    return Object.assign(lab, calls);
  }

  get device(): DeviceInfo {
    return this.#device;
  }

  on<E extends keyof LabEvents>(event: E, listener: (payload: LabEvents[E]) => void): () => void {
    if (!EVENTS.includes(event))
      throw badArgument(`The events are 'fault' and 'device', not ${show(event)}.`);
    if (!functionOf(listener, 'listener')) throw badArgument('listener must be a function, is undefined.');
    const listeners = this.#listeners[event];
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  async switchDevice(requested: DeviceRequest): Promise<DeviceInfo> {
    const device = deviceOf(requested);
    return this.#enqueue(async () => {
      const before = await this.#connected();
      const chosen = await this.#choose(device);
      if (chosen.kind === this.#device.kind) {
        return this.#settle({ ...chosen, adapter: chosen.adapter ?? this.#device.adapter });
      }
      if (this.#snapshot.behind) await this.#save(before);
      this.#connection = null;
      try {
        await this.start(device, chosen);
      } catch (thrown) {
        if (before.end) this.#lost(before.end);
        else this.#connection = before;
        throw thrown;
      }
      before.close(new MetricLabError('lab.disposed', 'This engine gave way to another.'));
      return this.#device;
    });
  }

  [DISPOSE](): void {
    this.dispose();
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    const reason = disposed();
    this.#connection?.close(reason);
    this.#starting?.close(reason);
    this.#crew.close(reason);
    this.#galleries.close();
    this.#connection = null;
    this.#loaded = null;
    for (const task of this.#queue.splice(0)) task.reject(reason);
    for (const listeners of Object.values(this.#listeners)) listeners.clear();
  }

  /** Starts an engine as `requested` says, on the CPU where `auto` finds that the GPU does not work after all. */
  async start(requested: DeviceRequest, chosen?: DeviceInfo): Promise<void> {
    const device = chosen ?? (await this.#choose(requested));
    try {
      await this.#open(device);
    } catch (thrown) {
      const reason =
        requested === 'auto' && device.kind === 'gpu' ? reasonAfter(toMetricLabError(thrown).code) : null;
      if (!reason) throw thrown;
      await this.#open({ kind: 'cpu', requested, reason, adapter: null, probe: null });
    }
  }

  #choose(requested: DeviceRequest): Promise<DeviceInfo> {
    return chooseDevice(requested, this.#surroundings.gpu(), this.#surroundings.probe);
  }

  /** One Worker on one device, with everything that the snapshot holds. Returns its step. */
  async #open(device: DeviceInfo): Promise<number> {
    const { spawn, load } = this.#surroundings;
    const { kind } = device;
    const loading = this.#loaded?.kind === kind ? Promise.resolve(this.#loaded.module) : load(kind);
    // If the Worker does not start, its error is the one to report.
    loading.catch(() => undefined);
    const worker = await spawn(kind);
    const connection = new Connection(worker, (_, fault) => {
      if (this.#connection === connection) this.#lost(fault);
    });
    if (this.#disposed) connection.close(disposed());
    this.#starting = connection;
    try {
      const module = await loading;
      const adapter = await connection.boot(kind, module);
      const step = await this.#snapshot.refill(connection);
      if (connection.end) throw connection.end;
      this.#connection = connection;
      this.#loaded = { kind, module };
      this.#settle({ ...device, adapter: adapter ?? device.adapter });
      return step;
    } catch (thrown) {
      connection.close(toMetricLabError(thrown));
      throw thrown;
    } finally {
      this.#starting = null;
    }
  }

  /** One more engine on the CPU, without data set or session. */
  async #helper(): Promise<Connection> {
    const { spawn, load } = this.#surroundings;
    const module = this.#loaded?.kind === 'cpu' ? this.#loaded.module : await load('cpu');
    const helper = new Connection(await spawn('cpu'), () => undefined);
    try {
      await helper.boot('cpu', module);
    } catch (thrown) {
      helper.close(toMetricLabError(thrown));
      throw thrown;
    }
    if (this.#disposed) helper.close(disposed());
    return helper;
  }

  #settle(device: DeviceInfo): DeviceInfo {
    const changed =
      device.kind !== this.#device.kind ||
      device.reason !== this.#device.reason ||
      device.requested !== this.#device.requested;
    this.#device = device;
    if (changed) this.#emit('device', device);
    return device;
  }

  #lost(fault: MetricLabError): void {
    this.#connection = null;
    if (this.#disposed) return;
    this.#recovering = this.#recover(fault).finally(() => {
      this.#recovering = null;
    });
  }

  async #recover(fault: MetricLabError): Promise<void> {
    this.#lastFault = fault;
    let device = this.#device;
    for (let { code } = fault; ;) {
      const verdict = this.#faults.judge(code, device.kind, this.#surroundings.now());
      if (verdict === 'stop') break;
      if (verdict === 'fallback')
        device = { ...device, kind: 'cpu', reason: 'device_lost', adapter: null, probe: null };
      try {
        const step = await this.#open(device);
        this.#tell(fault, true, step);
        return;
      } catch (thrown) {
        if (this.#disposed) return;
        ({ code } = toMetricLabError(thrown));
      }
    }
    const stopped = new MetricLabError(fault.code, describeStop(fault));
    for (const task of this.#queue.splice(0)) task.reject(stopped);
    this.#settle(device);
    this.#tell(stopped, false, this.#snapshot.step);
  }

  /** The engine, once it is there. After recovery gave up, each call tries once. */
  async #connected(): Promise<Connection> {
    await this.#recovering;
    if (this.#disposed) throw disposed();
    if (!this.#connection) {
      const step = await this.#open(this.#device);
      if (this.#lastFault) this.#tell(this.#lastFault, true, step);
    }
    if (!this.#connection) throw disposed();
    return this.#connection;
  }

  readonly train: Lab['train'] = (options) =>
    new LabTraining((steps, call) => this.#ask('advance', [steps], call) as Promise<StepReport>, options);

  /** Opens, loads or goes on with a gallery. */
  readonly gallery: Lab['gallery'] = (options, call) => openGallery(this.#galleries, options, call);
  readonly loadGallery: Lab['loadGallery'] = (bytes, options) => loadGallery(this.#galleries, bytes, options);

  /** Two networks that learn one space from pairs. */
  readonly towers: Lab['towers'] = (options, call) => openTowers(this.#askTowers, options, call);
  readonly loadTowers: Lab['loadTowers'] = (bytes, data, call) =>
    loadTowers(this.#askTowers, bytes, data, call);
  readonly #askTowers: AskTowers = (method, request, call) => this.#call(method, [request], call);

  /** A call of the engine that the page makes. */
  #ask(method: EngineMethod, given: readonly unknown[], options: CallOptions | undefined): Promise<unknown> {
    const answer = this.#call(method, given, options);
    if (method !== 'advance' || this.#disposed) return answer;
    // Queued behind the steps, and before the calls that the page makes on their answer.
    void this.#enqueue(() => this.#keepState()).catch((thrown: unknown) => {
      const error = toMetricLabError(thrown);
      // A fault, and the end of the lab, have events of their own; after training that diverged the state before it stays.
      if (this.#connection && error.code !== 'training.diverged')
        this.#tell(error, true, this.#snapshot.step);
    });
    return answer;
  }

  #call(method: EngineMethod, given: readonly unknown[], options: object | undefined): Promise<unknown> {
    let call: Call<unknown>;
    let args: Arguments<EngineMethod>;
    try {
      args = ownArguments(method, given);
      call = new Call(callOptions(options));
    } catch (thrown) {
      return Promise.reject(toMetricLabError(thrown, 'argument.invalid'));
    }
    const work = async () => {
      if (call.over) return;
      const connection = await this.#connected();
      const kept = this.#snapshot.keep(method, args) as Arguments<EngineMethod>;
      const answer =
        this.#device.kind === 'cpu'
          ? await this.#crew.answer(connection, method, args, call)
          : await connection.answer(method, args, call);
      // Also for an aborted call: the engine may have trained.
      this.#snapshot.note(method, kept, answer);
      if (method === 'towersAdvance') this.#keepTowers();
      for (const gallery of this.#snapshot.longGalleries)
        this.#call('gallerySave', [{ gallery }], undefined).catch(() => undefined);
      call.resolve(method === 'loadDataset' ? (answer as Loaded).info : answer);
    };
    this.#enqueue(work).catch((thrown: unknown) => {
      call.reject(thrown);
    });
    return call.answer;
  }

  /** Queued behind the steps. */
  #keepTowers(): void {
    const began = this.#surroundings.now();
    if (!this.#towerSaves.due(began)) return;
    for (const towers of this.#snapshot.trainedTowers) {
      const saved = this.#call('towersSave', [{ towers }], undefined);
      // A fault has an event of its own.
      saved.then(
        () => {
          this.#towerSaves.took(began, this.#surroundings.now());
        },
        () => undefined,
      );
    }
  }

  async #keepState(): Promise<void> {
    if (!this.#connection || !this.#snapshot.behind || !this.#saves.due(this.#surroundings.now())) return;
    await this.#save(this.#connection);
  }

  async #save(connection: Connection): Promise<void> {
    const began = this.#surroundings.now();
    this.#snapshot.note('save', [], await connection.call('save', []));
    this.#saves.took(began, this.#surroundings.now());
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    if (this.#disposed) return Promise.reject(disposed());
    return new Promise<T>((resolve, reject) => {
      const run = () =>
        work().then(resolve, (thrown: unknown) => {
          reject(toMetricLabError(thrown));
        });
      this.#queue.push({ run, reject });
      void this.#pump();
    });
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    for (let task = this.#queue.shift(); task; task = this.#queue.shift()) await task.run();
    this.#pumping = false;
  }

  #tell({ code, message }: MetricLabError, recovered: boolean, step: number): void {
    this.#emit('fault', { code, message, recovered, step });
  }

  #emit<E extends keyof LabEvents>(event: E, payload: LabEvents[E]): void {
    for (const listener of this.#listeners[event]) tell(listener, payload);
  }
}

function disposed(): MetricLabError {
  return new MetricLabError('lab.disposed', 'This lab was disposed of.');
}

import type { Connection } from './connection.js';
import { type MetricLabError, toMetricLabError } from './errors.js';
import { GalleryRecords } from './gallery-records.js';
import { TowerRecords } from './tower-records.js';
import {
  type Answer,
  type Arguments,
  type EngineMethod,
  type Loaded,
  isGalleryMethod,
  isTowersMethod,
} from './protocol.js';
import type { DeviceKind, FineTuneRequest, SessionConfig, SessionInfo, StepReport } from './types.js';

export type Verdict = 'respawn' | 'fallback' | 'stop';

/** Faults further apart than this are independent. */
export const FAULT_WINDOW_MS = 60_000;
/** After this many faults of the CPU module within the window, starting it again does not help. */
export const CPU_FAULTS = 3;
/** Shortest time between two saves of the training state. */
export const SAVE_EVERY_MS = 2_000;
/** Largest share of the time that saving may take. */
const SAVE_SHARE = 0.05;

/** Decides what to do after a fault, so that restarts cannot go on for ever. */
export class FaultHistory {
  readonly #faults: { readonly kind: DeviceKind; readonly time: number }[] = [];

  judge(code: string, kind: DeviceKind, now: number): Verdict {
    this.#faults.push({ kind, time: now });
    const recent = this.#faults.filter((fault) => fault.kind === kind && now - fault.time <= FAULT_WINDOW_MS);
    if (kind === 'cpu') return recent.length >= CPU_FAULTS ? 'stop' : 'respawn';
    const gone = code === 'device.no_webgpu' || code === 'device.no_adapter' || code === 'device.refused';
    return gone || recent.length >= 2 ? 'fallback' : 'respawn';
  }
}

/** When to keep the training state. */
export class SaveClock {
  #next = 0;

  due(now: number): boolean {
    return now >= this.#next;
  }

  took(started: number, ended: number): void {
    this.#next = ended + Math.max(SAVE_EVERY_MS, (ended - started) / SAVE_SHARE);
  }
}

/** The data set, configuration and state from which another engine continues. */
export class Snapshot {
  #dataset: Blob | null = null;
  #config: SessionConfig | null = null;
  #state: Blob | Uint8Array | null = null;
  #stateStep = 0;
  /** The request that began the session with the weights of another one, until a state of its own is kept. */
  #tuned: FineTuneRequest | null = null;
  /** Whether the session took other settings since the state was kept. */
  #adjusted = false;
  /** The step of the running engine; the state may be older. */
  #engineStep = 0;
  readonly #galleries = new GalleryRecords();
  readonly #towers = new TowerRecords();

  /** Whether the engine was trained since the state was kept. */
  get behind(): boolean {
    return this.#engineStep !== this.#stateStep;
  }

  /** The step from which another engine would go on. */
  get step(): number {
    return this.#stateStep;
  }

  /** Records an answered call. */
  note<M extends EngineMethod>(method: M, args: Arguments<M>, answer: Answer<M>): void {
    if (isGalleryMethod(method)) {
      this.#galleries.note(method, args[0] as object, answer);
    } else if (isTowersMethod(method)) {
      this.#towers.note(method, args[0] as object, answer);
    } else if (method === 'loadDataset') {
      this.#dataset = (answer as Loaded).file;
      this.#begin(null, null, 0);
    } else if (method === 'configure') {
      this.#begin((answer as SessionInfo).config, null, 0);
    } else if (method === 'restore') {
      const { config, step } = answer as SessionInfo;
      this.#begin(config, args[0] as Blob | Uint8Array, step);
    } else if (method === 'fineTune') {
      const { config } = answer as SessionInfo;
      this.#begin(config, null, 0);
      this.#tuned = { ...(args[0] as FineTuneRequest), config };
    } else if (method === 'save') {
      this.#tuned = null;
      this.#state = (answer as Uint8Array).slice();
      this.#stateStep = this.#engineStep;
      this.#adjusted = false;
    } else if (method === 'adjust') {
      this.#config = (answer as SessionInfo).config;
      this.#adjusted = true;
    } else if (method === 'advance') {
      this.#engineStep = (answer as StepReport).step;
    }
  }

  /** Copies the arguments that recovery needs. Sending a call moves them to the Worker. */
  keep(method: EngineMethod, args: readonly unknown[]): readonly unknown[] {
    if (method === 'fineTune') {
      const request = args[0] as Partial<FineTuneRequest>;
      return [{ ...request, state: request.state?.slice() }];
    }
    if (isTowersMethod(method)) return this.#towers.keep(method, args);
    return isGalleryMethod(method) ? this.#galleries.keep(method, args) : args;
  }

  /** Galleries whose steps have become long: saving them makes them short. */
  get longGalleries(): readonly number[] {
    return this.#galleries.due();
  }

  /** Towers that were trained since their last file. */
  get trainedTowers(): readonly number[] {
    return this.#towers.due();
  }

  #begin(config: SessionConfig | null, state: Blob | Uint8Array | null, step: number): void {
    this.#config = config;
    this.#state = state;
    this.#tuned = null;
    this.#stateStep = step;
    this.#engineStep = step;
    this.#adjusted = false;
  }

  /** Brings a fresh engine to where this snapshot was taken. Returns its step. */
  async refill(connection: Connection): Promise<number> {
    if (this.#dataset) await connection.call('loadDataset', [this.#dataset]);
    this.#engineStep = await this.#refillSession(connection);
    this.#stateStep = this.#engineStep;
    await this.#galleries.refill(connection);
    await this.#towers.refill(connection);
    return this.#engineStep;
  }

  async #refillTuned(connection: Connection, request: FineTuneRequest): Promise<number> {
    const { step } = await connection.call('fineTune', [request]);
    if (this.#adjusted) await connection.call('adjust', [this.#config]);
    return step;
  }

  async #refillSession(connection: Connection): Promise<number> {
    if (this.#state) {
      try {
        const { step } = await connection.call('restore', [this.#state]);
        if (this.#adjusted) await connection.call('adjust', [this.#config]);
        return step;
      } catch (thrown) {
        // The engine refuses the state: an untrained session is better than none.
        if (toMetricLabError(thrown).code !== 'session.state_invalid') throw thrown;
        this.#state = null;
      }
    }
    if (this.#tuned) return this.#refillTuned(connection, this.#tuned);
    return this.#config ? (await connection.call('configure', [this.#config])).step : 0;
  }
}

/** The message to waiting calls after the last restart failed. */
export function describeStop(fault: MetricLabError): string {
  return `${fault.message} (The engine failed ${CPU_FAULTS} times within ${FAULT_WINDOW_MS / 1000} s; the next call starts it once more.)`;
}

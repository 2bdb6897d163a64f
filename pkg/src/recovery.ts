import type { Connection } from './connection.js';
import { type MetricLabError, toMetricLabError } from './errors.js';
import type { Answer, Arguments, EngineMethod } from './protocol.js';
import type { DeviceKind, SessionConfig, StepReport } from './types.js';

export type Verdict = 'respawn' | 'fallback' | 'stop';

/** Faults further apart than this have nothing to do with each other. */
export const FAULT_WINDOW_MS = 60_000;
/** So many faults of the CPU module within the window are a bug that starting again will not cure. */
export const CPU_FAULTS = 3;
/** At most so often is the training state kept. */
export const SAVE_EVERY_MS = 2_000;
/** Keeping the state may take at most this share of the time. */
const SAVE_SHARE = 0.05;

/** Decides what follows on a fault, so that starting again can never go round in circles. */
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

/** What another engine needs to go on where this one stops. */
export class Snapshot {
  #dataset: Uint8Array | null = null;
  #config: SessionConfig | null = null;
  #state: Uint8Array | null = null;
  /** Whether steps were done since the state was kept. */
  #behind = false;

  /** Whether there are weights that `save` would return and this does not hold. */
  get behind(): boolean {
    return this.#behind;
  }

  keep(state: Uint8Array): void {
    this.#state = state.slice();
    this.#behind = false;
  }

  /** Follows a call that was answered. */
  note<M extends EngineMethod>(method: M, args: Arguments<M>, answer: Answer<M>): void {
    if (method === 'loadDataset') {
      this.#dataset = args[0] as Uint8Array;
      this.#forget(null);
    } else if (method === 'configure') {
      this.#forget((answer as Answer<'configure'>).config);
    } else if (method === 'restore') {
      this.#forget((answer as Answer<'restore'>).config);
      this.keep(args[0] as Uint8Array);
    } else if (method === 'save') {
      this.keep(answer as Uint8Array);
    } else if (method === 'advance') {
      this.#behind ||= (answer as StepReport).losses.length > 0;
    }
  }

  #forget(config: SessionConfig | null): void {
    this.#config = config;
    this.#state = null;
    this.#behind = false;
  }

  /** Brings a fresh engine to where this snapshot was taken. Returns its step. */
  async refill(connection: Connection): Promise<number> {
    this.#behind = false;
    if (!this.#dataset) return 0;
    await connection.call('loadDataset', [this.#dataset]);
    if (this.#state) {
      try {
        return (await connection.call('restore', [this.#state])).step;
      } catch (thrown) {
        // The engine lives but refuses the state: an untrained session is better than none.
        if (connection.end || toMetricLabError(thrown).code !== 'session.state_invalid') throw thrown;
        this.#state = null;
      }
    }
    if (!this.#config) return 0;
    return (await connection.call('configure', [this.#config])).step;
  }
}

/** How a fault that could not be mended is told to the calls that waited. */
export function describeStop(fault: MetricLabError): string {
  return `${fault.message} (The engine failed ${CPU_FAULTS} times within ${FAULT_WINDOW_MS / 1000} s; the next call starts it once more.)`;
}

import {
  createLab,
  MetricLabError,
  type DeviceInfo,
  type DeviceRequest,
  type FaultEvent,
  type Lab,
} from 'metriclab';
import { Signal } from '../store/signal';
import type { Notices } from './notices';

/** Codes whose story the lab's `fault` event tells; the failed call itself has nothing to add. */
const FAULTS: readonly string[] = ['worker.crashed', 'device.lost', 'device.out_of_memory', 'device.error'];

export function isFault(thrown: unknown): boolean {
  return thrown instanceof MetricLabError && FAULTS.includes(thrown.code);
}

/**
 * The page's two laboratories: `trainer` on the device that one chose, and `probe` on the CPU,
 * which answers what does not need the trained weights while the trainer is busy.
 */
export class Labs {
  readonly device = new Signal<DeviceInfo | null>(null);
  readonly #notices: Notices;
  #trainer: Promise<Lab> | null = null;
  #probe: Promise<Lab> | null = null;

  constructor(notices: Notices) {
    this.#notices = notices;
  }

  trainer(request: DeviceRequest, onFault: (fault: FaultEvent) => void): Promise<Lab> {
    this.#trainer ??= this.#open(request).then(
      (lab) => {
        lab.on('fault', onFault);
        lab.on('device', (device) => {
          this.device.set(device);
        });
        this.device.set(lab.device);
        return lab;
      },
      (error: unknown) => {
        this.#trainer = null;
        throw error;
      },
    );
    return this.#trainer;
  }

  probe(): Promise<Lab> {
    this.#probe ??= createLab({ device: 'cpu' }).catch((error: unknown) => {
      this.#probe = null;
      throw error;
    });
    return this.#probe;
  }

  /** A device that is not there must not leave the page without any. */
  async #open(request: DeviceRequest): Promise<Lab> {
    try {
      return await createLab({ device: request });
    } catch (error) {
      if (request !== 'gpu') throw error;
      this.#notices.fail(error, { tone: 'warning' });
      return createLab({ device: 'cpu' });
    }
  }
}

import type { AdapterDescription } from './types.js';
import { VERSION } from './version.js';

const NAME = 'metriclab:probe';
/** Drivers and browsers are updated; a user agent does not always say so. */
export const KEPT_MS = 30 * 24 * 3600 * 1000;

/** Estimated time of a training step on each module. */
export interface Estimates {
  readonly gpuMs: number;
  readonly cpuMs: number;
}

/** The part of `localStorage` that is used. */
export type StorageLike = Pick<Storage, 'getItem' | 'setItem'>;

/** The place of the estimates. Asking for the storage may throw, as in a sandboxed frame. */
export interface Shelf {
  readonly storage: () => StorageLike | undefined;
  /** The calendar's time, which outlasts the page. */
  readonly date: () => number;
  readonly browser: string;
}

function keyOf({ vendor, architecture, description }: AdapterDescription, browser: string): string {
  return [VERSION, vendor, architecture, description, browser].join('\n');
}

const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value > 0;

/** The estimates of this adapter in this browser; null where there are none, or none that can be trusted. */
export function recall(shelf: Shelf, adapter: AdapterDescription): Estimates | null {
  try {
    const { key, at, gpuMs, cpuMs } = JSON.parse(shelf.storage()?.getItem(NAME) ?? '{}') as Record<
      string,
      unknown
    >;
    const age = shelf.date() - Number(at);
    const fresh = key === keyOf(adapter, shelf.browser) && age >= 0 && age < KEPT_MS;
    return fresh && isTime(gpuMs) && isTime(cpuMs) ? { gpuMs, cpuMs } : null;
  } catch {
    return null;
  }
}

export function remember(shelf: Shelf, adapter: AdapterDescription, { gpuMs, cpuMs }: Estimates): void {
  try {
    shelf
      .storage()
      ?.setItem(NAME, JSON.stringify({ key: keyOf(adapter, shelf.browser), at: shelf.date(), gpuMs, cpuMs }));
  } catch {
    // Full, or not allowed: the next page measures again.
  }
}

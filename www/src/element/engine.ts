// Figures import `metriclab`. In the build of the element this file takes its place: it exports the package next to it, and
// opens labs with the addresses that `configure()` got, and tells elements what fails.
import {
  createLab as open,
  fetchPacked as fetchSet,
  MetricLabError,
  type Lab,
  type LabOptions,
  type LoadOptions,
} from 'metriclab';
import { WORDS } from '../words';
import { NO_SITE } from '../words/errors';
import { places } from './options';

export * from 'metriclab';

interface Fault {
  readonly code: string;
  readonly message: string;
}
const listeners = new Set<(fault: Fault) => void>();

/** Tells every fault of an engine, and every engine that could not be opened. Returns a function that ends it. */
export function onFault(listener: (fault: Fault) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const tell = (fault: Fault): void => {
  for (const listener of listeners) listener(fault);
};

export async function createLab(options: LabOptions = {}): Promise<Lab> {
  try {
    const lab = await open({ ...options, ...places() });
    lab.on('fault', tell);
    return lab;
  } catch (error) {
    if (error instanceof MetricLabError) tell(error);
    throw error;
  }
}

/** Whether an address is that of a copy of the site, which an element's `site` names; the figures' own is relative. */
export const isKnown = (address: string): boolean => URL.canParse(address);

/** The packed data set at an address. */
export async function fetchPacked(address: string | URL, options?: LoadOptions): Promise<ArrayBuffer> {
  try {
    if (!isKnown(String(address)))
      throw new MetricLabError('data.unreachable', WORDS.en.page.noSite, { cause: NO_SITE });
    return await fetchSet(address, options);
  } catch (error) {
    if (error instanceof MetricLabError && error.code !== 'call.aborted') tell(error);
    throw error;
  }
}

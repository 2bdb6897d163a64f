// Figures import `metriclab`. In the build of the element this file takes its place: it exports the package next to it, and
// opens labs with the addresses that `configure()` got.
import { createLab as open, MetricLabError, type Lab, type LabOptions } from 'metriclab';
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

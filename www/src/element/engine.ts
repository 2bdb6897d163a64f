// Figures import `metriclab`. In the build of the element this file takes its place: it exports the package next to it, and
// opens labs with the addresses that `configure()` got, and tells elements when an engine had to begin anew.
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

/**
 * Tells every fault from which an engine recovered, whichever figure it works for. What a figure could not do it tells itself.
 * Returns a function that ends it.
 */
export function onFault(listener: (fault: Fault) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export async function createLab(options: LabOptions = {}): Promise<Lab> {
  const lab = await open({ ...options, ...places() });
  lab.on('fault', (fault) => {
    if (fault.recovered) for (const listener of listeners) listener(fault);
  });
  return lab;
}

/** Whether an address is that of a copy of the site, which an element's `site` names; the figures' own is relative. */
export const isKnown = (address: string): boolean => URL.canParse(address);

/** Where `metriclab/pictures` tells its addresses: by the names of its files, without the endings. */
const PICTURES = Symbol.for('metriclab.pictures');

/** The address of a file in the package, if the page has imported `metriclab/pictures`. */
function ofPackage(address: string): string | undefined {
  const given = (globalThis as { [PICTURES]?: Readonly<Record<string, string>> })[PICTURES];
  return given?.[/([\w-]+)\.\w+\.gz$/.exec(address)?.[1] ?? ''];
}

/** The packed data set at an address. */
export async function fetchPacked(address: string | URL, options?: LoadOptions): Promise<ArrayBuffer> {
  const asked = String(address);
  const known = isKnown(asked) ? asked : ofPackage(asked);
  if (known === undefined)
    throw new MetricLabError('data.unreachable', WORDS.en.page.noSite, { cause: NO_SITE });
  return fetchSet(known, options);
}

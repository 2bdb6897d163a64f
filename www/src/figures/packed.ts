import { fetchPacked, readPacked, type PackedDataset } from 'metriclab';
import { page } from '../state/page.svelte';

const read = new Map<string, Promise<PackedDataset>>();

/** A packed data set by its name, fetched once a page. */
export function packed(name: string): Promise<PackedDataset> {
  const known = read.get(name);
  if (known) return known;
  const made = fetchPacked(page.dataset(name)).then(readPacked);
  read.set(name, made);
  // The next figure may try again.
  made.catch(() => read.delete(name));
  return made;
}

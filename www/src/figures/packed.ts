import type { PackedDataset } from 'metriclab';
import { page } from '../state/page.svelte';
import { pictures } from './pictures';

/** A packed data set by its name, fetched once a page. */
export async function packed(name: string): Promise<PackedDataset> {
  return (await pictures(page.dataset(name))).set;
}

import { fetchPacked, readPacked, type LoadProgress, type PackedDataset } from 'metriclab';
import type { DatasetName } from '../store/settings';
import { Signal } from '../store/signal';

export interface LoadedData {
  /** The set for the engines: both laboratories share it, and the browser may keep it outside the page's memory. */
  readonly file: Blob;
  readonly packed: PackedDataset;
}

/** Fetches each data set once, however often it is asked for meanwhile; one that failed is fetched again. */
export class DataShelf {
  readonly progress = new Signal<LoadProgress | null>(null);
  readonly #sets = new Map<DatasetName, Promise<LoadedData>>();

  get(name: DatasetName): Promise<LoadedData> {
    const known = this.#sets.get(name);
    if (known) return known;
    const set = this.#fetch(name);
    this.#sets.set(name, set);
    set.catch(() => {
      this.#sets.delete(name);
    });
    return set;
  }

  async #fetch(name: DatasetName): Promise<LoadedData> {
    try {
      const bytes = await fetchPacked(new URL(`../data/${name}.mlds.gz`, document.baseURI), {
        onProgress: (progress) => {
          this.progress.set({ ...progress });
        },
      });
      return { file: new Blob([bytes]), packed: readPacked(bytes) };
    } finally {
      this.progress.set(null);
    }
  }
}

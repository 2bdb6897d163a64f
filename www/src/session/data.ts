import { fetchPacked, readPacked, type LoadProgress, type PackedDataset } from 'metriclab';
import type { DatasetName } from '../store/settings';
import { Signal } from '../store/signal';

export interface LoadedData {
  readonly bytes: ArrayBuffer;
  readonly packed: PackedDataset;
}

/** Fetches each data set once. */
export class DataShelf {
  readonly progress = new Signal<LoadProgress | null>(null);
  readonly #sets = new Map<DatasetName, LoadedData>();

  async get(name: DatasetName): Promise<LoadedData> {
    const known = this.#sets.get(name);
    if (known) return known;
    try {
      const bytes = await fetchPacked(new URL(`data/${name}.mlds.gz`, document.baseURI), {
        onProgress: (progress) => {
          this.progress.set({ ...progress });
        },
      });
      const loaded = { bytes, packed: readPacked(bytes) };
      this.#sets.set(name, loaded);
      return loaded;
    } finally {
      this.progress.set(null);
    }
  }
}

import { MetricLabError } from './errors.js';
import { reasonOf } from './show.js';

/** An instance as it is stored. */
export interface StoredEntry {
  readonly key: number;
  readonly id: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly vector: Float32Array;
}

export interface StoredSettings {
  readonly config: unknown;
  readonly nextKey: number;
}

/** Rows that normalise scores; they are compared as the stored threshold asks. */
export interface StoredCohort {
  readonly vectors: Float32Array;
  readonly top?: number;
}

/** All that is stored of a gallery. */
export interface Stored {
  readonly settings: StoredSettings;
  readonly entries: readonly StoredEntry[];
  readonly cohort: StoredCohort | null;
}

const ENTRIES = 'entries';
const SETTINGS = 'settings';
/** Keys next to the settings. */
const COHORT = 'cohort';
const STEPS = 'steps';
export const PREFIX = 'metriclab-gallery:';

type Keep = (entries: IDBObjectStore, kept: IDBObjectStore) => void;

/** A gallery in a database of its own. Every step is on disk as a whole, or not at all. */
export class GalleryDatabase {
  readonly #database: IDBDatabase;
  /** Steps written so far. */
  steps = 0;

  private constructor(database: IDBDatabase) {
    this.#database = database;
  }

  /** @throws MetricLabError `storage.unavailable` */
  static async open(factory: () => IDBFactory, name: string): Promise<GalleryDatabase> {
    try {
      const request = factory().open(PREFIX + name, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore(ENTRIES, { keyPath: 'key' });
        request.result.createObjectStore(SETTINGS);
      };
      const opened = new GalleryDatabase(await answer(request));
      const kept = opened.#begin('readonly').objectStore(SETTINGS);
      opened.steps = ((await answer(kept.get(STEPS))) as number | undefined) ?? 0;
      return opened;
    } catch (cause) {
      throw failed('This page may not store anything', cause);
    }
  }

  /** Another page erases it. */
  onErased(listener: () => void): void {
    this.#database.onversionchange = listener;
  }

  async read(): Promise<Stored | null> {
    const transaction = this.#begin('readonly');
    const kept = transaction.objectStore(SETTINGS);
    const [settings, cohort, entries] = await Promise.all([
      answer(kept.get(SETTINGS)) as Promise<StoredSettings | undefined>,
      answer(kept.get(COHORT)) as Promise<StoredCohort | undefined>,
      answer(transaction.objectStore(ENTRIES).getAll()) as Promise<StoredEntry[]>,
    ]);
    return settings ? { settings, entries, cohort: cohort ?? null } : null;
  }

  write(settings: StoredSettings, put: readonly StoredEntry[], removed: readonly number[]): Promise<void> {
    return this.#write(this.steps + 1, (entries, kept) => {
      for (const entry of put) entries.put(entry);
      for (const key of removed) entries.delete(key);
      kept.put(settings, SETTINGS);
    });
  }

  writeCohort(cohort: StoredCohort | null): Promise<void> {
    return this.#write(this.steps + 1, (_, kept) => {
      if (cohort) kept.put(cohort, COHORT);
      else kept.delete(COHORT);
    });
  }

  /** Becomes like another one. */
  async copy(other: GalleryDatabase): Promise<void> {
    const stored = await other.read();
    await this.#write(other.steps, (entries, kept) => {
      entries.clear();
      kept.clear();
      if (!stored) return;
      for (const entry of stored.entries) entries.put(entry);
      kept.put(stored.settings, SETTINGS);
      if (stored.cohort) kept.put(stored.cohort, COHORT);
    });
  }

  close(): void {
    this.#database.close();
  }

  async #write(steps: number, work: Keep): Promise<void> {
    const transaction = this.#begin('readwrite');
    try {
      const kept = transaction.objectStore(SETTINGS);
      work(transaction.objectStore(ENTRIES), kept);
      kept.put(steps, STEPS);
      transaction.commit();
    } catch (cause) {
      // All of a step is on disk, or nothing.
      transaction.abort();
      throw failed('The gallery cannot be stored', cause);
    }
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => {
        resolve();
      };
      transaction.onabort = () => {
        reject(failed('The gallery cannot be stored', transaction.error));
      };
    });
    this.steps = steps;
  }

  #begin(mode: IDBTransactionMode): IDBTransaction {
    try {
      return this.#database.transaction([ENTRIES, SETTINGS], mode, { durability: 'strict' });
    } catch (cause) {
      throw failed('The gallery cannot be stored', cause);
    }
  }
}

/** Deletes a database that is closed. */
export async function erase(factory: IDBFactory, name: string): Promise<void> {
  await answer(factory.deleteDatabase(PREFIX + name));
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(failed('The gallery cannot be read', request.error));
    };
  });
}

/** A failure of the browser's storage, with its code. */
export function failed(what: string, cause: unknown): MetricLabError {
  if (cause instanceof MetricLabError) return cause;
  const full = cause instanceof DOMException && cause.name === 'QuotaExceededError';
  return full
    ? new MetricLabError(
        'storage.full',
        `${what}: the browser gives this page no more room. Delete something, or export it.`,
        {
          cause,
        },
      )
    : new MetricLabError(
        'storage.unavailable',
        `${what}: ${reasonOf(cause)}. Private windows and blocked site data forbid it; use the gallery without a store and save it to a file.`,
        { cause },
      );
}

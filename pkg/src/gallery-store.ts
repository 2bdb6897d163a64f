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
/** Its key, next to the settings. */
const COHORT = 'cohort';
const PREFIX = 'metriclab-gallery:';

/** A gallery on disk, in a database of its own. One page at a time may have it open. */
export class GalleryStore {
  readonly name: string;
  readonly #database: IDBDatabase;
  readonly #unlock: () => Promise<void>;
  readonly #among: Set<GalleryStore>;

  private constructor(
    name: string,
    database: IDBDatabase,
    unlock: () => Promise<void>,
    among: Set<GalleryStore>,
  ) {
    this.name = name;
    this.#database = database;
    this.#unlock = unlock;
    this.#among = among.add(this);
    // Another page erases it: let go, so that it need not wait.
    database.onversionchange = () => {
      void this.close();
    };
  }

  /**
   * Opens a store, which is in `among` until it is closed.
   *
   * @throws MetricLabError `storage.unavailable`, or `storage.busy` if it is open already.
   */
  static async open(name: string, among: Set<GalleryStore>): Promise<GalleryStore> {
    const unlock = await lock(name);
    try {
      const database = await connect(name);
      return new GalleryStore(name, database, unlock, among);
    } catch (thrown) {
      await unlock();
      throw thrown;
    }
  }

  /** All that is stored, or null for a gallery that was never written. */
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

  /** Writes a step; when it resolves, the step is on disk. */
  async write(
    settings: StoredSettings,
    put: readonly StoredEntry[],
    removed: readonly number[],
  ): Promise<void> {
    await this.#write((transaction) => {
      const entries = transaction.objectStore(ENTRIES);
      for (const entry of put) entries.put(entry);
      for (const key of removed) entries.delete(key);
      transaction.objectStore(SETTINGS).put(settings, SETTINGS);
    });
  }

  /** Writes the cohort; null for none. */
  async writeCohort(cohort: StoredCohort | null): Promise<void> {
    await this.#write((transaction) => {
      const kept = transaction.objectStore(SETTINGS);
      if (cohort) kept.put(cohort, COHORT);
      else kept.delete(COHORT);
    });
  }

  async #write(work: (transaction: IDBTransaction) => void): Promise<void> {
    const transaction = this.#begin('readwrite');
    try {
      work(transaction);
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
  }

  async close(): Promise<void> {
    this.#among.delete(this);
    this.#database.close();
    await this.#unlock();
  }

  /** Deletes the database. */
  async erase(): Promise<void> {
    this.#among.delete(this);
    this.#database.close();
    try {
      await answer(indexedDB.deleteDatabase(PREFIX + this.name));
    } finally {
      await this.#unlock();
    }
  }

  #begin(mode: IDBTransactionMode): IDBTransaction {
    try {
      return this.#database.transaction([ENTRIES, SETTINGS], mode, { durability: 'strict' });
    } catch (cause) {
      throw failed('The gallery cannot be stored', cause);
    }
  }
}

/**
 * Names of the galleries that are stored in this browser, where it can list them.
 *
 * @example
 * ```ts
 * for (const name of await storedGalleries()) console.log(name);
 * ```
 */
export async function storedGalleries(): Promise<readonly string[]> {
  if (typeof indexedDB === 'undefined' || !('databases' in indexedDB)) return [];
  try {
    const databases = await indexedDB.databases();
    const names = databases.map(({ name }) => name ?? '').filter((name) => name.startsWith(PREFIX));
    return names.map((name) => name.slice(PREFIX.length)).sort();
  } catch {
    return [];
  }
}

/** Takes the lock of a gallery. What it returns gives it back; closing the page does too. */
async function lock(name: string): Promise<() => Promise<void>> {
  const { navigator } = globalThis as { readonly navigator?: { readonly locks?: LockManager } };
  // Insecure pages have no locks; they have a store all the same.
  const locks = navigator?.locks;
  if (!locks) return () => Promise.resolve();
  return new Promise((resolve, reject) => {
    const held = (granted: Lock | null): Promise<void> | undefined => {
      if (!granted) {
        reject(
          new MetricLabError(
            'storage.busy',
            `The gallery ${name} is open already, in this page or another one.`,
          ),
        );
        return undefined;
      }
      return new Promise<void>((release) => {
        resolve(async () => {
          release();
          await ended;
        });
      });
    };
    const ended = locks.request(PREFIX + name, { ifAvailable: true }, held).catch((cause: unknown) => {
      reject(failed('This page may not store anything', cause));
    });
  });
}

async function connect(name: string): Promise<IDBDatabase> {
  try {
    const request = indexedDB.open(PREFIX + name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(ENTRIES, { keyPath: 'key' });
      request.result.createObjectStore(SETTINGS);
    };
    return await answer(request);
  } catch (cause) {
    throw failed('This page may not store anything', cause);
  }
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

function failed(what: string, cause: unknown): MetricLabError {
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

import { MetricLabError } from './errors.js';
import {
  erase,
  failed,
  GalleryDatabase,
  PREFIX,
  type Stored,
  type StoredCohort,
  type StoredEntry,
  type StoredSettings,
} from './gallery-database.js';

/** A store of this page beside the usual one, which Chromium alone has. */
const BUCKET = 'metriclab-galleries';

/**
 * A gallery on disk. One page at a time may have it open.
 *
 * It is written twice where the browser can. A Chromium that is killed in the middle of a write leaves the log of its databases
 * with half a record at the end. The next life reads up to there and writes on behind it; the life after that takes the log for
 * damaged, and deletes all databases of the page. So a copy is kept in a bucket, which has a log of its own, and the two are
 * never written at the same time: whichever has more steps is the gallery.
 */
export class GalleryStore {
  readonly name: string;
  readonly #main: GalleryDatabase;
  #copy: GalleryDatabase | null;
  readonly #unlock: () => Promise<void>;
  readonly #among: Set<GalleryStore>;

  private constructor(
    name: string,
    [main, copy]: readonly [GalleryDatabase, GalleryDatabase | null],
    unlock: () => Promise<void>,
    among: Set<GalleryStore>,
  ) {
    this.name = name;
    this.#main = main;
    this.#copy = copy;
    this.#unlock = unlock;
    this.#among = among.add(this);
    // Let go of it, so that the other page need not wait.
    main.onErased(() => {
      void this.close();
    });
  }

  /**
   * Opens a store, which is in `among` until it is closed.
   *
   * @throws MetricLabError `storage.unavailable`, or `storage.busy` if it is open already.
   */
  static async open(name: string, among: Set<GalleryStore>): Promise<GalleryStore> {
    const unlock = await lock(name);
    try {
      return new GalleryStore(name, await openBoth(name), unlock, among);
    } catch (thrown) {
      await unlock();
      throw thrown;
    }
  }

  /** All that is stored, or null for a gallery that was never written. */
  read(): Promise<Stored | null> {
    return this.#main.read();
  }

  /** Writes a step; when it resolves, the step is on disk. */
  write(settings: StoredSettings, put: readonly StoredEntry[], removed: readonly number[]): Promise<void> {
    return this.#write((database) => database.write(settings, put, removed));
  }

  /** Writes the cohort; null for none. */
  writeCohort(cohort: StoredCohort | null): Promise<void> {
    return this.#write((database) => database.writeCohort(cohort));
  }

  async close(): Promise<void> {
    this.#among.delete(this);
    this.#main.close();
    this.#copy?.close();
    await this.#unlock();
  }

  /** Deletes it, and a copy that fell behind too. */
  async erase(): Promise<void> {
    this.#among.delete(this);
    this.#main.close();
    this.#copy?.close();
    try {
      const factory = await bucket().catch(() => null);
      if (factory) await erase(factory, this.name);
      await erase(usual(), this.name);
    } finally {
      await this.#unlock();
    }
  }

  async #write(work: (database: GalleryDatabase) => Promise<void>): Promise<void> {
    await work(this.#main);
    try {
      if (this.#copy) await work(this.#copy);
    } catch {
      // It falls behind, and catches up when the gallery is opened again.
      this.#copy?.close();
      this.#copy = null;
    }
  }
}

/** Both databases of a gallery, alike. */
async function openBoth(name: string): Promise<[GalleryDatabase, GalleryDatabase | null]> {
  const main = await GalleryDatabase.open(usual, name);
  const copy = await openCopy(name);
  try {
    if (copy && copy.steps > main.steps) await main.copy(copy);
  } catch (thrown) {
    // The copy has more than could be written anew: it must not be taken for an old one.
    main.close();
    copy?.close();
    throw thrown;
  }
  try {
    if (copy && copy.steps < main.steps) await copy.copy(main);
    return [main, copy];
  } catch {
    copy?.close();
    return [main, null];
  }
}

async function openCopy(name: string): Promise<GalleryDatabase | null> {
  try {
    const factory = await bucket();
    return factory && (await GalleryDatabase.open(() => factory, name));
  } catch {
    return null;
  }
}

/** The databases of the page. A browser that forbids them may throw at the name alone. */
const usual = (): IDBFactory => indexedDB;

interface Bucket {
  readonly indexedDB: IDBFactory;
}

/** Held: once a bucket is collected as garbage, Chromium never ends what its databases began. */
let held: Promise<Bucket | undefined> | undefined;

/** The databases of the bucket; null where the browser has none. */
async function bucket(): Promise<IDBFactory | null> {
  const { navigator } = globalThis as {
    readonly navigator?: { readonly storageBuckets?: { open(name: string): Promise<Bucket> } };
  };
  held ??= Promise.resolve(navigator?.storageBuckets?.open(BUCKET));
  return (await held)?.indexedDB ?? null;
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
  const found = [listed(usual), listed(bucket)];
  return [...new Set((await Promise.all(found)).flat())].sort();
}

/** Names of the galleries in one store; none of a damaged one, or where the browser does not list them. */
async function listed(open: () => IDBFactory | null | Promise<IDBFactory | null>): Promise<string[]> {
  try {
    const databases = (await (await open())?.databases()) ?? [];
    const names = databases.map(({ name }) => name ?? '').filter((name) => name.startsWith(PREFIX));
    return names.map((name) => name.slice(PREFIX.length));
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
    const hold = (granted: Lock | null): Promise<void> | undefined => {
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
    const ended = locks.request(PREFIX + name, { ifAvailable: true }, hold).catch((cause: unknown) => {
      reject(failed('This page may not store anything', cause));
    });
  });
}

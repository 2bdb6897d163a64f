import { optionsOf, ownBytes, reading } from './arguments.js';
import { CALL, callOptions } from './call.js';
import { badArgument, MetricLabError } from './errors.js';
import { type AskGallery, type EngineGallery, LabGallery } from './gallery.js';
import type { Stored, StoredEntry } from './gallery-database.js';
import { GalleryStore } from './gallery-store.js';
import type { Gallery, GalleryOptions } from './gallery-types.js';
import { contentOfBlob } from './gzip.js';
import { show } from './show.js';
import type { Bytes, CallOptions } from './types.js';

const OPTIONS = ['dim', 'distance', 'threshold', 'store'] as const;
const LOADING = ['store', ...CALL] as const;

/** Numbers the galleries of a lab, and knows what they have open on disk. */
export class Galleries {
  readonly ask: AskGallery;
  readonly stores = new Set<GalleryStore>();
  #next = 1;

  constructor(ask: AskGallery) {
    this.ask = ask;
  }

  number(): number {
    return this.#next++;
  }

  /** Lets go of what is on disk, so that another lab may open it. */
  close(): void {
    for (const store of this.stores) void store.close();
  }
}

export async function openGallery(
  galleries: Galleries,
  options: GalleryOptions,
  call?: CallOptions,
): Promise<Gallery> {
  const { config, store } = reading(() => {
    const given = optionsOf(options, OPTIONS, '{ dim: 64 }');
    const { dim, distance = 'euclidean', threshold = null } = given;
    return { config: { dim, distance, threshold }, store: storeOf(given.store) };
  });
  return withStore(galleries, store, async (disk) => {
    const number = galleries.number();
    const found = await disk?.read();
    const opened = (await (found
      ? galleries.ask('galleryRefill', refill(number, found), call)
      : galleries.ask('galleryOpen', { gallery: number, config }, call))) as EngineGallery;
    const gallery = new LabGallery(number, opened, galleries.ask, disk);
    if (!found) await gallery.writeAll(opened);
    else {
      await checkSame(gallery, config, galleries, number);
      if (found.cohort) await gallery.compareBy(found.cohort);
    }
    return gallery;
  });
}

export async function loadGallery(
  galleries: Galleries,
  bytes: Bytes,
  options?: { readonly store?: string | undefined } & CallOptions,
): Promise<Gallery> {
  const { own, store, call } = reading(() => {
    const { store, ...call } = optionsOf(options, LOADING, "{ store: 'faces' }");
    return { own: ownBytes(bytes), store: storeOf(store), call: callOptions(call) };
  });
  const content = own instanceof Blob ? new Uint8Array(await contentOfBlob(own)) : own;
  return withStore(galleries, store, async (disk) => {
    if (disk && (await disk.read()))
      throw new MetricLabError(
        'gallery.taken',
        `There is a gallery named ${disk.name} already: erase it first.`,
      );
    const number = galleries.number();
    const opened = (await galleries.ask(
      'galleryLoad',
      { gallery: number, bytes: content },
      call,
    )) as EngineGallery;
    const gallery = new LabGallery(number, opened, galleries.ask, disk);
    await gallery.writeAll(opened);
    return gallery;
  });
}

/** Opens the store, and closes it again if `work` fails. */
async function withStore<T>(
  { stores }: Galleries,
  name: string | null,
  work: (store: GalleryStore | null) => Promise<T>,
): Promise<T> {
  const store = name === null ? null : await GalleryStore.open(name, stores);
  try {
    return await work(store);
  } catch (thrown) {
    await store?.close();
    throw thrown;
  }
}

function refill(gallery: number, { settings, entries }: Stored): object {
  const dim = (settings.config as { readonly dim: number }).dim;
  const vectors = new Float32Array(entries.length * dim);
  entries.forEach(({ vector }, at) => {
    vectors.set(vector, at * dim);
  });
  const plain = ({ id, name, attributes }: StoredEntry) => ({ id, name, attributes });
  const { config, nextKey } = settings;
  const contents = { config, nextKey, entries: entries.map(plain), keys: entries.map(({ key }) => key) };
  return { gallery, contents, vectors };
}

/** A stored gallery must be of the asked kind. */
async function checkSame(
  gallery: LabGallery,
  config: { readonly dim?: unknown; readonly distance?: unknown },
  galleries: Galleries,
  number: number,
): Promise<void> {
  const same =
    gallery.dim === config.dim && JSON.stringify(gallery.distance) === JSON.stringify(config.distance);
  if (same) return;
  await galleries.ask('galleryClose', { gallery: number });
  throw new MetricLabError(
    'config.invalid',
    `The stored gallery has dim ${gallery.dim} and the distance ${show(gallery.distance)}: open it with these, or erase it.`,
  );
}

function storeOf(store: unknown): string | null {
  if (store === undefined) return null;
  if (typeof store === 'string' && store.length > 0) return store;
  throw badArgument(`store must be a name, is ${show(store)}.`);
}

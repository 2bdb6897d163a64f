import type { Connection } from './connection.js';
import type { GalleryMethod } from './protocol.js';

interface Step {
  readonly method: GalleryMethod;
  readonly request: object;
}

/** How a gallery came about: a first step, and the changes since. */
interface Record {
  first: Step;
  readonly changes: Step[];
  /** Bytes of the numbers in `changes`. */
  bytes: number;
  /** Whether a file was asked for. */
  saving: boolean;
}

const FIRST: readonly GalleryMethod[] = ['galleryOpen', 'galleryLoad', 'galleryRefill'];
const CHANGES: readonly GalleryMethod[] = [
  'galleryApply',
  'galleryUndo',
  'galleryRedo',
  'galleryCompact',
  'galleryDecide',
  'galleryCohort',
];
/** Changes are repeated up to this size; then the gallery is kept as a file. */
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_CHANGES = 2_000;

/** The steps by which another engine gets the same galleries. */
export class GalleryRecords {
  readonly #records = new Map<number, Record>();

  /** The arguments of a call, copied where the step may have to be repeated: sending moves them. */
  keep(method: GalleryMethod, args: readonly unknown[]): readonly unknown[] {
    return FIRST.includes(method) || CHANGES.includes(method)
      ? args.map((arg) => structuredClone(arg))
      : args;
  }

  /** Records an answered call. */
  note(method: GalleryMethod, request: object, answer: unknown): void {
    const { gallery } = request as { readonly gallery: number };
    const record = this.#records.get(gallery);
    if (FIRST.includes(method)) {
      this.#records.set(gallery, { first: { method, request }, changes: [], bytes: 0, saving: false });
    } else if (method === 'galleryClose') {
      this.#records.delete(gallery);
    } else if (record && CHANGES.includes(method)) {
      record.changes.push({ method, request });
      record.bytes += bytesOf(request);
    } else if (record && method === 'gallerySave') {
      this.#shorten(record, gallery, answer as Uint8Array);
    }
  }

  /** Galleries that should be kept as a file instead, each told once. */
  due(): readonly number[] {
    const long = [...this.#records].filter(
      ([, { changes, bytes, saving }]) => !saving && (bytes > MOST_BYTES || changes.length > MOST_CHANGES),
    );
    for (const [, record] of long) record.saving = true;
    return long.map(([gallery]) => gallery);
  }

  /** Fills the galleries of a fresh engine. */
  async refill(connection: Connection): Promise<void> {
    for (const { first, changes } of this.#records.values())
      for (const { method, request } of [first, ...changes])
        await connection.call(method, [structuredClone(request)]);
  }

  /** A file holds everything but what can be undone. */
  #shorten(record: Record, gallery: number, file: Uint8Array): void {
    record.first = { method: 'galleryLoad', request: { gallery, bytes: file.slice() } };
    record.changes.length = 0;
    record.bytes = 0;
    record.saving = false;
  }
}

function bytesOf(request: object): number {
  const arrays = Object.values(request).filter((value): value is Float32Array => ArrayBuffer.isView(value));
  return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

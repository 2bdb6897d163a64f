import { crc32 } from '../inflate.js';
import { collect } from '../gzip.js';
import { reasonOf, show } from '../show.js';
import type { Source } from './files.js';
import { plainText } from './labels.js';
import { MetricLabError } from '../errors.js';
import { decoded } from './text.js';
import { type Work, invalid, tooLarge } from './work.js';

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const MOST_ENTRIES = 200_000;
/** Deflate cannot pack better than 1,032 to 1; pictures and tables stay far below this. */
const RATIO = 1100;
/** A small file may be packed well. */
const FREE_BYTES = 1 << 20;

export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
}

/** An entry of a zip's table of contents. */
interface Entry {
  readonly path: string;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
}

/**
 * The files of a zip (PKWARE APPNOTE 6.3, with zip64). Entries unpack one at a time, when they are read, and never to
 * more bytes than the table of contents says; the sum of those is checked before the first. Names are UTF-8 or, as
 * Korean Windows writes them, cp949.
 *
 * @throws MetricLabError `data.invalid`, `data.too_large`.
 */
export function zipSources(bytes: Uint8Array<ArrayBuffer>, work: Work): Source[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = directory(view, bytes).filter(({ path }) => !path.endsWith('/'));
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > work.limit)
    throw tooLarge(`The zip unpacks to ${total} bytes and at most ${work.limit} are accepted`);
  for (const { path, size, packed } of entries)
    if (size > RATIO * packed + FREE_BYTES)
      throw tooLarge(
        `${show(path)} in the zip would unpack from ${packed} to ${size} bytes, which no real file does`,
      );
  return entries.map((entry) => ({
    path: entry.path,
    size: entry.size,
    read: () => content(entry, view, bytes),
  }));
}

/** Where the table of contents is, and how many entries it has. */
function tableOf(view: DataView): { at: number; count: number } {
  const least = Math.max(0, view.byteLength - 22 - 0xffff);
  for (let at = view.byteLength - 22; at >= least; at--) {
    if (view.getUint32(at, true) !== END) continue;
    const found = { count: view.getUint16(at + 10, true), at: view.getUint32(at + 16, true) };
    if (found.count !== 0xffff && found.at !== 0xffffffff) return found;
    return table64(view, at) ?? found;
  }
  throw invalid('The zip is cut short: its table of contents is missing');
}

function table64(view: DataView, end: number): { at: number; count: number } | null {
  const locator = end - 20;
  if (locator < 0 || view.getUint32(locator, true) !== LOCATOR_64) return null;
  const at = Number(view.getBigUint64(locator + 8, true));
  if (at + 56 > view.byteLength || view.getUint32(at, true) !== END_64) return null;
  return { count: Number(view.getBigUint64(at + 32, true)), at: Number(view.getBigUint64(at + 48, true)) };
}

function directory(view: DataView, bytes: Uint8Array): Entry[] {
  const table = tableOf(view);
  if (table.count > MOST_ENTRIES)
    throw tooLarge(`The zip has ${table.count} entries and at most ${MOST_ENTRIES} are read`);
  const entries: Entry[] = [];
  let { at } = table;
  for (let i = 0; i < table.count; i++) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== CENTRAL)
      throw invalid(
        `The zip is damaged: entry ${i + 1} of ${table.count} of its table of contents is missing`,
      );
    const [names, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true)) as [
      number,
      number,
      number,
    ];
    const next = at + 46 + names + extra + comment;
    if (next > view.byteLength) throw invalid('The zip is damaged: its table of contents is cut short');
    entries.push(entryOf(view, bytes, at, names, extra));
    at = next;
  }
  return entries;
}

function entryOf(view: DataView, bytes: Uint8Array, at: number, names: number, extra: number): Entry {
  const flags = view.getUint16(at + 8, true);
  const path = plainText(decoded(bytes.subarray(at + 46, at + 46 + names)).text);
  if (flags & 1) throw invalid(`${show(path)} in the zip is encrypted`);
  const [packed, size, place] = long(
    view,
    at + 46 + names,
    extra,
    [20, 24, 42].map((offset) => view.getUint32(at + offset, true)),
  );
  return {
    path,
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    packed,
    size,
    at: place,
  };
}

/** Zip64 writes numbers that do not fit into an extra field: unpacked size, packed size, place. */
function long(
  view: DataView,
  at: number,
  length: number,
  short: readonly number[],
): [number, number, number] {
  let [packed = 0, size = 0, place = 0] = short;
  for (let next = at; next + 4 <= at + length; next += 4 + view.getUint16(next + 2, true)) {
    if (view.getUint16(next, true) !== 1) continue;
    let field = next + 4;
    const take = (value: number) => {
      if (value !== 0xffffffff || field + 8 > at + length) return value;
      field += 8;
      return Number(view.getBigUint64(field - 8, true));
    };
    [size, packed, place] = [take(size), take(packed), take(place)];
  }
  return [packed, size, place];
}

async function content(
  entry: Entry,
  view: DataView,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { path, method, at, packed, size, crc } = entry;
  if (at + 30 > view.byteLength || view.getUint32(at, true) !== LOCAL)
    throw invalid(`The zip is damaged: ${show(path)} is not where its table of contents says`);
  const from = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  if (from + packed > bytes.length) throw invalid(`The zip is cut short within ${show(path)}`);
  const own = bytes.subarray(from, from + packed);
  if (method !== 0 && method !== 8)
    throw invalid(`${show(path)} in the zip is packed by method ${method}, and 0 and 8 are known`);
  const whole = method === 0 ? own : await inflated(own, path, size);
  if (whole.length !== size || crc32(whole) !== crc)
    throw invalid(`${show(path)} in the zip is damaged: its checksum does not match`);
  return whole;
}

async function inflated(
  packed: Uint8Array<ArrayBuffer>,
  path: string,
  size: number,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    return new Uint8Array(await collect(stream, size, size));
  } catch (cause) {
    if (cause instanceof MetricLabError)
      throw invalid(`${show(path)} in the zip is larger than its table of contents says`, cause);
    throw invalid(`${show(path)} in the zip is damaged (${reasonOf(cause)})`, cause);
  }
}

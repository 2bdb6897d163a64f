import { crc32 } from '../inflate.js';
import { tooLarge } from './work.js';

const MOST = 2 ** 32 - 1;

/** Files as a zip without compression, in pieces. Equal files give equal bytes: the time is that of 1980. */
export function zipped(
  files: readonly { readonly path: string; readonly bytes: Uint8Array<ArrayBuffer> }[],
): Uint8Array<ArrayBuffer>[] {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let at = 0;
  for (const { path, bytes } of files) {
    const name = new TextEncoder().encode(path);
    const fields = { crc: crc32(bytes), size: bytes.length, name };
    directory.push(header(0x02014b50, fields, at));
    const local = header(0x04034b50, fields, null);
    pieces.push(local, bytes);
    at += local.length + bytes.length;
    if (at > MOST) throw tooLarge('The zip has more than 4 GiB');
  }
  const end = new Uint8Array(22);
  const view = new DataView(end.buffer);
  view.setUint32(0, 0x06054b50, true);
  for (const place of [8, 10]) view.setUint16(place, files.length, true);
  view.setUint32(
    12,
    directory.reduce((sum, { length }) => sum + length, 0),
    true,
  );
  view.setUint32(16, at, true);
  return [...pieces, ...directory, end];
}

interface Fields {
  readonly crc: number;
  readonly size: number;
  readonly name: Uint8Array;
}

/** The header in front of a file, or that of the table of contents, which also says where the file is. */
function header(mark: number, { crc, size, name }: Fields, place: number | null): Uint8Array<ArrayBuffer> {
  const central = place !== null;
  const [length, shift] = central ? [46, 2] : [30, 0];
  const bytes = new Uint8Array(length + name.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, mark, true);
  view.setUint16(4, 20, true);
  if (central) view.setUint16(6, 20, true);
  view.setUint16(6 + shift, 0x0800, true); // UTF-8
  view.setUint16(12 + shift, 0x21, true); // 1 January 1980
  view.setUint32(14 + shift, crc, true);
  view.setUint32(18 + shift, size, true);
  view.setUint32(22 + shift, size, true);
  view.setUint16(26 + shift, name.length, true);
  if (central) view.setUint32(42, place, true);
  bytes.set(name, length);
  return bytes;
}

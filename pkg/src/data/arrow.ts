import type * as Library from '../vendor/flechette.js';
import { MetricLabError } from '../errors.js';
import { reasonOf } from '../show.js';
import { Builder, MOST_COLUMNS, type Table, finished } from './columns.js';
import { unpackFrame } from './lz4.js';
import type { Note } from './preview.js';
import { type Work, invalid, tooLarge } from './work.js';

const MOST_ROWS = 10_000_000;
const MOST_VALUES = 2 ** 27;
/** Rows that are read between two pauses. */
const ROWS = 500;
const TEXT = new TextEncoder().encode('ARROW1');

/** A file (Feather version 2); streams of Arrow have no mark and go by their extension. */
export function isArrow(bytes: Uint8Array): boolean {
  return TEXT.every((byte, at) => bytes[at] === byte);
}

/**
 * Arrow IPC, files and streams, by flechette: flat columns, lists and fixed-size lists of numbers, dictionaries; plain or
 * packed by LZ4 or zstd.
 *
 * @throws MetricLabError `data.invalid`, `data.too_large`, `data.insufficient`.
 */
export async function readArrow(bytes: Uint8Array<ArrayBuffer>, work: Work): Promise<Table> {
  const library = await import('../vendor/flechette.js');
  await registerCodecs(library, work);
  try {
    const table = library.tableFromIPC(bytes, { useDate: true });
    if (table.numCols > MOST_COLUMNS)
      throw tooLarge(`The file has ${table.numCols} columns and at most ${MOST_COLUMNS} are read`);
    if (table.numRows > MOST_ROWS)
      throw tooLarge(`The file has ${table.numRows} rows and at most ${MOST_ROWS} are read`);
    const [builders, notes]: [Builder[], Note[]] = [[], []];
    for (let at = 0; at < table.numCols; at++) {
      const column = table.getChildAt(at);
      const name = table.schema.fields[at]?.name ?? `column ${at + 1}`;
      const parts = column.data as unknown as readonly Part[];
      if (!parts.every(({ type }) => isRead(type, library.Type))) {
        notes.push({ kind: 'unread_column', value: name });
        continue;
      }
      for (const part of parts) checkPart(part, library.Type);
      const builder = new Builder(name, work);
      builders.push(builder);
      for (let row = 0; row < table.numRows; row++) {
        builder.value(column.at(row));
        if (row % ROWS === 0)
          await work.pause('read', at * table.numRows + row, table.numCols * table.numRows);
      }
    }
    return { format: 'arrow', columns: finished(builders), firstRow: 1, notes, ragged: new Map() };
  } catch (cause) {
    if (cause instanceof MetricLabError || work.listening) throw cause;
    throw invalid(`The Arrow file cannot be read: ${reasonOf(cause)}`, cause);
  }
}

interface PartType {
  readonly typeId: number;
  readonly stride?: number;
  readonly children?: readonly { readonly type: PartType }[];
}

/** A column's part in a record batch, as flechette holds it. */
interface Part {
  readonly length: number;
  readonly type: PartType;
  readonly values?: ArrayLike<unknown>;
  readonly offsets?: ArrayLike<number | bigint>;
  readonly children?: readonly Part[];
}

type Types = typeof Library.Type;

function isList({ typeId }: PartType, types: Types): boolean {
  return typeId === types.List || typeId === types.LargeList || typeId === types.FixedSizeList;
}

function isRead(type: PartType, types: Types): boolean {
  if (isList(type, types))
    return (type.children ?? []).every(({ type: child }) =>
      [types.Int, types.Float].some((id) => id === child.typeId),
    );
  const flat = [
    types.Int,
    types.Float,
    types.Bool,
    types.Utf8,
    types.LargeUtf8,
    types.Dictionary,
    types.Date,
    types.Timestamp,
  ];
  return flat.some((id) => id === type.typeId);
}

/** Whether its lists and texts lie within their buffers: a damaged file would otherwise send a loop far beyond them. */
function checkPart({ length, type, values, offsets, children }: Part, types: Types): void {
  const damaged = () => invalid('The Arrow file is damaged: a column reaches beyond its buffers');
  if (!(length >= 0 && length <= MOST_VALUES)) throw damaged();
  const [child] = children ?? [];
  const room = child ? child.length : (values?.length ?? 0);
  if (offsets) {
    if (offsets.length < length + 1 && length > 0) throw damaged();
    for (let row = 0, last = 0; row <= length && length > 0; row++) {
      const offset = Number(offsets[row]);
      if (!(offset >= last && offset <= room)) throw damaged();
      last = offset;
    }
  } else if (type.typeId === types.FixedSizeList) {
    if (!((type.stride ?? -1) >= 0 && (type.stride ?? 0) * length <= room)) throw damaged();
  } else if ((type.typeId === types.Bool ? 8 : 1) * room < length) throw damaged();
  if (child) checkPart(child, types);
}

/** The unpackers are fetched with the library: a file names its codec only within its messages. */
async function registerCodecs(library: typeof Library, work: Work): Promise<void> {
  const { decompressZstd } = await import('../vendor/codecs.js');
  const encode = () => {
    throw new Error('files are only read');
  };
  const sized =
    (unpack: (packed: Uint8Array, output: Uint8Array) => unknown) => (packed: Uint8Array, size: number) => {
      if (!(size >= 0)) throw invalid('The Arrow file is damaged: a buffer has fewer than 0 bytes');
      work.take(size, 'The Arrow file');
      const output = new Uint8Array(size);
      unpack(packed, output);
      return output;
    };
  library.setCompressionCodec(library.CompressionType.LZ4_FRAME, { encode, decode: sized(unpackFrame) });
  library.setCompressionCodec(library.CompressionType.ZSTD, {
    encode,
    decode: sized((packed, output) => decompressZstd(packed, output)),
  });
}

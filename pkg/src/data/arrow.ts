import type * as Library from '../vendor/flechette.js';
import { MetricLabError } from '../errors.js';
import { reasonOf } from '../show.js';
import { Builder, MOST_COLUMNS, type Table, finished } from './columns.js';
import { unpackFrame } from './lz4.js';
import { type Work, invalid, tooLarge } from './work.js';

const MOST_ROWS = 10_000_000;
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
    const builders: Builder[] = [];
    for (let at = 0; at < table.numCols; at++) {
      const column = table.getChildAt(at);
      const builder = new Builder(table.schema.fields[at]?.name ?? `column ${at + 1}`, work);
      builders.push(builder);
      for (let row = 0; row < table.numRows; row++) {
        builder.value(column.at(row));
        if (row % ROWS === 0)
          await work.pause('read', at * table.numRows + row, table.numCols * table.numRows);
      }
    }
    return { format: 'arrow', columns: finished(builders), firstRow: 1, notes: [], ragged: new Map() };
  } catch (cause) {
    if (cause instanceof MetricLabError || work.listening) throw cause;
    throw invalid(`The Arrow file cannot be read: ${reasonOf(cause)}`, cause);
  }
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

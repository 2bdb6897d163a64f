import { reasonOf, show } from '../show.js';
import type * as Library from '../vendor/hyparquet.js';
import { MetricLabError } from '../errors.js';
import { Builder, MOST_COLUMNS, type Table, finished } from './columns.js';
import { checkSnappy } from './snappy.js';
import { type Work, invalid, tooLarge } from './work.js';

const MAGIC = 0x31524150; // "PAR1", little-endian
const MOST_ROWS = 10_000_000;
/** Most values of a file, list items counted: each takes some bytes while it is read, however well it is packed. */
const MOST_VALUES = 2 ** 26;
const MOST_FOOTER = 1 << 26;

export function isParquet(bytes: Uint8Array): boolean {
  return bytes.length >= 12 && new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) === MAGIC;
}

/**
 * A Parquet file, by hyparquet: flat columns and lists of numbers, plain or packed by Snappy, gzip, LZ4 or zstd. Every
 * page's header is checked before a page is read, since a few bytes can promise gigabytes.
 *
 * @throws MetricLabError `data.invalid`, `data.too_large`, `data.insufficient`.
 */
export async function readParquet(bytes: Uint8Array<ArrayBuffer>, work: Work): Promise<Table> {
  const library = await import('../vendor/hyparquet.js');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length;
  if (!isParquet(bytes) || view.getUint32(end - 4, true) !== MAGIC)
    throw invalid('The Parquet file is cut short');
  if (view.getUint32(end - 8, true) > Math.min(end, MOST_FOOTER))
    throw invalid('The Parquet file is damaged: its footer is longer than the file');
  try {
    const file = { byteLength: end, slice: (from: number, to = end) => bytes.slice(from, to).buffer };
    const metadata = await library.parquetMetadataAsync(file, { geoparquet: false });
    checkPages(metadata, view, library.parquetHeader, work);
    const root = library.parquetSchema(metadata);
    const names = root.children.map(nameOfNode);
    if (names.length > MOST_COLUMNS)
      throw tooLarge(`The file has ${names.length} columns and at most ${MOST_COLUMNS} are read`);
    checkPaths(metadata, root);
    const builders = names.map((name) => new Builder(name, work));
    const compressors = await codecs(metadata, library.snappyUncompress, work);
    let rowStart = 0;
    for (const { num_rows: rows } of metadata.row_groups) {
      const rowEnd = rowStart + Number(rows);
      const onComplete = (found: readonly unknown[][]) => {
        for (const row of found)
          builders.forEach((builder, at) => {
            builder.value(row[at]);
          });
      };
      await library.parquetRead({
        file,
        metadata,
        rowStart,
        rowEnd,
        compressors,
        onComplete: onComplete as never,
        geoparquet: false,
      });
      rowStart = rowEnd;
      await work.pause('read', rowStart, Number(metadata.num_rows));
    }
    return { format: 'parquet', columns: finished(builders), firstRow: 1, notes: [], ragged: new Map() };
  } catch (cause) {
    if (cause instanceof MetricLabError || work.listening) throw cause;
    throw invalid(`The Parquet file cannot be read: ${reasonOf(cause)}`, cause);
  }
}

type Metadata = Awaited<ReturnType<typeof Library.parquetMetadataAsync>>;

/**
 * Each column has a leaf of the schema to itself. hyparquet finds out only while other columns are being read, and leaves
 * their failures unobserved.
 */
function checkPaths(metadata: Metadata, root: Node): void {
  const leaves = leavesOf(root);
  const known = new Set(leaves);
  let sound =
    known.size === leaves.length && new Set(root.children.map(nameOfNode)).size === root.children.length;
  for (const { columns } of metadata.row_groups) {
    const paths = columns.map(({ meta_data: column }) => (column?.path_in_schema ?? []).join('\n'));
    sound &&= new Set(paths).size === paths.length && paths.every((path) => known.has(path));
  }
  if (!sound)
    throw invalid('The Parquet file has two columns of one name, or one that its schema does not have');
}

/** A node of hyparquet's schema tree. */
interface Node {
  readonly path: readonly string[];
  readonly element: { readonly name: string };
  readonly children: readonly Node[];
}

const nameOfNode = ({ element }: Node) => element.name;

function leavesOf(node: Node): string[] {
  return node.children.length === 0 ? [node.path.join('\n')] : node.children.flatMap(leavesOf);
}

function checkPages(
  metadata: Metadata,
  view: DataView,
  header: typeof Library.parquetHeader,
  work: Work,
): void {
  const rows = Number(metadata.num_rows);
  const inGroups = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  if (rows !== inGroups || !(rows >= 0))
    throw invalid('The Parquet file is damaged: its row groups do not have its rows');
  if (rows > MOST_ROWS) throw tooLarge(`The file has ${rows} rows and at most ${MOST_ROWS} are read`);
  let [values, unpacked] = [0, 0];
  for (const { columns, num_rows: groupRows } of metadata.row_groups) {
    if (!(Number(groupRows) >= 0))
      throw invalid('The Parquet file is damaged: a row group has fewer than 0 rows');
    for (const { meta_data: column } of columns) {
      if (!column) throw invalid('The Parquet file has columns in other files');
      const from = Number(column.dictionary_page_offset ?? column.data_page_offset);
      for (const page of pagesOf(view, from, Number(column.total_compressed_size), header)) {
        values += page.values;
        unpacked += page.unpacked;
        if (values > MOST_VALUES) throw tooLarge(`The file has more than ${MOST_VALUES} values`);
        if (unpacked > work.limit)
          throw tooLarge(`The file unpacks to more than the ${work.limit} bytes that are accepted`);
      }
    }
  }
}

/** The pages of a column of a row group, by their headers. */
function* pagesOf(view: DataView, from: number, length: number, header: typeof Library.parquetHeader) {
  const end = from + length;
  if (!(from >= 0 && length >= 0 && end <= view.byteLength))
    throw invalid('The Parquet file is damaged: a column is not within it');
  const reader = { view: new DataView(view.buffer, view.byteOffset + from, length), offset: 0 };
  while (reader.offset < length - 1) {
    const page = header(reader);
    const size = [page.compressed_page_size, page.uncompressed_page_size].map(Number);
    const [packed = 0, unpacked = 0] = size;
    // A page may have headers of several kinds, and its type says which one counts.
    const headers = [page.data_page_header, page.data_page_header_v2, page.dictionary_page_header];
    const values = Math.max(...headers.map((own) => Number(own?.num_values ?? 0)));
    const second = page.data_page_header_v2;
    const levels = second
      ? [second.definition_levels_byte_length, second.repetition_levels_byte_length].map(Number)
      : [0];
    if (
      ![packed, unpacked, values, ...levels].every((number) => Number.isInteger(number) && number >= 0) ||
      reader.offset + packed > length ||
      levels.reduce((sum, bytes) => sum + bytes, 0) > Math.min(packed, unpacked)
    )
      throw invalid('The Parquet file is damaged: a page is not within its column');
    reader.offset += packed;
    yield { values, unpacked };
  }
}

/** Unpackers of the codecs that a file uses; all but Snappy are fetched only then. */
async function codecs(metadata: Metadata, snappy: typeof Library.snappyUncompress, work: Work) {
  const used = new Set(
    metadata.row_groups.flatMap(({ columns }) => columns.map((column) => column.meta_data?.codec)),
  );
  const sized =
    (unpack: (packed: Uint8Array, size: number) => Uint8Array) => (packed: Uint8Array, size: number) => {
      if (size > work.limit)
        throw tooLarge(`A page unpacks to ${size} bytes and at most ${work.limit} are accepted`);
      return unpack(packed, size);
    };
  const fromOutput = (unpack: (packed: Uint8Array, output: Uint8Array) => unknown) =>
    sized((packed, size) => {
      const output = new Uint8Array(size);
      unpack(packed, output);
      return output;
    });
  for (const codec of ['BROTLI', 'LZO'] as const)
    if (used.has(codec))
      throw invalid(
        `The Parquet file is packed by ${show(codec)}, which is not read: write it with Snappy, gzip, LZ4 or zstd`,
      );
  used.delete('UNCOMPRESSED');
  const unsnapped = (packed: Uint8Array, output: Uint8Array) => {
    checkSnappy(packed, output.length);
    snappy(packed, output);
  };
  const plain = { SNAPPY: fromOutput(unsnapped) };
  if ([...used].every((codec) => codec === 'SNAPPY')) return plain;
  const library = await import('../vendor/codecs.js');
  return {
    ...plain,
    GZIP: fromOutput((packed, output) => library.gunzip(packed, output)),
    ZSTD: fromOutput((packed, output) => library.decompressZstd(packed, output)),
    LZ4: sized(library.decompressLz4),
    LZ4_RAW: sized(library.decompressLz4Raw),
  };
}

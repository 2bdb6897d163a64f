import { reading } from '../arguments.js';
import { MetricLabError, badArgument } from '../errors.js';
import { unpacked } from '../gzip.js';
import { isGzip } from '../inflate.js';
import { reasonOf, show } from '../show.js';
import { columnOf } from './arrays.js';
import { isArrow, readArrow } from './arrow.js';
import type { Column, Table } from './columns.js';
import { readDelimited } from './delimited.js';
import { FilePreview, byFolder } from './file-preview.js';
import { type Files, type Source, extension, isHidden, sourcesOf, stem } from './files.js';
import { readJsonLines } from './json-lines.js';
import { isNpy, readNpy } from './npy.js';
import { isParquet, readParquet } from './parquet.js';
import { Omissions, type Preview, countsOf } from './preview.js';
import { isSafetensors, readSafetensors } from './safetensors.js';
import { TablePreview } from './table-preview.js';
import { type ReadOptions, Work, tooLarge, watched } from './work.js';
import { isZip, zipSources } from './zip.js';

/** Options of `inspect`. */
export interface InspectOptions extends ReadOptions {
  /** Whether the first row of CSV and TSV names the columns; guessed unless given. */
  readonly header?: boolean | undefined;
}

const PICTURES = new Set(['png', 'jpg', 'jpeg', 'gif', 'webp', 'bmp', 'avif']);
const SOUNDS = new Set(['wav', 'ogg', 'oga', 'mp3', 'flac', 'm4a', 'opus', 'webm']);
const TABLES = new Set([
  'csv',
  'tsv',
  'tab',
  'txt',
  'jsonl',
  'ndjson',
  'json',
  'npy',
  'npz',
  'parquet',
  'arrow',
  'feather',
  'arrows',
  'safetensors',
]);

/**
 * Says what files hold, before anything is made of them: a folder or zip of pictures or sounds (a folder is a class), CSV,
 * TSV, JSON Lines, `.npy`, `.npz`, Parquet, Arrow, safetensors, each also in gzip. Several tables are put side by side,
 * such as `x.npy` and `y.npy`.
 *
 * @param files - Files of an `<input>`, of a drop, or `{ path, data }`.
 * @throws MetricLabError `data.invalid` for damaged files, `data.too_large` (told before memory is taken),
 * `data.insufficient` for files without a row, `data.unreachable`, `call.aborted`, `argument.invalid`.
 *
 * @example
 * ```ts
 * const preview = await inspect(input.files);
 * console.log(preview.count, preview.classes, preview.leftOut);
 * const set = await preview.load({ label: 'species' });
 * await lab.loadDataset(set.toBlob());
 * ```
 */
export async function inspect(files: Files, options?: InspectOptions): Promise<Preview> {
  const { work, header, sources } = reading(() => {
    const { work, rest } = Work.of(options, ['header']);
    const { header } = rest;
    if (header !== undefined && typeof header !== 'boolean')
      throw badArgument(`header must be true or false, is ${show(header)}.`);
    return { work, header, sources: sourcesOf(files, work) };
  });
  return watched(work, () => understood(sources, header, work));
}

type Kind = 'picture' | 'sound' | 'table';

async function understood(
  given: readonly Source[],
  header: boolean | undefined,
  work: Work,
): Promise<Preview> {
  const omissions = new Omissions();
  const sources = await opened(given, work);
  const kinds: Record<Kind, Source[]> = { picture: [], sound: [], table: [] };
  for (const source of sources) {
    const kind = await kindOf(source);
    if (kind) kinds[kind].push(source);
    else if (!isHidden(source.path))
      omissions.add('unknown_kind', source.path, 'the kind of the file is not known');
  }
  const [pictures, sounds, tables] = [kinds.picture, kinds.sound, kinds.table];
  const most = [pictures, sounds, tables].sort((a, b) => b.length - a.length)[0] ?? [];
  if (most.length === 0)
    throw new MetricLabError('data.invalid', `None of the ${given.length} files is of a kind that is read.`);
  for (const other of [pictures, sounds, tables])
    if (other !== most)
      for (const { path } of other) omissions.add('other_kind', path, 'another kind has more files');
  if (most === tables) {
    const table = await tableOf(tables, header, work);
    return new TablePreview(table, {}, work.limit, omissions.list());
  }
  const labelled = byFolder(most, omissions);
  return new FilePreview(
    most === pictures ? 'picture' : 'sequences',
    labelled,
    omissions.list(),
    {},
    work.limit,
  );
}

/** Zips are opened; a zip in a zip is not. */
async function opened(given: readonly Source[], work: Work): Promise<Source[]> {
  const sources: Source[] = [];
  for (const source of given) {
    const isPacked = ['zip', 'npz'].includes(extension(source.path)) || given.length === 1;
    const bytes = isPacked ? await source.read() : null;
    if (bytes && isZip(bytes)) sources.push(...zipSources(bytes, work));
    else sources.push(bytes ? { ...source, read: () => Promise.resolve(bytes) } : source);
  }
  return sources;
}

/** By the extension, and by the first bytes where that says nothing. */
async function kindOf(source: Source): Promise<Kind | null> {
  const name = source.path.replace(/\.gz$/i, '');
  const end = extension(name);
  if (isHidden(source.path)) return null;
  if (PICTURES.has(end)) return 'picture';
  if (SOUNDS.has(end)) return 'sound';
  if (TABLES.has(end)) return 'table';
  if (source.size > 1 << 20 && end !== '') return null;
  const bytes = await source.read();
  return isNpy(bytes) || isParquet(bytes) || isArrow(bytes) || isSafetensors(bytes) || isGzip(bytes)
    ? 'table'
    : null;
}

/** The tables of files, side by side. Names that several have are told apart by the file. */
async function tableOf(sources: readonly Source[], header: boolean | undefined, work: Work): Promise<Table> {
  const tables: { stem: string; table: Table }[] = [];
  for (const source of sources)
    tables.push({
      stem: stem(source.path.replace(/\.gz$/i, '')),
      table: await readTable(source, header, work),
    });
  const [only] = tables;
  if (only && tables.length === 1) return only.table;
  const names = new Map(
    countsOf(tables.flatMap(({ table }) => table.columns.map(({ name }) => name))).map(({ name, count }) => [
      name,
      count,
    ]),
  );
  const columns = tables.flatMap(({ stem, table }) =>
    table.columns.map((column): Column =>
      (names.get(column.name) ?? 0) > 1 ? { ...column, name: `${stem}.${column.name}` } : column,
    ),
  );
  return {
    format: [...new Set(tables.map(({ table }) => table.format))].join(' + '),
    columns,
    firstRow: Math.max(...tables.map(({ table }) => table.firstRow)),
    notes: [
      ...new Map(
        tables.flatMap(({ table }) => table.notes.map((note) => [note.kind + note.value, note])),
      ).values(),
    ],
    ragged: new Map(tables.flatMap(({ table }) => [...table.ragged])),
  };
}

async function readTable(source: Source, header: boolean | undefined, work: Work): Promise<Table> {
  const raw = await source.read();
  const bytes = isGzip(raw) ? new Uint8Array(await unpacked(raw.slice().buffer, work.limit)) : raw;
  if (bytes.length > work.limit)
    throw tooLarge(`${show(source.path)} has ${bytes.length} bytes and at most ${work.limit} are accepted`);
  const path = source.path.replace(/\.gz$/i, '');
  const end = extension(path);
  try {
    if (isNpy(bytes) || end === 'npy') return arrays('npy', [columnOf(readNpy(bytes, stem(path)), work)]);
    if (isParquet(bytes) || end === 'parquet') return await readParquet(bytes, work);
    if (isArrow(bytes) || ['arrow', 'arrows', 'feather'].includes(end)) return await readArrow(bytes, work);
    if (end === 'safetensors' || (isSafetensors(bytes) && !TABLES.has(end)))
      return arrays(
        'safetensors',
        readSafetensors(bytes).map((tensor) => columnOf(tensor, work)),
      );
    if (['jsonl', 'ndjson', 'json'].includes(end)) return await readJsonLines(bytes, work);
    return await readDelimited(bytes, end === 'tsv' || end === 'tab', header, work);
  } catch (thrown) {
    if (thrown instanceof MetricLabError || work.listening) throw thrown;
    throw new MetricLabError('data.invalid', `${show(source.path)} cannot be read: ${reasonOf(thrown)}`, {
      cause: thrown,
    });
  }
}

function arrays(format: string, columns: readonly Column[]): Table {
  if (columns.every(({ rows }) => rows === 0))
    throw new MetricLabError('data.insufficient', 'There is no row.');
  return { format, columns, firstRow: 1, notes: [], ragged: new Map() };
}

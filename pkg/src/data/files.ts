import { bytesOf } from '../arguments.js';
import { MetricLabError, badArgument } from '../errors.js';
import { contentOfBlob } from '../gzip.js';
import { show } from '../show.js';
import { listOf, plainText } from './labels.js';
import { type Work, tooLarge } from './work.js';

/** A file with a path: a folder's files have their folder in it. */
export interface NamedFile {
  readonly path: string;
  readonly data: Blob | ArrayBuffer | ArrayBufferView;
}

/** Files as pages have them: of an `<input>`, of a drop, or bytes with a path. */
export type Files = FileList | Blob | NamedFile | readonly (Blob | NamedFile)[];

/** A file whose bytes can be read once they are needed. */
export interface Source {
  readonly path: string;
  /** Bytes after unpacking, as far as is known. */
  readonly size: number;
  readonly read: () => Promise<Uint8Array<ArrayBuffer>>;
}

/** Most files of one call. */
const MOST_FILES = 200_000;

/** @throws MetricLabError `argument.invalid`, `data.insufficient` for no file */
export function sourcesOf(files: unknown, work: Work): Source[] {
  const list =
    files instanceof Blob || isNamed(files) || typeof files === 'string' ? [files] : listOf(files, 'files');
  if (list.length > MOST_FILES)
    throw tooLarge(`There are ${list.length} files and at most ${MOST_FILES} are read`);
  const sources = list.map((file, at) => sourceOf(file, at, work));
  if (sources.length === 0) throw new MetricLabError('data.insufficient', 'No file was given.');
  return sources;
}

function isNamed(value: unknown): value is NamedFile {
  return typeof value === 'object' && value !== null && 'path' in value && 'data' in value;
}

function sourceOf(file: unknown, at: number, work: Work): Source {
  if (file instanceof Blob) return sourceOfBlob(file, pathOf(file) || `file ${at + 1}`, work);
  if (!isNamed(file) || typeof file.path !== 'string')
    throw badArgument(`files[${at}] must be a File, a Blob or { path, data }, is ${show(file)}.`);
  const path = plainText(file.path);
  if (file.data instanceof Blob) return sourceOfBlob(file.data, path, work);
  const bytes = bytesOf(file.data).slice();
  return { path, size: bytes.length, read: () => Promise.resolve(bytes) };
}

/** The path within a chosen folder, or the name. */
function pathOf(blob: Blob): string {
  const { webkitRelativePath, name } = blob as Partial<File>;
  return plainText(
    webkitRelativePath === undefined || webkitRelativePath === '' ? (name ?? '') : webkitRelativePath,
  );
}

function sourceOfBlob(blob: Blob, path: string, work: Work): Source {
  const read = async () => {
    if (blob.size > work.limit)
      throw tooLarge(`${path} has ${blob.size} bytes and at most ${work.limit} are accepted`);
    return new Uint8Array(await contentOfBlob(blob));
  };
  return { path, size: blob.size, read };
}

export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** The folder that each file lies in directly; null for none, and for the one folder that holds all others. */
export function foldersOf(paths: readonly string[]): (string | null)[] {
  const ways = paths.map((path) => path.split(/[\\/]/).filter((part) => part !== ''));
  const tops = new Set(ways.map((way) => (way.length > 1 ? way[0] : null)));
  const around = tops.size === 1 && ways.some((way) => way.length > 2);
  return ways.map((way) => (around && way.length === 2 ? null : (way.at(-2) ?? null)));
}

export function extension(path: string): string {
  const name = baseName(path);
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1).toLowerCase();
}

export function stem(path: string): string {
  const name = baseName(path);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

/** Files that operating systems add. */
export function isHidden(path: string): boolean {
  return (
    path.split(/[\\/]/).some((part) => part.startsWith('.') || part === '__MACOSX') ||
    /(^|[\\/])(thumbs\.db|desktop\.ini)$/i.test(path)
  );
}

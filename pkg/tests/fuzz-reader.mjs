// A process that reads mutations of good files of one format. It says which one it begins, so that a hang has a name.
import { readFile, readdir } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { ERROR_CODES, inspect, toCsv, toJsonl, toNpz, toParquet } from '../dist/data/index.js';
import { changed, randomOf } from './mutate.mjs';

const FOLDER = new URL('../../tests/fixtures/files/', import.meta.url);
/** Small, so that a file that asks for more is refused long before the memory of this process ends. */
const LIMIT = 1 << 24;
const VAGUE = ['engine.unexpected', 'worker.crashed'];

/** The files of each format, by the endings of their names. */
export const FORMATS = {
  npy: /\.npy$/,
  npz: /\.npz$/,
  delimited: /\.[ct]sv(\.gz)?$/,
  jsonl: /\.jsonl$/,
  parquet: /\.parquet$/,
  arrow: /\.arrows?$/,
  safetensors: /\.safetensors$/,
};

export async function goodFiles() {
  const names = await readdir(FOLDER);
  const files = await Promise.all(names.map(async (name) => [name, await readFile(new URL(name, FOLDER))]));
  const rows = 200;
  const table = {
    vectors: Float32Array.from({ length: 3 * rows }, (_, at) => Math.sin(at)),
    dim: 3,
    labels: Array.from({ length: rows }, (_, at) => ['cat', '고양이', 'a "b", c\nd'][at % 3]),
  };
  const bytes = async (blob) => Buffer.from(await blob.arrayBuffer());
  const csv = await bytes(toCsv(table));
  files.push(['x.csv', csv], ['x.csv.gz', gzipSync(csv)], ['x.jsonl', await bytes(toJsonl(table))]);
  files.push(['x.npz', await bytes(toNpz(table))], ['x.parquet', await bytes(await toParquet(table))]);
  files.push(['x.tsv', Buffer.from('a\tb\tlabel\n1\t[1, 2]\tx\n2\t[3, 4]\ty\n')]);
  files.push(['wide.csv', Buffer.from('\ufeffx,label\n1,가\n2,나\n', 'utf16le')]);
  return files;
}

/** Of one of `files`; now and then it has the name of another format. */
function mutant(files, names, seed) {
  const below = randomOf(seed);
  const [own, good] = files[below(files.length)];
  const bytes = changed(good, below);
  return { name: below(20) === 0 ? names[below(names.length)] : own, bytes };
}

async function verdict({ name, bytes }) {
  try {
    const preview = await inspect({ path: name, data: bytes }, { limit: LIMIT });
    const set = await preview.load();
    if (!Number.isFinite(set.numbers.reduce((sum, x) => sum + Math.min(1, Math.abs(x)), 0)))
      return 'a number is not finite';
    await set.toBlob().arrayBuffer();
    return null;
  } catch (error) {
    if (error?.name !== 'MetricLabError' || !ERROR_CODES.includes(error.code) || VAGUE.includes(error.code))
      return error?.stack ?? String(error);
    return error.message.length > 1000 ? `a message of ${error.message.length} characters` : null;
  }
}

async function fuzz({ format, seconds, first, most, known = [] }) {
  const all = await goodFiles();
  const files = all.filter(([name]) => FORMATS[format].test(name));
  const names = all.map(([name]) => name);
  const end = performance.now() + 1000 * seconds;
  const count = known.length + most;
  for (let done = 0; performance.now() < end && done < count; done += 1) {
    const seed = known[done] ?? first + done - known.length;
    // Lets messages out, and notices when nobody listens any more.
    await nextTurn();
    if (!process.connected) return;
    const own = mutant(files, names, seed);
    process.send({ begins: seed, name: own.name });
    const before = process.cpuUsage();
    const complaint = await verdict(own);
    const { user, system } = process.cpuUsage(before);
    const { rss } = process.memoryUsage();
    process.send({ ended: seed, name: own.name, complaint, seconds: (user + system) / 1e6, rss });
  }
  process.disconnect();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await fuzz(JSON.parse(process.argv[2]));

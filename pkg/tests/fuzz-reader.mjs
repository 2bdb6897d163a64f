// A thread that reads mutations of good files. It says which one it begins, so that a hang has a name.
import { readFile, readdir } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { ERROR_CODES, inspect, toCsv, toJsonl, toNpz, toParquet } from '../dist/data/index.js';
import { changed, randomOf } from './mutate.mjs';

const FOLDER = new URL('../../tests/fixtures/files/', import.meta.url);
/** Small, so that a file that asks for more is refused long before the memory of this process ends. */
const LIMIT = 1 << 24;
const VAGUE = ['engine.unexpected', 'worker.crashed'];

async function seeds() {
  const names = await readdir(FOLDER);
  const files = await Promise.all(names.map(async (name) => [name, await readFile(new URL(name, FOLDER))]));
  const rows = 200;
  const table = {
    vectors: Float32Array.from({ length: 3 * rows }, (_, at) => Math.sin(at)),
    dim: 3,
    labels: Array.from({ length: rows }, (_, at) => ['cat', '고양이', 'a "b", c\nd'][at % 3]),
  };
  const bytes = async (blob) => Buffer.from(await blob.arrayBuffer());
  files.push(['x.csv', await bytes(toCsv(table))], ['x.jsonl', await bytes(toJsonl(table))]);
  files.push(['x.npz', await bytes(toNpz(table))], ['x.parquet', await bytes(await toParquet(table))]);
  files.push(
    ['x.csv.gz', gzipSync(files[names.length][1])],
    ['x.tsv', Buffer.from('a\tb\tlabel\n1\t[1, 2]\tx\n2\t[3, 4]\ty\n')],
  );
  files.push(['wide.csv', Buffer.from('\ufeffx,label\n1,가\n2,나\n', 'utf16le')]);
  return files;
}

function mutant(files, seed) {
  const below = randomOf(seed);
  let [name, bytes] = files[below(files.length)];
  bytes = changed(bytes, below);
  if (below(20) === 0) name = files[below(files.length)][0];
  return { name, bytes };
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

const files = await seeds();
parentPort.postMessage({ files: files.length });
const end = performance.now() + 1000 * workerData.seconds;
for (
  let seed = workerData.seed;
  performance.now() < end && seed < workerData.seed + workerData.most;
  seed += 1
) {
  const own = mutant(files, seed);
  parentPort.postMessage({ begins: seed, name: own.name });
  const before = process.cpuUsage();
  const complaint = await verdict(own);
  const { user, system } = process.cpuUsage(before);
  const { rss } = process.memoryUsage();
  parentPort.postMessage({ ended: seed, name: own.name, complaint, seconds: (user + system) / 1e6, rss });
}

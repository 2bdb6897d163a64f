// A thread that reads mutations of good files. It says which one it begins, so that a hang has a name.
import { readFile, readdir } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { ERROR_CODES, inspect, toCsv, toJsonl, toNpz, toParquet } from '../dist/data/index.js';

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

/** mulberry32: any seed can be repeated alone. */
function randomOf(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const NUMBERS = [0, 1, 0x7f, 0xff, 0xffff, 0x7fffffff, 0xffffffff, 0x80000000];
const TEXTS = [
  '__proto__',
  '<img src=x onerror=alert(1)>',
  'NaN',
  '1e999',
  '"',
  '\n',
  '[',
  '{"a":',
  '\0',
  '9'.repeat(40),
  ','.repeat(50),
  '\ud800',
];

const CHANGES = [
  (bytes, below) => bytes.subarray(0, below(bytes.length + 1)),
  (bytes, below) => bytes.with(below(bytes.length), below(256)),
  (bytes, below) => bytes.with(below(bytes.length), bytes[below(bytes.length)] ^ (1 << below(8))),
  (bytes, below) => {
    const at = below(Math.max(1, bytes.length - 4));
    const copy = Buffer.from(bytes);
    if (bytes.length >= 4) copy.writeUInt32LE(NUMBERS[below(NUMBERS.length)], Math.min(at, bytes.length - 4));
    return copy;
  },
  (bytes, below) => {
    const [from, to] = [below(bytes.length), below(bytes.length)];
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  (bytes, below) => {
    const at = below(bytes.length + 1);
    return Buffer.concat([
      bytes.subarray(0, at),
      Buffer.from(TEXTS[below(TEXTS.length)]),
      bytes.subarray(at),
    ]);
  },
  (bytes, below) => Buffer.from(bytes).fill(below(256), below(bytes.length), below(bytes.length)),
];

function mutant(files, seed) {
  const below = randomOf(seed);
  let [name, bytes] = files[below(files.length)];
  for (let changes = 1 + below(4); changes > 0 && bytes.length > 0; changes -= 1)
    bytes = Buffer.from(CHANGES[below(CHANGES.length)](bytes, below));
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

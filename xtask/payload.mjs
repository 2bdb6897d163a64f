// What a visitor loads: every file of www/dist, raw, gzip and brotli.
import { readFile, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const DIST = fileURLToPath(new URL('../www/dist/', import.meta.url));
/** Bytes in brotli that what is published should have; a line says where it has more. */
const GOALS = [
  [/metriclab_cpu_bg.*\.wasm$/, 350_000],
  [/metriclab_gpu_bg.*\.wasm$/, 1_000_000],
];
const mega = (bytes) => (bytes / 1e6).toFixed(3).padStart(8);

const entries = await readdir(DIST, { recursive: true, withFileTypes: true });
const paths = entries
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .sort();
console.log('  raw MB  gzip MB  brotli MB');
for (const path of paths) {
  const bytes = await readFile(path);
  const packed = path.endsWith('.gz');
  const [gzip, brotli] = packed
    ? [bytes.length, bytes.length]
    : [gzipSync(bytes, { level: 9 }).length, brotliCompressSync(bytes).length];
  const goal = GOALS.find(([pattern]) => pattern.test(path))?.[1];
  const over = goal !== undefined && brotli > goal;
  console.log(
    `${mega(bytes.length)} ${mega(gzip)} ${mega(brotli)}   ${relative(DIST, path)}${over ? `   above its goal of ${goal} bytes` : ''}`,
  );
}

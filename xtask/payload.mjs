// Sizes of files, raw, gzip and brotli: `node xtask/payload.mjs [file …]`. Without files, of what a visitor loads (www/dist).
import { readFile, readdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { brotliSize } from './brotli.mjs';

const DIST = fileURLToPath(new URL('../www/dist/', import.meta.url));
const mega = (bytes) => (bytes / 1e6).toFixed(3).padStart(8);

async function filesOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const named = process.argv.slice(2).map((path) => resolve(path));
const paths = named.length > 0 ? named : await filesOf(DIST);
console.log('  raw MB  gzip MB  brotli MB');
const line = async (path) => {
  const bytes = await readFile(path);
  const packed = path.endsWith('.gz');
  const [gzip, brotli] = packed
    ? [bytes.length, bytes.length]
    : [gzipSync(bytes, { level: 9 }).length, await brotliSize(bytes)];
  const name = named.length > 0 ? path : relative(DIST, path);
  return `${mega(bytes.length)} ${mega(gzip)} ${mega(brotli)}   ${name}`;
};
console.log((await Promise.all(paths.map(line))).join('\n'));

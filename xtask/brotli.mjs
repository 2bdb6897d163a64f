import { readFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';
for (const path of process.argv.slice(2)) {
  const bytes = readFileSync(path);
  console.log(path.split('/').at(-2), 'raw', bytes.length, 'gzip', gzipSync(bytes, { level: 9 }).length, 'brotli', brotliCompressSync(bytes).length);
}

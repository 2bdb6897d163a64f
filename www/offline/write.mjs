// Writes `sw.js` into a built site: the service worker with the exact list of the site's files, each with its hash.
// `node offline/write.mjs [folder]`
import { createHash } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const SCRIPT = 'sw.js';
/** Large files that a visitor may never need. They are kept when they are first used. */
const LATER = [/^data\/(?!hangul)/, /^assets\/metriclab_gpu_bg-.*\.wasm$/, /^licences\//, /^reference\//];

/** 128 bits of SHA-256 tell files apart, and the list stays half as long. */
const hashOf = (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 32);

/** Every file of the site and its hash, by the path under which a page asks for it. */
export async function filesOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async ({ parentPath, name }) => {
        const file = join(parentPath, name);
        const path = file.slice(join(folder, sep).length).split(sep).join('/');
        return [path.replace(/(^|\/)index\.html$/, '$1'), hashOf(await readFile(file))];
      }),
  );
  return Object.fromEntries(found.filter(([path]) => path !== SCRIPT).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export async function writeOffline(folder = DIST) {
  const files = await filesOf(folder);
  const first = Object.keys(files).filter((path) => !LATER.some((pattern) => pattern.test(path)));
  const version = hashOf(JSON.stringify(files)).slice(0, 16);
  const source = await readFile(new URL('./service-worker.js', import.meta.url), 'utf8');
  const filled = source
    .replace('__VERSION__', version)
    .replace('__FILES__', () => JSON.stringify(files))
    .replace('__FIRST__', () => JSON.stringify(first));
  await writeFile(join(folder, SCRIPT), filled);
  return { version, files, first };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { version, files, first } = await writeOffline(process.argv[2]);
  console.log(
    `offline: build ${version}, ${Object.keys(files).length} files, ${first.length} of them at once`,
  );
}

// Writes the package's reference into a built site: `node reference/write.mjs [folder]`. TypeDoc reads the sources. Its pages are
// kept below target/ until the sources change.
import { createHash } from 'node:crypto';
import { copyFile, cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mended, mendedScript } from './mend.mjs';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const SOURCES = at('../../pkg/src/');
const README = at('../../pkg/README.md');
const KEPT = at('../../target/reference/');

const filesIn = async (folder, ending = '') =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();

/** The hash of everything that the pages are made of. */
async function fingerprint() {
  const folders = await Promise.all([filesIn(SOURCES, '.ts'), filesIn(at('./'))]);
  const more = ['../../xtask/serve.mjs', '../../package-lock.json'].map(at);
  const sum = createHash('sha256');
  for (const path of [...folders.flat(), README, ...more]) sum.update(path).update(await readFile(path));
  return sum.digest('hex');
}

/** The reference in a folder of its own, whose path this answers. */
export async function makeReference() {
  const [site, stamp, key] = [join(KEPT, 'site'), join(KEPT, 'stamp'), await fingerprint()];
  if ((await readFile(stamp, 'utf8').catch(() => '')) === key) return site;
  await rm(KEPT, { recursive: true, force: true });
  await mkdir(KEPT, { recursive: true });
  const front = join(KEPT, 'front.md');
  // TypeDoc writes the title of the page itself.
  await writeFile(front, (await readFile(README, 'utf8')).replace(/^# .*\n/, ''));
  const { documentSources } = await import('./documents.mjs');
  await documentSources({ sources: SOURCES, front, out: site });
  for (const path of await filesIn(site, '.html'))
    await writeFile(path, mended(await readFile(path, 'utf8'), path.slice(site.length + 1)));
  const script = join(site, 'assets/main.js');
  await writeFile(script, mendedScript(await readFile(script, 'utf8')));
  await copyFile(at('./appearance.js'), join(site, 'assets/appearance.js'));
  await writeFile(stamp, key);
  return site;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = join(process.argv[2] ?? at('../dist'), 'reference');
  const site = await makeReference();
  await rm(folder, { recursive: true, force: true });
  await cp(site, folder, { recursive: true });
}

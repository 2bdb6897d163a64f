// The budgets and the benchmark count the same files: the scripts that a page imports from the package, and the files of our pages.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './install.mjs';

/** What a page of `metriclab` imports, and what its Workers do. */
export const ENTRIES = ['index.js', 'engine/cpu-worker.js', 'engine/gpu-worker.js'];

/** The scripts of `pkg/dist` that some of them import, by whatever way. */
export async function reachable(names) {
  const found = new Set();
  const visit = async (path) => {
    if (found.has(path) || !path.startsWith(join(ROOT, 'pkg/dist'))) return;
    found.add(path);
    const text = await readFile(path, 'utf8');
    for (const [, relative] of text.matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g))
      await visit(join(path, '..', relative));
  };
  for (const name of names) await visit(join(ROOT, 'pkg/dist', name));
  return found;
}

/** A script, style or text of the pages. The reference is no part. */
export const isOfPages = (path) =>
  /\.(js|css|html|svg)$/.test(path) && !/[\\/]dist[\\/]reference[\\/]/.test(path);

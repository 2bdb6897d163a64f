import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ENTRIES, isOfPages, reachable } from '../../tests/packaging/downloads.mjs';
import { brotliSize } from '../../xtask/brotli.mjs';
import { ROOT } from './build.mjs';

async function files(folder, wanted) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && wanted(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Compresses each file by itself, as a server does. */
async function total(name, key, paths) {
  const all = await Promise.all(paths.map((path) => readFile(path)));
  const sum = (values) => values.reduce((a, b) => a + b, 0);
  return paths.length === 0
    ? []
    : [
        {
          name,
          key,
          raw: sum(all.map(({ length }) => length)),
          brotli: sum(await Promise.all(all.map(brotliSize))),
        },
      ];
}

/** The build profile of a module, as xtask recorded it. */
const profileOf = (kind) =>
  readFile(`${ROOT}target/stamps/metriclab_${kind}.profile`, 'utf8').catch(() => 'unknown');

/** Sizes of all downloads, in brotli at its highest quality. */
export async function payload() {
  const wasm = `${ROOT}pkg/wasm/`;
  const rows = [];
  for (const kind of ['cpu', 'gpu']) {
    const [path] = await files(wasm, (name) => name === `metriclab_${kind}_bg.wasm`);
    // xtask puts a small stand-in there until the module is built.
    if (path && (await stat(path)).size > 10_000)
      rows.push(
        ...(await total(`${kind === 'cpu' ? 'CPU' : 'GPU'} module, profile ${await profileOf(kind)}`, kind, [
          path,
        ])),
      );
  }
  const dist = `${ROOT}pkg/dist/`;
  const glue = async (kind) =>
    rows.some(({ key }) => key === kind) ? files(wasm, (name) => name === `metriclab_${kind}.js`) : [];
  const own = existsSync(dist) ? [...(await reachable(ENTRIES))] : [];
  rows.push(...(await total('the package, what a page of `metriclab` and its Workers import', 'dist', own)));
  for (const kind of ['cpu', 'gpu'])
    rows.push(
      ...(await total(
        `the package, JS of wasm-bindgen for the ${kind === 'cpu' ? 'CPU' : 'GPU'} module`,
        `glue ${kind}`,
        await glue(kind),
      )),
    );
  const page = `${ROOT}www/dist/`;
  rows.push(
    ...(await total(
      'all pages with all figures and parsers (the package minified within; without data, modules and reference)',
      'page',
      (await files(page, () => true)).filter(isOfPages),
    )),
  );
  return rows;
}

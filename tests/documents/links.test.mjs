// Links of the documents lead to files, and the figures that they share with the code are the same.
import assert from 'node:assert/strict';
import { access, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { ROOT, links, read } from './read.mjs';

const FOLDERS = ['.', 'docs', 'pkg', 'benches/browser', 'crates/kernels', 'crates/stand-ins'];

async function documents() {
  const lists = FOLDERS.map(async (folder) =>
    (await readdir(join(ROOT, folder)))
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  );
  return (await Promise.all(lists)).flat();
}

test('every link leads to a file', async () => {
  const found = await documents();
  assert.ok(found.includes('README.md') && found.includes('docs/performance.md'), found.join(', '));
  const broken = [];
  for (const document of found)
    for (const target of links(await read(document)))
      await access(join(ROOT, dirname(document), target)).catch(() => broken.push(`${document}: ${target}`));
  assert.deepEqual(broken, []);
});

test('README.md counts losses, distances and miners as the package does', async () => {
  const { CATALOGUE } = await import('../../pkg/dist/index.js');
  const [, ...counts] = (await read('README.md')).match(/(\d+) losses, (\d+) distances and (\d+) miners/);
  const offered = [CATALOGUE.losses, CATALOGUE.distances, CATALOGUE.miners].map((list) => list.length);
  assert.deepEqual(counts.map(Number), offered);
});
